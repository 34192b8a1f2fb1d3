"""Rows of a view as plain values: what is needed to show them and to ask their verbs, without the mapper."""

from __future__ import annotations

from collections import namedtuple
from functools import lru_cache
from inspect import getattr_static, isfunction
from typing import Any, ClassVar

from sqlalchemy import Column

from admin.views.base import View


class Known:
    """What a row knows beside its values: the questions that its record answers about itself."""

    __slots__ = ()
    __identity__: ClassVar[str]
    __settled__: ClassVar[frozenset[str]]
    __record__: ClassVar[type[Any]]

    def __getattr__(self, name: str) -> Any:
        """A method of the record which reads columns only, such as a verb's condition."""
        found = getattr_static(self.__record__, name)
        if not isfunction(found):
            raise AttributeError(name)
        return found.__get__(self)


@lru_cache(maxsize=256)
def columns_of(view: View) -> tuple[Column[Any], ...]:
    """The columns that a page may read; hidden ones never leave the database."""
    return tuple(column for column in view.table.c if not column.info.get("hidden"))


@lru_cache(maxsize=256)
def shape_of(view: View) -> Any:
    """A named tuple of the view's columns which verbs take for a record; made by `_make`."""
    record = view.record
    names = [column.name for column in columns_of(view)]
    members: dict[str, Any] = {
        "__slots__": (),
        "__identity__": record.__identity__,
        "__settled__": getattr(record, "__settled__", frozenset()),
        "__record__": record,
    }
    if "state" not in names:
        at = names.index(view.state) if view.state else None
        members["state"] = property(lambda row: None if at is None else row[at])
    return type(f"{record.__name__}Values", (namedtuple("Values", names), Known), members)
