"""What the database refuses, in words: no error shows SQL."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

from models.errors import Busy, Denied, Invalid, Problem, Refused
from models.texts import N_

SENTENCES: dict[str, tuple[str, str]] = {
    "uq_policies_number": ("number", N_("This insurer already has a policy with this number.")),
    "uq_users_username": ("username", N_("This sign-in name is taken.")),
    "uq_renewals_policy": ("policy_id", N_("This policy is being renewed already.")),
    "uq_statements_file": ("file_name", N_("This file is already here.")),
    "uq_closed_months_month": ("month", N_("This month is closed already.")),
    "ex_payments_sequence": ("sequence", N_("The policy already has an instalment with this number.")),
    "ex_commission_rules_overlap": (
        "starts_on",
        N_("Another rule for the same case is in force on some of these days."),
    ),
    "ex_expense_rules_overlap": ("starts_on", N_("Another rule for the same case is in force on some of these days.")),
    "ck_deals_review": ("review_on", N_("An open deal needs a review date.")),
    "uq_arrear_terms_case": ("insurer_id", N_("There are terms for this case already.")),
    "ck_policies_order": ("ends_on", N_("The policy ends before it starts.")),
    "ex_absences_overlap": ("starts_on", N_("This person is away on some of these days already.")),
    "uq_sales_targets_team": ("team_id", N_("This month has such a plan already.")),
    "uq_sales_targets_user": ("user_id", N_("This month has such a plan already.")),
    "ck_sales_targets_whose": ("team_id", N_("A plan is a team's or a seller's: fill in one of them.")),
    "ck_sales_targets_amount": ("amount", N_("The sum must be above zero.")),
    "ck_absences_return": ("ends_on", N_("Say when the person comes back.")),
    "reversal_of_what_stands": ("payment_id", N_("What is reversed still stands as paid.")),
    "ck_absences_order": ("ends_on", N_("The absence ends before it starts.")),
    "uq_act_lines_income": ("income_id", N_("Another act has taken this line.")),
    "uq_payout_lines_expense": ("expense_id", N_("Another sheet has taken this line.")),
    "ck_acts_order": ("period_to", N_("The period ends before it begins.")),
    "ck_absences_substitute": ("substitute_id", N_("One cannot stand in for oneself.")),
}
"""Constraint → the field to mark and the sentence."""
STANDING: dict[str, str] = {
    "tr_acts_stand": N_("A signed act stays as it is."),
    "tr_lines_stand": N_("Lines of an act or a sheet that is no draft stay as they are."),
    "tr_acts_gap": N_("A later act has been signed already: numbers have no gaps. Cancel this one instead."),
}
"""What triggers refuse, by the name that they give it, and the sentence."""


PARTS = "parts_make_premium"
PARTS_SENTENCE = N_(
    "The instalments of an issued policy make its premium: here {made}, the premium is {premium}. “Change the sum” of"
    " an instalment spreads the rest over the unpaid ones, “Endorse” of the policy changes the premium."
)
CLOSED_MONTH = "closed_month"
"""What the triggers of `migrations/sql/months.sql` call themselves; the month stands in the detail."""
NOBODYS_FAULT = ("08", "53", "57P", "58", "XX")
"""Classes of errors that tell of the server, not of what was asked."""


def worded(error: Exception) -> Problem | None:
    """The sentence for a refusal of PostgreSQL; nothing where it is a defect of ours, which must be seen as one."""
    cause = cause_of(error)
    state = str(getattr(cause, "sqlstate", "") or "")
    constraint = str(getattr(cause, "constraint_name", "") or "")
    if constraint == PARTS:
        return Refused(PARTS_SENTENCE, **_sums(cause))
    if constraint == CLOSED_MONTH:
        month = str(getattr(cause, "detail", ""))
        return Refused(N_("{month} is closed; money in it no longer moves."), month=month)
    if constraint in SENTENCES:
        return Invalid.at(SENTENCES[constraint][0], SENTENCES[constraint][1])
    if constraint in STANDING:
        return Refused(STANDING[constraint])
    match state:
        case "23505" | "23P01":
            return Invalid.at(_field(constraint, cause), N_("There is such a record already."))
        case "23503":
            return Refused(N_("Other records depend on this one, or what it refers to is gone."))
        case "23502":
            return Invalid.at(str(getattr(cause, "column_name", "")), N_("This field must be filled in."))
        case "23514":
            return Invalid.at(_field(constraint, cause), N_("This value is not possible here."))
        case "22000" | "22001" | "22003" | "22008" | "22021" | "22P02" | "22P05":
            return Invalid(N_("A value is too long, too large or of the wrong kind."))
        case "42501":
            return Denied()
        case "40P01" | "40001" | "55P03":
            return Busy()
        case "55000":
            return Refused(N_("This has been undone already."))
        case "57014":
            return Refused(N_("This takes too long. Narrow the selection, please."))
    return None


def _sums(cause: object) -> dict[str, Any]:
    """The sums that a constraint of ours tells in its detail, as JSON of texts."""
    told = json.loads(str(getattr(cause, "detail", "") or "{}"))
    return {name: Decimal(amount) for name, amount in told.items()}


def cause_of(error: Exception) -> object:
    """What the driver says: SQLAlchemy wraps it, or the driver itself says it."""
    told = getattr(error, "orig", None) or error
    return getattr(told, "__cause__", None) or told if told is not error else error


def is_of_a_row(error: Exception) -> bool:
    """Whether a statement was refused for what it says, not because the server is away, full or being stopped."""
    state = str(getattr(cause_of(error), "sqlstate", "") or "")
    return bool(state) and not state.startswith(NOBODYS_FAULT)


def _field(constraint: str, cause: object) -> str:
    table = str(getattr(cause, "table_name", "") or "")
    return re.sub(rf"^(uq|ck|ex)_{re.escape(table)}_", "", constraint)
