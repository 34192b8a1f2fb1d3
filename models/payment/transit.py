"""Premium that passes through the brokerage: never profit, revenue or VAT."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, reference, same_deal
from models.choices import TransitStatus


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
    __once__ = frozenset({"payment_id"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    payment_id: Mapped[UUID] = reference("crm.payments")
    status: Mapped[str] = choice(TransitStatus, TransitStatus.EXPECTED)
    amount: Mapped[Decimal]
    collected_on: Mapped[date | None]
    passed_on: Mapped[date | None]
