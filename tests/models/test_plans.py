"""Instalment plans: their spellings, their payments and what each payment covers."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import Invalid
from models.plan_spellings import parse_plan
from models.plans import (
    FORTY_THEN_TWENTIES,
    FOUR,
    HALVES,
    ONCE,
    PLANS,
    TWELVE,
    TWO,
    Plan,
    equal_plan,
    percent_plan,
    schedule,
)
from tests.models.test_dates import walk_months

plans = st.one_of(st.sampled_from(list(PLANS.values())), st.integers(1, 12).map(equal_plan))
premiums = st.integers(-(10**11), 10**11).map(lambda kopecks: Decimal(kopecks).scaleb(-2))


@st.composite
def percent_plans(draw: st.DrawFn) -> Plan:
    cuts = sorted(draw(st.sets(st.integers(1, 999), min_size=1, max_size=5)))
    percents = [Decimal(b - a) / 10 for a, b in zip([0, *cuts], [*cuts, 1000], strict=True)]
    months = sorted(draw(st.sets(st.integers(0, 24), min_size=len(percents), max_size=len(percents))))
    return percent_plan(percents, draw(st.sampled_from([None, months])))


@given(st.one_of(plans, percent_plans()), premiums, st.dates(date(2000, 1, 1), date(2050, 12, 31)), st.integers(0, 400))
def test_payments_make_the_premium_and_cover_without_gaps(plan: Plan, premium: Decimal, first: date, more: int) -> None:
    end = walk_months(first, plan.months[-1]) + timedelta(days=more)
    payments = schedule(plan, premium, first, end)
    assert [payment.sequence for payment in payments] == list(range(1, len(plan.weights) + 1))
    assert [payment.due_on for payment in payments] == [walk_months(first, after) for after in plan.months]
    assert sum(Fraction(payment.amount) for payment in payments) == Fraction(premium)
    for payment, following in pairwise(payments):
        assert payment.covered_until + timedelta(days=1) == following.due_on
    assert payments[-1].covered_until == end


@given(percent_plans() | plans)
def test_a_slug_reads_back_as_its_plan(plan: Plan) -> None:
    assert parse_plan(plan.slug) == plan


def test_a_year_by_forty_and_twenties_from_the_last_of_january() -> None:
    payments = schedule(FORTY_THEN_TWENTIES, Decimal("100001.01"), date(2026, 1, 31), date(2027, 1, 30))
    assert [(payment.due_on, str(payment.amount), payment.covered_until) for payment in payments] == [
        (date(2026, 1, 31), "40000.40", date(2026, 4, 29)),
        (date(2026, 4, 30), "20000.21", date(2026, 7, 30)),
        (date(2026, 7, 31), "20000.20", date(2026, 10, 30)),
        (date(2026, 10, 31), "20000.20", date(2027, 1, 30)),
    ]


def test_monthly_dates_return_to_the_anchor_after_february() -> None:
    payments = schedule(TWELVE, Decimal(1200), date(2026, 1, 31), date(2027, 1, 30))
    assert [payment.due_on for payment in payments[:4]] == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]
    assert {payment.amount for payment in payments} == {Decimal(100)}


def test_an_instalment_after_the_cover_is_refused() -> None:
    first, half_a_year = date(2026, 1, 1), date(2026, 6, 30)
    assert len(schedule(HALVES, Decimal(100), first, half_a_year)) == 2
    with pytest.raises(Invalid, match="2026-10-01"):
        schedule(FOUR, Decimal(100), first, half_a_year)
    assert schedule(ONCE, Decimal(100), first, first)[0].covered_until == first


@pytest.mark.parametrize(
    ("spellings", "plan"),
    [
        (("единовременно", "Единовр.", "сразу", "1", "1 платеж", "один платёж", "100%", "без рассрочки"), ONCE),
        (("2 платежа", "в два платежа", "2 взноса", "двумя равными платежами", "раз в полгода"), TWO),
        (("4 платежа", "4 Платежа ", "в\u00a04\u00a0платежа", "поквартально", "4 равными частями"), FOUR),
        (("12 платежей", "ежемесячно", "Помесячно", "раз в месяц"), TWELVE),
        (("50/50", "50 / 50", "50%/50%", "50-50", "рассрочка 50/50", "50,0/50,0"), HALVES),
        (("40/20/20/20", "40–20–20–20", "40%+20%+20%+20%", "40 : 20 : 20 : 20"), FORTY_THEN_TWENTIES),
        (("3 платежа", "три взноса"), Plan("equal-3", (1, 1, 1), (0, 4, 8))),
        (("30/30/40", "30-30-40"), Plan("30-30-40", (30, 30, 40), (0, 4, 8))),
        (("30/30/40@0/2/5", "30-30-40 @ 0-2-5"), Plan("30-30-40@0-2-5", (30, 30, 40), (0, 2, 5))),
        (("33,3/33,3/33,4",), Plan("33.3-33.3-33.4", (Decimal("33.3"), Decimal("33.3"), Decimal("33.4")), (0, 4, 8))),
        (("50/50@0/6",), Plan("50-50@0-6", (50, 50), (0, 6))),
    ],
)
def test_spellings(spellings: tuple[str, ...], plan: Plan) -> None:
    assert {spelling: parse_plan(spelling) for spelling in spellings} == dict.fromkeys(spellings, plan)


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "как договоримся",
        "30/30/30",
        "13 платежей",
        "0 платежей",
        "1e5",
        "150/-50",
        "100/0",
        "50/50@3",
        "50/50@3/3",
        "50/50@6/0",
    ],
)
def test_what_is_no_plan_is_refused(spelling: str) -> None:
    with pytest.raises(Invalid):
        parse_plan(spelling)


@pytest.mark.parametrize(
    ("weights", "months"), [((), ()), ((1, 1), (0,)), ((1, 0), (0, 1)), ((1, 1), (1, 1)), ((1, 1), (-1, 1))]
)
def test_a_plan_that_cannot_be_kept_is_refused(weights: tuple[int, ...], months: tuple[int, ...]) -> None:
    with pytest.raises(Invalid):
        Plan("odd", weights, months)
