"""An early end: later instalments go, the rest of the cover is refunded, the commission follows."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import func, select

from hooks.clawback import count_termination, paid_of, take_back
from hooks.endorsing import added
from hooks.expected import expect_lines
from hooks.payments import trash_expected
from hooks.schedules import instalments_of
from models.choices import Ball, DifferencePaid, EndorsementKind, PaymentStatus
from models.deal import Deal
from models.errors import Invalid, Refused
from models.facts import Fact, follows
from models.inquiries import open_day
from models.payment import Payment
from models.payment.record import Reason, is_asked
from models.policy import Endorsement, Policy
from models.policy.asked import Cancel
from models.texts import N_
from models.verbs import Act


@follows("policy.cancelled")
async def end_early(act: Act, fact: Fact) -> None:
    """Later instalments will not be asked for; the insurer takes back commission as it returns premium."""
    policy: Policy = fact.record
    asked: Cancel = fact.told["asked"]
    payments = await instalments_of(act, policy)
    await _ask_no_more(act, policy, asked, payments)
    paid = paid_of(payments)
    counted = await count_termination(act, policy, paid, asked.cancelled_on, asked.kept_percent)
    refund = counted.refund.amount if asked.refund is None else asked.refund
    if not 0 <= refund <= max(paid, Decimal(0)):
        raise Invalid.at("refund", N_("A refund lies between nought and what is paid: {paid}."), paid=paid)
    agreement = Endorsement(
        deal_id=policy.deal_id,
        policy_id=policy.id,
        kind=EndorsementKind.TERMINATION.value,
        number=asked.paper.strip() or await next_number(act, policy),
        effective_on=asked.cancelled_on,
        premium_difference=-refund,
        difference_paid=DifferencePaid.REFUND.value if refund else None,
        kept_percent=counted.kept_percent,
        what_changed=asked.reason,
    )
    act.work.add(agreement)
    await act.work.flush()
    if refund:
        act.work.add(added(policy, agreement, payments, -refund, await open_day(act.work, act.today)))
        await take_back(act, policy, payments, refund, asked.reason)
    deal = await act.work.get_record(Deal, policy.deal_id, lock=True)
    deal.pass_ball(Ball.SELLER, act)


async def next_number(act: Act, policy: Policy) -> str:
    """The number that the policy's next endorsement has, where the insurer gives none."""
    there = select(func.count()).where(Endorsement.policy_id == policy.id, Endorsement.deleted_at.is_(None))
    return str((await act.work.scalar(there) or 0) + 1)


async def _ask_no_more(act: Act, policy: Policy, asked: Cancel, payments: list[Payment]) -> None:
    """Instalments after the day are cancelled; of one that is paid in part the rest is not asked for."""
    for payment in list(payments):
        if payment.due_on <= asked.cancelled_on or not is_asked(payment):
            continue
        if payment.status == PaymentStatus.PLANNED:
            payment.cancel(act, Reason(reason=asked.reason))
            payments.remove(payment)
        elif payment.status == PaymentStatus.PARTIALLY_PAID:
            await trash_expected(act, payment, by_rule=True)
            payment.leave_the_rest(act)
            await act.work.flush()
            await expect_lines(act, policy, [payment])
    await act.work.flush()


@follows("endorsement.trashed")
async def money_has_followed(act: Act, fact: Fact) -> None:
    """An endorsement that has moved money stays. Raises `Refused`."""
    if fact.record.premium_difference:
        raise Refused(N_("Instalments and lines follow from it: undo that step, or enter another endorsement."))
