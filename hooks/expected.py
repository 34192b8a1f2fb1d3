"""What an issued policy's instalments should bring and cost: made by rule as far as nobody has entered it."""

from __future__ import annotations

from collections.abc import Sequence

from hooks.lines import expect_expenses, expect_incomes
from hooks.payments import expect_transit, transits_of
from models.choices import Collector
from models.deal import Deal
from models.payment import Payment
from models.payment.record import is_asked
from models.policy import Policy
from models.verbs import Act


async def expect_lines(act: Act, policy: Policy, payments: Sequence[Payment]) -> Deal:
    """Commission, expenses and premium in passing; a refund earns nothing. Gives the policy's deal, locked."""
    deal = await act.work.get_record(Deal, policy.deal_id, lock=True)
    asked = [payment for payment in payments if is_asked(payment)]
    await expect_incomes(act, policy, asked)
    await expect_expenses(act, deal, policy, asked)
    for payment in asked:
        if payment.collected_by == Collector.BROKER and not await transits_of(act, payment):
            expect_transit(act, payment)
    return deal
