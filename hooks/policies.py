"""What follows when a policy is issued, corrected or annulled."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from hooks.drafts import must_be_paid_by, only_agreement
from hooks.expected import expect_lines
from hooks.orders import end_issuing
from hooks.payments import trash_expected
from hooks.schedules import instalments_of, plan_instalments
from models.arrears import terms_for
from models.choices import ArrearEffect, DealStage, PaymentStatus
from models.deal import Deal
from models.errors import Refused
from models.facts import Fact, follows
from models.payment import Payment
from models.payment.record import Paid, Reason
from models.policy import Policy, Renewal
from models.policy.renewal import OPEN as OPEN_RENEWALS
from models.policy.renewal import Renewed
from models.texts import N_
from models.verbs import Act


@follows("policy.issued")
async def bring_into_service(act: Act, fact: Fact) -> None:
    """Instalments in line with the policy's days, expected lines by rule, the renewal done, the deal in service."""
    policy: Policy = fact.record
    payments = await instalments_of(act, policy)
    if fact.told.get("moved") or sum((p.amount for p in payments), Decimal(0)) != policy.premium:
        payments = await plan_instalments(act, policy)
    deal = await act.work.get_record(Deal, policy.deal_id, lock=True)
    if deal.stage in (DealStage.CLOSED, DealStage.LOST):
        raise Refused(N_("The deal is closed: reopen it first."))
    if policy.agreement_id is None:
        policy.agreement_id = await only_agreement(act, policy.insurer_id, policy.sale_date or act.today)
        await act.work.flush()
    await must_be_paid_by(act, policy, "agreement_id")
    await _take_the_contracts_terms(act, policy)
    if collector := fact.told.get("collected_by"):
        for payment in payments:
            if payment.status == PaymentStatus.PLANNED:
                payment.collected_by = collector
    await expect_lines(act, policy, payments)
    await _end_renewal(act, policy)
    await end_issuing(act, policy)
    deal.win(act)
    if (paid_on := fact.told.get("paid_on")) and payments[0].status == PaymentStatus.PLANNED:
        await Payment.__verbs__["pay"].do(payments[0], act, Paid(paid_on=paid_on))


@follows("policy.corrected")
async def follow_the_terms(act: Act, fact: Fact) -> None:
    """Planned instalments in line with the paper, and their lines by rule anew; what has moved or was typed stays.

    Where the insurer or the percentage is another one, the expected lines of every instalment are made anew.
    """
    policy: Policy = fact.record
    there = await instalments_of(act, policy)
    was = {payment.id: (payment.amount, payment.due_on) for payment in there}
    payments = await plan_instalments(act, policy)
    for payment in there:
        if payment not in payments:
            await trash_expected(act, payment)
        elif fact.told.get("rated") or (payment.amount, payment.due_on) != was[payment.id]:
            await trash_expected(act, payment, by_rule=True)
    if fact.told.get("rated") and policy.agreement_id is None:
        policy.agreement_id = await only_agreement(act, policy.insurer_id, policy.sale_date or act.today)
    await act.work.flush()
    if fact.told.get("rated"):
        await must_be_paid_by(act, policy, "another_agreement_id")
    await expect_lines(act, policy, payments)


@follows("policy.annulled")
async def take_back(act: Act, fact: Fact) -> None:
    """It never was: planned instalments are cancelled, expected lines trashed; money that moved stays to be seen."""
    for payment in await instalments_of(act, fact.record):
        if payment.status == PaymentStatus.PLANNED:
            payment.cancel(act, Reason(reason=""))
        else:
            await trash_expected(act, payment)


async def _take_the_contracts_terms(act: Act, policy: Policy) -> None:
    """What the contract says of an arrear, unless somebody has said otherwise."""
    if (policy.arrear_effect, policy.arrear_days) == (ArrearEffect.AT_RISK, None):
        terms = await terms_for(act.work, policy.insurer_id, policy.product_id, policy.program)
        policy.arrear_effect, policy.arrear_days = terms


async def _end_renewal(act: Act, policy: Policy) -> None:
    """The renewal of the policy before is done by this one."""
    if policy.previous_policy_id is None:
        return
    statement = select(Renewal).where(
        Renewal.policy_id == policy.previous_policy_id,
        Renewal.status.in_(OPEN_RENEWALS),
        Renewal.deleted_at.is_(None),
    )
    for renewal in await act.work.scalars(statement):
        renewal.renew(act, Renewed(successor_id=policy.id))
