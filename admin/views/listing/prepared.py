"""Statements of lists, built once a shape: building one costs more than running it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select
from sqlalchemy.dialects.postgresql.asyncpg import dialect

from admin.views.listing.statement import Listing
from models.actor import Scope
from models.session import Work

DIALECT = dialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
MOST_KNOWN = 4_000
LONGEST_KNOWN = 60_000
"""Characters of a statement that is remembered; a longer one is no list that anybody opens twice."""


class Prepared(NamedTuple):
    """A statement as asyncpg takes it, the names of its values in their order, and those that never change."""

    text: str
    names: tuple[str, ...]
    fixed: dict[str, Any]

    def given(self, values: Mapping[str, Any]) -> tuple[Any, ...]:
        """The values in their order. Raises `KeyError` for a slot without one: no condition is lost in silence."""
        return tuple(values[name] if name in values else self.fixed[name] for name in self.names)


KNOWN: dict[tuple[Any, ...], Prepared] = {}


async def run(work: Work, listing: Listing, what: str, build: Callable[[], Select[Any]]) -> Sequence[Any]:
    """The rows of a list's statement; `what` names it among the statements of the list's shape."""
    found = prepared((what, listing.shape), build, listing.actor.scope)
    return await work.driver.fetch(found.text, *found.given(listing.values))


def prepared(key: tuple[Any, ...], build: Callable[[], Select[Any]], scope: Scope) -> Prepared:
    """A statement of a shape, made once; one for each scope, since another role's policies end a plan."""
    if key in KNOWN:
        return KNOWN[key]
    made = compiled(build())
    made = made._replace(text=f"/* {scope} */ {made.text}")
    if len(made.text) <= LONGEST_KNOWN:
        if len(KNOWN) > MOST_KNOWN:
            KNOWN.clear()
        KNOWN[key] = made
    return made


def compiled(statement: Select[Any]) -> Prepared:
    """The statement's text with the places of its values."""
    made = statement.compile(dialect=DIALECT, compile_kwargs={"render_postcompile": True})
    slots = {name for name, bound in made.binds.items() if not bound.unique}
    fixed = {name: value for name, value in made.construct_params().items() if name not in slots}
    return Prepared(str(made), tuple(made.positiontup or ()), fixed)
