"""Instalments of a policy: planned for a draft, planned anew where the issue has moved its days or its premium."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from sqlalchemy import select, text

from models.choices import PaymentStatus
from models.errors import Refused
from models.money import split
from models.payment import Payment
from models.payment.record import is_refund
from models.plan_spellings import parse_plan
from models.plans import Instalment, schedule
from models.policy import Policy
from models.session import Work
from models.texts import N_
from models.verbs import Act


async def instalments_of(act: Act, policy: Policy) -> list[Payment]:
    """The policy's living instalments in their order, locked."""
    statement = (
        select(Payment)
        .where(Payment.policy_id == policy.id, Payment.deleted_at.is_(None))
        .where(Payment.status != PaymentStatus.CANCELLED)
        .order_by(Payment.sequence)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )
    return list(await act.work.scalars(statement))


async def collector_of(work: Work, policy: UUID) -> str:
    """Who collects the instalments of a policy, as the first of those to be paid has it; empty without any."""
    statement = select(Payment.collected_by).where(Payment.policy_id == policy, Payment.deleted_at.is_(None))
    planned = statement.where(Payment.status == PaymentStatus.PLANNED).order_by(Payment.sequence)
    return str(await work.scalar(planned.limit(1)) or "")


async def plan_instalments(act: Act, policy: Policy) -> list[Payment]:
    """Make the instalments as the plan has them, or bring the planned ones in line; what is paid keeps its sum.

    Raises `Refused` where more is paid than the premium, `Invalid` where the plan does not fit into the policy.
    """
    found = await _without_rests(act, await instalments_of(act, policy))
    extras = [payment for payment in found if payment.endorsement_id is not None or is_refund(payment)]
    there = {payment.sequence: payment for payment in found if payment not in extras}
    planned = schedule(parse_plan(policy.plan), policy.premium, policy.starts_on, policy.ends_on)
    begun = {n: payment for n, payment in there.items() if payment.status != PaymentStatus.PLANNED}
    amounts = _amounts(policy, planned, [*begun.values(), *extras], set(begun))
    await _move_behind(act, extras, max([len(planned), *there]))
    for instalment in planned:
        payment = there.get(instalment.sequence)
        if payment is None:
            payment = _made(policy, instalment)
            act.work.add(payment)
            there[instalment.sequence] = payment
        payment.covered_until = instalment.covered_until
        if instalment.sequence not in begun:
            payment.due_on, payment.amount = instalment.due_on, amounts[instalment.sequence]
    for sequence, payment in list(there.items()):
        if sequence > len(planned) and sequence not in begun:
            payment.put_away(act)
            del there[sequence]
    await act.work.flush()
    return [*(there[sequence] for sequence in sorted(there)), *extras]


async def _without_rests(act: Act, found: list[Payment]) -> list[Payment]:
    """What an import did not say, and nobody has paid of, gives way to the plan."""
    rests = [payment for payment in found if payment.is_rest and payment.status == PaymentStatus.PLANNED]
    for payment in rests:
        payment.put_away(act)
    await act.work.flush()
    return [payment for payment in found if payment not in rests]


async def _move_behind(act: Act, extras: list[Payment], last: int) -> None:
    """What endorsements have added stands behind what the plan has."""
    if any(payment.sequence <= last for payment in extras):
        await act.work.execute(text("SET CONSTRAINTS crm.ex_payments_sequence DEFERRED"))
        for n, payment in enumerate(extras, start=last + 1):
            payment.sequence = n


def _amounts(policy: Policy, planned: list[Instalment], fixed: list[Payment], begun: set[int]) -> dict[int, Decimal]:
    """What is left of the premium, by the weights of the instalments that nobody has paid of yet."""
    left = policy.premium - sum((payment.amount for payment in fixed), Decimal(0))
    open_ones = [instalment for instalment in planned if instalment.sequence not in begun]
    if left < 0 or (left and not open_ones) or (open_ones and not left):
        raise Refused(N_("What is paid does not fit the premium: correct the payments or the plan first."))
    if not fixed:
        return {instalment.sequence: instalment.amount for instalment in open_ones}
    parts = split(left, [instalment.amount for instalment in open_ones]) if open_ones else []
    return {instalment.sequence: part for instalment, part in zip(open_ones, parts, strict=True)}


def _made(policy: Policy, instalment: Instalment) -> Payment:
    return Payment(
        deal_id=policy.deal_id,
        policy_id=policy.id,
        sequence=instalment.sequence,
        due_on=instalment.due_on,
        amount=instalment.amount,
        covered_until=instalment.covered_until,
    )
