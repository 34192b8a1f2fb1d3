"""An event of the log as a CloudEvents 1.0 envelope in JSON (structured mode)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from jobs.declared import Event
from jobs.events.catalogue import DELETED, FAMILIES, Family, Outgoing
from models.payment import Expense, Income, Payment
from models.session import Work

CURRENCY = "RUB"
OF_RECORD = {family.record: family for family in FAMILIES}
LINES = {"incomes": OF_RECORD[Income], "expenses": OF_RECORD[Expense]}
"""What `deal.payment.*` carries with the payment."""


async def payload(work: Work, event: Event, outgoing: Outgoing) -> dict[str, Any] | None:
    """The data of the event: its record as it stands now; nothing where the record has gone since."""
    family = outgoing.family
    if outgoing.logged.endswith(f".{DELETED}"):
        return {"id": str(event.record_id)}
    found = await rows(work, family, id=event.record_id)
    if not found:
        return None
    data = found[0] | {"changed": sorted(set(event.changes) & set(family.fields))}
    if family.record is Payment:
        for name, lines in LINES.items():
            data[name] = await rows(work, lines, payment_id=event.record_id, deleted_at=None)
    return data


async def rows(work: Work, family: Family, **where: Any) -> list[dict[str, Any]]:
    """Records with the declared fields, the oldest first."""
    table = family.record.__table__.c
    wanted = select(*(table[name] for name in ("id", *family.fields)))
    wanted = wanted.where(*(table[name].is_not_distinct_from(value) for name, value in where.items()))
    found = await work.execute(wanted.order_by(table.id))
    return [{name: spelled(name, value) for name, value in row.items()} for row in found.mappings()]


def envelope(event: Event, outgoing: Outgoing, address: str, data: Mapping[str, Any]) -> bytes:
    """The whole event; its id is the log's, the same at each repetition."""
    told = {
        "specversion": "1.0",
        "id": str(event.id),
        "source": address,
        "type": outgoing.type,
        "subject": f"{outgoing.family.record.__identity__}/{event.record_id}",
        "time": spelled("at", event.at),
        "datacontenttype": "application/json",
        "dataschema": f"{address}/schemas/{outgoing.type}.json",
        "data": data,
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def spelled(name: str, value: Any) -> Any:
    """A value in JSON: sums with their currency, percentages as text, times in UTC."""
    match value:
        case Decimal() if name.endswith("_percent"):
            return str(value)
        case Decimal():
            return {"amount": f"{value:.2f}", "currency": CURRENCY}
        case datetime():
            return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
        case date():
            return value.isoformat()
        case UUID():
            return str(value)
    return value
