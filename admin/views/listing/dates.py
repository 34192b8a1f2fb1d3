"""Spans of days by their names: overdue, today, the next thirty days."""

from __future__ import annotations

import re
from datetime import date, timedelta

from admin.i18n import _, ngettext
from models.dates import add_months
from models.texts import N_

SPANS = {
    "overdue": N_("Before today"),
    "ahead": N_("From today on"),
    "today": N_("Today"),
    "tomorrow": N_("Tomorrow"),
    "yesterday": N_("Yesterday"),
    "last_week": N_("Last week"),
    "this_week": N_("This week"),
    "next_week": N_("Next week"),
    "last_month": N_("Last month"),
    "this_month": N_("This month"),
    "next_month": N_("Next month"),
    "next_7": N_("Next 7 days"),
    "next_30": N_("Next 30 days"),
    "last_7": N_("Last 7 days"),
    "last_30": N_("Last 30 days"),
    "last_quarter": N_("Last quarter"),
    "this_quarter": N_("This quarter"),
    "next_quarter": N_("Next quarter"),
    "last_year": N_("Last year"),
    "this_year": N_("This year"),
    "next_year": N_("Next year"),
}
DAYS = re.compile(r"(next|last)_([1-9][0-9]{0,3})")
"""So many days from today on, or up to today."""


def is_span(name: str) -> bool:
    """Whether a span is called so."""
    return name in SPANS or DAYS.fullmatch(name) is not None


def span_words(name: str) -> str:
    """A span in words."""
    if name in SPANS:
        return _(SPANS[name])
    ahead, number = name.split("_")
    if ahead == "next":
        return ngettext("Next {n} day", "Next {n} days", int(number))
    return ngettext("Last {n} day", "Last {n} days", int(number))


def span(name: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of a span, both included; None is open. Raises `KeyError` for an unknown name."""
    if found := DAYS.fullmatch(name):
        days = timedelta(days=int(found[2]))
        return (today, today + days) if found[1] == "next" else (today - days, today)
    day = timedelta(days=1)
    monday = today - timedelta(days=today.weekday())
    month = today.replace(day=1)
    quarter = month.replace(month=(today.month - 1) // 3 * 3 + 1)
    year = month.replace(month=1)
    spans: dict[str, tuple[date | None, date | None]] = {
        "overdue": (None, today - day),
        "ahead": (today, None),
        "today": (today, today),
        "tomorrow": (today + day, today + day),
        "yesterday": (today - day, today - day),
        "last_week": (monday - 7 * day, monday - day),
        "this_week": (monday, monday + 6 * day),
        "next_week": (monday + 7 * day, monday + 13 * day),
        "last_month": (add_months(month, -1), month - day),
        "this_month": (month, add_months(month, 1) - day),
        "next_month": (add_months(month, 1), add_months(month, 2) - day),
        "last_quarter": (add_months(quarter, -3), quarter - day),
        "this_quarter": (quarter, add_months(quarter, 3) - day),
        "next_quarter": (add_months(quarter, 3), add_months(quarter, 6) - day),
        "last_year": (add_months(year, -12), year - day),
        "this_year": (year, add_months(year, 12) - day),
        "next_year": (add_months(year, 12), add_months(year, 24) - day),
    }
    return spans[name]
