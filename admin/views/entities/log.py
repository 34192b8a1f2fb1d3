"""The log, for those whose policies let them read it; nobody writes here."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy.orm import DeclarativeBase

from admin.views.base import Category, Child, View
from models.base import Base
from models.log import actions, events
from models.texts import N_
from models.verbs import Verb


class Logged(DeclarativeBase):
    """Tables of the log as sqladmin wants them: mapped, with what a record says of itself."""

    metadata = Base.metadata
    __search__: ClassVar[tuple[str, ...]] = ()
    __state__: ClassVar[str | None] = None
    __verbs__: ClassVar[dict[str, Verb]] = {}
    state: ClassVar[str | None] = None


class Event(Logged):
    """A changed row."""

    __table__ = events
    __mapper_args__ = {"primary_key": [events.c.id]}
    __identity__ = "event"
    __title__ = "type"
    __search__ = ("type",)


class Action(Logged):
    """A verb, an import, a bulk or a step of a job."""

    __table__ = actions
    __identity__ = "action"
    __title__ = "slug"
    __search__ = ("slug", "request_id")


class EventView(View):
    """What happened, the newest first."""

    record = Event
    name, name_plural = N_("Event"), N_("Events")
    category, icon, order = Category.LOG, "history", 10
    columns = ("at", "type", "actor_id", "deal_id", "table", "op", "changes")
    filters = ("actor_id", "deal_id", "type", "table", "op", "at", "action_id", "record_id")
    labels = {
        "at": N_("When"), "type": N_("What happened"), "actor_id": N_("Who"), "table": N_("Table"),
        "op": N_("Operation"), "record_id": N_("Record"), "record": N_("Record"), "seq": N_("Number in the log"),
        "xid": N_("Transaction"), "epoch": N_("Epoch of the log"),
    }  # fmt: skip
    default_sort = "-at"
    creatable = editable = False


class ActionView(View):
    """Who did what, the newest first."""

    record = Action
    name, name_plural = N_("Action"), N_("Actions")
    category, icon, order = Category.LOG, "bolt", 20
    columns = ("at", "slug", "actor_id", "via", "asked", "undone_by", "undoes")
    filters = ("actor_id", "slug", "via", "at", "request_id")
    labels = {
        "at": N_("When"), "slug": N_("What was done"), "actor_id": N_("Who"), "via": N_("From where"),
        "asked": N_("What was asked"), "undone_by": N_("Undone by"), "undoes": N_("Undoes"),
    }  # fmt: skip
    default_sort = "-at"
    creatable = editable = False
    children = (Child("event", "action_id"),)
