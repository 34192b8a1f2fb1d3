"""Money that is taken back: dated rows beside what was entered, whose month stays as it was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, func, select
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, reference, same_deal
from models.errors import Invalid, Refused
from models.inquiries import must_be_open_month
from models.texts import N_
from models.verbs import Act, ask

if TYPE_CHECKING:
    from models.payment.expense import Expense
    from models.payment.income import Income
    from models.payment.transit import Transit


@dataclass
class Reversal:
    """How much is taken back, in roubles (empty: all that is left), on which day, and why."""

    reversed_on: date = ask(N_("Dated"), hint=N_("A day of an open month"))
    taken_back: Decimal | None = ask(N_("Amount, ₽"), required=False, hint=N_("Empty: all that is left"))
    reason: str = ask(N_("Reason"))


@dataclass
class ReversalOfMoney(Reversal):
    """The same, and whether the money is awaited, or owed, again."""

    again: bool = ask(N_("It is expected again"), default=False, required=False)


class PaymentReversal(Record):
    """A premium in roubles, entered as paid on `paid_on`, that turned out not to be there; taken back on a day."""

    __tablename__ = "payment_reversals"
    __table_args__: Any = (
        same_deal("payment_id", "crm.payments"),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("reversed_on >= paid_on", name="order"),
        {"schema": "crm"},
    )
    __identity__ = "payment-reversal"
    __event__ = "crm.deal.payment.reversal"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "reason"
    __by_verb__ = frozenset({"amount", "paid_on", "reversed_on"})
    __once__ = frozenset({"payment_id"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    payment_id: Mapped[UUID] = reference("crm.payments")
    amount: Mapped[Decimal]
    paid_on: Mapped[date]
    reversed_on: Mapped[date]
    reason: Mapped[str]


async def must_be_reversible_on(act: Act, day: date, since: date | None) -> None:
    """Raises `Invalid` for a day ahead or before the money itself, `Refused` for one in a closed month."""
    await must_be_open_month(act.work, day)
    if day > act.today:
        raise Invalid.at("reversed_on", N_("This day has not come yet."))
    if since is not None and day < since:
        raise Invalid.at("reversed_on", N_("Money is not taken back before the day on which it moved."))


async def to_take_back(act: Act, line: Income | Expense | Transit, moved: Decimal, asked: Reversal) -> Decimal:
    """The sum of a reversal. Raises `Refused` where nothing is left to reverse, `Invalid` for more than is left."""
    left = await left_of(act, line, moved)
    if left == 0 or (left > 0) != (moved > 0):
        raise Refused(N_("This has been reversed already."))
    amount = left if asked.taken_back is None else asked.taken_back
    if amount == 0 or (amount > 0) != (left > 0) or abs(amount) > abs(left):
        raise Invalid.at("taken_back", N_("The sum must be above zero and not above what is left: {left}."), left=left)
    return amount


async def left_of(act: Act, line: Income | Expense | Transit, moved: Decimal) -> Decimal:
    """What is left of a line's money after the lines that take it back, which have the other sign."""
    record = type(line)
    statement = select(func.coalesce(func.sum(record.amount), 0)).where(
        record.reverses_id == line.id, record.deleted_at.is_(None), record.status.not_in(("written_off", "cancelled"))
    )
    return moved + Decimal(await act.work.scalar(statement) or 0)
