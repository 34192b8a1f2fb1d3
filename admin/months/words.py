"""Months as people say them."""

from __future__ import annotations

from datetime import date

from babel.dates import format_date

from admin.i18n import current_locale
from models.dates import add_months


def show_month(month: date) -> str:
    """`Октябрь 2026`, in English `October 2026`."""
    said = named(month)
    return said[:1].upper() + said[1:]


def named(month: date) -> str:
    """The same within a sentence: `октябрь 2026`."""
    return str(format_date(month, "LLLL y", current_locale()))


def month_of(written: str) -> date | None:
    """The first day of `2026-10`; None for what is no month."""
    try:
        found = date.fromisoformat(f"{written}-01")
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None


def last_day_of(month: date) -> date:
    """The month's last day, from its first."""
    return date.fromordinal(add_months(month, 1).toordinal() - 1)
