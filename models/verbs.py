"""Verbs: the only way a state changes. Declared once, offered at every door."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from models.errors import Denied, Refused
from models.inquiries import hangs_on_trash
from models.texts import N_

if TYPE_CHECKING:
    from models.actor import Actor
    from models.session import Work

Body = TypeVar("Body", bound=Callable[..., Any])
RESTORE = "restore"
IN_TRASH = N_("This record is in the trash; restore it first.")
UNDER_TRASH = N_("What this belongs to is in the trash; restore that first.")


@dataclass(frozen=True)
class Act:
    """One doing of a verb: who, when, and the work that it belongs to."""

    actor: Actor
    at: datetime
    today: date
    work: Work


class Foreseen(NamedTuple):
    """A line of a preview: what, a msgid, and how much of it."""

    label: str
    number: int | str | Decimal
    """A `Decimal` is roubles."""

    @property
    def is_sum(self) -> bool:
        """Whether it is money."""
        return isinstance(self.number, Decimal)


@dataclass(frozen=True)
class Verb:
    """What a record can be asked to do."""

    name: str
    label: str
    body: Callable[..., Any]
    when: frozenset[str]
    asks: type[Any] | None
    only: Callable[[Any, Actor], bool] | None
    letter: str
    primary: frozenset[str] | bool
    """The one obvious next step: always, or in these states."""
    danger: bool
    gives_away: bool
    """The record may leave the actor's sight: rights are checked on the old row, then the scope is all."""
    bulk: bool
    previews: bool = False
    """It is asked for in a dialog that says what it will do: the record's `foresee`."""
    undoable: bool = True
    """Its answer offers Undo; what begins work of its own is taken back in another way."""
    moves: frozenset[tuple[str, str]] = frozenset()
    """From which state to which it leads; several ways out of one state where what is asked decides."""

    @property
    def asks_first(self) -> bool:
        """Whether a dialog comes before it: to ask, to warn, or to say what it will do."""
        return self.asks is not None or self.danger or self.previews

    def fits(self, record: Any) -> bool:
        """Whether the record's state admits the verb; what is in the trash can only be restored."""
        return self.admits(record.state, is_in_trash(record))

    def admits(self, state: str | None, is_gone: bool) -> bool:
        """Whether a state admits the verb, in the trash or out of it."""
        return is_gone == (self.name == RESTORE) and (not self.when or state in self.when)

    def leads_from(self, state: str | None) -> frozenset[str]:
        """The states to which it may lead from this one."""
        return frozenset(to for begun, to in self.moves if begun == state)

    def leads(self, record: Any) -> bool:
        """Whether this is the obvious next step of the record as it is."""
        return self.primary if isinstance(self.primary, bool) else record.state in self.primary

    def is_offered(self, record: Any, actor: Actor) -> bool:
        """Whether this person can do it with this record now."""
        return (
            self.fits(record)
            and actor.rights.may(record.__identity__, self.name)
            and (self.only is None or self.only(record, actor))
        )

    async def do(self, record: Any, act: Act, asked: Any = None) -> Any:
        """Check and do. Raises `Denied` without the right, `Refused` in a state that does not admit it."""
        if not act.actor.rights.may(record.__identity__, self.name):
            raise Denied(N_("Your role does not allow this: {verb}."), verb=self.label)
        if is_in_trash(record) and self.name != RESTORE:
            raise Refused(IN_TRASH)
        if not self.fits(record):
            raise Refused(
                N_("“{verb}” is not possible now: the state is “{state}”."), verb=self.label, state=record.state
            )
        if self.only is not None and not self.only(record, act.actor):
            raise Denied(N_("“{verb}” is for another person."), verb=self.label)
        if self.name != RESTORE and await hangs_on_trash(act.work, record):
            raise Refused(UNDER_TRASH)
        if self.gives_away:
            await act.work.widen()
        result = self.body(record, act) if self.asks is None else self.body(record, act, asked)
        return await result if inspect.isawaitable(result) else result


def is_in_trash(record: Any) -> bool:
    """Whether the record itself lies in the trash."""
    return getattr(record, "deleted_at", None) is not None


def verb(
    label: str,
    *,
    when: Iterable[str] = (),
    asks: type[Any] | None = None,
    only: Callable[[Any, Actor], bool] | None = None,
    letter: str = "",
    primary: bool | Iterable[str] = False,
    danger: bool = False,
    gives_away: bool = False,
    bulk: bool = False,
    previews: bool = False,
    undoable: bool = True,
    to: str | Iterable[str] | Mapping[str, str] = (),
) -> Callable[[Body], Body]:
    """Declare a method as a verb: `when` lists the states that admit it, `asks` is the dataclass of its input.

    `to` is the state to which it leads, several where what is asked decides, or each state's own where they differ.
    """

    def declare(body: Body) -> Body:
        name = body.__name__.rstrip("_")
        states = frozenset(str(state) for state in when)
        leading = primary if isinstance(primary, bool) else frozenset(str(state) for state in primary)
        body.__verb__ = Verb(  # type: ignore[attr-defined]
            name, label, body, states, asks, only, letter, leading, danger, gives_away, bulk, previews, undoable,
            moves_of(states, to),
        )  # fmt: skip
        return body

    return declare


def moves_of(states: Iterable[str], to: str | Iterable[str] | Mapping[str, str]) -> frozenset[tuple[str, str]]:
    """Each state that admits a verb, and where the verb leads from there."""
    if isinstance(to, Mapping):
        return frozenset((str(begun), str(end)) for begun, end in to.items())
    ends = (to,) if isinstance(to, str) else to
    return frozenset((begun, str(end)) for end in ends for begun in states if begun != str(end))


def verbs_of(cls: type) -> dict[str, Verb]:
    """The verbs of a class and its bases, in the order of their declaration."""
    found: dict[str, Verb] = {}
    for base in reversed(cls.__mro__):
        for attribute in vars(base).values():
            declared = getattr(attribute, "__verb__", None)
            if isinstance(declared, Verb):
                found[declared.name] = declared
    return found


def ask(
    label: str,
    *,
    lookup: str = "",
    among: str = "",
    default: Any = None,
    required: bool = True,
    long: bool = False,
    choices: Any = None,
    hint: str = "",
    proposals: str = "",
    start: str = "",
) -> Any:
    """A field of a verb's input: its label, the identity it looks up, and whether it may stay empty.

    `among` names a class method of the looked-up record: the condition that those offered fulfil.
    `proposals` names a method of the record that is asked: the days that it proposes, each with its reason.
    `start` names the record's attribute that the field begins with, where it is not the one of the same name.
    """
    told = {
        "label": label,
        "lookup": lookup,
        "among": among,
        "required": required,
        "proposals": proposals,
        "start": start,
    }
    told |= {"long": long, "choices": choices, "hint": hint}
    return field(default=default, metadata=told, kw_only=True)
