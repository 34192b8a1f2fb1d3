"""Commission and its shares: which rule applies to a policy, what it makes of each instalment, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from models.choices import Origin, Settlement
from models.client import Client
from models.dates import end_of_next_month
from models.deal import Need
from models.insured import InsuredObject
from models.money import percent_of, split
from models.policy import Policy
from models.rules import CommissionRule, ExpenseRule
from models.texts import N_, Text

if TYPE_CHECKING:
    from models.payment import Expense, Income

Condition = tuple[Any, ColumnElement[bool]]
"""A column of a rule that may be empty, and what must hold where it is not."""


@dataclass(frozen=True, slots=True)
class Rate:
    """Percent of each instalment's base, and a fixed sum and a minimum in roubles for the policy as a whole."""

    percent: Decimal | None = None
    fixed: Decimal | None = None
    minimum: Decimal | None = None

    def of(self, bases: Sequence[Decimal], instalments: Sequence[Decimal]) -> list[Decimal]:
        """The sum for each instalment; what is for the whole policy is spread as the premium is, to the kopeck."""
        if not instalments:
            return []
        parts = [percent_of(base, self.percent or 0) for base in bases]
        if self.fixed:
            parts = [part + more for part, more in zip(parts, split(self.fixed, instalments), strict=True)]
        if self.minimum and sum(parts) < self.minimum:
            return split(self.minimum, instalments)
        return parts


def expected_on(settlement: str, due_on: date) -> date:
    """When the commission of an instalment is likely here: at once where it is withheld, else a month after the act."""
    return due_on if settlement == Settlement.WITHHELD else end_of_next_month(due_on)


class BestRules:
    """For each policy and kind of line the most specific rule in force on the day of sale, set-based.

    Specific is the rule with more conditions that are met; of equals the one that names the agreement, then the
    program, region, vehicle category, renewal, product; then the newer one.
    """

    @staticmethod
    def of_commission(*policies: ColumnElement[bool]) -> Select[UUID, CommissionRule]:
        """Rows (policy's key, rule), at most one for a policy and a kind of income."""
        rule = CommissionRule
        conditions = (
            (rule.agreement_id, rule.agreement_id == Policy.agreement_id),
            (rule.program, _folded(rule.program) == _folded(Policy.program)),
            (rule.region, func.strpos(_folded(_place()), _folded(rule.region)) > 0),
            (rule.vehicle_category, _folded(rule.vehicle_category) == _folded(InsuredObject.category)),
            (rule.is_renewal, rule.is_renewal == Policy.is_renewal),
            (rule.product_id, rule.product_id == Policy.product_id),
        )
        return _best(rule, rule.insurer_id == Policy.insurer_id, conditions, policies)

    @staticmethod
    def of_expense(*policies: ColumnElement[bool]) -> Select[UUID, ExpenseRule]:
        """Rows (policy's key, rule), at most one for a policy and a kind of expense."""
        rule = ExpenseRule
        conditions = (
            (rule.insurer_id, rule.insurer_id == Policy.insurer_id),
            (rule.product_id, rule.product_id == Policy.product_id),
        )
        return _best(rule, rule.deleted_at.is_(None), conditions, policies)


def _best(
    rule: Any, joined: ColumnElement[bool], conditions: Sequence[Condition], policies: Sequence[ColumnElement[bool]]
) -> Select[Any]:
    sold_on = func.coalesce(Policy.sale_date, Policy.starts_on)
    met = sum((case((column.is_not(None), 1), else_=0) for column, _ in conditions), start=0)
    named = [column.is_(None) for column, _ in conditions]
    return (
        select(Policy.id, rule)
        .select_from(Policy)
        .join(Need, Need.id == Policy.need_id)
        .outerjoin(InsuredObject, InsuredObject.id == Need.insured_object_id)
        .outerjoin(Client, Client.id == Policy.client_id)
        .join(rule, joined)
        .where(*policies, rule.deleted_at.is_(None), rule.starts_on <= sold_on)
        .where(or_(rule.ends_on.is_(None), rule.ends_on >= sold_on))
        .where(*(or_(column.is_(None), is_met) for column, is_met in conditions))
        .ext(distinct_on(Policy.id, rule.kind))
        .order_by(Policy.id, rule.kind, func.coalesce(met, 0).desc(), *named, rule.starts_on.desc(), rule.id)
    )


def _place() -> ColumnElement[str]:
    """Where the risk is: the object's address, else the policyholder's."""
    return func.coalesce(InsuredObject.address, Client.address, "")


def _folded(column: Any) -> ColumnElement[str]:
    """Without regard to case and outer spaces; the database's own `lower` knows Latin letters only."""
    return func.btrim(func.lower(func.coalesce(column, "").collate("pg_c_utf8")))


def why(line: Income | Expense, rule_name: str | None = None) -> Text:
    """Why a line is this number, for the person who reads it."""
    told = {"rate": line.rate_percent, "base": line.base_amount, "rule": rule_name}
    if getattr(line, "reverses_id", None) is not None:
        return Text(N_("Claw-back: {rate}% of {base} returned"), **told)
    if line.origin != Origin.RULE:
        return Text(Origin(line.origin).label)
    if line.rule_id is None:
        return Text(N_("{rate}% of {base}: the policy's own percentage"), **told)
    if line.rate_percent is not None and line.amount == percent_of(line.base_amount or Decimal(0), line.rate_percent):
        return Text(N_("{rate}% of {base} by the rule “{rule}”"), **told)
    return Text(N_("A fixed or minimum sum by the rule “{rule}”"), **told)
