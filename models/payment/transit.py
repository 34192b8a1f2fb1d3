"""Premium that passes through the brokerage: never profit, revenue or VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, list_index, reference, same_deal
from models.choices import TransitStatus
from models.errors import Invalid
from models.inquiries import is_closed_month, must_be_open_month
from models.payment.reversal import ReversalOfMoney, left_of, must_be_reversible_on, to_take_back
from models.texts import N_
from models.verbs import Act, ask, verb

S = TransitStatus


@dataclass
class PassedOn:
    """When the premium went on."""

    passed_on: date = ask(N_("Passed on"))


class Transit(Trashable, Record):
    """Premium collected for the insurer, in roubles, and the day it was passed on; a reversal is a negative line."""

    __tablename__ = "transits"
    __table_args__: Any = (
        same_deal("payment_id", "crm.payments"),
        CheckConstraint("amount > 0 OR (amount < 0 AND reverses_id IS NOT NULL)", name="amount"),
        Index("ix_transits_collected_on", "collected_on", postgresql_where=text("collected_on IS NOT NULL")),
        list_index("ix_transits_created_at", "created_at"),
        list_index("ix_transits_status", "status", "created_at"),
        {"schema": "crm"},
    )
    __identity__ = "transit"
    __event__ = "crm.deal.payment.transit"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "status"
    __state__ = "status"
    __by_verb__ = frozenset({"reverses_id"})
    __once__ = frozenset({"payment_id"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    payment_id: Mapped[UUID] = reference("crm.payments")
    status: Mapped[str] = choice(TransitStatus, S.EXPECTED)
    amount: Mapped[Decimal]
    collected_on: Mapped[date | None]
    passed_on: Mapped[date | None]
    reverses_id: Mapped[UUID | None] = reference("crm.transits")

    @verb(
        N_("Passed on to the insurer"),
        when=(S.COLLECTED,),
        asks=PassedOn,
        letter="a",
        primary=True,
        bulk=True,
        to=S.PASSED_ON,
    )
    async def pass_on(self, act: Act, asked: PassedOn) -> None:
        """The insurer has its premium. Raises for a day ahead and in a closed month."""
        await must_be_open_month(act.work, asked.passed_on)
        if asked.passed_on > act.today:
            raise Invalid.at("passed_on", N_("This day has not come yet."))
        self.status, self.passed_on = S.PASSED_ON, asked.passed_on

    @verb(
        N_("Reverse"),
        when=(S.PASSED_ON,),
        asks=ReversalOfMoney,
        only=lambda line, _actor: line.reverses_id is None,
        danger=True,
    )
    async def reverse(self, act: Act, asked: ReversalOfMoney) -> None:
        """The insurer sent it back: a negative line of its own day, and where it goes on again, one that waits for it.

        Raises for a closed month and for more than was passed on.
        """
        await must_be_reversible_on(act, asked.reversed_on, self.passed_on)
        amount = await to_take_back(act, self, self.amount, asked)
        self._take_back(act, asked.reversed_on, amount)
        if asked.again:
            once_more = Transit(deal_id=self.deal_id, payment_id=self.payment_id, amount=amount)
            once_more.collect(asked.reversed_on)
            act.work.add(once_more)

    def collect(self, day: date) -> None:
        """The client paid at the brokerage's desk. Called by the payment's hook."""
        self.status, self.collected_on = S.COLLECTED, day

    async def give_back(self, act: Act, day: date | None) -> None:
        """The payment was reversed, on a day where its month is closed. Called by its hook."""
        if self.reverses_id is not None or self.status in (S.EXPECTED, S.GIVEN_BACK):
            return
        days = [one for one in (self.collected_on, self.passed_on) if one is not None]
        if day is None or not any([await is_closed_month(act.work, one) for one in days]):
            self.status, self.collected_on, self.passed_on = S.EXPECTED, None, None
            return
        if left := await left_of(act, self, self.amount):
            self._take_back(act, day, left)
        if self.status == S.COLLECTED:
            self.status = S.GIVEN_BACK

    def _take_back(self, act: Act, day: date, amount: Decimal) -> None:
        was_passed_on = self.passed_on is not None
        act.work.add(
            Transit(
                deal_id=self.deal_id,
                payment_id=self.payment_id,
                status=S.PASSED_ON if was_passed_on else S.GIVEN_BACK,
                amount=-amount,
                collected_on=day,
                passed_on=day if was_passed_on else None,
                reverses_id=self.id,
            )
        )
