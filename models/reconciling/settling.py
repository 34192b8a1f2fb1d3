"""Lines of a statement are settled as decided: by the verbs of income, and by nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from models.choices import IncomeStatus, Origin, Settlement
from models.errors import Refused
from models.inquiries import must_be_open_month
from models.payment import Income, Payment
from models.payment.income import Dispute, Received, Withheld
from models.reconciling.choices import TAKES_MONEY, LineDecision
from models.reconciling.effects import effect_of, sums_of
from models.reconciling.expecting import KEYS
from models.texts import N_
from models.verbs import Act, Foreseen

if TYPE_CHECKING:
    from models.statement import StatementLine

D = LineDecision


@dataclass
class Hand:
    """One settling: whose act it is, the day of the money, the incomes and payments that it is about."""

    act: Act
    day: date
    incomes: dict[UUID, Income]
    payments: dict[UUID, Payment]

    async def do(self, income: Income, verb: str, asked: Any = None) -> None:
        """One verb of a line of income."""
        await Income.__verbs__[verb].do(income, self.act, asked)

    async def take(self, income: Income, amount: Decimal, withheld: bool) -> None:
        """All or a part of it came, or the whole was withheld from the premium."""
        if income.status == IncomeStatus.DISPUTED:
            await self.do(income, "settle")
        if withheld and income.status != IncomeStatus.PARTLY:
            await self.do(income, "withhold", Withheld(received_on=self.day))
        else:
            await self.do(income, "receive", Received(received_on=self.day, amount=amount))

    async def dispute(self, income: Income, note: str) -> None:
        """What stands in the statement is wrong."""
        if income.status == IncomeStatus.DISPUTED:
            await self.do(income, "settle")
        if income.status == IncomeStatus.EXPECTED:
            await self.do(income, "put_in_statement")
        await self.do(income, "dispute", Dispute(note=note))


def put_aside(lines: Sequence[StatementLine]) -> None:
    """Whatever nobody has decided is put aside."""
    for line in lines:
        if line.decision is None:
            line.decision = D.PUT_ASIDE.value


async def settle(act: Act, lines: Sequence[StatementLine], day: date) -> None:
    """Settle each line that has a decision. Raises `Refused` in a closed month, and where an income has moved on."""
    decided = [line for line in lines if line.decision is not None]
    if any(line.decision in TAKES_MONEY for line in decided):
        await must_be_open_month(act.work, day)
    hand = Hand(act, day, await _locked(act, decided), await _payments(act, decided))
    for line in decided:
        await settle_one(hand, line)
        line.posted_on = day
    await act.work.flush()


async def settle_one(hand: Hand, line: StatementLine) -> None:
    """Do what is decided of a line."""
    decision = LineDecision(line.decision or "")
    if decision in (D.IGNORED, D.PUT_ASIDE):
        return
    income = hand.incomes.get(line.income_id) if line.income_id else None
    if decision is D.REVERSED:
        income = _reversal(hand, line, income)
    elif income is None:
        income = _unexpected(hand, line)
    if decision is D.DISPUTED:
        await hand.dispute(income, line.note or "")
        return
    effect = effect_of(decision, line.commission or Decimal(0), income.owed)
    if rest := effect.disputed + effect.written_off:
        await _split(hand, line, income, rest, is_lost=bool(effect.written_off))
    elif decision is not D.REVERSED and effect.change:
        income.amount += effect.change
        income.origin = Origin.STATEMENT.value
    if line.note and decision is not D.RECEIVED:
        income.note = line.note
    await hand.act.work.flush()
    is_withheld = decision is D.WITHHELD or (
        decision is not D.RECEIVED and income.settlement == Settlement.WITHHELD and effect.received == income.amount
    )
    await hand.take(income, effect.received, is_withheld)
    line.income_id = income.id


async def _split(hand: Hand, line: StatementLine, income: Income, rest: Decimal, *, is_lost: bool) -> None:
    """What does not come becomes a line of its own: disputed, or written off."""
    income.amount -= rest
    left = _like(income, amount=rest, note=line.note, expected_on=income.expected_on, origin=Origin.STATEMENT.value)
    hand.act.work.add(left)
    await hand.act.work.flush()
    await hand.dispute(left, line.note or "")
    if is_lost:
        await hand.do(left, "write_off")


def _reversal(hand: Hand, line: StatementLine, income: Income | None) -> Income:
    """A negative line that takes a received commission back. Raises `Refused` where there is none."""
    if income is None or line.commission is None:
        raise Refused(N_("Row {row}: no commission is known that this takes back."), row=line.row)
    back = _like(
        income,
        amount=line.commission,
        base_amount=line.premium,
        reverses_id=income.id,
        origin=Origin.STATEMENT.value,
        note=line.note,
    )
    hand.act.work.add(back)
    return back


def _unexpected(hand: Hand, line: StatementLine) -> Income:
    """Commission that no rule has promised. Raises `Refused` where no instalment is known either."""
    payment = hand.payments.get(line.payment_id) if line.payment_id else None
    if payment is None or not line.commission:
        raise Refused(N_("Row {row}: no instalment is known for this commission."), row=line.row)
    income = Income(
        deal_id=payment.deal_id,
        payment_id=payment.id,
        amount=line.commission,
        origin=Origin.STATEMENT.value,
        rate_percent=line.percent,
        base_amount=line.premium,
        note=line.note,
    )
    hand.act.work.add(income)
    return income


def _like(income: Income, **values: Any) -> Income:
    """Another line of the same instalment on the same terms."""
    same = ("deal_id", "payment_id", "kind", "settlement", "vat_mode", "rule_id", "rate_percent", "base_amount")
    return Income(**{name: getattr(income, name) for name in same} | values)


async def _locked(act: Act, lines: Sequence[StatementLine]) -> dict[UUID, Income]:
    keys = sorted({line.income_id for line in lines if line.income_id})
    statement = select(Income).where(Income.id == KEYS).order_by(Income.id).with_for_update(key_share=True)
    found = await act.work.scalars(statement.execution_options(populate_existing=True), {"keys": keys})
    return {income.id: income for income in found}


async def _payments(act: Act, lines: Sequence[StatementLine]) -> dict[UUID, Payment]:
    keys = {line.payment_id for line in lines if line.payment_id and not line.income_id}
    found = await act.work.scalars(select(Payment).where(Payment.id == KEYS), {"keys": list(keys)})
    return {payment.id: payment for payment in found}


def foreseen(lines: Sequence[StatementLine]) -> list[Foreseen]:
    """What posting will do, counted and in roubles."""
    decided = [line for line in lines if line.decision is not None]
    takes = sum(line.decision in TAKES_MONEY for line in decided)
    sums = sums_of(lines)
    return [
        Foreseen(N_("Lines received"), takes),
        Foreseen(N_("To be received"), sums.received),
        Foreseen(N_("In dispute"), sums.disputed),
        Foreseen(N_("Lines without money"), len(decided) - takes),
        Foreseen(N_("Lines that stay open"), len(lines) - len(decided)),
    ]
