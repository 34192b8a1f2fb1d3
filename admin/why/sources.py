"""Where a record comes from and where it went: acts, statements, pay-out sheets, whatever points to it.

Found by foreign keys, so that what is added to the money tomorrow is told without a line here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import Table, select

from admin.i18n import _
from admin.views.base import Category, View
from admin.views.listing.fields import may_read, target_or_none
from admin.views.record.showing import NOTHING, titles_of
from admin.views.registry import load
from admin.why.asking import Asked
from admin.why.story import Chapter, linked, said
from models.texts import N_

LINES = frozenset({"income", "expense", "transit"})
"""What other records point to when they tell of its money."""
TOLD = frozenset(
    {"deal", "client", "need", "insurer", "product", "user", "payment", "policy", "commission-rule", "expense-rule"}
)
"""What sentences name already, or what every record has."""
AT_MOST = 20


async def sources_of(asked: Asked) -> list[Chapter]:
    """Links along the record's own keys and back along those that point to it."""
    chapter = Chapter(_("Connected with"))
    for label, view, keys in [*outward(asked), *[one async for one in inward(asked)]]:
        titles = await titles_of(asked.work, {view: keys})
        for key in keys:
            if key in titles:
                title = titles[key] if titles[key] != NOTHING else _(view.name)
                chapter.said.append(said(N_("{what}: {link}"), what=label, link=linked(view, key, title)))
    return [chapter]


def outward(asked: Asked) -> Iterator[tuple[str, View, list[UUID]]]:
    """What the record's own keys name."""
    for name, view in keys_of(asked.view):
        key = getattr(asked.row, name)
        if view is asked.view:
            continue
        if key is not None and asked.actor.rights.may(view.identity, "read") and asked.sees(asked.view.identity, name):
            yield _(view.name), view, [key]


async def inward(asked: Asked) -> Any:
    """Records of money that point to this one."""
    if asked.view.identity not in LINES:
        return
    for view, name in pointing(asked.view.table):
        rights = asked.actor.rights
        if not (rights.may(view.identity, "read") and may_read(view, name, rights)):
            continue
        table = view.table
        parent = target_or_none(table, view.title) if table.c[view.title].foreign_keys else None
        column = table.c[view.title] if parent is not None else table.c.id
        found = select(column).where(table.c[name] == asked.key).order_by(table.c.id).limit(AT_MOST)
        if view.has_trash:
            found = found.where(table.c.deleted_at.is_(None))
        if keys := list(dict.fromkeys(await asked.work.scalars(found))):
            of = view if parent is None else parent
            yield _("Taken back by") if of is asked.view else _(of.name), of, keys


@lru_cache(maxsize=256)
def keys_of(view: View) -> tuple[tuple[str, View], ...]:
    """The columns that name a record worth telling, by what they name."""
    found = []
    for column in view.table.c:
        if column.foreign_keys and not column.info.get("hidden"):
            target = target_or_none(view.table, column.name)
            if target is not None and target.identity not in TOLD and not target.is_sealed:
                found.append((column.name, target))
    return tuple(found)


@lru_cache(maxsize=64)
def pointing(table: Table) -> tuple[tuple[View, str], ...]:
    """Entities of money with a key to this table."""
    return tuple(
        (view, column.name)
        for view in load().values()
        if view.category == Category.MONEY and not view.is_sealed
        for column in view.table.c
        if any(key.column.table is table and key.column.name == "id" for key in column.foreign_keys)
    )
