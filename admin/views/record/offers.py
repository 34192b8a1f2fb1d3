"""What can be done with a record now: one obvious next step, the others quiet, the dangerous ones aside."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from admin.views.base import View
from models.actor import Actor
from models.deal.next_step import Step
from models.rights import Rights
from models.verbs import Verb

ASIDE = frozenset({"trash", "restore"})


@dataclass(frozen=True, eq=False)
class Offers:
    """Verbs in the order of their buttons; records that are offered the same share one."""

    primary: Verb | None
    quiet: tuple[Verb, ...]
    danger: tuple[Verb, ...]
    may_edit: bool
    may_trash: bool
    may_restore: bool
    why: str = ""
    """Where no verb is the next step: the sentence (a msgid) that says whose turn it is."""

    @property
    def any(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.primary or self.quiet or self.danger or self.may_edit or self.may_trash)


def offers_of(view: View, record: Any, actor: Actor, step: Step | None = None) -> Offers:
    """What this person is offered for the record; `step` is the next one where more than the state decides it."""
    state, is_gone = record.state, getattr(record, "deleted_at", None) is not None
    names = tuple(
        verb.name
        for verb in fitting(view, actor.rights, state, is_gone)
        if verb.only is None or verb.only(record, actor)
    )
    is_settled = view.state is not None and state in getattr(record, "__settled__", ())
    may_edit = view.editable and not is_gone
    return arranged(view, actor.rights, names, state, may_edit, may_edit and not is_settled, step)


@lru_cache(maxsize=4096)
def fitting(view: View, rights: Rights, state: str | None, is_gone: bool) -> tuple[Verb, ...]:
    """The verbs that a role allows and a state admits."""
    granted = (verb for verb in view.verbs.values() if rights.may(view.identity, verb.name))
    return tuple(verb for verb in granted if verb.admits(state, is_gone))


@lru_cache(maxsize=4096)
def arranged(
    view: View,
    rights: Rights,
    names: tuple[str, ...],
    state: str | None,
    may_edit: bool,
    may_trash: bool,
    step: Step | None,
) -> Offers:
    """The buttons of what is offered in a state."""
    verbs = [view.verbs[name] for name in names if name not in ASIDE]
    steps = [v for v in verbs if step is not None and v.name == step.verb]
    leading = steps or [v for v in verbs if (v.primary if isinstance(v.primary, bool) else state in v.primary)]
    primary = narrowest(leading)
    return Offers(
        primary,
        tuple(verb for verb in verbs if verb is not primary and not verb.danger),
        tuple(verb for verb in verbs if verb.danger),
        may_edit and rights.may(view.identity, "update"),
        may_trash and "trash" in names,
        "restore" in names,
        step.why if step is not None else "",
    )


def narrowest(verbs: list[Verb]) -> Verb | None:
    """Of several next steps the one that fewest states admit; of equal ones the first."""
    return min(verbs, key=lambda verb: len(verb.when) or 99, default=None)
