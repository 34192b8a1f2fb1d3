"""Premium that passes through the brokerage: never profit, revenue or VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, reference, same_deal
from models.choices import TransitStatus
from models.errors import Invalid
from models.inquiries import must_be_open_month
from models.texts import N_
from models.verbs import Act, ask, verb

S = TransitStatus


@dataclass
class PassedOn:
    """When the premium went on."""

    passed_on: date = ask(N_("Passed on"))


class Transit(Trashable, Record):
    """Premium collected for the insurer, in roubles, and the day it was passed on."""

    __tablename__ = "transits"
    __table_args__: Any = (
        same_deal("payment_id", "crm.payments"),
        CheckConstraint("amount > 0", name="amount"),
        {"schema": "crm"},
    )
    __identity__ = "transit"
    __event__ = "crm.deal.payment.transit"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "status"
    __state__ = "status"
    __once__ = frozenset({"payment_id"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    payment_id: Mapped[UUID] = reference("crm.payments")
    status: Mapped[str] = choice(TransitStatus, S.EXPECTED)
    amount: Mapped[Decimal]
    collected_on: Mapped[date | None]
    passed_on: Mapped[date | None]

    @verb(N_("Passed on to the insurer"), when=(S.COLLECTED,), asks=PassedOn, letter="a", primary=True, bulk=True)
    async def pass_on(self, act: Act, asked: PassedOn) -> None:
        """The insurer has its premium. Raises for a day ahead and in a closed month."""
        await must_be_open_month(act.work, asked.passed_on)
        if asked.passed_on > act.today:
            raise Invalid.at("passed_on", N_("This day has not come yet."))
        self.status, self.passed_on = S.PASSED_ON, asked.passed_on

    def collect(self, day: date) -> None:
        """The client paid at the brokerage's desk. Called by the payment's hook."""
        self.status, self.collected_on = S.COLLECTED, day

    def give_back(self) -> None:
        """The payment was reversed. Called by its hook."""
        self.status, self.collected_on, self.passed_on = S.EXPECTED, None, None
