"""What an operation looks like, and what spoke for it. Nothing is done by it: a person confirms.

- Money from an insurer (by INN, else by its name) is commission; of which statement, its total says, and where several
  have that total, the latest period that was over before the money came.
- Other money that came is a premium where its purpose names a policy, or where one client of that INN or name owes, or
  has paid, this very sum.
- Money to an insurer is premium passed on: of the policies in the purpose, of one transit of the sum, or all that wait.
- Money to somebody whose share is approved, or has been marked as paid, is that share, or all of them together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from jobs.bank.waiting import Asked, Waiting, waiting_for
from models.bank import BankKind, BankOperation, BankReason
from models.bank.finding import Found
from models.identifiers import BadIdentifier, parse_policy_number
from models.names import client_key, sort_key
from models.session import Work

R = BankReason
_WORDS = re.compile(r"[\s,;:()\"'«»]+")
_NOT_WORD = re.compile(r"[\W_]+")
FEWEST_DIGITS = 5
"""A policy number has at least so many."""
NEAR = timedelta(days=45)
"""A payment that was entered by hand and its money in the bank lie no further apart."""


class Guess(NamedTuple):
    """What it is taken for."""

    kind: BankKind
    insurer: UUID | None = None
    reasons: tuple[BankReason, ...] = ()
    links: tuple[Found, ...] = ()


async def recognise(work: Work, operations: Sequence[BankOperation]) -> list[Guess]:
    """A guess for each operation, in their order; no record is given to two of them."""
    if not operations:
        return []
    keys = {key for one in operations for key in numbers_in(one.purpose)}
    asked = Asked(
        sorted(keys),
        sorted({one.counterparty_inn for one in operations if one.counterparty_inn}),
        sorted({sort_key(one.counterparty_name) for one in operations if one.counterparty_name}),
        sorted({one.amount for one in operations if one.amount > 0}),
        min(one.day for one in operations) - NEAR,
    )
    waiting = await waiting_for(work, asked)
    guesses = []
    for one in operations:
        guess = _guess(waiting, one)
        waiting.taken |= {link.id for link in guess.links}
        if R.BAD_INN in one.reasons:
            guess = guess._replace(reasons=(*guess.reasons, R.BAD_INN))
        guesses.append(guess)
    return guesses


def numbers_in(purpose: str) -> Iterator[str]:
    """Keys of everything in a purpose that may be a policy number: words, and two or three in a row."""
    words = [word.strip(".-–—/") for word in _WORDS.split(purpose)]
    words = [word for word in words if word]
    for n in range(len(words)):
        for length in (1, 2, 3):
            joined = "".join(words[n : n + length])
            if len(words[n : n + length]) == length and FEWEST_DIGITS <= sum(map(str.isdigit, joined)) <= 20:
                try:
                    yield parse_policy_number(joined).key
                except BadIdentifier:
                    continue


def _guess(waiting: Waiting, one: BankOperation) -> Guess:
    if one.counterparty_account in waiting.own:
        return Guess(BankKind.OTHER, reasons=(R.OWN,))
    insurer, spoke = _insurer(waiting, one)
    if one.amount > 0:
        return _commission(waiting, one, insurer, spoke) if insurer else _premium(waiting, one)
    return _passed_on(waiting, one, insurer, spoke) if insurer else _pay_out(waiting, one)


def _insurer(waiting: Waiting, one: BankOperation) -> tuple[UUID | None, tuple[BankReason, ...]]:
    if one.counterparty_inn:
        for row in waiting.insurers:
            if row.inn == one.counterparty_inn:
                return row.id, (R.INN,)
    name = f" {_folded(one.counterparty_name or '')} "
    known = [row for row in waiting.insurers if f" {_folded(row.name)} " in name]
    longest = max(known, key=lambda row: len(row.name), default=None)
    return (longest.id, (R.NAME,)) if longest is not None else (None, ())


def _folded(name: str) -> str:
    return _NOT_WORD.sub(" ", sort_key(name)).strip()


def _commission(waiting: Waiting, one: BankOperation, insurer: UUID, spoke: tuple[BankReason, ...]) -> Guess:
    of_total = [row for row in waiting.free(waiting.statements[insurer]) if row.total == one.amount]
    before = [row for row in of_total if row.until <= one.day]
    latest = [row for row in before if row.until == max(other.until for other in before)] or of_total
    if len(latest) != 1:
        return Guess(BankKind.COMMISSION, insurer, (*spoke, R.SEVERAL) if latest else spoke)
    reasons = (*spoke, R.TOTAL, R.PERIOD) if len(of_total) > 1 else (*spoke, R.TOTAL)
    return Guess(BankKind.COMMISSION, insurer, reasons, (Found("statement_id", latest[0].id, one.amount),))


def _premium(waiting: Waiting, one: BankOperation) -> Guess:
    named = [row for key in dict.fromkeys(numbers_in(one.purpose)) for row in waiting.by_number.get(key, ())]
    if named:
        return _of_named(waiting.free(named), one)
    name, inn = sort_key(one.counterparty_name or ""), one.counterparty_inn
    fitting = [
        row
        for row in waiting.free(waiting.by_payer)
        if row.amount == one.amount
        and (row.inn == inn if inn and row.inn else client_key(row.sort_key) == client_key(name))
    ]
    near = [row for row in fitting if abs((row.paid_on or row.due_on) - one.day) <= NEAR]
    if len(near) == 1:
        return Guess(BankKind.PREMIUM, None, (R.PAYER, R.AMOUNT), (Found("payment_id", near[0].id, one.amount),))
    return Guess(BankKind.PREMIUM, None, (R.PAYER, R.SEVERAL)) if near else Guess(BankKind.OTHER)


def _of_named(named: list[Any], one: BankOperation) -> Guess:
    exact = [row for row in named if row.amount == one.amount]
    near = [row for row in exact if row.status != "paid" or abs(row.paid_on - one.day) <= NEAR]
    if near:
        return Guess(BankKind.PREMIUM, None, (R.NUMBER, R.AMOUNT), (Found("payment_id", near[0].id, one.amount),))
    if len(named) > 1 and sum(row.amount for row in named) == one.amount:
        return Guess(
            BankKind.PREMIUM, None, (R.NUMBER, R.AMOUNT), tuple(Found("payment_id", r.id, r.amount) for r in named)
        )
    return Guess(BankKind.PREMIUM, None, (R.NUMBER, R.OTHER_SUM))


def _passed_on(waiting: Waiting, one: BankOperation, insurer: UUID, spoke: tuple[BankReason, ...]) -> Guess:
    wanted = -one.amount
    here = [row for row in waiting.free(waiting.transits[insurer]) if row.collected_on <= one.day]
    keys = set(numbers_in(one.purpose))
    named = [row for row in here if row.number_key in keys]
    single = [row for row in here if row.amount == wanted]
    if named and _total(named) == wanted:
        return _gone(named, insurer, (*spoke, R.NUMBER, R.AMOUNT))
    if len(single) == 1:
        return _gone(single, insurer, (*spoke, R.AMOUNT))
    if here and _total(here) == wanted:
        return _gone(here, insurer, (*spoke, R.ALL))
    if named or single:
        doubt = R.SEVERAL if single else R.OTHER_SUM
        return Guess(BankKind.PASSED_ON, insurer, (*spoke, doubt))
    return Guess(BankKind.PASSED_ON, insurer, spoke)


def _gone(rows: list[Any], insurer: UUID, reasons: tuple[BankReason, ...]) -> Guess:
    return Guess(BankKind.PASSED_ON, insurer, reasons, tuple(Found("transit_id", row.id, row.amount) for row in rows))


def _pay_out(waiting: Waiting, one: BankOperation) -> Guess:
    wanted, told = -one.amount, _folded(f"{one.counterparty_name or ''} {one.purpose}").split()
    theirs = [row for row in waiting.free(waiting.expenses) if set(_folded(row.payee).split()) <= set(told)]
    single = [row for row in theirs if row.amount == wanted]
    approved = [row for row in theirs if row.status == "approved"]
    if len({row.payee for row in theirs}) != 1:
        return Guess(BankKind.PAY_OUT, None, (R.PAYEE, R.SEVERAL)) if theirs else Guess(BankKind.OTHER)
    chosen = single[:1] or (approved if _total(approved) == wanted else [])
    if not chosen:
        return Guess(BankKind.PAY_OUT, None, (R.PAYEE, R.OTHER_SUM))
    links = tuple(Found("expense_id", row.id, row.amount) for row in chosen)
    return Guess(BankKind.PAY_OUT, None, (R.PAYEE, R.AMOUNT), links)


def _total(rows: Sequence[Any]) -> Decimal:
    return sum((row.amount for row in rows), Decimal(0))
