"""Expected commission and expenses of a policy's instalments, as `migrations/sql/lines.sql` makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import RowMapping, text

from models.choices import LineSide, Origin
from models.deal import Deal
from models.payment import Expense, Income, Payment
from models.policy import Policy
from models.verbs import Act

MISSING = text(
    "SELECT l.deal_id, l.payment_id, l.kind, (l.now).*"
    " FROM crm.compared_lines(ARRAY[:policy]\\:\\:uuid[], '{}', true) l"
    " JOIN crm.payments p ON p.id = l.payment_id WHERE l.side = :side ORDER BY l.kind, p.sequence"
)
"""Beside whatever stands: nothing that is there is made anew."""
OF_BOTH = ("deal_id", "payment_id", "kind", "amount", "rate_percent", "base_amount", "rule_id")


async def expect_incomes(act: Act, policy: Policy, payments: Sequence[Payment]) -> list[Income]:
    """Lines of each kind that a rule or the policy's own percentage gives and nobody has entered by hand."""
    found = await _missing(act, policy, LineSide.INCOME)
    lines = [Income(**_told(row, "settlement", "vat_mode", "expected_on")) for row in found]
    act.work.add_all(lines)
    return lines


async def expect_expenses(act: Act, deal: Deal, policy: Policy, payments: Sequence[Payment]) -> list[Expense]:
    """Shares and discounts by rule; a share of commission is taken of what stands as commission now."""
    lines = [Expense(**_told(row, "payee_id", "payee_name")) for row in await _missing(act, policy, LineSide.EXPENSE)]
    act.work.add_all(lines)
    return lines


async def _missing(act: Act, policy: Policy, side: LineSide) -> Sequence[RowMapping]:
    await act.work.flush()
    return (await act.work.execute(MISSING, {"policy": policy.id, "side": side.value})).mappings().all()


def _told(row: RowMapping, *more: str) -> dict[str, Any]:
    return {"origin": Origin.RULE, **{name: row[name] for name in (*OF_BOTH, *more)}}
