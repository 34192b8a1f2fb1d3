"""Statements with `:names`, asked of the driver itself: pages of plain values need no layer between."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.session import Work

TYPES = {
    "people": "uuid[]", "kinds": "text[]", "offices": "text[]", "balls": "text[]", "team": "uuid", "me": "uuid",
    "person": "uuid", "today": "date", "week": "date", "most": "integer", "counted": "integer",
    "most_deals": "integer", "first": "date", "last": "date", "begins": "timestamptz", "ends": "timestamptz",
    "seller": "uuid", "insurer": "uuid", "product": "uuid", "months": "date[]", "sheets": "text[]",
}  # fmt: skip
"""What each name is to PostgreSQL."""
NAMED = re.compile(r"(?<!:):(\w+)")


async def fetch(work: Work, statement: str, told: Mapping[str, Any]) -> Sequence[Any]:
    """The rows of a statement with `:names`."""
    text, names = numbered(statement)
    return await work.driver.fetch(text, *(told[name] for name in names))


@lru_cache(maxsize=512)
def numbered(statement: str) -> tuple[str, tuple[str, ...]]:
    """The statement as the driver takes it, and the names of its values in their order."""
    names = tuple(dict.fromkeys(NAMED.findall(statement)))
    return NAMED.sub(lambda found: f"${names.index(found[1]) + 1}::{TYPES[found[1]]}", statement), names
