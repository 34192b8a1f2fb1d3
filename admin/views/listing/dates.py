"""Spans of days by their names: overdue, today, the next thirty days."""

from __future__ import annotations

from datetime import date, timedelta

from models.texts import N_

SPANS = {
    "overdue": N_("Before today"),
    "today": N_("Today"),
    "tomorrow": N_("Tomorrow"),
    "yesterday": N_("Yesterday"),
    "this_week": N_("This week"),
    "next_week": N_("Next week"),
    "this_month": N_("This month"),
    "next_month": N_("Next month"),
    "last_month": N_("Last month"),
    "next_7": N_("Next 7 days"),
    "next_30": N_("Next 30 days"),
    "last_7": N_("Last 7 days"),
    "last_30": N_("Last 30 days"),
    "this_year": N_("This year"),
}


def span(name: str, today: date) -> tuple[date | None, date | None]:
    """The first and the last day of a span, both included; None is open. Raises `KeyError` for an unknown name."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    next_first = (first + timedelta(days=32)).replace(day=1)
    day = timedelta(days=1)
    spans: dict[str, tuple[date | None, date | None]] = {
        "overdue": (None, today - day),
        "today": (today, today),
        "tomorrow": (today + day, today + day),
        "yesterday": (today - day, today - day),
        "this_week": (monday, monday + 6 * day),
        "next_week": (monday + 7 * day, monday + 13 * day),
        "this_month": (first, next_first - day),
        "next_month": (next_first, (next_first + 32 * day).replace(day=1) - day),
        "last_month": ((first - day).replace(day=1), first - day),
        "next_7": (today, today + 7 * day),
        "next_30": (today, today + 30 * day),
        "last_7": (today - 7 * day, today),
        "last_30": (today - 30 * day, today),
        "this_year": (today.replace(month=1, day=1), today.replace(month=12, day=31)),
    }
    return spans[name]
