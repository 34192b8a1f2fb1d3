"""What the database refuses, in words: no error shows SQL."""

from __future__ import annotations

import re

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
    "ck_policies_order": ("ends_on", N_("The policy ends before it starts.")),
    "ex_absences_overlap": ("starts_on", N_("This person is away on some of these days already.")),
    "ck_absences_return": ("ends_on", N_("Say when the person comes back.")),
    "ck_absences_order": ("ends_on", N_("The absence ends before it starts.")),
    "ck_absences_substitute": ("substitute_id", N_("One cannot stand in for oneself.")),
}
"""Constraint → the field to mark and the sentence."""
NOBODYS_FAULT = ("08", "53", "57P", "58", "XX")
"""Classes of errors that tell of the server, not of what was asked."""


def worded(error: Exception) -> Problem | None:
    """The sentence for a refusal of PostgreSQL; nothing where it is a defect of ours, which must be seen as one."""
    cause = cause_of(error)
    state = str(getattr(cause, "sqlstate", "") or "")
    constraint = str(getattr(cause, "constraint_name", "") or "")
    if constraint in SENTENCES:
        return Invalid.at(SENTENCES[constraint][0], SENTENCES[constraint][1])
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
