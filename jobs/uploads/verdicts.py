"""The rows of an uploaded workbook with their verdicts, in a small database of their own: pages of it are shown."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from jobs.portfolio import Client, Payment, Policy, Portfolio, Verdict, totals
from models.texts import N_, Text

TABLES = """
CREATE TABLE sheets (sheet INTEGER PRIMARY KEY, name TEXT, titles TEXT);
CREATE TABLE cells (sheet INTEGER, row INTEGER, cells TEXT, PRIMARY KEY (sheet, row)) WITHOUT ROWID;
CREATE TABLE verdicts (sheet INTEGER, row INTEGER, verdict TEXT, notes TEXT, PRIMARY KEY (sheet, row)) WITHOUT ROWID;
CREATE TABLE totals (name TEXT PRIMARY KEY, value TEXT);
"""
INDEX = "CREATE INDEX by_verdict ON verdicts (sheet, verdict, row)"
AT_ONCE = 5000


@dataclass(frozen=True)
class Shown:
    """A row of the workbook: its number, verdict, further remarks (msgids with values) and cells by field."""

    row: int
    verdict: Verdict
    notes: list[Text]
    cells: dict[str, str]


@dataclass(frozen=True)
class SheetSummary:
    """A sheet: its name, the titles of its columns by field, its rows by verdict."""

    name: str
    titles: dict[str, str]
    counts: dict[Verdict, int]


class Keeper:
    """Takes the rows while they are read, then what was found of them."""

    def __init__(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        self._base = sqlite3.connect(path, isolation_level=None)
        self._base.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN; {TABLES}")
        self._waiting: list[tuple[int, int, str]] = []

    def begin(self, sheet: int, name: str, titles: dict[str, object]) -> None:
        """A sheet's name and the titles of its columns."""
        self._base.execute("INSERT INTO sheets VALUES (?, ?, ?)", (sheet, name, _json(titles)))

    def keep(self, sheet: int, row: int, cells: dict[str, object]) -> None:
        """A row as it was typed."""
        self._waiting.append((sheet, row, _json({name: _typed(cell) for name, cell in cells.items()})))
        if len(self._waiting) >= AT_ONCE:
            self._flush()

    def finish(self, portfolio: Portfolio) -> None:
        """The verdicts and the totals; then it may be read."""
        self._flush()
        sheets: tuple[Sequence[Client | Policy | Payment], ...] = (
            portfolio.clients, portfolio.policies, portfolio.payments,
        )  # fmt: skip
        for sheet, rows in enumerate(sheets):
            told = ((sheet, row.row, row.verdict.value, _notes(row)) for row in rows)
            self._base.executemany("INSERT INTO verdicts VALUES (?, ?, ?, ?)", told)
        self._base.executemany("INSERT INTO totals VALUES (?, ?)", totals(portfolio).items())
        self._base.execute(INDEX)
        self._base.execute("COMMIT")

    def close(self) -> None:
        """Let the file go."""
        self._base.close()

    def _flush(self) -> None:
        self._base.executemany("INSERT OR REPLACE INTO cells VALUES (?, ?, ?)", self._waiting)
        self._waiting.clear()


def read_totals(path: Path) -> dict[str, str]:
    """Counts and sums over the workbook; sums in roubles."""
    with closing(_open(path)) as base:
        return dict(base.execute("SELECT name, value FROM totals"))


def read_summaries(path: Path) -> list[SheetSummary]:
    """Every sheet with its counts."""
    with closing(_open(path)) as base:
        counts: dict[int, dict[Verdict, int]] = {}
        grouped = "SELECT sheet, verdict, count(*) FROM verdicts GROUP BY sheet, verdict ORDER BY count(*) DESC"
        for sheet, verdict, count in base.execute(grouped):
            counts.setdefault(sheet, {})[Verdict(verdict)] = count
        return [
            SheetSummary(name, json.loads(titles), counts.get(sheet, {}))
            for sheet, name, titles in base.execute("SELECT sheet, name, titles FROM sheets ORDER BY sheet")
        ]


def read_rows(path: Path, sheet: int, verdicts: Sequence[Verdict], after: int, limit: int) -> list[Shown]:
    """Rows of a sheet with one of the verdicts, below row `after`."""
    wanted = json.dumps([verdict.value for verdict in verdicts])
    statement = (
        "SELECT v.row, v.verdict, v.notes, c.cells FROM verdicts v LEFT JOIN cells c USING (sheet, row)"
        " WHERE v.sheet = ? AND v.row > ? AND v.verdict IN (SELECT value FROM json_each(?)) ORDER BY v.row LIMIT ?"
    )
    with closing(_open(path)) as base:
        return [
            Shown(row, Verdict(verdict), list(_texts(notes)), json.loads(cells or "{}"))
            for row, verdict, notes, cells in base.execute(statement, (sheet, after, wanted, limit))
        ]


def _open(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _notes(row: Client | Policy | Payment) -> str:
    texts = [*_others(row), *row.warnings]
    notes = [(text.msgid, {name: str(value) for name, value in text.params.items()}) for text in texts]
    return _json(notes) if notes else ""


def _others(row: Client | Policy | Payment) -> Iterator[Text]:
    """The rows to which the verdict refers."""
    if isinstance(row, Client) and row.original is not None:
        yield Text(N_("The client's row: {row}"), row=row.original.row)
    if isinstance(row, Policy) and row.verdict is Verdict.AMBIGUOUS_CLIENT:
        yield Text(N_("Rows of the clients: {rows}"), rows=", ".join(str(one.row) for one in row.candidates))


def _texts(notes: str) -> Iterator[Text]:
    for msgid, params in json.loads(notes) if notes else ():
        yield Text(msgid, **params)


def _json(told: Any) -> str:
    return json.dumps(told, ensure_ascii=False, default=_spelt)


def _typed(cell: object) -> object:
    """Excel gives whole numbers as floats."""
    return int(cell) if isinstance(cell, float) and cell.is_integer() else cell


def _spelt(value: object) -> str:
    if isinstance(value, datetime) and not (value.hour or value.minute):
        value = value.date()
    return f"{value:%d.%m.%Y}" if type(value) is date else str(value)
