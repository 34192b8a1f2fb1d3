"""One row in every table for a person, made by the owner; what a table needs is read from the models."""

from __future__ import annotations

import datetime as dt
import secrets
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Date, DateTime, Integer, LargeBinary, Numeric, Table, Text, Uuid, insert
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection
from uuid_utils.compat import uuid7

from models.actor import Actor
from models.base import Base, Record, records

TODAY = dt.date(2026, 11, 2)
NOW = dt.datetime(2026, 11, 2, 9, 0, tzinfo=dt.UTC)
SPECIAL: dict[str, dict[str, Any]] = {
    "auth.roles": {"scope": "own"},
    "crm.closed_months": {"month": dt.date(2020, 1, 1), "reopened_at": NOW},
    "crm.commission_rules": {"percent": Decimal(10)},
    "crm.expense_rules": {"percent": Decimal(10)},
    "crm.absences": {"ends_on": TODAY},
    "crm.deal_steps": {"stage": "won"},
    "crm.sales_targets": {"month": dt.date(2020, 1, 1)},
    "crm.calculations": {"premium": Decimal(100)},
}


async def plant(connection: AsyncConnection, person: Actor, stand_in: Actor) -> dict[str, UUID]:
    """Insert a row of the person into every table with a key; gives table → id."""
    planted: dict[str, UUID] = {"auth.users": person.id}
    await _insert(connection, "auth.credentials", person, stand_in, planted)
    by_table = {str(record.__table__): record for record in records()}
    for table in Base.metadata.sorted_tables:
        name = str(table)
        if name in by_table and name not in planted:
            await _insert(connection, name, person, stand_in, planted)
    return planted


async def _insert(
    connection: AsyncConnection, name: str, person: Actor, stand_in: Actor, planted: dict[str, UUID]
) -> None:
    table = Base.metadata.tables[name]
    record = next(record for record in records() if record.__table__ is table)
    values = {**_values(record, table, person, stand_in, planted), **SPECIAL.get(name, {})}
    await connection.execute(insert(table).values(**values))
    planted[name] = values["id"]


def _values(
    record: type[Record], table: Table, person: Actor, stand_in: Actor, planted: dict[str, UUID]
) -> dict[str, Any]:
    values: dict[str, Any] = {"id": uuid7()}
    for column in table.columns:
        if column.name == "id" or column.computed is not None or column.server_default is not None:
            continue
        targets = {key.column.table.fullname for key in column.foreign_keys}
        if column.name == "substitute_id":
            values[column.name] = stand_in.id
        elif "auth.users" in targets:
            values[column.name] = person.id
        elif column.name in ("deal_id", "client_id"):
            values[column.name] = planted["crm.deals" if column.name == "deal_id" else "crm.clients"]
        elif targets and (not column.nullable or column.name == "insurer_id"):
            values[column.name] = planted[min(targets)]
        elif column.default is not None and column.default.is_scalar:
            values[column.name] = column.default.arg
        elif not column.nullable or column.name in ("next_review_at",):
            values[column.name] = next(iter(column.info["choices"])) if "choices" in column.info else _sample(column)
    return values


def _sample(column: Any) -> Any:
    kind = column.type
    if isinstance(kind, Text):
        return secrets.token_hex(6)
    if isinstance(kind, Uuid):
        return uuid7()
    if isinstance(kind, ARRAY):
        return []
    if isinstance(kind, JSONB):
        return {"a": 1}
    if isinstance(kind, LargeBinary):
        return secrets.token_bytes(8)
    if isinstance(kind, Numeric):
        return Decimal(100)
    if isinstance(kind, DateTime):
        return NOW
    if isinstance(kind, Date):
        return TODAY
    if isinstance(kind, Integer):
        return secrets.randbelow(2**30) + 1
    raise TypeError(f"no sample for {column}")
