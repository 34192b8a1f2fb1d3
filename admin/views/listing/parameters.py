"""How an address spells a condition: `[or.N.|tint.TONE.]column[.from|.to|.within|.ago|.not]=value`.

`or.1.stage=won&or.2.review_on=overdue` are two groups, one of which a row must fulfil; `tint.red.…` colours its rows.
"""

from __future__ import annotations

import re
from typing import NamedTuple

FROM, TO = ".from", ".to"
WITHIN, AGO = ".within", ".ago"
"""So many days from today on, or up to today: they stay relative in a saved list."""
NOT = ".not"
"""`1`: all but those that the column's condition names."""
ENDS = (FROM, TO, WITHIN, AGO, NOT)
GROUPS = tuple("123456789")
TONES = ("red", "amber", "green", "blue", "grey")
OR, TINT = "or", "tint"
PREFIXED = re.compile(rf"(?:{OR}\.(?:{'|'.join(GROUPS)})|{TINT}\.(?:{'|'.join(TONES)}))\.")
SPOKEN = frozenset(
    {"q", "search", "sort", "sortBy", "page", "per", "pageSize", "after", "before", "part", "col", "totals", "view",
     "trash", "slice", "group", "density", "selection", "filters", "pk", "as", "by", "span", "around", "cards",
     "rows", "widths", "frozen"}
)  # fmt: skip
"""Parameters that mean something else and are never a column's."""


class Parameter(NamedTuple):
    """A parameter taken apart: the group that it belongs to (empty: every row must fulfil it), column, end."""

    prefix: str
    name: str
    end: str


def taken_apart(parameter: str) -> Parameter:
    """Prefix, column and end of a parameter."""
    found = PREFIXED.match(parameter)
    prefix = found[0] if found else ""
    rest = parameter.removeprefix(prefix)
    end = next((end for end in ENDS if rest.endswith(end)), "")
    return Parameter(prefix, rest.removesuffix(end), end)
