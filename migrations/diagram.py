"""`docs/data-model.md`, written from the models: a diagram for each of their files, by schema."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from sqlalchemy import Column, Table
from sqlalchemy.dialects import registry

import models
from models.base import Base, Record, records

FILE = Path(__file__).parents[1] / "docs" / "data-model.md"
SCHEMAS = {
    "crm": "clients, deals, calculations, policies, money",
    "tasks": "who owes whom what, and until when",
    "documents": "what is in the folder",
    "notifications": "what people are told",
    "auth": "people, roles, sessions",
    "audit": "the log and what is read from it",
}
POSTGRESQL = registry.load("postgresql")()
HEAD = """\
# The data model

<!-- Written by `python -m migrations diagram`; do not edit. -->

One PostgreSQL database, a schema for each concern, one file in `models/` for each group of tables. Keys are UUIDv7 and
given by whoever makes the record; moments are `timestamptz`, sums `numeric(14,2)`, enumerations text with a CHECK.
Every foreign key is deferrable, so that an undo may put rows back in any order. A table under a deal carries `deal_id`,
and its key to its parent holds that column too: a payment cannot belong to a policy of another deal. Beside each table
stand the kind of its rows (who sees them, [security.md](security.md)) and the type of its events in the log.

In the diagrams `derived` marks a column that `crm.derive` computes, `secret` one that never enters the log, `state` one
that only verbs change, `?` one that may be empty. A box without columns is drawn in another diagram.
"""


def document() -> str:
    """The whole page."""
    models.load()
    by_schema = {schema: [t for t in Base.metadata.sorted_tables if t.schema == schema] for schema in SCHEMAS}
    return "\n".join([HEAD, *(line for schema, tables in by_schema.items() for line in _schema(schema, tables))])


def write() -> None:
    """Put the page into its place."""
    FILE.write_text(document(), encoding="utf-8")


def _schema(schema: str, tables: list[Table]) -> Iterator[str]:
    yield f"## `{schema}`: {SCHEMAS[schema]}\n"
    homes = {table.name: _home(table) for table in tables}
    for home, group in groupby(sorted(tables, key=lambda t: (homes[t.name], t.name)), key=lambda t: homes[t.name]):
        yield from _group(home, list(group))


def _group(home: str, tables: list[Table]) -> Iterator[str]:
    yield f"### `{home}`\n"
    yield from (_told(table) for table in tables)
    yield "\n```mermaid\nerDiagram"
    for table in tables:
        yield f"    {_box(table)} {{"
        yield from (f"        {_attribute(table, column)}" for column in table.columns)
        yield "    }"
    yield from sorted({line for table in tables for line in _lines(table)})
    yield "```\n"


def _home(table: Table) -> str:
    record = _record(table)
    if record is not None:
        parts = record.__module__.split(".")
        return f"models/{parts[1]}/" if len(parts) > 2 else f"models/{parts[1]}.py"
    module = next(n for n, m in sorted(sys.modules.items()) if n.count(".") and _defines(n, m, table))
    return module.replace(".", "/") + ".py"


def _defines(name: str, module: object, table: Table) -> bool:
    return name.startswith("models.") and any(value is table for value in vars(module).values())


def _record(table: Table) -> type[Record] | None:
    return next((record for record in records() if record.__table__ is table), None)


def _told(table: Table) -> str:
    record = _record(table)
    if record is None:
        return f"- **{table}** – kind `{table.info['rows']}`; not in the log."
    meaning = (inspect.getdoc(record) or "").splitlines()[0]
    logged = f"`{record.__event__}.*`" if record.__logged__ else "not in the log"
    return f"- **{table}** (`{record.__identity__}`) – {meaning} Kind `{record.__rows__}`, events {logged}."


def _box(table: Table) -> str:
    return f"{table.schema}_{table.name}"


def _attribute(table: Table, column: Column[object]) -> str:
    kind = column.type.compile(POSTGRESQL).lower().replace("timestamp with time zone", "timestamptz")
    kind = re.sub(r"\(.*\)", "", kind).replace("[]", "_array").replace(" ", "_")
    keys = [name for name, held in (("PK", column.primary_key), ("FK", bool(column.foreign_keys))) if held]
    record = _record(table)
    told = [
        *(["?"] if column.nullable else []),
        *(["state"] if record is not None and column.name == record.__state__ else []),
        *(["derived"] if column.info.get("derived") else []),
        *(["secret"] if column.info.get("hidden") else []),
        *([" ".join(column.info["choices"])] if "choices" in column.info else []),
    ]
    comment = f'"{", ".join(told)}"' if told else ""
    return " ".join(part for part in (kind, column.name, ",".join(keys), comment) if part)


def _lines(table: Table) -> Iterator[str]:
    for key in table.foreign_keys:
        if key.column.name == "id":
            one = "|o" if key.parent.nullable else "||"
            yield f"    {_box(key.column.table)} {one}--o{{ {_box(table)} : {key.parent.name}"
