"""Instalment plans by their names: those that are offered, and any other as its parts."""

from __future__ import annotations

from collections.abc import Iterator

from admin.i18n import _, ngettext
from models.plans import PLANS
from models.texts import N_

PLAN_COLUMNS = frozenset({"plan", "default_plan"})
NAMES = {
    "once": N_("In one payment"),
    "50-50": N_("50/50 within three months"),
    "40-20-20-20": N_("40/20/20/20 over a year"),
}
EQUAL = "equal-"


def plan_options() -> Iterator[tuple[str, str]]:
    """Slugs and names of the plans that are offered."""
    for slug in PLANS:
        yield slug, plan_name(slug)


def plan_name(slug: str) -> str:
    """A plan as people call it; what is no slug stays as it was typed."""
    if slug in NAMES:
        return _(NAMES[slug])
    count = slug.removeprefix(EQUAL)
    if slug.startswith(EQUAL) and count.isdecimal():
        return ngettext("{n} equal instalment", "{n} equal instalments", int(count))
    shares, _at, months = slug.partition("@")
    return "@".join(part.replace("-", "/") for part in (shares, months) if part)


def plan_slug(text: str) -> str:
    """The slug of a plan that is called by its name here; anything else stays as it was typed."""
    typed = text.strip().casefold()
    return next((slug for slug, name in plan_options() if name.casefold() == typed), text)
