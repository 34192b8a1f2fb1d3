"""What the address of Today asks for: whose matters, of which kinds, and how many."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from starlette.datastructures import QueryParams

from models.actor import Actor, Scope
from models.attention import Matter
from models.choices import Choice
from models.texts import N_

AT_ONCE = 10
"""Rows of one part; "show more" brings four times as many, up to the most."""
MOST = 500
KINDS = tuple(Matter)


class Who(Choice):
    """Whose matters are shown."""

    ME = "me", N_("Me")
    QUEUE = "queue", N_("Queue")
    TEAM = "team", N_("Team")


@dataclass(frozen=True)
class Query:
    """The address, read leniently: what it does not know is not there."""

    who: Who = Who.ME
    person: UUID | None = None
    kinds: tuple[Matter, ...] = ()
    most: int = AT_ONCE

    def address(self, **changed: Any) -> str:
        """The address with some of it changed; what goes without saying is left out."""
        asked = replace(self, **{"most": AT_ONCE} | changed)
        pairs: list[tuple[str, str]] = [("who", asked.who)] if asked.who != Who.ME else []
        pairs += [("person", str(asked.person))] if asked.person else []
        pairs += [("kind", str(kind)) for kind in asked.kinds]
        pairs += [("most", str(asked.most))] if asked.most != AT_ONCE else []
        return "/admin/" + (f"?{urlencode(pairs)}" if pairs else "")

    def with_kind(self, kind: Matter) -> str:
        """The address with a kind added, or taken away where it is chosen."""
        chosen = set(self.kinds) ^ {kind}
        return self.address(kinds=tuple(kind for kind in KINDS if kind in chosen))

    @property
    def more(self) -> str:
        """The address that shows more of each part; nothing at the most."""
        return self.address(most=min(self.most * 4, MOST)) if self.most < MOST else ""


def choices_of(actor: Actor) -> list[Who]:
    """Whose matters this person may look at, in the order of the switch."""
    may_take = actor.rights.may("task", "accept") and (actor.team_id is not None or actor.scope == Scope.ALL)
    return [Who.ME, *([Who.QUEUE] if may_take else []), *([Who.TEAM] if actor.scope != Scope.OWN else [])]


def read_query(params: QueryParams, actor: Actor) -> Query:
    """What is asked for, within what the person may look at."""
    known = {str(who): who for who in choices_of(actor)}
    who = known.get(params.get("who", ""), Who.ME)
    kinds = tuple(kind for kind in KINDS if kind in params.getlist("kind"))
    most = params.get("most", "")
    return Query(
        who,
        as_key(params.get("person", "")) if who == Who.TEAM else None,
        kinds if who != Who.QUEUE else (),
        max(AT_ONCE, min(int(most), MOST)) if most.isascii() and most.isdigit() and len(most) < 5 else AT_ONCE,
    )


def as_key(text: str) -> UUID | None:
    """A key, or nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None
