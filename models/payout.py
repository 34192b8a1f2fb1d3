"""Листы выплат: what one payee gets for a month, approved by one person and paid by another."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models import paying
from models.actor import Actor, Scope
from models.base import Record, Rows, choice, reference
from models.choices import ExpenseKind
from models.errors import Invalid, Refused
from models.inquiries import must_be_open_month
from models.paper import LineStatus, PayoutStatus
from models.payment.expense import PaidOut, must_be_within_limit
from models.texts import N_
from models.verbs import Act, verb

S = PayoutStatus


def is_not_ones_own(sheet: Any, actor: Actor) -> bool:
    """Whether another approves it than who is paid by it; who answers for the whole brokerage may."""
    return sheet.payee_id != actor.id or actor.scope is Scope.ALL


class Payout(Record):
    """What is payable to somebody by the end of a period and stands on no other sheet, in roubles."""

    __tablename__ = "payouts"
    __table_args__: Any = (
        UniqueConstraint("id", "payee_id"),
        CheckConstraint("period_to >= period_from", name="order"),
        CheckConstraint("status <> 'paid' OR paid_on IS NOT NULL", name="paid_on"),
        Index("uq_payouts_draft", "payee_key", "period_from", "period_to", unique=True,
              postgresql_where=text("status = 'draft'")),
        {"schema": "crm"},
    )  # fmt: skip
    __identity__ = "payout"
    __event__ = "crm.payout"
    __status_event__ = "status.{}"
    __rows__ = Rows.PAYEE
    __title__ = "payee"
    __search__ = ("payee",)
    __state__ = "status"
    __by_verb__ = frozenset(
        {
            *("payee_id", "payee", "payee_key", "period_from", "period_to", "line_count", "total"),
            *("approved_by_id", "paid_on", "paid_by_id"),
        }
    )
    __settled__ = frozenset({S.PAID, S.CANCELLED})

    payee_id: Mapped[UUID | None] = reference("auth.users")
    payee: Mapped[str]
    payee_key: Mapped[str] = mapped_column(info={"quiet": True})
    """The key of the user, else the name: one draft for one payee and period."""
    period_from: Mapped[date]
    period_to: Mapped[date]
    status: Mapped[str] = choice(PayoutStatus, S.DRAFT)
    line_count: Mapped[int] = mapped_column(default=0)
    total: Mapped[Decimal] = mapped_column(default=Decimal(0))
    approved_by_id: Mapped[UUID | None] = reference("auth.users", index=False)
    paid_on: Mapped[date | None]
    paid_by_id: Mapped[UUID | None] = reference("auth.users", index=False)
    note: Mapped[str | None]

    @verb(N_("Fill anew"), when=(S.DRAFT,), letter="r")
    async def refill(self, act: Act) -> None:
        """Lines as the money stands now; what was taken out stays out."""
        await paying.fill(act.work, self)

    @verb(N_("Approve"), when=(S.DRAFT,), only=is_not_ones_own, letter="y", primary=True, bulk=True, to=S.APPROVED)
    async def approve(self, act: Act) -> None:
        """The owner or the head agrees, to each expense on it too. Raises above the role's limit, for an empty or an
        outdated sheet."""
        await act.work.flush()
        await act.work.widen()
        await must_be_within_limit(act.work, self.total)
        await paying.must_be_up_to_date(act.work, self)
        if self.total <= 0:
            raise Refused(N_("There is nothing to pay out on this sheet."))
        self.status, self.approved_by_id = S.APPROVED, act.actor.id
        await paying.approve_expenses(act.work, self)

    @verb(N_("Paid out"), when=(S.APPROVED,), asks=PaidOut, letter="a", primary=True, bulk=True, to=S.PAID)
    async def pay(self, act: Act, asked: PaidOut) -> None:
        """The money left: every expense on it is paid. Raises for a day ahead, a closed month, an outdated sheet."""
        await must_be_open_month(act.work, asked.paid_on)
        if asked.paid_on > act.today:
            raise Invalid.at("paid_on", N_("This day has not come yet."))
        await paying.must_be_up_to_date(act.work, self)
        self.status, self.paid_on, self.paid_by_id = S.PAID, asked.paid_on, act.actor.id
        await paying.pay_expenses(act.work, self, asked.paid_on)

    @verb(N_("Back to draft"), when=(S.APPROVED,), to=S.DRAFT)
    async def reopen(self, act: Act) -> None:
        """It can be changed again, and must be approved again; what is on it stays approved."""
        self.status, self.approved_by_id = S.DRAFT, None

    @verb(N_("Cancel the sheet"), when=(S.DRAFT, S.APPROVED), danger=True, to=S.CANCELLED)
    async def cancel(self, act: Act) -> None:
        """What stands on it is free for another sheet."""
        self.status = S.CANCELLED
        await paying.free_lines(act.work, self)


class PayoutLine(Record):
    """One expense as it stands on a sheet; the payee sees it, though the deal may be another's by now."""

    __tablename__ = "payout_lines"
    __table_args__: Any = (
        UniqueConstraint("payout_id", "expense_id"),
        ForeignKeyConstraint(
            ["payout_id", "payee_id"],
            ["crm.payouts.id", "crm.payouts.payee_id"],
            deferrable=True,
            initially="IMMEDIATE",
        ),
        Index("uq_payout_lines_expense", "expense_id", unique=True, postgresql_where=text("status = 'in'")),
        Index("ix_payout_lines_expense", "expense_id"),
        {"schema": "crm"},
    )
    __identity__ = "payout-line"
    __event__ = "crm.payout.line"
    __rows__ = Rows.PAYEE
    __title__ = "policy_number"
    __search__ = ("policy_number", "policyholder")
    __state__ = "status"
    __by_verb__ = frozenset(
        {
            *("payout_id", "payee_id", "expense_id", "deal_id", "policy_id", "kind", "policy_number", "policyholder"),
            *("insurer", "product", "instalment", "payable_since", "base_amount", "rate_percent", "amount"),
        }
    )

    payout_id: Mapped[UUID] = reference("crm.payouts", index=False)
    payee_id: Mapped[UUID | None] = reference("auth.users")
    expense_id: Mapped[UUID] = reference("crm.payment_expenses", index=False)
    deal_id: Mapped[UUID] = reference("crm.deals")
    policy_id: Mapped[UUID] = reference("crm.policies")
    status: Mapped[str] = choice(LineStatus, LineStatus.IN)
    kind: Mapped[str] = choice(ExpenseKind, ExpenseKind.OTHER)
    policy_number: Mapped[str]
    policyholder: Mapped[str]
    insurer: Mapped[str]
    product: Mapped[str]
    instalment: Mapped[int]
    payable_since: Mapped[date]
    base_amount: Mapped[Decimal | None]
    rate_percent: Mapped[Decimal | None]
    amount: Mapped[Decimal]

    @verb(N_("Take off the sheet"), when=(LineStatus.IN,), bulk=True, to=LineStatus.OUT)
    async def take_out(self, act: Act) -> None:
        """It waits for another sheet. Raises where the sheet is no draft any more."""
        await self._move(act, LineStatus.OUT)

    @verb(N_("Back onto the sheet"), when=(LineStatus.OUT,), primary=True, bulk=True, to=LineStatus.IN)
    async def put_back(self, act: Act) -> None:
        """It counts again. Raises where the sheet is no draft any more, or another sheet has taken the line."""
        await self._move(act, LineStatus.IN)

    async def _move(self, act: Act, status: LineStatus) -> None:
        sheet = await act.work.get_record(Payout, self.payout_id, lock=True)
        if sheet.status != S.DRAFT:
            raise Refused(N_("The sheet is no draft any more; its lines stay as they are."))
        self.status = status
        await paying.total(act.work, sheet)
