"""An endorsement: the difference finds its place among the instalments, and the commission follows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from hooks.clawback import take_back
from hooks.expected import expect_lines
from hooks.payments import earns_as_a_whole, trash_expected
from hooks.schedules import instalments_of
from models.choices import DifferencePaid, EndorsementKind, PaymentStatus
from models.errors import Invalid
from models.facts import Fact, follows
from models.inquiries import open_day
from models.money import split
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
    place = Place(act, policy, endorsement, there, day)
    refund = _PLACED[DifferencePaid(asked.difference_paid)](place, change) if change else Decimal(0)
    await act.work.flush()
    living = await instalments_of(act, policy)
    if any(was.get(payment.id) != payment.amount for payment in living) or len(living) != len(was):
        await _expect_anew(act, policy, living, was)
    if refund:
        await take_back(act, policy, living, refund, asked.number)


@dataclass(frozen=True)
class Place:
    """Where a difference may go: the instalments there are, and the day for what is added."""

    act: Act
    policy: Policy
    endorsement: Endorsement
    there: list[Payment]
    """Never empty: the policy is issued."""
    day: date

    @property
    def unpaid(self) -> list[Payment]:
        """Instalments that nobody has paid of."""
        return [p for p in self.there if p.status == PaymentStatus.PLANNED and is_asked(p)]

    def add(self, amount: Decimal) -> None:
        """One more instalment, or below zero a refund, beside those that are there."""
        self.act.work.add(added(self.policy, self.endorsement, self.there, amount, self.day))


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


def _spread(place: Place, change: Decimal) -> Decimal:
    """Over the unpaid instalments by their weights; what they cannot bear is refunded. Gives the refund."""
    unpaid = place.unpaid
    if change > 0 and not unpaid:
        raise Invalid.at("difference_paid", N_("Nothing is unpaid here: choose one more instalment."))
    left = sum((payment.amount for payment in unpaid), Decimal(0)) + change
    parts = split(left, [payment.amount for payment in unpaid]) if left > 0 else [Decimal(0)] * len(unpaid)
    for payment, part in zip(unpaid, parts, strict=True):
        if part:
            payment.amount = part
        else:
            payment.cancel(place.act, Reason(reason=place.endorsement.number))
    return _refund(place, left) if left < 0 else Decimal(0)


def _one_more(place: Place, change: Decimal) -> Decimal:
    """The client pays it on a day of its own."""
    if change < 0:
        raise Invalid.at("difference_paid", N_("The premium falls: spread the difference, or refund it."))
    if place.day > place.policy.ends_on:
        raise Invalid.at("due_on", N_("The day must lie within the policy."))
    place.add(change)
    return Decimal(0)


def _refund(place: Place, change: Decimal) -> Decimal:
    """It goes back to the client of what is paid. Gives the refund."""
    if change > 0:
        raise Invalid.at("difference_paid", N_("The premium rises: there is nothing to refund."))
    paid = sum((payment.paid_amount for payment in place.there), Decimal(0))
    planned = sum((p.amount for p in place.there if p.amount < 0 and p.status == PaymentStatus.PLANNED), Decimal(0))
    if -change > paid + planned:
        raise Invalid.at(
            "difference_paid",
            N_("Only {paid} is paid and not returned: {refund} cannot be refunded."),
            paid=paid + planned,
            refund=-change,
        )
    place.add(change)
    return -change


_PLACED = {DifferencePaid.SPREAD: _spread, DifferencePaid.ONE_MORE: _one_more, DifferencePaid.REFUND: _refund}


def _entered(policy: Policy, asked: Endorse, change: Decimal) -> Endorsement:
    return Endorsement(
        deal_id=policy.deal_id,
        policy_id=policy.id,
        kind=EndorsementKind.CHANGE.value,
        number=asked.number.strip(),
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
