"""One spelling for what the trade writes in many ways: phones, tax numbers, plates, names, plans."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from models.errors import Invalid
from models.identifiers import (
    BadIdentifier,
    parse_inn,
    parse_kpp,
    parse_phone,
    parse_plate,
    parse_policy_number,
    parse_vin,
)
from models.names import tidy
from models.plan_spellings import parse_plan
from models.texts import N_

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def _email(value: str) -> str:
    if not EMAIL.fullmatch(value):
        raise BadIdentifier(value)
    return value


def _policy_number(value: str) -> str:
    parse_policy_number(value)
    return " ".join(value.split())


SPELLINGS: dict[str, tuple[Callable[[str], str], str]] = {
    "phone": (parse_phone, N_("This is not a telephone number: write it like +7 929 827-75-34.")),
    "inn": (parse_inn, N_("The control digits of this INN do not agree.")),
    "kpp": (parse_kpp, N_("A KPP has nine characters.")),
    "vin": (parse_vin, N_("A VIN has 17 letters and digits, without I, O and Q.")),
    "plate": (parse_plate, N_("This is not a registration plate: write it like А123ВС777.")),
    "email": (_email, N_("This is not an e-mail address.")),
    "number": (_policy_number, N_("A number holds at least one digit.")),
    "plan": (lambda value: parse_plan(value).slug, N_("Write the plan like 4 instalments, 50/50 or 40/20/20/20.")),
    "name": (tidy, ""),
    "full_name": (tidy, ""),
    "title": (tidy, ""),
    "username": (str.lower, ""),
}
"""Name of a column → its one spelling and what to say of a bad one."""
SPELLINGS["default_plan"] = SPELLINGS["plan"]


def normal(field: str, value: Any) -> Any:
    """The value in its one spelling. Raises `Invalid` at the field."""
    if field not in SPELLINGS or not isinstance(value, str):
        return value
    spell, sentence = SPELLINGS[field]
    try:
        return spell(value)
    except (BadIdentifier, Invalid):
        raise Invalid.at(field, sentence) from None
