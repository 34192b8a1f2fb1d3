"""Where a record may go on a board: by the verbs that lead there, or by writing a choice that no verb decides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from admin.views.base import View
from admin.views.listing.fields import Field
from admin.views.record.forms import fields_of
from models.actor import Actor
from models.rights import Rights
from models.verbs import Verb


@dataclass(frozen=True)
class Ways:
    """The ways out of each value, as far as a role's grants go; what else a verb asks of a record comes later."""

    verbs: tuple[Verb, ...] = ()
    values: tuple[str, ...] = ()
    is_written: bool = False
    """A choice of no verb: the cell write path takes it."""

    @property
    def any(self) -> bool:
        """Whether anything moves on this board at all."""
        return self.is_written or bool(self.verbs)

    def ends(self, value: str) -> list[str]:
        """The values to which a record may go from this one."""
        if self.is_written:
            return [one for one in self.values if one != value]
        reached = {end for verb in self.verbs for end in verb.leads_from(value)}
        return [one for one in self.values if one in reached]


@lru_cache(maxsize=1024)
def ways_of(view: View, by: Field, rights: Rights) -> Ways:
    """What these rights may do with a board of this choice."""
    values = tuple(str(option) for option in by.choices)
    if by.name == view.state:
        return Ways(tuple(v for v in view.verbs.values() if v.moves and rights.may(view.identity, v.name)), values)
    if by.name in fields_of(view, rights, creating=False) and view.editable and rights.may(view.identity, "update"):
        return Ways((), (*([""] if by.column.nullable else []), *values), is_written=True)
    return Ways()


def verbs_to(ways: Ways, row: Any, end: str, actor: Actor) -> list[Verb]:
    """The verbs that lead this record to a value, as far as this person may do them with it now."""
    return [verb for verb in ways.verbs if end in verb.leads_from(row.state) and verb.is_offered(row, actor)]


def steps_of(ways: Ways, row: Any, actor: Actor, ends: Iterable[str]) -> list[tuple[str, Verb]]:
    """Every way out of where the record stands: the value and the verb."""
    return [(end, verb) for end in ends for verb in verbs_to(ways, row, end, actor)]
