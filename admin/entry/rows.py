"""One calculation as it is typed: the texts, what they mean, and what is wrong with each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from admin.entry.insurers import Insurers
from admin.views.record.plans import plan_slug
from models.calculation import Calculation
from models.changes import read
from models.choices import DeductibleKind
from models.errors import Invalid, Problem
from models.russian import Unreadable, is_blank, parse_percent
from models.texts import N_

FIELDS = (
    "insurer", "program", "premium", "sum_insured", "deductible", "commission_percent", "valid_until", "plan", "note",
)  # fmt: skip
"""What is typed of a calculation, in the order of the Tab key."""
NO_DEDUCTIBLE = re.compile(r"без(\s+франшизы)?|нет|б/?ф|-|–|—", re.IGNORECASE)
DAY_AND_MONTH = re.compile(r"(\d{1,2})\s*[./-]\s*(\d{1,2})\.?")


@dataclass
class Row:
    """The texts of a row, the values that they mean, the problems by field, and what to do of it."""

    typed: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: dict[str, Problem] = field(default_factory=dict)
    near: list[str] = field(default_factory=list)
    """Insurers whose names look like what was typed."""
    is_taken: bool = True
    """Whether it is to be written."""

    @property
    def is_good(self) -> bool:
        """Whether it can be written."""
        return not self.problems


def read_row(typed: Mapping[str, str], insurers: Insurers, today: date, default_plan: str = "once") -> Row:
    """What the texts mean. An insurer may be a key (chosen from the list) or a name."""
    texts = {name: str(typed.get(name, "")).strip() for name in FIELDS}
    row = Row(texts)
    _read_insurer(row, insurers)
    for name in FIELDS[1:]:
        try:
            row.values[name] = _value(name, texts[name], today)
        except (Invalid, Unreadable) as wrong:
            problems = wrong.fields.values() if isinstance(wrong, Invalid) else ()
            row.problems[name] = next(iter(problems), Problem(N_("This value cannot be read.")))
    row.values["plan"] = row.values.get("plan") or default_plan
    if row.values.get("deductible"):
        row.values["deductible_kind"] = DeductibleKind.UNCONDITIONAL.value
    _must_be_possible(row, today)
    return row


def _read_insurer(row: Row, insurers: Insurers) -> None:
    typed = row.typed["insurer"]
    found = _key(typed, insurers) or insurers.named(typed)
    if found is not None:
        row.values["insurer_id"] = found
        row.typed["insurer"] = insurers.names[found]
    elif not typed:
        row.problems["insurer"] = Problem(N_("Name the insurer."))
    else:
        row.near = insurers.near(typed)
        row.problems["insurer"] = Problem(N_("There is no insurer “{name}” in the catalogue."), name=typed)


def _key(typed: str, insurers: Insurers) -> UUID | None:
    try:
        key = UUID(typed)
    except ValueError:
        return None
    return key if key in insurers.names else None


def _value(name: str, text: str, today: date) -> Any:
    column = Calculation.__table__.columns[name]
    if is_blank(text):
        return None
    if name == "deductible" and NO_DEDUCTIBLE.fullmatch(text):
        return None
    if name == "commission_percent":
        return read(column, parse_percent(text))
    if name == "plan":
        return read(column, plan_slug(text))
    if name == "valid_until" and (short := DAY_AND_MONTH.fullmatch(text)):
        return _coming(int(short[1]), int(short[2]), today)
    return read(column, text)


def _coming(day: int, month: int, today: date) -> date:
    """The next such day: «15.12» is of this year, or of the next one where it has passed."""
    try:
        found = date(today.year, month, day)
        return found if found >= today else date(today.year + 1, month, day)
    except ValueError:
        raise Invalid.at("valid_until", N_("This is not a day: write it like 31.12.2026.")) from None


def _must_be_possible(row: Row, today: date) -> None:
    """What the columns do not say: sums above zero, a percentage, a day that has not passed."""
    for name in ("premium", "sum_insured"):
        value = row.values.get(name)
        if value is not None and value <= 0:
            row.problems[name] = Problem(N_("The sum must be above zero."))
    deductible, percent = row.values.get("deductible"), row.values.get("commission_percent")
    if deductible is not None and deductible < 0:
        row.problems["deductible"] = Problem(N_("The sum must be above zero."))
    if percent is not None and not 0 <= percent <= 100:
        row.problems["commission_percent"] = Problem(N_("A percentage lies between 0 and 100."))
    until = row.values.get("valid_until")
    if until is not None and until < today:
        row.problems["valid_until"] = Problem(N_("This day has passed: the variant would be stale at once."))
