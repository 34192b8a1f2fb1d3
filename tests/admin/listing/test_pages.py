"""Pages part the set: nothing twice, nothing lost, whatever the order, the filters and the way to the next page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.datastructures import QueryParams

from admin.views.listing import asked as asking
from admin.views.listing.asked import asked
from admin.views.listing.pages import next_of, previous_of
from admin.views.registry import view_named
from models.actor import Actor
from models.rights import rights
from tests.admin.listing.conftest import Shelf

SORTS = ("code", "title", "client_id", "stage", "ball", "seller_id", "executor_id", "next_review_at", "created_at")
FILTERS = ("", "stage=won&stage=draft", "executor_id=empty", "executor_id=filled", "next_review_at=empty",
           "next_review_at.from=2026-03-03&next_review_at.to=2026-03-06", "code=0000", "client_id=empty",
           "policy:deal_id:premium.from=1002", "or.1.stage=won&or.2.executor_id=empty", "tint.red.stage=won",
           "or.1.stage=won&or.2.next_review_at.from=2026-03-04&or.3.stage=draft",
           )  # fmt: skip
ORDERS = st.lists(st.tuples(st.sampled_from(("", "-")), st.sampled_from(SORTS)), min_size=1, max_size=3)


async def walk(shelf: Shelf, actor: Actor, address: str) -> list[UUID]:
    """Every key of a list, page by page, by its own links; then back again the same way."""
    keys: list[UUID] = []
    pages: list[list[UUID]] = []
    while True:
        found = await shelf.find(actor, "deal", address)
        pages.append([row[0] for row in found.rows])
        keys += pages[-1]
        if not (onward := next_of(found)):
            break
        address = onward.removeprefix("?")
    for before in reversed(pages[:-1]):
        address = previous_of(found).removeprefix("?")
        found = await shelf.find(actor, "deal", address)
        assert [row[0] for row in found.rows] == before
    return keys


@pytest.mark.parametrize("by_number_up_to", [0, 1000], ids=["by cursors", "by numbers"])
@given(order=ORDERS, narrowed=st.sampled_from(FILTERS), size=st.sampled_from((7, 25)))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_pages_part_the_set(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, by_number_up_to: int, order: Any, narrowed: str, size: int
) -> None:
    monkeypatch.setattr("admin.views.listing.pages.OFFSET_AT_MOST", by_number_up_to)
    for actor in (shelf.world.anna, shelf.world.admin):
        sort = ",".join(sign + name for sign, name in order)
        keys = await walk(shelf, actor, f"{narrowed}&sort={sort}&per={size}")
        whole = await shelf.find(actor, "deal", f"{narrowed}&sort={sort}&per=200")
        assert len(keys) == len(set(keys))
        assert keys == [row[0] for row in whole.rows]
        assert whole.total == len(keys)


async def test_rows_without_a_target_stay_when_sorted_by_it(shelf: Shelf) -> None:
    for direction in ("", "-"):
        found = await shelf.find(shelf.world.anna, "deal", f"sort={direction}executor_id&per=200")
        assert len(found.rows) == 90
        executors = [row[-4] for row in found.rows]
        assert None not in executors[:60]


async def test_everyone_sees_only_their_own(shelf: Shelf) -> None:
    anna = {row[0] for row in (await shelf.find(shelf.world.anna, "deal", "per=200")).rows}
    vera = {row[0] for row in (await shelf.find(shelf.world.vera, "deal", "per=200")).rows}
    everything = {row[0] for row in (await shelf.find(shelf.world.admin, "deal", "per=200")).rows}
    assert (len(anna), len(vera), anna & vera, anna | vera) == (90, 30, set(), everything)


def test_deep_pages_are_reached_by_cursors() -> None:
    view = view_named("deal")
    near, far = (asked(view, QueryParams(f"page={n}"), rights(("*",))) for n in (2, 1000))
    assert near.offset <= asking.OFFSET_AT_MOST < far.offset
