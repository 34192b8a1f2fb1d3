"""What a policy's verbs ask: the insurer's paper, its true terms, an endorsement, an early end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from uuid import UUID

from models.choices import Collector, DifferencePaid
from models.errors import Invalid
from models.texts import N_
from models.verbs import Act, ask


@dataclass
class Issue:
    """What the insurer's paper says; what may stay empty stays as the draft has it."""

    number: str = ask(N_("Series and number"))
    sale_date: date = ask(N_("Sale date"))
    starts_on: date = ask(N_("Starts on"))
    ends_on: date = ask(N_("Ends on"))
    premium: Decimal | None = ask(N_("Premium, ₽"), required=False)
    plan: str = ask(N_("Instalment plan"), default="", required=False)
    first_paid_on: date | None = ask(
        N_("First instalment paid on"), required=False, hint=N_("Empty: the client has not paid yet")
    )
    agreement_id: UUID | None = ask(
        N_("Agreement"), lookup="agreement", required=False, hint=N_("Empty: the insurer's only one in force")
    )
    start_time: time | None = ask(N_("Start time"), required=False)
    blank_number: str = ask(N_("Blank number"), default="", required=False)
    receipt_number: str = ask(N_("Receipt number"), default="", required=False)
    collected_by: str = ask(
        N_("Who collects"), default="", required=False, choices=Collector, hint=N_("Empty: as the instalments have it")
    )


@dataclass
class Terms:
    """What the paper really says; instalments and expected lines follow."""

    premium: Decimal = ask(N_("Premium, ₽"))
    starts_on: date = ask(N_("Starts on"))
    ends_on: date = ask(N_("Ends on"))
    plan: str = ask(N_("Plan"))
    percent: Decimal | None = ask(N_("Commission, %"), required=False, hint=N_("Empty: as it is"))
    another_insurer_id: UUID | None = ask(
        N_("Another insurer"), lookup="insurer", required=False, hint=N_("Empty: as it is")
    )
    another_agreement_id: UUID | None = ask(
        N_("Another agreement"), lookup="agreement", required=False, hint=N_("Empty: as it is")
    )


@dataclass
class Endorse:
    """A change that the insurer has agreed to: from which day, what it costs, and how that is paid."""

    paper: str = ask(N_("Number of the endorsement"))
    effective_on: date = ask(N_("From which day"))
    difference: Decimal | None = ask(
        N_("Difference of the premium, ₽"), required=False, hint=N_("With a minus where the premium falls")
    )
    new_premium: Decimal | None = ask(
        N_("New premium, ₽"), required=False, hint=N_("In place of the difference; empty both: as it is")
    )
    new_ends_on: date | None = ask(N_("New end"), required=False, hint=N_("Empty: as it is"))
    difference_paid: str = ask(
        N_("How the difference is paid"), default=DifferencePaid.SPREAD.value, choices=DifferencePaid
    )
    due_on: date | None = ask(
        N_("New instalment or refund by"),
        required=False,
        hint=N_("Empty: the day of the change, today at the earliest"),
    )
    what_changed: str = ask(N_("What changed"), long=True)

    def change_of(self, premium: Decimal) -> Decimal:
        """Roubles by which the premium changes. Raises `Invalid` where its two fields differ, or nothing is left."""
        told = [
            *([] if self.difference is None else [self.difference]),
            *([] if self.new_premium is None else [self.new_premium - premium]),
        ]
        if len(set(told)) > 1:
            raise Invalid.at("new_premium", N_("The difference and the new premium do not agree: enter one of them."))
        change = told[0] if told else Decimal(0)
        if premium + change <= 0:
            raise Invalid.at("difference", N_("Nothing would be left of the premium: cancel the policy instead."))
        return change


@dataclass
class Cancel:
    """Early termination: from when and why; what is kept and returned where it differs from the rule."""

    cancelled_on: date = ask(N_("Cancelled on"))
    reason: str = ask(N_("Reason"))
    paper: str = ask(N_("Number of the agreement"), default="", required=False)
    kept_percent: Decimal | None = ask(
        N_("The insurer keeps, %"), required=False, hint=N_("Empty: as the product has it")
    )
    refund: Decimal | None = ask(
        N_("Refund by the insurer, ₽"), required=False, hint=N_("Empty: as it is counted below")
    )


def must_fit(asked: Issue, act: Act) -> None:
    """Raises `Invalid` for days in the wrong order, a number of spaces, money that has not come yet."""
    if asked.ends_on < asked.starts_on:
        raise Invalid.at("ends_on", N_("The policy ends before it starts."))
    if not asked.number.strip():
        raise Invalid.at("number", N_("Enter the policy's number."))
    if asked.premium is not None and asked.premium <= 0:
        raise Invalid.at("premium", N_("The premium must be above zero."))
    if asked.first_paid_on is not None and asked.first_paid_on > act.today:
        raise Invalid.at("first_paid_on", N_("This day has not come yet."))


def must_fit_cover(asked: Endorse, starts_on: date, ends_on: date) -> date:
    """The day on which the cover ends after an endorsement. Raises `Invalid` for days outside it."""
    last = asked.new_ends_on or ends_on
    if last < starts_on:
        raise Invalid.at("new_ends_on", N_("The policy ends before it starts."))
    if not starts_on <= asked.effective_on <= last:
        raise Invalid.at("effective_on", N_("The day must lie within the policy."))
    return last
