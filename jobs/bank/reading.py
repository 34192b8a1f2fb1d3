"""The text that banks and 1С exchange, `1CClientBankExchange`: what came and went on the accounts that it is about.

Source: 1С's description of the format, versions 1.01 to 1.03 (v8.1c.ru/tekhnologii/obmen-dannymi-i-integratsiya). Banks
write it as they like, so nothing but the first line is relied upon: sections may not be closed, keys come in any case,
purposes break over lines, sums have commas and spaces. What cannot be read is told and left out, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.errors import Invalid
from models.identifiers import BadIdentifier, parse_inn
from models.names import tidy
from models.russian import Unreadable, parse_amount, parse_date
from models.texts import N_, Text

MARK = "1CClientBankExchange"
LARGEST = 20 * 1024 * 1024  # bytes
_ENCODED_DOS = "Кодировка=DOS".encode("cp866")
_LINE = re.compile(r"\s*([^\W\d_][\w ]*?\d?)\s*=(.*)", re.DOTALL)
_NAMED_INN = re.compile(r"^ИНН\s*:?\s*(\d{10}|\d{12})[\s,]+", re.IGNORECASE)
_KNOWN = re.compile(
    r"(секция|конец|номер|дата|сумма|плательщик|получатель|назначениеплатежа|вид|код|статус|показатель|очередность"
    r"|срок|квитанция|расчсчет|начальныйостаток|конечныйостаток|всего|отправитель|версия|кодировка|время|документ|основание"
    r"|нарушения|окато|октмо)"
)
_PURPOSES = ("назначениеплатежа", *(f"назначениеплатежа{n}" for n in range(1, 7)))


@dataclass(frozen=True, slots=True)
class Movement:
    """Money on an own account, in roubles: above zero it came, below it went."""

    account: str
    day: date
    amount: Decimal
    number: str
    document_on: date | None
    name: str
    inn: str
    other_account: str
    purpose: str
    has_bad_inn: bool = False
    other_is_own: bool = False
    """Both ends are accounts of the file."""


@dataclass(slots=True)
class Account:
    """An account that the file is about, with the turnover that the bank tells."""

    number: str
    came: Decimal | None = None
    went: Decimal | None = None
    bic: str = ""
    bank: str = ""
    owner_inn: str = ""
    """As the documents name the own end."""


@dataclass(slots=True)
class Exchange:
    """A file: its accounts, the movements, what was left out and why."""

    accounts: dict[str, Account] = field(default_factory=dict)
    movements: list[Movement] = field(default_factory=list)
    skipped: list[Text] = field(default_factory=list)

    def differences(self) -> list[tuple[str, Decimal, Decimal]]:
        """Accounts whose turnover is not what the bank says: number, told and found, in and out taken together."""
        found = []
        for account in self.accounts.values():
            mine = [one.amount for one in self.movements if one.account == account.number]
            for told, sums in ((account.came, [a for a in mine if a > 0]), (account.went, [-a for a in mine if a < 0])):
                if told is not None and told != sum(sums, Decimal(0)):
                    found.append((account.number, told, sum(sums, Decimal(0))))
        return found


def read_exchange(content: bytes) -> Exchange:
    """The movements of a file. Raises `Invalid` with one sentence where it is no such file."""
    if len(content) > LARGEST:
        raise Invalid(N_("The file is larger than {megabytes} MB"), megabytes=LARGEST // 1024 // 1024)
    lines = _decoded(content).splitlines()
    if MARK.casefold() not in "".join(lines[:3]).casefold():
        raise Invalid(N_("This is not a file of a bank for 1С (1CClientBankExchange)"))
    found = Exchange()
    documents: list[dict[str, str]] = []
    for kind, section in _sections(lines):
        if kind == "document":
            documents.append(section)
        elif number := _digits(section.get("расчсчет", "")):
            _know(found, number, section)
    for section in documents:
        _read(found, section)
    return found


def _decoded(content: bytes) -> str:
    if content.startswith(b"\xef\xbb\xbf"):
        return content.decode("utf-8-sig", "replace")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("cp866" if _ENCODED_DOS in content else "cp1251", "replace")


def _sections(lines: list[str]) -> Iterator[tuple[str, dict[str, str]]]:
    """The heading, the accounts and the documents: each ends where its end, another section or the file ends."""
    kind, section, last = "head", dict[str, str](), ""
    for line in lines:
        match = _LINE.match(line)
        key = match[1].replace(" ", "").casefold() if match else line.strip().casefold()
        if key.startswith(("секция", "конец")):
            if section:
                yield kind, section
            kind = "document" if key.startswith("секциядокумент") else "account" if "секциярасч" in key else "between"
            section, last = {}, ""
            if kind == "document":
                section["секция"] = match[2].strip() if match else ""
        elif match and _KNOWN.match(key):
            section[key] = match[2].strip()
            last = key
        elif last in _PURPOSES and line.strip():  # a purpose that broke over lines
            section[last] += f" {line.strip()}"
    if section:
        yield kind, section


def _know(found: Exchange, number: str, section: dict[str, str]) -> None:
    account = found.accounts.setdefault(number, Account(number))
    account.came = _turnover(section, "всегопоступило", account.came)
    account.went = _turnover(section, "всегосписано", account.went)


def _turnover(section: dict[str, str], key: str, already: Decimal | None) -> Decimal | None:
    """Of one section; a file may have one for each day."""
    try:
        told = parse_amount(section[key]) if section.get(key) else None
    except Unreadable:
        return already
    return told if already is None else already + (told or 0)


def _read(found: Exchange, section: dict[str, str]) -> None:
    payer, payee = (_digits(section.get(f"{end}счет") or section.get(f"{end}расчсчет", "")) for end in ENDS)
    mine = [(end, number) for end, number in zip(ENDS, (payer, payee), strict=True) if number in found.accounts]
    if not mine:
        _skip(found, section, N_("№ {number} of {day}: neither account is one of the file"))
        return
    try:
        amount = parse_amount(section.get("сумма", ""))
    except Unreadable:
        amount = Decimal(0)
    if amount <= 0:
        _skip(found, section, N_("№ {number} of {day}: no sum"))
        return
    for end, number in mine:
        day = _day(section, end)
        if day is None:
            _skip(found, section, N_("№ {number} of {day}: no day"))
            continue
        _learn(found.accounts[number], section, end)
        found.movements.append(_movement(section, end, number, day, amount, is_own=len(mine) == 2))


ENDS = ("плательщик", "получатель")


def _movement(section: dict[str, str], end: str, number: str, day: date, amount: Decimal, *, is_own: bool) -> Movement:
    other = ENDS[1 - ENDS.index(end)]
    name = tidy(section.get(f"{other}1") or section.get(other, ""))
    named = _NAMED_INN.match(name)
    written = _digits(section.get(f"{other}инн", "")) or (named[1] if named else "")
    inn = _inn(written)
    return Movement(
        account=number,
        day=day,
        amount=amount if end == "получатель" else -amount,
        number=tidy(section.get("номер", "")),
        document_on=_date(section.get("дата", "")),
        name=name[named.end() :] if named else name,
        inn=inn,
        other_account=_digits(section.get(f"{other}счет") or section.get(f"{other}расчсчет", "")),
        purpose=_purpose(section),
        has_bad_inn=bool(written.strip("0")) and not inn,
        other_is_own=is_own,
    )


def _purpose(section: dict[str, str]) -> str:
    whole = tidy(section.get(_PURPOSES[0], ""))
    parts = tidy(" ".join(section[key] for key in _PURPOSES[1:] if section.get(key)))
    return whole if len(whole) >= len(parts) else parts


def _day(section: dict[str, str], end: str) -> date | None:
    """The day on which the money came or went; where the bank does not tell it, the other one, else the document's."""
    own, other = ("датасписано", "датапоступило") if end == "плательщик" else ("датапоступило", "датасписано")
    return _date(section.get(own, "")) or _date(section.get(other, "")) or _date(section.get("дата", ""))


def _learn(account: Account, section: dict[str, str], end: str) -> None:
    account.bic = account.bic or _digits(section.get(f"{end}бик", ""))
    account.bank = account.bank or tidy(section.get(f"{end}банк1", ""))
    account.owner_inn = account.owner_inn or _inn(_digits(section.get(f"{end}инн", "")))


def _skip(found: Exchange, section: dict[str, str], why: str) -> None:
    found.skipped.append(Text(why, number=section.get("номер", "—") or "—", day=section.get("дата", "—") or "—"))


def _digits(written: str) -> str:
    return re.sub(r"\D", "", written)


def _inn(digits: str) -> str:
    if len(digits) not in (10, 12):
        return ""
    try:
        return parse_inn(digits)
    except BadIdentifier:
        return ""


def _date(written: str) -> date | None:
    try:
        return parse_date(written) if written else None
    except Unreadable:
        return None
