"""Months, anniversaries, terms and reviews, judged by walking the calendar day by day."""

from datetime import date, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.dates import (
    add_months,
    anniversary,
    day_before,
    days_between,
    days_covered,
    end_of_next_month,
    last_day,
    nearest,
    review_on,
    workday_after,
)
from models.errors import Invalid

DAY = timedelta(days=1)
days = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def walk_months(anchor: date, months: int) -> date:
    """Step over month ends one day at a time, then on to the anchor's day as far as the month goes."""
    day, step = anchor.replace(day=1), DAY if months >= 0 else -DAY
    passed = 0
    while passed < abs(months):
        before, day = day, day + step
        passed += before.month != day.month
    day = day.replace(day=1)
    while day.day < anchor.day and (day + DAY).month == day.month:
        day += DAY
    return day


@given(days, st.integers(-40, 40))
@example(date(2024, 2, 29), 12)
@example(date(2025, 12, 31), 2)
@example(date(2026, 1, 31), -11)
def test_months_are_counted_as_by_walking(anchor: date, months: int) -> None:
    assert add_months(anchor, months) == walk_months(anchor, months)


def test_months_are_counted_from_the_anchor_and_never_chained() -> None:
    due = [add_months(date(2026, 1, 31), n) for n in range(4)]
    assert due == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
    assert add_months(date(2024, 1, 31), 1) == date(2024, 2, 29)


@pytest.mark.parametrize(("anchor", "months"), [(date(9999, 12, 1), 1), (date(1, 1, 1), -1)])
def test_the_calendar_has_its_ends(anchor: date, months: int) -> None:
    assert add_months(anchor, 0) == anchor
    with pytest.raises(Invalid):
        add_months(anchor, months)


def test_the_anniversary_of_a_leap_day() -> None:
    born = date(2024, 2, 29)
    assert [anniversary(born, n) for n in (1, 4, 25)] == [date(2025, 2, 28), date(2028, 2, 29), date(2049, 2, 28)]
    assert anniversary(date(2025, 6, 22), 1) == date(2026, 6, 22)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2025, 6, 22), 12, date(2026, 6, 21)),
        (date(2025, 3, 1), 12, date(2026, 2, 28)),
        (date(2023, 3, 1), 12, date(2024, 2, 29)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2025, 8, 31), 6, date(2026, 2, 28)),
        (date(2025, 1, 1), 12, date(2025, 12, 31)),
    ],
)
def test_a_term_ends_on_the_day_before_its_anniversary(start: date, months: int, end: date) -> None:
    assert last_day(start, months) == end


@given(days, st.integers(1, 36))
def test_a_term_is_never_a_day_longer_than_its_months(start: date, months: int) -> None:
    first_uncovered = last_day(start, months) + DAY
    assert first_uncovered.day in (start.day, 1)
    assert walk_months(start, months) <= first_uncovered <= walk_months(start, months) + DAY


@given(days, st.integers(-800, 800))
def test_days_are_counted_as_by_walking(first: date, steps: int) -> None:
    last = date.fromordinal(first.toordinal() + steps)
    assert days_between(first, last) == steps
    assert days_covered(first, last) == len(range(first.toordinal(), last.toordinal() + 1))
    assert day_before(first).toordinal() == first.toordinal() - 1


@given(days, st.integers(0, 400))
def test_a_review_comes_its_lead_ahead(event: date, lead: int) -> None:
    assert days_between(review_on(event, lead), event) == lead


def test_reviews_ahead_of_an_instalment_and_an_expiry() -> None:
    assert review_on(date(2026, 3, 1), 3) == date(2026, 2, 26)
    assert review_on(date(2026, 6, 21), 30) == date(2026, 5, 22)
    assert review_on(date(2026, 6, 21), 45) == date(2026, 5, 7)


def test_the_nearest_date_wins_even_when_it_has_passed() -> None:
    missed, coming = date(2020, 1, 1), date(2030, 1, 1)
    assert nearest(coming, None, missed) == missed
    assert nearest(None, coming) == coming
    assert nearest(None) is None
    assert nearest() is None


@given(days, st.integers(0, 40))
def test_working_days_leave_weekends_out(day: date, count: int) -> None:
    due = workday_after(day, count)
    passed = [day + timedelta(days=n) for n in range(1, (due - day).days + 1)]
    assert sum(one.weekday() < 5 for one in passed) == count
    assert count == 0 or due.weekday() < 5


@given(days)
def test_the_next_month_ends_before_the_one_after_begins(day: date) -> None:
    end = end_of_next_month(day)
    assert (end + DAY).day == 1
    assert (end.year * 12 + end.month) - (day.year * 12 + day.month) == 1
