"""What can be done with a record now: one obvious next step, the others quiet, the dangerous ones aside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from admin.views.base import View
from models.actor import Actor
from models.verbs import Verb

ASIDE = frozenset({"trash", "restore"})


@dataclass(frozen=True)
class Offers:
    """Verbs in the order of their buttons."""

    primary: Verb | None
    quiet: list[Verb]
    danger: list[Verb]
    may_edit: bool
    may_trash: bool
    may_restore: bool

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.primary or self.quiet or self.danger or self.may_edit or self.may_trash)


def offers_of(view: View, record: Any, actor: Actor) -> Offers:
    """What this person is offered for the record."""
    is_gone = getattr(record, "deleted_at", None) is not None
    verbs = [] if is_gone else [v for v in view.verbs.values() if v.name not in ASIDE and v.is_offered(record, actor)]
    primary = narrowest([verb for verb in verbs if verb.leads(record)])
    rights = actor.rights
    settled = record.state in getattr(record, "__settled__", ()) if view.state else False
    return Offers(
        primary,
        [verb for verb in verbs if verb is not primary and not verb.danger],
        [verb for verb in verbs if verb.danger],
        view.editable and not is_gone and rights.may(view.identity, "update"),
        not settled and view.editable and is_offered(view, "trash", record, actor),
        is_offered(view, "restore", record, actor),
    )


def is_offered(view: View, name: str, record: Any, actor: Actor) -> bool:
    """Whether the view's records have the verb and this one offers it."""
    return name in view.verbs and view.verbs[name].is_offered(record, actor)


def narrowest(verbs: list[Verb]) -> Verb | None:
    """Of several next steps the one that fewest states admit; of equal ones the first."""
    return min(verbs, key=lambda verb: len(verb.when) or 99, default=None)
