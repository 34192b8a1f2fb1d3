"""How days, sums and phones are written in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from admin import i18n


@pytest.mark.parametrize(
    ("locale", "money", "percent", "day", "moment"),
    [
        ("ru", "−1 234 567,80 ₽", "18,5 %", "01.02.2026", "01.02.2026 02:30"),
        ("en", "−₽1,234,567.80", "18.5%", "1 Feb 2026", "1 Feb 2026, 02:30"),
    ],
)
def test_figures_and_days(locale: str, money: str, percent: str, day: str, moment: str):
    i18n.use_locale(locale)
    shown = (
        i18n.show_money(Decimal("-1234567.80")),
        i18n.show_percent(Decimal("18.50")),
        i18n.show_date(date(2026, 2, 1)),
        i18n.show_datetime(datetime(2026, 1, 31, 23, 30, tzinfo=UTC)),
    )
    assert tuple(text.replace("\u00a0", " ") for text in shown) == (money, percent, day, moment)
    assert not any(" " in text for text in shown)


def test_near_days_are_said_as_people_say_them():
    i18n.use_locale("ru")
    today = date(2026, 2, 1)
    said = [i18n.show_day(date(2026, 2, day), today) for day in (1, 2, 5, 20)]
    assert said == ["сегодня", "завтра", "чт\u00a005.02", "20.02.2026"]
    assert i18n.show_day(date(2026, 1, 31), today) == "вчера"


def test_a_phone_does_not_break():
    assert i18n.show_phone("+79298277534") == "+7\u00a0929\u00a0827\u201175\u201134"


def test_whole_numbers_lose_no_zeros():
    i18n.use_locale("ru")
    assert [i18n.show_number(n) for n in (0, 100, Decimal("100.00"), Decimal("1E+3"))] == [
        "0",
        "100",
        "100",
        "1\u00a0000",
    ]
