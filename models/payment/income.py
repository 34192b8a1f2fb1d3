"""What the brokerage earns on an instalment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import IncomeKind, IncomeStatus, Origin, Settlement, VatMode
from models.errors import Invalid
from models.facts import Fact
from models.inquiries import must_be_open_month
from models.payment.reversal import ReversalOfMoney, must_be_reversible_on, to_take_back
from models.texts import N_
from models.verbs import Act, ask, verb

S = IncomeStatus


@dataclass
class Received:
    """The money that came: how much, in roubles (empty: all of it), and when."""

    received_on: date = ask(N_("Received on"))
    amount: Decimal | None = ask(N_("Amount, ₽"), required=False, hint=N_("Empty: all that is left"), start="owed")


@dataclass
class Withheld:
    """The whole line, kept back from the premium: when."""

    received_on: date = ask(N_("Withheld on"))


@dataclass
class Dispute:
    """What is wrong with the line."""

    note: str = ask(N_("What is wrong"), long=True)


class Income(Trashable, Record):
    """КВ, bonus or fee in roubles: expected by a rule, by hand or by import; a reversal is a new negative line."""

    __tablename__ = "payment_incomes"
    __table_args__: Any = (
        same_deal("payment_id", "crm.payments"),
        CheckConstraint("amount <> 0", name="amount"),
        CheckConstraint(
            "status NOT IN ('received', 'withheld', 'partly') OR received_on IS NOT NULL", name="received_on"
        ),
        CheckConstraint("origin <> 'rule' OR rate_percent IS NOT NULL OR rule_id IS NOT NULL", name="reason"),
        Index("ix_payment_incomes_deal", "deal_id"),
        Index("ix_payment_incomes_received_on", "received_on", postgresql_where=text("received_on IS NOT NULL")),
        list_index("ix_payment_incomes_created_at", "created_at"),
        list_index("ix_payment_incomes_status", "status", "created_at"),
        {"schema": "crm"},
    )
    __identity__ = "income"
    __event__ = "crm.deal.payment.income"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "kind"
    __state__ = "status"
    __by_verb__ = frozenset(
        {"received_amount", "received_on", "origin", "rule_id", "rate_percent", "base_amount", "reverses_id"}
    )
    __once__ = frozenset({"payment_id"})
    __settled__ = frozenset({S.PARTLY, S.RECEIVED, S.WITHHELD, S.WRITTEN_OFF})

    deal_id: Mapped[UUID] = reference("crm.deals", index=False)
    payment_id: Mapped[UUID] = reference("crm.payments")
    kind: Mapped[str] = choice(IncomeKind, IncomeKind.COMMISSION)
    status: Mapped[str] = choice(IncomeStatus, S.EXPECTED)
    amount: Mapped[Decimal]
    received_amount: Mapped[Decimal] = mapped_column(default=Decimal(0))
    received_on: Mapped[date | None]
    expected_on: Mapped[date | None]
    act_date: Mapped[date | None]
    settlement: Mapped[str] = choice(Settlement, Settlement.AFTER_ACT)
    vat_mode: Mapped[str] = choice(VatMode, VatMode.NONE)
    origin: Mapped[str] = choice(Origin, Origin.MANUAL)
    rule_id: Mapped[UUID | None] = reference("crm.commission_rules")
    rate_percent: Mapped[Decimal | None]
    base_amount: Mapped[Decimal | None]
    reverses_id: Mapped[UUID | None] = reference("crm.payment_incomes")
    note: Mapped[str | None]

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """A line whose sum a person wrote is theirs: recalculation leaves it alone."""
        if "amount" in fields and self.origin == Origin.RULE:
            self.origin = Origin.MANUAL

    @property
    def owed(self) -> Decimal:
        """What is still to come, in roubles; negative for a reversal."""
        return self.amount - self.received_amount

    @verb(
        N_("Commission received"),
        when=(S.EXPECTED, S.IN_STATEMENT, S.PARTLY),
        asks=Received,
        letter="a",
        primary=True,
        bulk=True,
        to=(S.RECEIVED, S.PARTLY),
    )
    async def receive(self, act: Act, asked: Received) -> None:
        """The insurer paid all or a part. Raises for a sum that is not owed, a day ahead, a closed month."""
        await must_be_open_month(act.work, asked.received_on)
        if asked.received_on > act.today:
            raise Invalid.at("received_on", N_("This day has not come yet."))
        owed = self.owed
        amount = owed if asked.amount is None else asked.amount
        if amount == 0 or (amount > 0) != (owed > 0) or abs(amount) > abs(owed):
            raise Invalid.at("amount", N_("The sum must be above zero and not above what is owed."))
        self.received_amount += amount
        self.received_on = asked.received_on
        self.status = S.RECEIVED if self.received_amount == self.amount else S.PARTLY
        act.work.tell(Fact("income.received", self))

    @verb(N_("Withheld from the premium"), when=(S.EXPECTED, S.IN_STATEMENT), asks=Withheld, to=S.WITHHELD)
    async def withhold(self, act: Act, asked: Withheld) -> None:
        """The brokerage kept it back from the premium that it passed on. Raises for a day ahead, a closed month."""
        await must_be_open_month(act.work, asked.received_on)
        if asked.received_on > act.today:
            raise Invalid.at("received_on", N_("This day has not come yet."))
        self.received_amount, self.received_on, self.status = self.amount, asked.received_on, S.WITHHELD
        act.work.tell(Fact("income.received", self))

    @verb(N_("Put into a statement"), when=(S.EXPECTED,), bulk=True, to=S.IN_STATEMENT)
    def put_in_statement(self, act: Act) -> None:
        """The insurer's statement names it; the money is on its way."""
        self.status = S.IN_STATEMENT

    @verb(N_("Dispute"), when=(S.IN_STATEMENT,), asks=Dispute, to=S.DISPUTED)
    def dispute(self, act: Act, asked: Dispute) -> None:
        """The statement's sum is wrong."""
        self.status, self.note = S.DISPUTED, asked.note

    @verb(N_("Dispute settled"), when=(S.DISPUTED,), to=S.IN_STATEMENT)
    def settle(self, act: Act) -> None:
        """The insurer agreed; the line waits for its money again."""
        self.status = S.IN_STATEMENT

    @verb(N_("Write off"), when=(S.DISPUTED,), danger=True, to=S.WRITTEN_OFF)
    def write_off(self, act: Act) -> None:
        """It will not come."""
        self.status = S.WRITTEN_OFF

    @verb(
        N_("Reverse"),
        when=(S.PARTLY, S.RECEIVED, S.WITHHELD),
        asks=ReversalOfMoney,
        only=lambda line, _actor: line.received_amount > 0,
        danger=True,
    )
    async def reverse(self, act: Act, asked: ReversalOfMoney) -> None:
        """The money went back: a negative line of its own day. Raises for a closed month and for more than came."""
        await must_be_reversible_on(act, asked.reversed_on, self.received_on)
        amount = await to_take_back(act, self, self.received_amount, asked)
        back = self._beside(-amount, asked.reason)
        back.reverses_id, back.received_amount, back.received_on = self.id, -amount, asked.reversed_on
        back.status = S.WITHHELD if self.status == S.WITHHELD else S.RECEIVED
        act.work.add(back)
        if asked.again:
            act.work.add(self._beside(amount, asked.reason))

    def _beside(self, amount: Decimal, note: str) -> Income:
        """Another line of the same terms, by hand: no rule recalculates it."""
        return Income(
            deal_id=self.deal_id,
            payment_id=self.payment_id,
            kind=self.kind,
            amount=amount,
            settlement=self.settlement,
            vat_mode=self.vat_mode,
            note=note,
        )
