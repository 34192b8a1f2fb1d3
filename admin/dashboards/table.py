"""What a picture consists of: figures that are said, and tables that are drawn."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from admin.i18n import _, show_money, show_number, show_percent

BESIDE_A_CHART = 4
"""Columns that a table may have to stand beside its chart."""
Value = Decimal | int | None


class Kind(enum.StrEnum):
    """What a figure is."""

    COUNT = "count"
    MONEY = "money"
    PERCENT = "percent"
    HOURS = "hours"


@dataclass(frozen=True)
class Cell:
    """A figure, where the rows behind it are listed, and whether it calls for attention."""

    value: Value
    href: str = ""
    tone: str = ""
    """`late` or `good`."""


@dataclass(frozen=True)
class Column:
    """A column of figures: how they are written, and how they are drawn."""

    label: str
    kind: Kind = Kind.COUNT
    colour: str = ""
    """A colour of the style sheet; without one the column is not drawn."""
    group: str = ""
    """Columns of a group are drawn together, groups in turns; a word of the reader's."""
    is_line: bool = False
    has_bar: bool = False
    """A bar in the cell shows the figure as a part of a hundred."""


@dataclass(frozen=True)
class Row:
    """What the figures are about, and the figures."""

    label: str
    cells: Sequence[Cell]
    href: str = ""
    is_total: bool = False
    is_drawn: bool = True


@dataclass(frozen=True)
class Table:
    """Rows of figures, and the chart that is drawn from them."""

    title: str
    head: str
    columns: Sequence[Column]
    rows: Sequence[Row]
    chart: str = ""
    """`bar`, or `across` for bars that lie; nothing where figures are only told."""
    is_stacked: bool = False
    empty: str = ""
    note: str = ""

    @property
    def groups(self) -> list[str]:
        """What can be drawn in turns."""
        return list(dict.fromkeys(column.group for column in self.columns if column.colour))

    @property
    def is_broad(self) -> bool:
        """Whether the table wants the whole width, below its chart."""
        return len(self.columns) > BESIDE_A_CHART

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show but noughts."""
        return not any(cell.value for row in self.rows for cell in row.cells)

    @property
    def bars(self) -> int:
        """How many rows the chart has."""
        return sum(row.is_drawn and not row.is_total for row in self.rows)


@dataclass(frozen=True)
class Said:
    """One figure in words, with that of the days before."""

    label: str
    cell: Cell
    kind: Kind = Kind.COUNT
    before: Value = None
    has_before: bool = True
    less_is_better: bool = False

    @property
    def change(self) -> str:
        """By how much it has changed: percent of a sum, points of a percentage; nothing where that says nothing."""
        now, before = self.cell.value, self.before
        if not self.has_before or now is None or before is None or now == before:
            return ""
        if self.kind is Kind.PERCENT:
            return signed(Decimal(now) - Decimal(before), _("pp"))
        if before <= 0 or abs(Decimal(now) - before) >= 10 * before:
            return ""
        return signed(round(100 * (Decimal(now) - before) / before), "%")

    @property
    def tone(self) -> str:
        """Whether the change is good or bad news."""
        now, before = self.cell.value, self.before
        if not self.change or now is None or before is None:
            return ""
        return "good" if (now > before) != self.less_is_better else "late"


@dataclass(frozen=True)
class Picture:
    """Everything that a picture shows."""

    said: Sequence[Said] = ()
    tables: Sequence[Table] = ()
    note: str = ""
    as_of: date | None = None
    """Its figures are those of this day, whatever period is asked for."""
    foot: str = field(default="")
    """A template with what can be done here."""


def shown(value: Value, kind: Kind, *, with_sign: bool = True) -> str:
    """A figure as it is written, roubles with their sign or without; a dash where there is none."""
    if value is None:
        return "—"
    if kind is Kind.MONEY:
        return show_money(value) if with_sign else show_number(value, 2)
    return show_percent(value) if kind is Kind.PERCENT else show_number(value)


def signed(value: Decimal | int, unit: str) -> str:
    """A change with its sign."""
    gap = "" if unit == "%" else "\u00a0"
    return ("+" if value > 0 else "") + show_number(value) + gap + unit
