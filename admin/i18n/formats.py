"""How days, sums, numbers and phones are written, with no-break spaces; plain functions, a page calls them often."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from admin.i18n.catalogue import _, current_locale, ngettext
from models import clock
from models.identifiers import format_phone
from models.texts import N_
from settings import settings

GAP = "\u00a0"
SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€"}
WEEKDAYS = (N_("Mon"), N_("Tue"), N_("Wed"), N_("Thu"), N_("Fri"), N_("Sat"), N_("Sun"))
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR = timedelta(days=6)


def show_number(value: Decimal | int | float | None, places: int | None = None) -> str:
    """`12 345,67`, in English `12,345.67`; without `places` as many as the value has, trailing zeros dropped."""
    if value is None:
        return ""
    text = f"{value:,f}" if places is None else f"{value:,.{places}f}"
    if places is None and "." in text:
        text = text.rstrip("0").rstrip(".")
    text = text.replace("-", "\u2212")
    return text if current_locale() == "en" else text.replace(",", GAP).replace(".", ",")


def show_money(value: Decimal | int | None, currency: str = "RUB") -> str:
    """`12 345,67 ₽`, in English `₽12,345.67`; whole kopecks always."""
    if value is None:
        return ""
    number, sign = show_number(value, 2), SIGNS.get(currency, currency)
    if current_locale() == "en":
        return f"\u2212{sign}{number[1:]}" if value < 0 else f"{sign}{number}"
    return f"{number}{GAP}{sign}"


def show_percent(value: Decimal | int | None) -> str:
    """`18,5 %`, in English `18.5%`."""
    if value is None:
        return ""
    return show_number(value) + ("%" if current_locale() == "en" else f"{GAP}%")


def show_date(value: date | None) -> str:
    """`01.02.2026`, in English `1 Feb 2026`."""
    if value is None:
        return ""
    if current_locale() == "en":
        return f"{value.day}{GAP}{MONTHS[value.month - 1]}{GAP}{value.year}"
    return f"{value.day:02}.{value.month:02}.{value.year:04}"


def show_day(value: date | None, today: date | None = None) -> str:
    """A day as people say it: today, tomorrow, yesterday, the weekday when it is near, else the date."""
    if value is None:
        return ""
    distance = value - (today or clock.today(settings.zone))
    match distance.days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case -1:
            return _("yesterday")
    return near_day(value) if abs(distance) <= NEAR else show_date(value)


def near_day(value: date) -> str:
    """A day of these two weeks with its weekday; the year goes without saying: `чт 05.02`, in English `Thu 5 Feb`."""
    day = (
        f"{value.day}{GAP}{MONTHS[value.month - 1]}" if current_locale() == "en" else f"{value.day:02}.{value.month:02}"
    )
    return f"{_(WEEKDAYS[value.weekday()])}{GAP}{day}"


def show_time(value: datetime | time | None) -> str:
    """`14:02` in the brokerage's zone."""
    if value is None:
        return ""
    local = value.astimezone(settings.zone) if isinstance(value, datetime) else value
    return f"{local.hour:02}:{local.minute:02}"


def show_datetime(value: datetime | None) -> str:
    """`01.02.2026 14:02` in the brokerage's zone."""
    if value is None:
        return ""
    local = value.astimezone(settings.zone)
    return f"{show_date(local.date())}{',' if current_locale() == 'en' else ''}{GAP}{show_time(local)}"


def show_span(span: timedelta) -> str:
    """How long something lasts or lies: `5 min`, `3 h`, `2 d`, whole units only."""
    minutes = max(0, int(span.total_seconds()) // 60)
    if minutes < 60:
        return ngettext("{n} min", "{n} min", minutes)
    hours = minutes // 60
    return ngettext("{n} h", "{n} h", hours) if hours < 24 else ngettext("{n} d", "{n} d", hours // 24)


def show_phone(value: str | None) -> str:
    """`+7 929 827-75-34`, which does not break."""
    return format_phone(value).replace(" ", GAP).replace("-", "\u2011") if value else ""
