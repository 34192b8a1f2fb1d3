"""What is asked: a sum of a record that the actor sees and may read. Everything else is not there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import select

from admin.views.base import View
from admin.views.listing.fields import Kind, NoSuchField, kind_of, may_read, target_or_none
from admin.views.record.showing import titles_of
from admin.views.record.statement import Found, find, plan_of
from admin.views.registry import view_named
from admin.why.story import linked
from models.actor import Actor
from models.errors import NotFound
from models.session import Work


@dataclass
class Asked:
    """A field of a record; `name` is a column, or a figure that is worked out, with an argument after a colon."""

    work: Work
    actor: Actor
    view: View
    key: UUID
    name: str
    found: Found
    known: dict[str, Any] = field(default_factory=dict)
    """What explainers have read already."""

    @property
    def row(self) -> Any:
        """The record's own columns."""
        return self.found.record

    @property
    def place(self) -> tuple[str, str]:
        """What explainers are registered for."""
        return self.view.identity, self.name.partition(":")[0]

    @property
    def argument(self) -> str:
        """What stands after the colon."""
        return self.name.partition(":")[2]

    def sees(self, identity: str, *fields: str) -> bool:
        """Whether the actor may read an entity and these fields of it."""
        rights = self.actor.rights
        return rights.may(identity, "read") and all(may_read(view_named(identity), name, rights) for name in fields)

    def must_see(self, identity: str, *fields: str) -> None:
        """Raises `NotFound` where the actor may not read it."""
        if not self.sees(identity, *fields):
            raise NotFound

    async def title(self, identity: str, key: UUID | None) -> Markup:
        """A record as a link, where the actor sees it; a dash where not."""
        view = view_named(identity)
        if key is None or not self.actor.rights.may(identity, "read"):
            return Markup("—")
        found = await titles_of(self.work, {view: [key]})
        return linked(view, key, found[key]) if key in found else Markup("—")


async def asked_for(work: Work, actor: Actor, identity: str, key: UUID, name: str) -> Asked:
    """Follow a name such as `amount` or `policy_id.premium` to its record. Raises `NotFound`."""
    view = view_named(identity)
    *steps, last = name.split(".") if ":" not in name else (name,)
    for step in steps:
        view, key = await stepped(work, actor, view, key, step)
    if not actor.rights.may(view.identity, "read"):
        raise NotFound
    found = await find(work, plan_of(view, (), actor.scope), key)
    return Asked(work, actor, view, key, last, found)


async def stepped(work: Work, actor: Actor, view: View, key: UUID, step: str) -> tuple[View, UUID]:
    """Along a foreign key of a record that the actor sees. Raises `NotFound`."""
    try:
        target = target_or_none(view.table, step)
    except NoSuchField:
        raise NotFound from None
    if target is None or not actor.rights.may(view.identity, "read") or not may_read(view, step, actor.rights):
        raise NotFound
    found = await work.scalar(select(view.table.c[step]).where(view.table.c.id == key))
    if found is None:
        raise NotFound
    return target, found


def money_field(view: View, name: str) -> Any:
    """The money column of a name, or None; hidden ones are none."""
    column = view.table.c.get(name)
    return column if column is not None and name in money_columns(view) else None


def money_columns(view: View) -> list[str]:
    """Every sum that a view's records have."""
    return [column.name for column in view.table.c if not column.info.get("hidden") and kind_of(column) is Kind.MONEY]
