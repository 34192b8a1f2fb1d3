"""Many new records by one statement each kind: the log's triggers fire once, not once a row."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, text

from models.base import Record
from models.session import Work


async def insert_all(work: Work, records: Sequence[Record]) -> None:
    """Insert new records of one kind. Nothing is read back; columns with a default of the database get it."""
    if not records:
        return
    table = type(records[0]).__table__
    assert isinstance(table, Table)
    names = [column.name for column in table.columns if column.computed is None and column.server_default is None]
    columns = ", ".join(names)
    rows = [{name: getattr(record, name) for name in names} for record in records]
    statement = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, :rows)"  # noqa: S608 - names of ours
    await work.execute(text(statement), {"rows": _json(rows)})
    work.has_written = True


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(rows, ensure_ascii=False, default=str)
