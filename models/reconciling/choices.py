"""Why a line is what it is, and what can be decided of it."""

from __future__ import annotations

from models.choices import Choice, LineVerdict
from models.texts import N_


class LineCause(Choice):
    """The reason behind a verdict, more exactly than the verdict says it."""

    NO_NUMBER = "no_number", N_("No policy number")
    NO_POLICY = "no_policy", N_("No policy with this number")
    AMBIGUOUS = "ambiguous", N_("Several policies could be meant")
    RATE = "rate", N_("Another rate")
    PREMIUM = "premium", N_("Another premium")
    MORE = "more", N_("More than expected")
    NOTHING_EXPECTED = "nothing_expected", N_("Nothing is expected")
    LESS = "less", N_("Less than expected")
    NO_SUM = "no_sum", N_("No sum")
    ROUNDED = "rounded", N_("Differs by rounding")
    SAME_LINE = "same_line", N_("The same line again")
    ALREADY_RECEIVED = "already_received", N_("Already received")
    PART_CAME = "part_came", N_("This part has come")
    NOTHING_OPEN = "nothing_open", N_("Nothing more is awaited")
    CLAW_BACK = "claw_back", N_("An expected claw-back")
    REVERSES = "reverses", N_("Takes a commission back")
    NOTHING_TO_REVERSE = "nothing_to_reverse", N_("Nothing to take back")


class LineDecision(Choice):
    """What becomes of a line when the statement is posted."""

    RECEIVED = "received", N_("Receive")
    WITHHELD = "withheld", N_("Note as withheld")
    DIFFERENCE = "difference", N_("Take the statement's sum")
    PART = "part", N_("Receive the part")
    REST_DISPUTED = "rest_disputed", N_("Receive, dispute the difference")
    REST_WRITTEN_OFF = "rest_written_off", N_("Receive, write the rest off")
    DISPUTED = "disputed", N_("Dispute the line")
    REVERSED = "reversed", N_("Take the commission back")
    IGNORED = "ignored", N_("Ignore")
    PUT_ASIDE = "put_aside", N_("Put the line aside")


D, C, V = LineDecision, LineCause, LineVerdict
TAKES_MONEY = frozenset({D.RECEIVED, D.WITHHELD, D.DIFFERENCE, D.PART, D.REST_DISPUTED, D.REST_WRITTEN_OFF, D.REVERSED})
"""Decisions by which commission is received; the others leave what is expected as it is, or dispute it."""
ALWAYS = (D.IGNORED, D.PUT_ASIDE)
OF_VERDICT: dict[LineVerdict, tuple[LineDecision, ...]] = {
    V.MATCH: (D.RECEIVED, D.WITHHELD, D.DISPUTED),
    V.WRONG_RATE: (D.DIFFERENCE, D.REST_DISPUTED, D.DISPUTED),
    V.PARTIAL: (D.PART, D.REST_DISPUTED, D.REST_WRITTEN_OFF, D.DIFFERENCE, D.DISPUTED),
    V.DUPLICATE: (),
    V.UNKNOWN_POLICY: (),
    V.REVERSAL: (D.RECEIVED, D.DIFFERENCE, D.REVERSED, D.DISPUTED),
}
"""What may be decided of a verdict, the proposed one first, beside `ALWAYS`; the line's cause narrows it."""


def decisions_for(verdict: str | None, cause: str | None, has_income: bool) -> tuple[LineDecision, ...]:
    """The decisions that a line admits, the proposed one first; `has_income`: a line of income waits for it."""
    allowed = list(OF_VERDICT[LineVerdict(verdict)]) if verdict else []
    match cause:
        case C.NO_SUM:
            allowed = [D.DISPUTED]
        case C.NOTHING_EXPECTED:
            allowed = [D.DIFFERENCE]
        case C.CLAW_BACK:
            allowed.remove(D.REVERSED)
        case C.REVERSES:
            allowed = [D.REVERSED]
        case C.NOTHING_TO_REVERSE:
            allowed = []
    if not has_income and D.DISPUTED in allowed:
        allowed.remove(D.DISPUTED)
    leading = allowed if verdict != V.DUPLICATE else [D.IGNORED]
    return tuple(dict.fromkeys([*leading, *ALWAYS]))
