"""The rows of the clients' sheet: what each says, before any two are compared."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from jobs.portfolio.columns import Row
from jobs.portfolio.verdicts import Verdict
from models.choices import ClientKind
from models.identifiers import BadIdentifier, parse_inn, parse_phones
from models.names import client_key, is_organisation, tidy
from models.russian import Unreadable, parse_date
from models.texts import N_, Text

EARLIEST_BIRTH = date(1900, 1, 1)


@dataclass(slots=True, eq=False)
class Client:
    """A row of the clients' sheet; of a duplicate, `original` is the client that it repeats."""

    row: int
    name: str
    kind: ClientKind
    verdict: Verdict = Verdict.OK
    birth_date: date | None = None
    inn: str | None = None
    phones: tuple[str, ...] = ()
    email: str | None = None
    note: str = ""
    untidiness: tuple[bool, int] = (False, 0)
    warnings: list[Text] = field(default_factory=list)
    original: Client | None = None
    repeated_in: list[int] = field(default_factory=list)

    def absorb(self, duplicate: Client) -> None:
        """Fill this client's gaps from a row that repeats it."""
        duplicate.verdict, duplicate.original = Verdict.DUPLICATE, self
        self.repeated_in.append(duplicate.row)
        self.birth_date = self.birth_date or duplicate.birth_date
        self.inn = self.inn or duplicate.inn
        self.phones = tuple(dict.fromkeys(self.phones + duplicate.phones))
        self.email = self.email or duplicate.email
        if duplicate.note not in self.note:
            self.note = f"{self.note}\n{duplicate.note}".strip()


def read_client(number: int, row: Row, today: date) -> Client:
    """What one row of the sheet says; a field that cannot be read is left out with a warning."""
    written = _written_name(row)
    name = tidy(written)
    client = Client(number, name, _kind(row.get("kind"), name), note=_text(row.get("note")))
    client.untidiness = (written != name or name.isupper(), -name.casefold().count("ё"))
    if not name:
        client.verdict = Verdict.NO_NAME
        return client
    _read_inn(client, row.get("inn"))
    if client.kind is not ClientKind.COMPANY:
        _read_birth_date(client, row.get("born"), today)
    _read_phones(client, row.get("phone"))
    _read_email(client, row.get("email"))
    return client


def _read_inn(client: Client, value: object) -> None:
    if value is None:
        return
    try:
        client.inn = parse_inn(value)
    except BadIdentifier:
        client.verdict = Verdict.BAD_INN
        client.warnings.append(Text(N_("“{value}” is not an INN: left out"), value=_text(value)))


def _read_birth_date(client: Client, value: object, today: date) -> None:
    if value is None:
        return
    try:
        born = parse_date(value, latest=today)
    except Unreadable:
        born = None
    if born and EARLIEST_BIRTH <= born <= today:
        client.birth_date = born
    else:
        client.verdict = Verdict.BAD_BIRTH_DATE
        client.warnings.append(Text(N_("“{value}” is not a date of birth: left out"), value=_text(value)))


def _read_phones(client: Client, value: object) -> None:
    if value is None:
        return
    try:
        client.phones = parse_phones(value)
    except BadIdentifier:
        client.warnings.append(Text(N_("“{value}” is not a telephone number: left out"), value=_text(value)))


def _read_email(client: Client, value: object) -> None:
    email = _text(value).casefold()
    if email.count("@") == 1 and " " not in email and email[0] != "@" and "." in email.partition("@")[2]:
        client.email = email
    elif value is not None:
        client.warnings.append(Text(N_("“{value}” is not an e-mail address: left out"), value=_text(value)))


def _written_name(row: Row) -> str:
    whole = row.get("name")
    if whole is None:
        whole = " ".join(_text(row.get(part)) for part in ("surname", "given_name", "patronymic")).strip()
    return whole if isinstance(whole, str) else _text(whole)


def _kind(value: object, name: str) -> ClientKind:
    word = _text(value).casefold()
    if client_key(name).endswith(" ип") or word.startswith(("ип", "индив")):
        return ClientKind.ENTREPRENEUR
    if word.startswith(("ю", "орг", "ооо", "комп")):
        return ClientKind.COMPANY
    if word.startswith(("ф", "част")):
        return ClientKind.PERSON
    return ClientKind.COMPANY if is_organisation(name) else ClientKind.PERSON


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else tidy(str(value))
