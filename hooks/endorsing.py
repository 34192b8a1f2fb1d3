"""An endorsement: the difference finds its place among the instalments, and the commission follows it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from hooks.clawback import paid_of, take_back
from hooks.expected import expect_lines
from hooks.payments import earns_as_a_whole, trash_expected
from hooks.schedules import instalments_of
from models.choices import DifferencePaid, EndorsementKind, PaymentStatus
from models.differences import place
from models.errors import Invalid
from models.facts import Fact, follows
from models.inquiries import open_day
from models.payment import Payment
from models.payment.record import Reason, is_asked
from models.policy import Endorsement, Policy
from models.policy.asked import Endorse
from models.texts import N_
from models.verbs import Act


@follows("policy.endorsed")
async def follow_the_endorsement(act: Act, fact: Fact) -> None:
    """Instalments, refund and lines in line with the changed premium and end; what is paid keeps its sum."""
    policy: Policy = fact.record
    asked, change = fact.told["asked"], fact.told["change"]
    endorsement = _entered(policy, asked, change)
    act.work.add(endorsement)
    await act.work.flush()
    there = await instalments_of(act, policy)
    was = {payment.id: payment.amount for payment in there}
    _cover_to(policy, there, fact.told["was_until"])
    day = asked.due_on or await open_day(act.work, max(asked.effective_on, act.today))
    refund = _settle(act, policy, endorsement, there, change, day)
    await act.work.flush()
    living = await instalments_of(act, policy)
    if any(was.get(payment.id) != payment.amount for payment in living) or len(living) != len(was):
        await _expect_anew(act, policy, living, was)
    if refund:
        await take_back(act, policy, living, refund, asked.paper)


def _settle(
    act: Act, policy: Policy, endorsement: Endorsement, there: list[Payment], change: Decimal, day: date
) -> Decimal:
    """Give each unpaid instalment its sum, add what is paid apart. Gives the refund; raises where it has no place."""
    unpaid = [payment for payment in there if payment.status == PaymentStatus.PLANNED and is_asked(payment)]
    how = DifferencePaid(endorsement.difference_paid or DifferencePaid.SPREAD)
    placed = place(how, [payment.amount for payment in unpaid], paid_of(there), change)
    for payment, amount in zip(unpaid, placed.unpaid, strict=True):
        if amount:
            payment.amount = amount
        else:
            payment.cancel(act, Reason(reason=endorsement.number))
    if placed.added > 0 and day > policy.ends_on:
        raise Invalid.at("due_on", N_("The day must lie within the policy."))
    if placed.added:
        act.work.add(added(policy, endorsement, there, placed.added, day))
    if placed.refund and how != DifferencePaid.SPREAD:
        endorsement.difference_paid = DifferencePaid.REFUND.value
    return placed.refund


def added(policy: Policy, endorsement: Endorsement, there: list[Payment], amount: Decimal, day: date) -> Payment:
    """An instalment of an endorsement, collected as the others are; a refund covers nothing."""
    return Payment(
        deal_id=policy.deal_id,
        policy_id=policy.id,
        sequence=max((payment.sequence for payment in there), default=0) + 1,
        due_on=day,
        amount=amount,
        covered_until=policy.ends_on if amount > 0 else None,
        collected_by=there[-1].collected_by,
        endorsement_id=endorsement.id,
    )


def _entered(policy: Policy, asked: Endorse, change: Decimal) -> Endorsement:
    return Endorsement(
        deal_id=policy.deal_id,
        policy_id=policy.id,
        kind=EndorsementKind.CHANGE.value,
        number=asked.paper.strip(),
        effective_on=asked.effective_on,
        premium_difference=change,
        difference_paid=asked.difference_paid if change else None,
        new_ends_on=asked.new_ends_on,
        what_changed=asked.what_changed,
    )


def _cover_to(policy: Policy, there: list[Payment], was_until: date) -> None:
    """The last instalment covers to the new end. Raises `Invalid` where an unpaid one would fall due after it."""
    for payment in there:
        if payment.due_on > policy.ends_on and payment.status == PaymentStatus.PLANNED and is_asked(payment):
            raise Invalid.at(
                "new_ends_on",
                N_("Instalment {sequence} would fall due on {due}, after the policy ends on {end}"),
                sequence=payment.sequence,
                due=payment.due_on,
                end=policy.ends_on,
            )
        if payment.covered_until is not None and (
            payment.covered_until == was_until or payment.covered_until > policy.ends_on
        ):
            payment.covered_until = policy.ends_on


async def _expect_anew(act: Act, policy: Policy, living: list[Payment], was: dict[UUID, Decimal]) -> None:
    """Rule-made expected lines of what has changed; of every instalment where a sum is for the policy as a whole."""
    whole = await earns_as_a_whole(act, living)
    for payment in living:
        if whole or was.get(payment.id) != payment.amount:
            await trash_expected(act, payment, by_rule=True)
    await act.work.flush()
    await expect_lines(act, policy, living)
