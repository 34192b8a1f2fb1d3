"""Доп. соглашения: dated versions of a policy."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference, same_deal
from models.choices import DifferencePaid, EndorsementKind
from models.errors import Invalid
from models.texts import N_
from models.verbs import Act


class Endorsement(Trashable, Record):
    """A change of a policy from a day on; the premium's difference is in roubles and may be negative.

    With a difference it is made by a verb of the policy only; of a termination the difference is the refund.
    """

    __tablename__ = "endorsements"
    __table_args__: Any = (
        UniqueConstraint("id", "deal_id"),
        same_deal("policy_id", "crm.policies"),
        {"schema": "crm"},
    )
    __identity__ = "endorsement"
    __event__ = "crm.deal.policy.endorsement"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "number"
    __search__ = ("number",)
    __by_verb__ = frozenset({"difference_paid", "new_ends_on", "kept_percent"})
    __once__ = frozenset({"policy_id", "kind"})

    deal_id: Mapped[UUID] = reference("crm.deals")
    policy_id: Mapped[UUID] = reference("crm.policies")
    kind: Mapped[str] = choice(EndorsementKind, EndorsementKind.CHANGE)
    number: Mapped[str]
    effective_on: Mapped[date]
    premium_difference: Mapped[Decimal | None]
    difference_paid: Mapped[str | None] = choice(DifferencePaid)
    new_ends_on: Mapped[date | None]
    kept_percent: Mapped[Decimal | None]
    what_changed: Mapped[str | None] = mapped_column(info={"long": True})

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Raises `Invalid` for a difference: a premium is changed where the instalments and the commission follow."""
        if "premium_difference" in fields and self.premium_difference:
            raise Invalid.at(
                "premium_difference",
                N_("Money does not follow from here: “Endorse” of the policy changes the premium."),
            )
