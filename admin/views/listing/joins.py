"""Outer joins along foreign keys, each path once: a row without a target stays in the list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, FromClause, Table, exists, select, true
from sqlalchemy.sql.elements import ColumnElement

from admin.views.base import View
from admin.views.listing.fields import Field, target_of
from admin.views.registry import load


class Joins:
    """The tables that a list's columns lie in, joined to its own."""

    def __init__(self, table: Table, base: FromClause) -> None:
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
        for path, alias in self._aliases.items():
            if path:
                first = first.outerjoin(alias, alias.c.id == self._aliases[path[:-1]].c[path[-1]])
        return first


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
