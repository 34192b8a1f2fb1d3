"""Which columns a person may write, when a record is made and later."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import LargeBinary

from models.actor import Actor
from models.base import Record, Rows
from models.errors import Denied, Invalid
from models.texts import N_

KEPT_BY_THE_SYSTEM = frozenset({"id", "created_at", "deleted_at"})
MAKERS = frozenset({"created_by_id", "author_id", "uploaded_by_id", "closed_by_id"})
"""Columns that say who made a record: always the actor."""
PARENTS = {Rows.UNDER_CLIENT: frozenset({"client_id"})}
OWNED = frozenset({Rows.PERSONAL, Rows.LENT})
"""Kinds of rows that are their maker's own: `user_id` is never for the writer to say."""
UNMARKED = ("derived", "hidden", "quiet")


@lru_cache(maxsize=512)
def editable(record: type[Record], *, creating: bool = False) -> tuple[str, ...]:
    """Names of the columns that a person may write, in the order of the table."""
    return tuple(c.name for c in record.__table__.columns if _is_open(record, c, creating))


def is_editable(record: type[Record], field: str, actor: Actor) -> bool:
    """Whether this person may change the column of an existing record."""
    return (
        field in editable(record)
        and actor.rights.may(record.__identity__, "update")
        and actor.rights.may_field(record.__identity__, field, "write")
    )


def must_be_writable(record: type[Record], fields: Iterable[str], actor: Actor, *, creating: bool) -> None:
    """Raises `Invalid` for a column that no person writes, `Denied` for one that this person may not."""
    allowed = editable(record, creating=creating)
    identity = record.__identity__
    for field in fields:
        if field not in record.__table__.columns or field not in allowed:
            raise Invalid.at(field, N_("This field cannot be changed here."))
        if not actor.rights.may_field(identity, field, "write"):
            raise Denied(N_("Your role may not change this field: {field}."), field=field)


def _is_open(record: type[Record], column: Any, creating: bool) -> bool:
    name = column.name
    closed = KEPT_BY_THE_SYSTEM | MAKERS | record.__by_verb__ | {record.__state__}
    if not creating:
        closed |= record.__once__ | {"deal_id"} | PARENTS.get(record.__rows__, frozenset())
    if record.__rows__ in OWNED:
        closed |= {"user_id"}
    marked = any(column.info.get(mark) for mark in UNMARKED)
    return not (name in closed or marked or column.computed is not None or isinstance(column.type, LargeBinary))
