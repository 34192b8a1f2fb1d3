"""Why a line of commission or a share of it is this number. What it is, the rules say in `migrations/sql/lines.sql`."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from models.choices import Origin
from models.money import percent_of
from models.texts import N_, Text

if TYPE_CHECKING:
    from models.payment import Expense, Income


def why(line: Income | Expense, rule_name: str | None = None) -> Text:
    """Why a line is this number, for the person who reads it."""
    told = {"rate": line.rate_percent, "base": line.base_amount, "rule": rule_name}
    if getattr(line, "reverses_id", None) is not None:
        if line.origin == Origin.RULE:
            return Text(N_("Claw-back: {rate}% of {base} returned"), **told)
        return Text(N_("Reversal of money that had come"))
    if line.origin != Origin.RULE:
        return Text(Origin(line.origin).label)
    if line.rule_id is None:
        return Text(N_("{rate}% of {base}: the policy's own percentage"), **told)
    if line.rate_percent is not None and line.amount == percent_of(line.base_amount or Decimal(0), line.rate_percent):
        return Text(N_("{rate}% of {base} by the rule “{rule}”"), **told)
    return Text(N_("A fixed or minimum sum by the rule “{rule}”"), **told)
