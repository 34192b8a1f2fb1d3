"""Arrears: what an unpaid instalment does to the cover, by the contract, and the clock that then runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, or_, select, text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import ArrearEffect, PolicyStatus, Standing
from models.errors import Invalid
from models.session import Work
from models.texts import N_
from models.verbs import Act

COUNTED = frozenset({ArrearEffect.GRACE, ArrearEffect.TERMINATION})
"""Effects that need a number of days."""


def must_have_days(effect: str, days: int | None) -> None:
    """Raises `Invalid` for an effect that counts days and is told none."""
    if effect in COUNTED and not days:
        raise Invalid.at("arrear_days", N_("Say after how many days."))


class ArrearTerms(Trashable, Record):
    """What contracts say of an arrear: by insurer, product and program, whatever is empty stands for all."""

    __tablename__ = "arrear_terms"
    __table_args__: Any = (
        Index(
            "uq_arrear_terms_case",
            "insurer_id",
            "product_id",
            "program",
            unique=True,
            postgresql_nulls_not_distinct=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        CheckConstraint("insurer_id IS NOT NULL OR product_id IS NOT NULL", name="what"),
        CheckConstraint("days > 0", name="days"),
        CheckConstraint("effect NOT IN ('grace', 'termination') OR days IS NOT NULL", name="counted"),
        {"schema": "crm"},
    )
    __identity__ = "arrear-terms"
    __event__ = "crm.arrear_terms"
    __rows__ = Rows.REFERENCE
    __title__ = "effect"

    insurer_id: Mapped[UUID | None] = reference("crm.insurers")
    product_id: Mapped[UUID | None] = reference("crm.products")
    program: Mapped[str | None]
    effect: Mapped[str] = choice(ArrearEffect, ArrearEffect.AT_RISK)
    days: Mapped[int | None]
    note: Mapped[str | None]

    def edited(self, fields: frozenset[str], act: Act) -> None:
        """Raises `Invalid` for terms of nothing, and for an effect without the days that it counts."""
        if self.insurer_id is None and self.product_id is None:
            raise Invalid.at("insurer_id", N_("Name an insurer or a product."))
        if self.effect in COUNTED and not self.days:
            raise Invalid.at("days", N_("Say after how many days."))


def best_of(terms: Iterable[ArrearTerms], insurer: UUID, product: UUID, program: str | None) -> tuple[str, int | None]:
    """Effect and days of the most specific terms that fit (of equals those of a program); without any cover at risk."""
    fits = [
        one
        for one in terms
        if one.insurer_id in (None, insurer)
        and one.product_id in (None, product)
        and (one.program is None or folded(one.program) == folded(program or ""))
    ]
    best = max(fits, key=_how_specific, default=None)
    return (best.effect, best.days) if best is not None else (ArrearEffect.AT_RISK.value, None)


async def terms_for(work: Work, insurer: UUID, product: UUID, program: str | None) -> tuple[str, int | None]:
    """What contracts say of an arrear of such a policy: the effect, and its days."""
    statement = select(ArrearTerms).where(
        ArrearTerms.deleted_at.is_(None), or_(ArrearTerms.insurer_id.is_(None), ArrearTerms.insurer_id == insurer)
    )
    return best_of(await work.scalars(statement), insurer, product, program)


def folded(words: str) -> str:
    """Without regard to case and outer spaces."""
    return words.strip().casefold()


def _how_specific(terms: ArrearTerms) -> tuple[int, bool, bool]:
    named = (terms.insurer_id, terms.product_id, terms.program)
    return sum(name is not None for name in named), terms.program is not None, terms.product_id is not None


@dataclass(frozen=True, slots=True)
class Arrear:
    """An instalment that was due on a day and is not paid: what the contract does about it, and when."""

    due_on: date
    effect: str
    days: int | None = None

    def late(self, today: date) -> int:
        """Days since it was due."""
        return (today - self.due_on).days

    @property
    def turns_on(self) -> date:
        """The first day on which the cover is no longer what it was: suspended, or the policy to be terminated."""
        counted = self.days or 0 if self.effect in COUNTED else 0
        return self.due_on + timedelta(days=counted + 1)

    @property
    def last_day(self) -> date:
        """The last day of a period of grace, or before a termination."""
        return self.turns_on - timedelta(days=1)

    def standing(self, today: date) -> Standing:
        """What it makes of a policy in force (`migrations/sql/standing.sql` says the same)."""
        if self.effect == ArrearEffect.AT_RISK or today < self.turns_on:
            return Standing.AT_RISK
        return Standing.TO_TERMINATE if self.effect == ArrearEffect.TERMINATION else Standing.SUSPENDED


def standing_of(policy: Any, unpaid_since: date | None, today: date, *, is_followed: bool = False) -> Standing:
    """How a policy stands today, by its days and its earliest instalment that is late."""
    if policy.status != PolicyStatus.ISSUED:
        return Standing(policy.status)
    if policy.ends_on < today:
        return Standing.RENEWED if is_followed else Standing.EXPIRED
    if unpaid_since is not None:
        return Arrear(unpaid_since, policy.arrear_effect, policy.arrear_days).standing(today)
    return Standing.FUTURE if policy.starts_on > today else Standing.IN_FORCE
