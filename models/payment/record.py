"""An instalment of a policy's premium."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import Collector, PaymentStatus
from models.errors import Invalid, Refused
from models.facts import Fact
from models.inquiries import closed_month_of_parts, must_be_open_month
from models.payment.reversal import PaymentReversal, must_be_reversible_on
from models.proposals import Later, Proposal, in_order, must_lie_ahead, usual_days
from models.texts import N_
from models.verbs import Act, Foreseen, Verb, ask, verb

if TYPE_CHECKING:
    from models.actor import Actor

S = PaymentStatus
DERIVED = {"derived": True}
EARLIER = text(
    "SELECT count(*) AS number, coalesce(sum(amount - paid_amount), 0) AS owed FROM crm.payments"
    " WHERE policy_id = :policy AND sequence < :sequence AND status IN ('planned', 'partially_paid') AND amount > 0"
    " AND deleted_at IS NULL"
)
NEXT_INSTALMENT = text(
    "SELECT coalesce(max(sequence), 0) + 1 FROM crm.payments"
    " WHERE policy_id = :policy AND deleted_at IS NULL AND status <> 'cancelled'"
)


def with_money(name: str, day: str, *beside: str) -> Index:
    """An index that sums by day are read from, without the rows."""
    living = text("deleted_at IS NULL")
    return Index(name, day, postgresql_include=[*beside, "deal_id", "policy_id"], postgresql_where=living)


@dataclass
class Paid:
    """The client's money: how much, in roubles (empty: the rest), and when."""

    paid_on: date = ask(N_("Paid on"))
    amount: Decimal | None = ask(N_("Amount, ₽"), required=False, hint=N_("Empty: all that is left"), start="owed")


@dataclass
class Returned:
    """When the client had the money back."""

    paid_on: date = ask(N_("Returned on"))


@dataclass
class Resized:
    """The instalment's sum in roubles; the others take the rest."""

    new_amount: Decimal = ask(N_("Amount, ₽"), start="amount")


@dataclass
class Reason:
    """Why."""

    reason: str = ask(N_("Reason"))


def is_refund(record: Any, _actor: Actor | None = None) -> bool:
    """Whether the money goes back to the client."""
    return bool(record.amount < 0)


def is_asked(record: Any, _actor: Actor | None = None) -> bool:
    """Whether the client is to pay it."""
    return not is_refund(record)


@dataclass
class Bounced(Reason):
    """Why, and where the month of the payment is closed, the day of an open month that the reversal is dated."""

    reversed_on: date | None = ask(N_("Dated"), required=False, hint=N_("Where the month of the payment is closed"))


