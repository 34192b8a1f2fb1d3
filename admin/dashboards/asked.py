"""What the address of a dashboard asks: the tab, the days and those before, whose and what business."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import get_month_names
from starlette.datastructures import QueryParams

from admin.i18n import _, current_locale, show_date
from models.dates import add_months
from models.figures.asked import Asked
from models.task.report import Period
from models.texts import N_


class Span(enum.StrEnum):
    """Kinds of periods; values stand in addresses."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    OWN = "own"

    @property
    def label(self) -> str:
        """What it is called, a msgid."""
        return LABELS[self]


LABELS = {Span.MONTH: N_("Month"), Span.QUARTER: N_("Quarter"), Span.YEAR: N_("Year"), Span.OWN: N_("Own days")}
MONTHS = {Span.MONTH: 1, Span.QUARTER: 3, Span.YEAR: 12}
FILTERS = ("team", "seller", "insurer", "product")
EARLIEST, LATEST = date(2000, 1, 1), date(2200, 12, 31)
LONGEST = timedelta(days=3_700)
"""Days of one's own are ten years at most."""


@dataclass(frozen=True)
class Query:
    """A dashboard as asked for."""

    span: Span
    asked: Asked
    tab: str = ""

    @property
    def title(self) -> str:
        """The period in words."""
        return title_of(self.span, self.asked.period)

    @property
    def title_before(self) -> str:
        """The days before in words; a period that is not over is compared with as much of the one before."""
        before = self.asked.before
        kind = Span.OWN if is_running(self.asked.period, self.asked.today) else self.span
        return title_of(kind, before)

    def parameters(self, **changed: str | None) -> dict[str, str]:
        """The parameters of the address; None takes one away."""
        period = self.asked.period
        told: dict[str, str | None] = {"tab": self.tab, "period": self.span.value}
        if self.span is Span.OWN:
            told |= {"from": period.first.isoformat(), "to": period.last.isoformat()}
        else:
            told["on"] = period.first.isoformat()
        told |= {name: str(getattr(self.asked, name) or "") for name in FILTERS}
        return {name: value for name, value in (told | changed).items() if value}

    def address(self, to: str = "", /, **changed: str | None) -> str:
        """The same of other days, or another page of the same days."""
        return f"/admin/dashboards{to}?{urlencode(self.parameters(**changed))}"

    def spanned(self, span: Span) -> str:
        """The same with another kind of period, around the day that is shown or today."""
        period, today = self.asked.period, self.asked.today
        day = today if period.first <= today <= period.last else period.first
        if span is Span.OWN:
            ends: dict[str, str | None] = {"from": period.first.isoformat(), "to": period.last.isoformat()}
            return self.address(**ends | {"period": span.value, "on": None})
        changed: dict[str, str | None] = {"period": span.value, "on": day.isoformat(), "from": None, "to": None}
        return self.address(**changed)

    def moved(self, step: int) -> str:
        """The period after, or before."""
        first, last = shifted(self.span, self.asked.period, step)
        if self.span is Span.OWN:
            return self.address(**{"from": first.isoformat(), "to": last.isoformat()})
        return self.address(on=first.isoformat())


def read_query(query: QueryParams, today: date, usual: Span, tab: str = "") -> Query:
    """Understand an address; what makes no sense is the usual period around today, without filters."""
    span = next((one for one in Span if one == query.get("period")), usual)
    period = own_days(query, today) if span is Span.OWN else around(span, day_of(query.get("on", "")) or today)
    keys = {name: key_of(query.get(name, "")) for name in FILTERS}
    return Query(span, Asked(period, before_of(span, period, today), today, **keys), tab)


def around(span: Span, day: date) -> Period:
    """The month, quarter or year that a day lies in."""
    length = MONTHS[span]
    first = day.replace(month=(day.month - 1) // length * length + 1, day=1)
    return Period(first, add_months(first, length) - timedelta(days=1))


def own_days(query: QueryParams, today: date) -> Period:
    """The days of the address, in their order; thirty days up to now where there are none."""
    last = day_of(query.get("to", "")) or today
    first = day_of(query.get("from", "")) or last - timedelta(days=29)
    first, last = min(first, last), max(first, last)
    return Period(max(first, last - LONGEST), last)


def shifted(span: Span, period: Period, step: int) -> Period:
    """The period some steps later; within the calendar that addresses know."""
    if span is Span.OWN:
        length = (period.last - period.first + timedelta(days=1)) * step
        first = min(max(period.first + length, EARLIEST), LATEST)
        return Period(first, first + (period.last - period.first))
    first = min(max(add_months(period.first, MONTHS[span] * step), EARLIEST), LATEST.replace(month=1, day=1))
    return around(span, first)


def before_of(span: Span, period: Period, today: date) -> Period:
    """The period before; of one that is not over yet only as many days as have passed."""
    before = shifted(span, period, -1)
    if is_running(period, today):
        return Period(before.first, min(before.first + (today - period.first), before.last))
    return before


def is_running(period: Period, today: date) -> bool:
    """Whether the period has begun and is not over."""
    return period.first <= today < period.last


def day_of(text: str) -> date | None:
    """A day as an address has it."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if EARLIEST <= found <= LATEST else None


def key_of(text: str) -> UUID | None:
    """A key as an address has it."""
    try:
        return UUID(text)
    except ValueError:
        return None


def title_of(span: Span, period: Period) -> str:
    """A period in words: `ноябрь 2026`, `4-й квартал 2026`, `2026`, or its days."""
    first, last = period
    if span is Span.MONTH:
        return f"{month_names('wide')[first.month]} {first.year}"
    if span is Span.QUARTER:
        return _("Q{number} {year}").format(number=(first.month + 2) // 3, year=first.year)
    return str(first.year) if span is Span.YEAR else f"{show_date(first)} – {show_date(last)}"


def month_title(month: date) -> str:
    """A month beside others: `нояб. 2026`."""
    return f"{month_names('abbreviated')[month.month]} {month.year}"


def short_day(day: date) -> str:
    """A day whose year goes without saying: `01.02`, in English `1 Feb`."""
    return f"{day.day} {month_title(day)[:3]}" if current_locale() == "en" else f"{day:%d.%m}"


def month_names(width: str) -> Mapping[int, str]:
    """Names of months by their numbers, as they stand alone."""
    return get_month_names(width, "stand-alone", current_locale())  # type: ignore[arg-type]
