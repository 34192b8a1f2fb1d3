"""A block from Excel: its columns are guessed, its words understood, and nothing is invented."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from admin.entry.insurers import Insurers
from admin.entry.pasting import cells_of, guessed, headed
from admin.entry.rows import read_row
from models.identifiers import BadIdentifier, shown_policy_number

NAMES = ("Ингосстрах", "РЕСО-Гарантия", "ВСК", "Согласие", "Росгосстрах", "АльфаСтрахование", "Т-Страхование")
INSURERS = Insurers((uuid4(), name) for name in NAMES)
TODAY = date(2026, 2, 1)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ингос", "Ингосстрах"),
        ("СПАО «Ингосстрах»", "Ингосстрах"),
        ("ресо гарантия", "РЕСО-Гарантия"),
        ("РЕСО", "РЕСО-Гарантия"),
        ("BCK", "ВСК"),
        ("САО ВСК", "ВСК"),
        ("РГС", "Росгосстрах"),
        ("Альфа", "АльфаСтрахование"),
        ("Тинькофф", "Т-Страхование"),
        ("Югория", None),
        ("страхование", None),
        ("со", None),
        ("", None),
    ],
)
def test_an_insurer_is_known_in_any_spelling_and_never_invented(typed: str, name: str | None) -> None:
    found = INSURERS.named(typed)
    assert (INSURERS.names[found] if found else None) == name


def test_what_looks_like_a_name_is_offered() -> None:
    assert INSURERS.near("Рессо") == ["РЕСО-Гарантия"]
    assert INSURERS.near("Югория") == []


@pytest.mark.parametrize(
    ("block", "fields"),
    [
        (
            "ВСК\tКлассика\t98 400,50\t2 000 000\t30 000\t18%\t01.03.2026\t50/50",
            ["insurer", "program", "premium", "sum_insured", "deductible", "commission_percent", "valid_until", "plan"],
        ),
        ("2 000 000\t98 400 ₽\tВСК", ["sum_insured", "premium", "insurer"]),
        ("ВСК\t98400.5\t15000", ["insurer", "premium", "deductible"]),
        ("ВСК\t98400\nЮгория\t77000", ["insurer", "premium"]),
        ("Югория\t98400", ["insurer", "premium"]),
        ("ВСК  98400  без", ["insurer", "premium", "deductible"]),
    ],
)
def test_columns_without_a_header_are_known_by_what_stands_in_them(block: str, fields: list[str]) -> None:
    rows = cells_of(block)
    assert headed(rows[0]) == []
    assert guessed(rows, INSURERS) == fields


def test_a_header_says_more_than_the_cells() -> None:
    rows = cells_of("СК\tСтр. сумма\tСтоимость, руб\tКВ\tДействует до\tПримечание\nВСК\t1\t2\t3\t01.03.2026\t5")
    assert headed(rows[0]) == ["insurer", "sum_insured", "premium", "commission_percent", "valid_until", "note"]
    assert headed(rows[1]) == []


def test_a_quoted_cell_may_hold_lines() -> None:
    assert cells_of('ВСК\t"стр. 1\nстр. 2"\t98400\n\n\t\t\n') == [["ВСК", "стр. 1\nстр. 2", "98400"]]
    assert cells_of("") == []


@pytest.mark.parametrize("typed", ["98 400,50", "98400.5", "98\u00a0400,5 ₽", "98400,50 руб.", "98,400.50"])
def test_a_sum_is_read_as_people_write_it(typed: str) -> None:
    row = read_row({"insurer": "ВСК", "premium": typed}, INSURERS, TODAY)
    assert row.values["premium"] == Decimal("98400.50") and row.is_good


@pytest.mark.parametrize(
    ("name", "typed", "value"),
    [
        ("commission_percent", "18 %", Decimal(18)),
        ("commission_percent", "0,18", Decimal(18)),
        ("commission_percent", "0,5%", Decimal("0.5")),
        ("valid_until", "01.03.2026", date(2026, 3, 1)),
        ("valid_until", "1.3.26", date(2026, 3, 1)),
        ("valid_until", "15.12", date(2026, 12, 15)),
        ("valid_until", "15.01", date(2027, 1, 15)),
        ("plan", "30/30/40", "30-30-40"),
        ("plan", "2 платежа", "equal-2"),
        ("plan", "", "50-50"),
        ("deductible", "без франшизы", None),
        ("deductible", "30 000", Decimal(30000)),
    ],
)
def test_a_value_means_what_was_said(name: str, typed: str, value: object) -> None:
    row = read_row({"insurer": "ВСК", name: typed}, INSURERS, TODAY, default_plan="50-50")
    assert (row.values[name], row.problems) == (value, {})


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("insurer", "Югория"),
        ("insurer", ""),
        ("premium", "сто тысяч"),
        ("premium", "0"),
        ("premium", "-5"),
        ("sum_insured", "0"),
        ("commission_percent", "180"),
        ("valid_until", "32.13"),
        ("valid_until", "31.01.2026"),
        ("plan", "как-нибудь"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_stays_as_typed(name: str, typed: str) -> None:
    row = read_row({"insurer": "ВСК", name: typed}, INSURERS, TODAY)
    assert set(row.problems) == {name} and row.typed[name] == typed


def test_a_number_is_kept_in_one_spelling() -> None:
    assert shown_policy_number("xxx № 7351333159") == shown_policy_number("ХХХ7351333159") == "ХХХ 7351333159"
    assert shown_policy_number(" 001PIP-500123/2026 ") == "001PIP-500123/2026"
    with pytest.raises(BadIdentifier):
        shown_policy_number("номер")
