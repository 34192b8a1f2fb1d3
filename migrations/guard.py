"""Every new table gets its policies, its grants and its place in the log by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from alembic.operations import ops
from sqlalchemy import Table

from models.base import Record, columns_marked, records


def guards_of(record: type[Record]) -> list[str]:
    """The statements that protect and watch a record's table."""
    table = record.__table__
    assert isinstance(table, Table)
    statements = [f"SELECT auth.protect('{table}', '{record.__rows__}')"]
    if record.__logged__:
        hidden, derived = ("{" + ",".join(columns_marked(record, mark)) + "}" for mark in ("hidden", "derived"))
        told = f"'{table}', '{record.__event__}', '{hidden}', '{derived}', '{record.__status_event__}'"
        statements.append(f"SELECT audit.watch({told})")
    return statements


def guard(_context: Any, _revision: Any, directives: list[ops.MigrationScript]) -> None:
    """Add the guards of the tables that a revision creates, after all of them."""
    by_name = {str(record.__table__): record for record in records()}
    for script in directives:
        upgrade = script.upgrade_ops
        if upgrade is None:
            continue
        created = [op for op in _flat(upgrade.ops) if isinstance(op, ops.CreateTableOp)]
        for op in created:
            record = by_name.get(f"{op.schema}.{op.table_name}")
            rows = (op.info or {}).get("rows")
            if record is not None:
                upgrade.ops.extend(ops.ExecuteSQLOp(statement) for statement in guards_of(record))
            elif rows is not None:
                op.info = {}
                upgrade.ops.append(ops.ExecuteSQLOp(f"SELECT auth.protect('{op.schema}.{op.table_name}', '{rows}')"))


def _flat(operations: Iterable[Any]) -> Iterable[Any]:
    for op in operations:
        yield op
        yield from _flat(getattr(op, "ops", ()))
