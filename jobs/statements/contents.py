"""What the cells of a column are: a title may promise anything, its column must keep it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal

from jobs.statements.titles import COMMISSION, HOLDER, NUMBER, PAID_ON, PERCENT, PREMIUM, SERIES
from models.identifiers import BadIdentifier, parse_policy_number
from models.russian import Unreadable, is_blank, parse_amount, parse_date, parse_percent

MOST = 0.6
"""A field's column has at least this share of cells of its kind; the rest may be the dirt of real files."""
_LETTER = re.compile(r"[^\W\d_]")


def keeps(cells: Sequence[object], field: str) -> bool:
    """Whether a column's cells can be the field's; an empty one can be any but the number and the money."""
    filled = [cell for cell in cells if not is_blank(cell)]
    if not filled:
        return field in (PAID_ON, HOLDER, SERIES, PERCENT)
    fits, most = KINDS[field]
    return sum(1 for cell in filled if fits(cell)) >= most * len(filled)


def is_sum(cell: object) -> bool:
    """Whether a cell is money."""
    try:
        parse_amount(cell)
    except Unreadable:
        return False
    return True


def is_percent(cell: object) -> bool:
    """Whether a cell is a rate of commission."""
    try:
        return Decimal(0) <= abs(parse_percent(cell)) <= 100
    except Unreadable:
        return False


def is_day(cell: object) -> bool:
    """Whether a cell is a day: of its type, or written as one; Excel's serials are not told from sums."""
    if isinstance(cell, date):
        return True
    if not isinstance(cell, str):
        return False
    try:
        parse_date(cell)
    except Unreadable:
        return False
    return True


def is_number(cell: object) -> bool:
    """Whether a cell can be the number of a policy: digits, and no day."""
    if isinstance(cell, (bool, date)) or is_day(cell):
        return False
    if isinstance(cell, float) and not cell.is_integer():
        return False
    try:
        parse_policy_number(cell)
    except BadIdentifier:
        return False
    return len(str(cell)) < 60


def is_name(cell: object) -> bool:
    """Whether a cell is words."""
    return isinstance(cell, str) and len(_LETTER.findall(cell)) > 2


def is_series(cell: object) -> bool:
    """Whether a cell is short enough for a series."""
    return len(str(cell).strip()) <= 8 and not is_day(cell)


KINDS: dict[str, tuple[Callable[[object], bool], float]] = {
    NUMBER: (is_number, MOST),
    SERIES: (is_series, MOST),
    HOLDER: (is_name, MOST / 2),
    PAID_ON: (is_day, MOST),
    PREMIUM: (is_sum, MOST),
    PERCENT: (is_percent, MOST),
    COMMISSION: (is_sum, MOST),
}
"""What the cells of a field are, and the share of them that must be so."""
