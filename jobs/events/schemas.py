"""The JSON Schema (2020-12) of the data of each type, made from the catalogue and the columns."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, DateTime, Integer, Numeric, Uuid
from sqlalchemy.sql.elements import KeyedColumnElement

from jobs.events.catalogue import DELETED, Family, Outgoing
from jobs.events.payload import LINES
from models.payment import Payment

ID = {"type": "string", "format": "uuid"}
MONEY: dict[str, Any] = {
    "type": "object",
    "properties": {
        "amount": {"type": "string", "pattern": r"^-?\d+\.\d{2}$"},
        "currency": {"type": "string", "pattern": "^[A-Z]{3}$"},
    },
    "required": ["amount", "currency"],
    "additionalProperties": False,
}
PERCENT = {"type": "string", "pattern": r"^-?\d+(\.\d+)?$"}


def schema(outgoing: Outgoing, address: str) -> dict[str, Any]:
    """What `data` of this type looks like."""
    family = outgoing.family
    if outgoing.logged.endswith(f".{DELETED}"):
        shape = closed({"id": ID})
    else:
        properties = fields(family) | {"changed": {"type": "array", "items": {"enum": sorted(family.fields)}}}
        if family.record is Payment:
            properties |= {name: {"type": "array", "items": closed(fields(line))} for name, line in LINES.items()}
        shape = closed(properties)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{address}/schemas/{outgoing.type}.json",
        "title": outgoing.type,
        **shape,
    }


def closed(properties: dict[str, Any]) -> dict[str, Any]:
    """An object of these properties, all of them there and no others."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def fields(family: Family) -> dict[str, Any]:
    """Each declared field and what it may be."""
    columns = family.record.__table__.c
    return {name: of_column(columns[name]) for name in ("id", *family.fields)}


def of_column(column: KeyedColumnElement[Any]) -> dict[str, Any]:
    """The schema of a column."""
    shape = by_type(column)
    return {"anyOf": [shape, {"type": "null"}]} if column.nullable else shape


def by_type(column: KeyedColumnElement[Any]) -> dict[str, Any]:
    """The schema of a column that is filled."""
    match column.type:
        case Uuid():
            return ID
        case DateTime():
            return {"type": "string", "format": "date-time", "pattern": "Z$"}
        case Date():
            return {"type": "string", "format": "date"}
        case Numeric():
            return PERCENT if column.name.endswith("_percent") else MONEY
        case BigInteger() | Integer():
            return {"type": "integer"}
        case Boolean():
            return {"type": "boolean"}
    return {"type": "string"}
