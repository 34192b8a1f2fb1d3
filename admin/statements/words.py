"""Why a line is what it is, in a sentence; and what its buttons are called."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from admin.i18n import _, say, show_date, show_money, show_number
from admin.statements.facts import Facts
from models.choices import IncomeStatus
from models.reconciling.choices import LineCause, LineDecision
from models.texts import N_, Text

C, D = LineCause, LineDecision
LETTERS = {
    D.RECEIVED: "a",
    D.DIFFERENCE: "s",
    D.PART: "a",
    D.REVERSED: "a",
    D.REST_DISPUTED: "r",
    D.REST_WRITTEN_OFF: "w",
    D.WITHHELD: "h",
    D.DISPUTED: "d",
    D.IGNORED: "i",
    D.PUT_ASIDE: "o",
}
"""The keys by which a line is decided on."""


def reason_of(facts: Facts) -> str:
    """Why the line is an exception; of a match that it is as expected."""
    cause = facts.line.cause
    told = REASONS[LineCause(cause)](facts) if cause else _("As expected")
    return " ".join([told, *warnings_of(facts)])


def warnings_of(facts: Facts) -> list[str]:
    """What could not be read of the line."""
    told = (facts.line.cells or {}).get("warnings", [])
    return [say(Text(msgid, **params)) + "." for msgid, params in told]


def _rate(facts: Facts) -> str:
    line = facts.line
    return _(
        "The statement has {told}%, agreed is {agreed}%: {sum} in place of {expected}.",
        told=percent(line.percent), agreed=percent(line.expected_percent), sum=show_money(line.commission),
        expected=show_money(line.expected_amount),
    )  # fmt: skip


def _premium(facts: Facts) -> str:
    ours = facts.payment.amount if facts.payment else None
    return _(
        "The premium is {told}, the instalment {ours}; at the agreed rate that is {sum} in place of {expected}.",
        told=show_money(facts.line.premium), ours=show_money(ours), sum=show_money(facts.line.commission),
        expected=show_money(facts.line.expected_amount),
    )  # fmt: skip


def _less(facts: Facts) -> str:
    premium, ours = facts.line.premium, facts.payment.amount if facts.payment else None
    if premium is not None and ours is not None and premium < ours:
        return _(
            "A part of the instalment is paid: {told} of {ours}; {sum} less than expected.",
            told=show_money(premium), ours=show_money(ours), sum=show_money(_off(facts)),
        )  # fmt: skip
    return _("At the agreed rate, but {sum} less than expected.", sum=show_money(_off(facts)))


def _already(facts: Facts) -> str:
    income = facts.income
    if income is None or income.received_on is None:
        return _("This commission is not awaited any more.")
    day = show_date(income.received_on)
    if income.status == IncomeStatus.WITHHELD:
        return _("Already withheld from the premium on {day}.", day=day)
    if facts.came_by is not None:
        return _("Already received on {day} by the statement “{title}”.", day=day, title=facts.came_by.title)
    return _("Already received on {day}.", day=day)


def _no_policy(facts: Facts) -> str:
    if facts.is_draft:
        return _("The policy is a draft yet: issue it, then match again.")
    if facts.elsewhere:
        return _("It is a policy of another insurer: {insurer}.", insurer=facts.elsewhere)
    return _("This insurer has no policy with such a number.")


def _reverses(facts: Facts) -> str:
    income = facts.income
    day = show_date(income.received_on) if income is not None and income.received_on else "—"
    return _("Takes back the commission that was received on {day}.", day=day)


def _claw_back(facts: Facts) -> str:
    if not facts.difference:
        return _("The claw-back that is expected.")
    return _("A claw-back of {expected} is expected.", expected=show_money(facts.line.expected_amount))


REASONS: dict[LineCause, Callable[[Facts], str]] = {
    C.NO_NUMBER: lambda _facts: _("The line has no policy number that can be read."),
    C.NO_POLICY: _no_policy,
    C.AMBIGUOUS: lambda _facts: _("Several policies could be meant: link the right one."),
    C.RATE: _rate,
    C.PREMIUM: _premium,
    C.MORE: lambda facts: _("{sum} more than expected at the agreed rate.", sum=show_money(_off(facts))),
    C.NOTHING_EXPECTED: lambda _facts: _("No rule promises a commission on this instalment."),
    C.LESS: _less,
    C.NO_SUM: lambda _facts: _("The line has no commission."),
    C.ROUNDED: lambda facts: _("Differs by {sum}, within the tolerance.", sum=show_money(_off(facts))),
    C.SAME_LINE: lambda facts: _("The same as row {row} of this statement.", row=facts.line.twin_row),
    C.ALREADY_RECEIVED: _already,
    C.PART_CAME: lambda _facts: _("This very part has come by another line already."),
    C.NOTHING_OPEN: lambda _facts: _("This policy awaits no more commission."),
    C.CLAW_BACK: _claw_back,
    C.REVERSES: _reverses,
    C.NOTHING_TO_REVERSE: lambda _facts: _("No received commission is known that this could take back."),
}


def note_of(facts: Facts) -> str:
    """What is kept with a decision where the person writes nothing: the reason itself."""
    return reason_of(facts)


def _off(facts: Facts) -> Decimal:
    difference: Decimal = facts.difference or Decimal(0)
    return abs(difference)


def percent(value: Decimal | None) -> str:
    """A rate as people write it: 18, 12,5."""
    if value is None:
        return "—"
    return show_number(value.normalize(), None if value == value.to_integral() else 2)


DONE = {
    D.RECEIVED: N_("to be received"),
    D.WITHHELD: N_("withheld from the premium"),
    D.DIFFERENCE: N_("the statement's sum is taken"),
    D.PART: N_("the part is received"),
    D.REST_DISPUTED: N_("received, the difference is disputed"),
    D.REST_WRITTEN_OFF: N_("received, the rest is written off"),
    D.DISPUTED: N_("disputed"),
    D.REVERSED: N_("the commission is taken back"),
    D.IGNORED: N_("ignored"),
    D.PUT_ASIDE: N_("put aside"),
}
"""How a decision reads on its line."""
POSTED = DONE | {
    D.RECEIVED: N_("received"),
    D.WITHHELD: N_("withheld"),
    D.DIFFERENCE: N_("received by the statement's sum"),
    D.PART: N_("received in part"),
    D.REVERSED: N_("the commission has been taken back"),
}
"""How it reads once it is posted."""
