"""Many new rows are one statement, so that the log's triggers fire once; look-ups are the same for any number."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event

from tests.crowd import apply
from tests.files import persons, tried
from tests.trade import undo
from tests.world import World

KEYS = [["name", "phone"]]


@contextmanager
def statements(world: World, beginning: str) -> Iterator[list[str]]:
    """Statements that begin so, as they are sent while the block lasts."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.startswith(beginning):
            seen.append(statement)

    engine = world.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def rows_in(statement: str) -> int:
    """Rows of values that a statement has."""
    return statement.partition("VALUES")[2].count("), (") + 1


async def test_new_rows_are_one_statement(world: World) -> None:
    change = await tried(world, world.anna, "client", persons("Широк", 30), KEYS)
    with statements(world, "INSERT INTO crm.clients") as seen:
        change = await apply(world, world.anna, change)
    assert change.done == 30 and [rows_in(statement) for statement in seen] == [30]
    await undo(world, world.anna, change.action_id)


async def test_a_look_up_is_one_statement_for_any_number(world: World) -> None:
    with statements(world, "SELECT crm.clients.id, crm.clients.sort_key") as seen:
        for number in (3, 40):
            await tried(world, world.anna, "client", persons("Узок", number), KEYS)
    assert len(seen) == 2 and len(set(seen)) == 1
