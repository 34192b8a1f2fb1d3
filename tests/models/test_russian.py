from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.russian import Unreadable, is_blank, parse_amount, parse_date, parse_number, parse_percent, parse_yes

MONTHS = ["", "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября"]
MONTHS += ["декабря"]
SUMS = st.integers(-(10**12), 10**12).map(lambda kopecks: Decimal(kopecks) / 100)
DAYS = st.dates(date(1900, 3, 1), date(2199, 12, 31))


def russian(amount: Decimal, space: str) -> str:
    return f"{amount:,.2f}".replace(",", space).replace(".", ",")


@given(
    SUMS,
    st.sampled_from(["", " ", "\u00a0", "\u202f", "\u2009", "'"]),
    st.sampled_from(["", " ₽", " руб.", "р.", " RUB"]),
)
def test_a_sum_is_read_as_it_was_meant(amount: Decimal, space: str, currency: str) -> None:
    assert parse_amount(russian(amount, space) + currency) == amount
    assert parse_amount(f"{amount:,.2f}") == amount
    assert parse_amount(f"{amount:,.2f}".replace(",", " ").replace(".", ",").replace("-", "−")) == amount


@given(st.integers(-(10**11), 10**11))
def test_a_float_is_read_by_its_shortest_spelling(kopecks: int) -> None:
    assert parse_amount(kopecks / 100) == Decimal(kopecks) / 100


@given(st.decimals(-(10**9), 10**9, places=4))
def test_kopecks_round_half_up(number: Decimal) -> None:
    assert parse_amount(str(number)) == number.quantize(Decimal("0.01"), ROUND_HALF_UP)


def test_odd_sums() -> None:
    assert parse_amount("(1 234,50)") == Decimal("-1234.50")
    assert parse_amount("1.234.567,89") == Decimal("1234567.89")
    assert parse_amount("1.234.567") == Decimal("1234567.00")
    assert parse_amount(2.675) == Decimal("2.68")
    assert parse_number("12,5") == Decimal("12.5")


@pytest.mark.parametrize(
    "value", ["", "сто", "1,2,3.4.5", "nan", "Infinity", "1e400", float("nan"), float("inf"), True, None, "#Н/Д"]
)
def test_what_is_not_a_sum(value: object) -> None:
    with pytest.raises(Unreadable):
        parse_amount(value)


@given(st.integers(1, 99))
def test_a_percent_in_each_dress(percent: int) -> None:
    for value in (percent, float(percent), f"{percent}%", f"{percent} %", f"{percent},0", percent / 100):
        assert parse_percent(value) == percent
    assert parse_percent("0,5%") == Decimal("0.5")
    assert parse_percent("12,5 %") == Decimal("12.5")


@given(DAYS)
def test_a_day_in_each_dress(day: date) -> None:
    serial = float((day - date(1899, 12, 30)).days)
    spellings: list[str | float | date] = [
        f"{day:%d.%m.%Y}", f"{day:%d/%m/%Y}", f"{day:%Y-%m-%d}", f"{day:%Y-%m-%d 00:00:00}", f"{day:%d.%m.%Y г.}",
        serial, serial + 0.75, day, datetime(day.year, day.month, day.day, 23, 59),
        f" {day.day}.{day.month}.{day.year} ",
        f"{day.day} {MONTHS[day.month]} {day.year} года", f"{day:%d.%m.%Y 09:30}",
    ]  # fmt: skip
    assert {parse_date(spelling) for spelling in spellings} == {day}


def test_two_digit_years() -> None:
    assert parse_date("31.12.25") == date(2025, 12, 31)
    assert parse_date("31.12.65") == date(1965, 12, 31)
    assert parse_date("05.06.41", latest=date(2026, 1, 1)) == date(1941, 6, 5)


@given(st.dates() | st.none())
def test_what_is_not_a_day(latest: date | None) -> None:
    texts = ["31.02.1985", "29.02.2025", "0.1.2025", "", "вчера", "12", "2025-13-01", "1 апрелябрь", "1 тур 2025"]
    for value in [*texts, None, True, -1.0, 3e6]:
        with pytest.raises(Unreadable):
            parse_date(value, latest)


def test_answers_and_blanks() -> None:
    assert parse_yes("Да") and parse_yes("+") and parse_yes(1.0) and parse_yes(True)
    assert not parse_yes("нет") and not parse_yes(0)
    with pytest.raises(Unreadable):
        parse_yes("может быть")
    assert all(is_blank(value) for value in (None, "", " \u00a0", "—", "-", "–"))
    assert not is_blank(0) and not is_blank("0") and not is_blank(timedelta(0))