class Payment(Trashable, Record):
    """Взнос: planned day and amount, what was paid, until when it covers; totals of its lines are derived.

    One below zero is a refund: it goes back to the client, covers nothing and earns nothing.
    """

    __tablename__ = "payments"
    __table_args__: Any = (
        UniqueConstraint("id", "deal_id"),
        same_deal("policy_id", "crm.policies"),
        same_deal("endorsement_id", "crm.endorsements"),
        ExcludeConstraint(
            ("policy_id", "="),
            ("sequence", "="),
            name="ex_payments_sequence",
            using="gist",
            where=text("deleted_at IS NULL AND status <> 'cancelled'"),
            deferrable=True,
            initially="IMMEDIATE",
        ),
        CheckConstraint("sequence > 0", name="sequence"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint("paid_amount * sign(amount) >= 0", name="paid_amount"),
        CheckConstraint("status NOT IN ('paid', 'confirmed') OR paid_on IS NOT NULL", name="paid_on"),
        Index("ix_payments_due_on", "due_on"),
        list_index("ix_payments_status", "status", "due_on"),
        Index("ix_payments_money_day", text("coalesce(paid_on, due_on)")),
        Index("ix_payments_paid_on", "paid_on", postgresql_where=text("paid_on IS NOT NULL")),
        Index("ix_payments_deal", "deal_id", "due_on"),
        with_money("ix_payments_due_money", "due_on", "amount", "paid_amount", "status"),
        with_money("ix_payments_paid_money", "paid_on", "paid_amount"),
        {"schema": "crm"},
    )
    __identity__ = "payment"
    __event__ = "crm.deal.payment"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "sequence"
    __state__ = "status"
    __by_verb__ = frozenset({"paid_amount", "paid_on", "remind_on", "endorsement_id", "is_rest"})
    __once__ = frozenset({"policy_id"})
    __settled__ = frozenset({S.PARTIALLY_PAID, S.PAID, S.CONFIRMED, S.CANCELLED})

    deal_id: Mapped[UUID] = reference("crm.deals", index=False)
    policy_id: Mapped[UUID] = reference("crm.policies")
    sequence: Mapped[int]
    due_on: Mapped[date]
    amount: Mapped[Decimal]
    status: Mapped[str] = choice(PaymentStatus, S.PLANNED)
    paid_amount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    paid_on: Mapped[date | None]
    covered_until: Mapped[date | None]
    collected_by: Mapped[str] = choice(Collector, Collector.INSURER)
    remind_on: Mapped[date | None]
    endorsement_id: Mapped[UUID | None] = reference("crm.endorsements")
    is_rest: Mapped[bool] = mapped_column(
        default=False, server_default=false(), info={"label": N_("Rest that an import did not say")}
    )
    note: Mapped[str | None]
    incomes_expected: Mapped[Decimal] = mapped_column(default=Decimal(0), info=DERIVED)
    incomes_received: Mapped[Decimal] = mapped_column(default=Decimal(0), info=DERIVED)
    expenses_expected: Mapped[Decimal] = mapped_column(default=Decimal(0), info=DERIVED)
    expenses_paid: Mapped[Decimal] = mapped_column(default=Decimal(0), info=DERIVED)

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """The next number of the policy's instalments."""
        if not values.get("sequence") and values.get("policy_id"):
            values["sequence"] = await act.work.scalar(NEXT_INSTALMENT, {"policy": values["policy_id"]})

    @property
    def owed(self) -> Decimal:
        """What is still to be paid, in roubles."""
        return self.amount - self.paid_amount

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Raises `Invalid` for a sum that is none; a refund is made by an endorsement or a termination only."""
        if self.amount <= 0 and self.endorsement_id is None and not self.is_rest:
            raise Invalid.at("amount", N_("The sum must be above zero."))

    async def foresee(self, verb: Verb, act: Act) -> list[Foreseen]:
        """What is paid before its turn: earlier instalments that are still open."""
        told = {"policy": self.policy_id, "sequence": self.sequence}
        found = (await act.work.execute(EARLIER, told)).one() if verb.name == "pay" else None
        if found is None or not found.number:
            return []
        return [Foreseen(N_("Earlier instalments still unpaid"), found.number), Foreseen(N_("Their sum"), found.owed)]

    @verb(
        N_("Paid"),
        when=(S.PLANNED, S.PARTIALLY_PAID),
        asks=Paid,
        only=is_asked,
        letter="a",
        primary=True,
        bulk=True,
        previews=True,
        to=(S.PAID, S.PARTIALLY_PAID),
    )
    async def pay(self, act: Act, asked: Paid) -> None:
        """The client paid all or a part. Raises for a sum that is not owed, a day ahead, a closed month."""
        await must_be_open_month(act.work, asked.paid_on)
        owed = self.owed
        amount = owed if asked.amount is None else asked.amount
        if not 0 < amount <= owed:
            raise Invalid.at("amount", N_("The sum must be above zero and not above what is owed."))
        if asked.paid_on > act.today:
            raise Invalid.at("paid_on", N_("This day has not come yet."))
        self.paid_amount += amount
        self.paid_on = asked.paid_on
        self.status = S.PAID if self.paid_amount == self.amount else S.PARTIALLY_PAID
        act.work.tell(Fact("payment.paid", self))

    @verb(N_("Refund returned"), when=(S.PLANNED,), asks=Returned, only=is_refund, letter="r", primary=True, to=S.PAID)
    async def give_back(self, act: Act, asked: Returned) -> None:
        """The client has the money back. Raises for a day ahead and in a closed month."""
        await must_be_open_month(act.work, asked.paid_on)
        if asked.paid_on > act.today:
            raise Invalid.at("paid_on", N_("This day has not come yet."))
        self.status, self.paid_amount, self.paid_on = S.PAID, self.amount, asked.paid_on
        act.work.tell(Fact("payment.returned", self))

    @verb(N_("Change the sum"), when=(S.PLANNED,), asks=Resized, only=is_asked)
    def resize(self, act: Act, asked: Resized) -> None:
        """Another sum; the rest is spread over the other unpaid instalments. Raises where nothing can take it."""
        if asked.new_amount <= 0:
            raise Invalid.at("new_amount", N_("The sum must be above zero."))
        rest, self.amount = self.amount - asked.new_amount, asked.new_amount
        act.work.tell(Fact("payment.resized", self, {"rest": rest}))

    @verb(N_("Put off"), when=(S.PLANNED, S.PARTIALLY_PAID), asks=Later, letter="p", bulk=True)
    def put_off(self, act: Act, asked: Later) -> None:
        """The client has promised a day: nobody is reminded before it. Raises for one that has come."""
        self.remind_on = must_lie_ahead(asked.remind_on, act)

    async def days_ahead(self, act: Act) -> list[Proposal]:
        """The usual days, and the due day itself while it lies ahead."""
        return in_order(act.today, Proposal(self.due_on, N_("the instalment's day")), *usual_days(act.today))

    @verb(N_("Confirm the payment"), when=(S.PAID,), letter="y", bulk=True, to=S.CONFIRMED)
    def confirm(self, act: Act) -> None:
        """The accountant sees the money."""
        self.status = S.CONFIRMED
        act.work.tell(Fact("payment.confirmed", self))

    @verb(
        N_("Reverse the payment"), when=(S.PARTIALLY_PAID, S.PAID, S.CONFIRMED), asks=Bounced, danger=True, to=S.PLANNED
    )
    async def reverse(self, act: Act, asked: Bounced) -> None:
        """The money was not there after all: it is owed again. Where any part of it lies in a closed month, a dated
        reversal says so and that month keeps what it had; raises without a day for it."""
        closed = await closed_month_of_parts(act.work, self.id, self.paid_on)
        if closed is not None:
            await self._take_back(act, asked, closed)
        day = asked.reversed_on if closed is not None else None
        self.status, self.paid_amount, self.paid_on = S.PLANNED, Decimal(0), None
        self.note = asked.reason
        act.work.tell(Fact("payment.reversed", self, {"day": day}))

    async def _take_back(self, act: Act, asked: Bounced, closed: date) -> None:
        assert self.paid_on is not None
        if asked.reversed_on is None:
            said = N_("{month} is closed; money in it no longer moves. Date the reversal in an open month.")
            raise Refused(said, month=f"{closed:%m.%Y}")
        await must_be_reversible_on(act, asked.reversed_on, self.paid_on)
        act.work.add(
            PaymentReversal(
                deal_id=self.deal_id,
                payment_id=self.id,
                amount=self.paid_amount,
                paid_on=self.paid_on,
                reversed_on=asked.reversed_on,
                reason=asked.reason,
            )
        )
        await act.work.flush()

    def leave_the_rest(self, act: Act) -> None:
        """What is paid of it was all. Called when its policy ends early."""
        self.amount, self.status = self.paid_amount, S.PAID
        act.work.tell(Fact("payment.left", self))

    @verb(N_("Cancel the instalment"), when=(S.PLANNED,), asks=Reason, danger=True, to=S.CANCELLED)
    def cancel(self, act: Act, asked: Reason) -> None:
        """It will not be asked for: an endorsement or a termination took it away."""
        self.status, self.note = S.CANCELLED, asked.reason
        act.work.tell(Fact("payment.cancelled", self))
