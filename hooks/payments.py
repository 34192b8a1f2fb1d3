"""What follows when an instalment is paid, reversed or cancelled. Its totals are derived, not kept here."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select

from models.choices import Collector, ExpenseStatus, IncomeStatus, Origin, PaymentStatus, TransitStatus
from models.facts import Fact, follows
from models.money import percent_of
from models.payment import Expense, Income, Payment, Transit
from models.verbs import Act

Line = TypeVar("Line", Income, Expense, Transit)
NOT_PAID_OUT = (ExpenseStatus.EXPECTED, ExpenseStatus.APPROVED)


@follows("payment.paid")
async def collect_transit(act: Act, fact: Fact) -> None:
    """Premium paid at the brokerage's desk is the insurer's: it waits to be passed on."""
    payment: Payment = fact.record
    if payment.collected_by != Collector.BROKER or payment.status != PaymentStatus.PAID or payment.paid_on is None:
        return
    transits = await transits_of(act, payment)
    if not sum(transit.amount for transit in transits):  # none yet, or what there was has been given back
        transits = [expect_transit(act, payment)]
    for transit in transits:
        if transit.status == TransitStatus.EXPECTED:
            transit.collect(payment.paid_on)


@follows("payment.reversed")
async def give_transit_back(act: Act, fact: Fact) -> None:
    """The money was not there: nothing was collected, or where the month is closed, it was given back on a day."""
    for transit in await transits_of(act, fact.record):
        await transit.give_back(act, fact.told.get("day"))


@follows("payment.cancelled")
async def forget_expected_lines(act: Act, fact: Fact) -> None:
    """What nobody will pay earns nothing; money that has moved stays."""
    await trash_expected(act, fact.record)


async def trash_expected(act: Act, payment: Payment, *, by_rule: bool = False) -> None:
    """Put the payment's expected lines into the trash: all, or those by a rule. A signed act keeps its own."""
    lines: list[Income | Expense | Transit] = [
        *await _lines(act, Income, payment, (IncomeStatus.EXPECTED,)),
        *await _lines(act, Expense, payment, NOT_PAID_OUT),
        *await _lines(act, Transit, payment, (TransitStatus.EXPECTED,)),
    ]
    for line in lines:
        if getattr(line, "act_date", None) is None and (not by_rule or is_made_by_rule(line)):
            line.put_away(act)


def is_made_by_rule(line: Income | Expense | Transit) -> bool:
    """Whether a rule would make the line anew: not what a person wrote, nor what takes another line back."""
    return getattr(line, "origin", Origin.RULE) == Origin.RULE and getattr(line, "reverses_id", None) is None


async def earns_as_a_whole(act: Act, payments: Sequence[Payment]) -> bool:
    """Whether a rule gives a fixed or a minimum sum for the policy: then one instalment's change moves every line."""
    keys = [payment.id for payment in payments]
    return await _has_whole_sums(act, Income, keys) or await _has_whole_sums(act, Expense, keys)


async def _has_whole_sums(act: Act, record: type[Income] | type[Expense], payments: list[UUID]) -> bool:
    statement = select(record.amount, record.base_amount, record.rate_percent).where(
        record.payment_id.in_(payments), record.origin == Origin.RULE, record.amount > 0
    )
    for amount, base, rate in await act.work.execute(statement.where(record.deleted_at.is_(None))):
        if rate is None or amount != percent_of(base or Decimal(0), rate):
            return True
    return False


async def _lines(act: Act, record: type[Line], payment: Payment, statuses: tuple[str, ...]) -> list[Line]:
    statement = select(record).where(
        record.payment_id == payment.id, record.status.in_(statuses), record.deleted_at.is_(None)
    )
    return list(await act.work.scalars(statement))


async def transits_of(act: Act, payment: Payment) -> list[Transit]:
    """The premium of an instalment that passes through the brokerage."""
    statement = select(Transit).where(Transit.payment_id == payment.id, Transit.deleted_at.is_(None))
    return list(await act.work.scalars(statement))


def expect_transit(act: Act, payment: Payment) -> Transit:
    """The whole instalment will pass through the brokerage."""
    transit = Transit(deal_id=payment.deal_id, payment_id=payment.id, amount=payment.amount)
    act.work.add(transit)
    return transit
