"""The clock of an arrear in words: how late it is, and what the contract makes of that."""

from __future__ import annotations

from datetime import date

from admin.i18n import _, ngettext, show_date
from models.arrears import Arrear
from models.choices import ArrearEffect, Standing
from models.texts import N_


def clock_words(arrear: Arrear, today: date) -> str:
    """How late, and what follows: `late by 5 days · grace until 12.12.2026`."""
    late = ngettext("late by {n} day", "late by {n} days", arrear.late(today))
    return f"{late} · {effect_words(arrear, today)}"


def effect_words(arrear: Arrear, today: date) -> str:
    """What the contract makes of an arrear today."""
    words = _WORDS[arrear.standing(today), ArrearEffect(arrear.effect)]
    return _(words, last=show_date(arrear.last_day), day=show_date(arrear.turns_on))


def read_clock(text: str | None, today: date) -> str:
    """The words of a clock as `crm.clock` tells it; nothing of none."""
    if not text:
        return ""
    due_on, effect, *days = text.split()
    return clock_words(Arrear(date.fromisoformat(due_on), effect, int(days[0]) if days else None), today)


S, E = Standing, ArrearEffect
_WORDS = {
    (S.AT_RISK, E.AT_RISK): N_("cover at risk"),
    (S.AT_RISK, E.GRACE): N_("grace until {last}"),
    (S.AT_RISK, E.TERMINATION): N_("will be terminated on {day}"),
    (S.SUSPENDED, E.SUSPENDED): N_("cover suspended since {day}"),
    (S.SUSPENDED, E.GRACE): N_("grace is over, cover suspended since {day}"),
    (S.SUSPENDED, E.REINSPECTION): N_("cover suspended since {day}, back after a re-inspection"),
    (S.TO_TERMINATE, E.TERMINATION): N_("to be terminated since {day}"),
    # On the very day itself nothing has happened yet; nobody is late then, but words are there.
    (S.AT_RISK, E.SUSPENDED): N_("cover suspended from {day}"),
    (S.AT_RISK, E.REINSPECTION): N_("cover suspended from {day}"),
}
