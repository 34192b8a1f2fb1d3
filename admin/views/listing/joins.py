"""Outer joins along foreign keys, each path once: a row without a target stays in the list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, FromClause, Table, exists, select, true
from sqlalchemy.sql.elements import ColumnElement

from admin.views.base import View
from admin.views.listing.fields import Field, target_of
from admin.views.listing.sizes import is_dense
from admin.views.registry import load
from models.base import Rows

SEEN_BY_ALL = frozenset(
    {Rows.DEAL, Rows.UNDER_DEAL, Rows.CLIENT, Rows.UNDER_CLIENT, Rows.TASK, Rows.DOCUMENT, Rows.REFERENCE, Rows.PEOPLE}
)
"""Kinds of rows of which scope all sees every one."""


class Joins:
    """The tables that a list's columns lie in, joined to its own.

    A row without a target stays in the list; for who sees all (`sees_all`) a target that every row has is joined from
    either side, so that a list in the order of its clients' names begins with the first clients.
    """

    def __init__(self, table: Table, base: FromClause, *, sees_all: bool = False) -> None:
        self._sees_all = sees_all
        self._tables: dict[tuple[str, ...], Table] = {(): table}
        self._aliases: dict[tuple[str, ...], FromClause] = {(): base}

    def column(self, field: Field, column: Column[Any] | None = None) -> ColumnElement[Any]:
        """The field's value (or another column of its table) in the joined tables."""
        if field.derived is not None:
            return field.derived.sql(self.along(()))
        return self.along(field.path).c[(column if column is not None else field.column).name]

    def key(self, field: Field) -> ColumnElement[Any]:
        """What a link points to: the foreign key's own value."""
        steps = field.name.split(".")
        return self.along(tuple(steps[:-1])).c[steps[-1]]

    def along(self, path: tuple[str, ...]) -> FromClause:
        """The table at the end of a path."""
        if path not in self._aliases:
            self.along(path[:-1])
            table = target_of(self._tables[path[:-1]], path[-1]).table
            self._tables[path] = table
            self._aliases[path] = table.alias(f"j{len(self._aliases)}")
        return self._aliases[path]

    def joined(self, first: FromClause) -> FromClause:
        """`first` with everything that was asked for so far joined to it."""
        always: set[tuple[str, ...]] = {()}
        for path, alias in self._aliases.items():
            if not path:
                continue
            key = self._aliases[path[:-1]].c[path[-1]]
            if self._sees_all and path[:-1] in always and self._is_there(path):
                always.add(path)
                first = first.join(alias, alias.c.id == key)
            else:
                first = first.outerjoin(alias, alias.c.id == key)
        return first

    def _is_there(self, path: tuple[str, ...]) -> bool:
        """Whether every row has the target that who sees all sees, and most targets have rows: one may begin there."""
        table = self._tables[path[:-1]]
        key = table.c[path[-1]]
        is_watched = not any(one.info.get("unwatched") for one in key.foreign_keys)
        target = target_of(table, path[-1])
        is_seen = getattr(target.record, "__rows__", None) in SEEN_BY_ALL
        return not key.nullable and is_watched and is_seen and is_dense(table, target.table)


def where_field(view: View, base: FromClause, field: Field, condition: Any) -> ColumnElement[bool]:
    """A condition on a field of the row, of what it points to, or of any row that points to it: never a doubled row."""
    if field.many:
        child, by = load()[field.many[0]], field.many[1]
        inner = child.table.alias()
        found = condition_at(child, inner, field, condition)
        own = inner.c[by] == base.c.id
        kept = inner.c.deleted_at.is_(None) if child.has_trash else true()
        return exists(select(1).select_from(inner).where(own, kept, found))
    return condition_at(view, base, field, condition)


def condition_at(view: View, base: FromClause, field: Field, condition: Any) -> ColumnElement[bool]:
    """A condition on what is worked out of the row, or on what stands at the end of the path."""
    if field.derived is not None:
        return condition(field.derived.sql(base))  # type: ignore[no-any-return]
    return where_path(view.table, base, field, condition)


def where_path(table: Table, base: FromClause, field: Field, condition: Any) -> ColumnElement[bool]:
    """A condition at the end of the path; a link is compared by its key, so its own table is not needed."""
    name = field.name.split(":")[-1]
    steps = name.split(".")
    if len(steps) == 1:
        return condition(base.c[steps[0]])  # type: ignore[no-any-return]
    first = target_of(table, steps[0]).table.alias()
    inner = Joins(target_of(table, steps[0]).table, first)
    end = inner.along(tuple(steps[1:-1])).c[steps[-1]]
    return exists(select(1).select_from(inner.joined(first)).where(first.c.id == base.c[steps[0]], condition(end)))
