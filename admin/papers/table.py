"""A table that is drawn three times: on a page to print, in a PDF and in a workbook."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from admin.i18n import show_date, show_number


class Kind(enum.StrEnum):
    """What stands in a column."""

    TEXT = "text"
    DAY = "day"
    MONEY = "money"
    NUMBER = "number"


@dataclass(frozen=True)
class Column:
    """A label, what it holds, and its share of the width in millimetres of A4 across."""

    label: str
    kind: Kind = Kind.TEXT
    width: int = 25

    @property
    def is_number(self) -> bool:
        """Whether it stands to the right."""
        return self.kind in (Kind.MONEY, Kind.NUMBER)

    def show(self, value: Any) -> str:
        """A value in words; nothing for what is not there."""
        if value is None or value == "":
            return ""
        match self.kind:
            case Kind.DAY:
                return show_date(value)
            case Kind.MONEY:
                return show_number(value, 2)
            case Kind.NUMBER:
                return show_number(value)
        return str(value)


@dataclass
class Block:
    """Rows under a title of their own, with a row of sums."""

    title: str
    columns: Sequence[Column]
    rows: list[tuple[Any, ...]] = field(default_factory=list)
    sums: tuple[Any, ...] = ()
    """As a row: a word first, nothing where nothing is added up."""

    def shown(self) -> list[list[str]]:
        """The rows in words."""
        return [self.words(row) for row in self.rows]

    def words(self, row: Sequence[date | Decimal | str | int | None]) -> list[str]:
        """One row in words; what stands in the place of a number may be a word."""
        return [
            value if isinstance(value, str) else column.show(value)
            for column, value in zip(self.columns, row, strict=True)
        ]
