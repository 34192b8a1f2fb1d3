"""One step for one record: a verb or new values, by the same path as a form's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from models.actor import Actor
from models.asking import must_name_seen, read_asked, record_named
from models.base import Record
from models.changes import Change, apply, restore
from models.changes.apply import read_all
from models.changes.fields import must_be_writable
from models.errors import Denied, NotFound
from models.many.bringing import BringStep, bring_step
from models.many.change import EDIT, IMPORT
from models.many.trying import Step
from models.session import Work
from models.verbs import RESTORE, Verb


@dataclass(frozen=True)
class VerbStep:
    """A verb with what it asks."""

    record: type[Record]
    verb: Verb
    asked: Any

    async def do(self, work: Work, row: Any) -> None:
        """As a form for one record does it."""
        if self.verb.name == RESTORE:
            await restore(work, self.record, row.id)
            return
        await must_name_seen(work, self.verb, row, self.asked)
        await self.verb.do(row, work.act(), self.asked)


@dataclass(frozen=True)
class EditStep:
    """New values of fields, the same for every record."""

    record: type[Record]
    values: Mapping[str, Any]

    async def do(self, work: Work, row: Any) -> None:
        """By the one change set: rights of each field, checks, hooks."""
        await apply(work, Change(self.record, row.id, {}, self.values), row)


def step_of(identity: str, what: str, told: Mapping[str, Any], actor: Actor) -> Step | BringStep:
    """The step that somebody asks for. Raises `NotFound`, `Denied`, `Invalid` at fields."""
    record = record_named(identity)
    if record is None:
        raise NotFound
    if what == IMPORT:
        return bring_step(record, told, actor.rights)
    if what == EDIT:
        if not actor.rights.may(identity, "update"):
            raise Denied
        must_be_writable(record, told, actor, creating=False)
        read_all(record, told)
        return EditStep(record, dict(told))
    verb = record.__verbs__.get(what)
    if verb is None or not verb.bulk:
        raise NotFound
    if not actor.rights.may(identity, verb.name):
        raise Denied
    return VerbStep(record, verb, read_asked(verb, told))
