"""What the brokerage pays out on an instalment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import ExpenseKind, ExpenseStatus, Origin
from models.errors import Invalid, Refused
from models.inquiries import approval_limit, must_be_open_month, sheet_of, waits_for_income
from models.payment.reversal import Reversal, must_be_reversible_on, to_take_back
from models.texts import N_
from models.verbs import Act, ask, verb

if TYPE_CHECKING:
    from models.session import Work

S = ExpenseStatus
APPROVED_FOR = frozenset({"amount", "kind", "payee_id", "payee_name"})


@dataclass
class PaidOut:
    """When the money left."""

    paid_on: date = ask(N_("Paid out on"))


class Expense(Trashable, Record):
    """A client's discount or a share, in roubles; payable after its income where the setting says so."""

    __tablename__ = "payment_expenses"
    __table_args__: Any = (
        same_deal("payment_id", "crm.payments"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid_on"),
        Index("ix_payment_expenses_deal", "deal_id"),
        Index("ix_payment_expenses_paid_on", "paid_on", postgresql_where=text("paid_on IS NOT NULL")),
        list_index("ix_payment_expenses_created_at", "created_at"),
        list_index("ix_payment_expenses_status", "status", "created_at"),
        {"schema": "crm"},
    )
    __identity__ = "expense"
    __event__ = "crm.deal.payment.expense"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "kind"
    __state__ = "status"
    __by_verb__ = frozenset({"paid_on", "origin", "rule_id", "rate_percent", "base_amount", "reverses_id"})
    __once__ = frozenset({"payment_id"})
    __settled__ = frozenset({S.PAID, S.CANCELLED})

    deal_id: Mapped[UUID] = reference("crm.deals", index=False)
    payment_id: Mapped[UUID] = reference("crm.payments")
    kind: Mapped[str] = choice(ExpenseKind, ExpenseKind.OTHER)
    status: Mapped[str] = choice(ExpenseStatus, S.EXPECTED)
    amount: Mapped[Decimal]
    paid_on: Mapped[date | None]
    payee_id: Mapped[UUID | None] = reference("auth.users")
    payee_name: Mapped[str | None]
    origin: Mapped[str] = choice(Origin, Origin.MANUAL)
    rule_id: Mapped[UUID | None] = reference("crm.expense_rules")
    rate_percent: Mapped[Decimal | None]
    base_amount: Mapped[Decimal | None]
    reverses_id: Mapped[UUID | None] = reference("crm.payment_expenses")
    note: Mapped[str | None]

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """A line whose sum a person wrote is theirs; what was approved was this sum for this payee."""
        if "amount" in fields and self.origin == Origin.RULE:
            self.origin = Origin.MANUAL
        if self.status == S.APPROVED and fields & APPROVED_FOR:
            self.status = S.EXPECTED

    @verb(N_("Approve"), when=(S.EXPECTED,), letter="y", bulk=True, to=S.APPROVED)
    async def approve(self, act: Act) -> None:
        """The owner or the head agrees to pay. Raises above the limit of the role."""
        await must_be_within_limit(act.work, self.amount)
        self.status = S.APPROVED

    @verb(N_("Paid out"), when=(S.APPROVED,), asks=PaidOut, letter="a", primary=True, bulk=True, to=S.PAID)
    async def pay(self, act: Act, asked: PaidOut) -> None:
        """The money left. Raises for a day ahead, in a closed month, and before the commission it is a share of."""
        await must_be_open_month(act.work, asked.paid_on)
        if asked.paid_on > act.today:
            raise Invalid.at("paid_on", N_("This day has not come yet."))
        await self._must_stand_on_no_sheet(act)
        if await waits_for_income(act.work, self.id):
            raise Refused(N_("This is a share of a commission that has not come yet."))
        self.status, self.paid_on = S.PAID, asked.paid_on

    @verb(N_("Cancel the expense"), when=(S.EXPECTED, S.APPROVED), danger=True, bulk=True, to=S.CANCELLED)
    async def cancel(self, act: Act) -> None:
        """It will not be paid. Raises while it stands on a pay-out sheet."""
        await self._must_stand_on_no_sheet(act)
        self.status = S.CANCELLED

    @verb(N_("Reverse"), when=(S.PAID,), asks=Reversal, only=lambda line, _actor: line.reverses_id is None, danger=True)
    async def reverse(self, act: Act, asked: Reversal) -> None:
        """The money came back: a negative line of its own day. Raises for a closed month and for more than left."""
        await must_be_reversible_on(act, asked.reversed_on, self.paid_on)
        amount = await to_take_back(act, self, self.amount, asked)
        act.work.add(
            Expense(
                deal_id=self.deal_id,
                payment_id=self.payment_id,
                kind=self.kind,
                status=S.PAID,
                amount=-amount,
                paid_on=asked.reversed_on,
                payee_id=self.payee_id,
                payee_name=self.payee_name,
                reverses_id=self.id,
                note=asked.reason,
            )
        )

    async def _must_stand_on_no_sheet(self, act: Act) -> None:
        if payee := await sheet_of(act.work, self.id):
            raise Refused(
                N_("It stands on the pay-out sheet of {payee}: pay that, or take the line off it."), payee=payee
            )


async def must_be_within_limit(work: Work, amount: Decimal) -> None:
    """Raises `Refused` for a sum above what the actor's role may approve."""
    limit = await approval_limit(work)
    if limit is not None and amount > limit:
        raise Refused(N_("Above {limit} the owner approves."), limit=limit)
