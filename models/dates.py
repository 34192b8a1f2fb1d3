"""Calendar arithmetic of policies and reviews: dates without times, by the zone of the insured place."""

from calendar import monthrange
from datetime import MAXYEAR, MINYEAR, date, timedelta

from models.errors import Invalid
from models.texts import N_

# Days of warning where no setting says otherwise; the long lead is for КАСКО and mortgages.
INSTALMENT_LEAD = 3
EXPIRY_LEAD = 30
LONG_EXPIRY_LEAD = 45


def add_months(anchor: date, n: int) -> date:
    """The anchor's day `n` months on (or back), or the last day of a shorter month.

    Count always from the anchor: 31 January gives 28 February and then 31 March. `Invalid` outside years 1 to 9999.
    """
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + n, 12)
    if not MINYEAR <= year <= MAXYEAR:
        raise Invalid(N_("The year {year} is outside the calendar"), year=year)
    return date(year, month + 1, min(anchor.day, monthrange(year, month + 1)[1]))


def anniversary(anchor: date, years: int) -> date:
    """The same day `years` later; of 29 February, 28 February in common years."""
    return add_months(anchor, 12 * years)


def last_day(start: date, months: int) -> date:
    """The last covered day of a term of `months` that begins on `start`: a year from 22 June ends on 21 June.

    Where the last month has no such day, the term runs to its end (Civil Code art. 192): 29 to 28 February.
    """
    same_day = add_months(start, months)
    return same_day if same_day.day < start.day else day_before(same_day)


def day_before(day: date) -> date:
    """Yesterday, seen from `day`."""
    return day - timedelta(days=1)


def days_between(earlier: date, later: date) -> int:
    """Days from one date to the other, negative where `later` comes first."""
    return (later - earlier).days


def days_covered(first: date, last: date) -> int:
    """Days of a term that has both its ends in it; 0 where it is empty."""
    return max(0, days_between(first, last) + 1)


def workday_after(day: date, days: int) -> date:
    """The day `days` working days after `day`; Saturdays and Sundays do not count, public holidays do."""
    for _ in range(days):
        day += timedelta(days=1)
        while day.weekday() >= 5:
            day += timedelta(days=1)
    return day


def end_of_next_month(day: date) -> date:
    """The last day of the month after the day's own: when an act's commission usually arrives."""
    return add_months(day.replace(day=1), 2) - timedelta(days=1)


def review_on(event: date, lead: int) -> date:
    """The day to look at `event`: `lead` days ahead of it."""
    return event - timedelta(days=lead)


def nearest(*candidates: date | None) -> date | None:
    """The earliest date there is, past ones too: what was missed stays due."""
    return min((day for day in candidates if day is not None), default=None)
