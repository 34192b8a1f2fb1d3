"""Lists that an index leads to are the lists as they are; a list that takes too long says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy.dialects import postgresql
from starlette.datastructures import QueryParams

from admin.views.listing import joins, patience, prepared
from admin.views.listing import pages as shown
from admin.views.listing.asked import asked
from admin.views.listing.branches import leads
from admin.views.listing.fields import field_of, order_column
from admin.views.listing.statement import Listing
from admin.views.registry import load, view_named
from models import clock
from models.actor import Actor
from models.base import Rows
from models.session import Work
from settings import settings
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf

APART = "stage=won&stage=draft", "or.1.stage=won&or.2.next_review_at.from=2026-03-04"
WHOLE = "stage=won", "or.1.stage=won&or.2.executor_id=empty", "stage=won&stage=draft&sort=title"
TOO_LONG = "Список собирается слишком долго"
SLOW = "SET LOCAL statement_timeout = '1ms'; SELECT pg_sleep(0.2)"


def listing_of(actor: Actor, identity: str, address: str) -> Listing:
    return Listing(asked(view_named(identity), QueryParams(address), actor.rights), actor, clock.today())


async def keys(shelf: Shelf, actor: Actor, address: str) -> list[UUID]:
    return [row[0] for row in (await shelf.find(actor, "deal", f"{address}&per=200")).rows]


def test_states_and_groups_are_walked_apart_where_indexes_have_them(shelf: Shelf) -> None:
    admin, anna = shelf.world.admin, shelf.world.anna
    assert all(listing_of(admin, "deal", address).branches for address in APART)
    assert not any(listing_of(admin, "deal", address).branches for address in WHOLE)
    assert not any(listing_of(anna, "deal", address).branches for address in APART)  # her own rows lead


@pytest.mark.parametrize("address", APART)
async def test_parts_have_the_rows_of_the_whole(shelf: Shelf, address: str) -> None:
    found = await shelf.find(shelf.world.admin, "deal", f"{address}&per=200")
    listing = listing_of(shelf.world.admin, "deal", address)
    async with shelf.database.transaction(shelf.world.admin) as work:
        whole = await prepared.run(work, listing, "everyone", listing.everyone)
    assert sorted(row[0] for row in found.rows) == sorted(row[0] for row in whole)
    assert found.total == len(whole) > 0


@pytest.fixture
def _dense(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    prepared.KNOWN.clear()
    monkeypatch.setattr(joins, "is_dense", lambda _table, _target: True)
    yield
    prepared.KNOWN.clear()


@pytest.mark.usefixtures("_dense")
async def test_an_order_by_names_may_begin_at_the_names(shelf: Shelf) -> None:
    admin = shelf.world.admin
    for sort in ("client_id", "-client_id,code", "executor_id"):
        begun = await keys(shelf, admin, f"sort={sort}")
        statement = str(
            listing_of(admin, "deal", f"sort={sort}").page_of_keys(26).compile(dialect=postgresql.dialect())
        )
        assert ("LEFT OUTER JOIN" in statement) == (sort == "executor_id")  # some have none
        prepared.KNOWN.clear()
        with pytest.MonkeyPatch.context() as sparse:
            sparse.setattr(joins, "is_dense", lambda _table, _target: False)
            assert begun == await keys(shelf, admin, f"sort={sort}")
        prepared.KNOWN.clear()


async def test_a_list_that_takes_too_long_says_so(
    shelf: Shelf, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await browser(shelf.world.admin)
    address = "/admin/deal/list?title=КАСКО"
    assert TOO_LONG not in (await admin.get(address)).text
    monkeypatch.setattr(shown, "WHOLE", SLOW)
    page = await admin.get(address)
    assert page.status_code == 200
    assert TOO_LONG in page.text
    assert "КАСКО" in page.text


async def test_a_slow_number_comes_after_the_page(
    shelf: Shelf, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = await browser(shelf.world.admin)
    later = "/admin/deal/number?title=%D0%9A%D0%90%D0%A1%D0%9A%D0%9E"
    address = "/admin/deal/list?title=КАСКО"
    assert later not in (await admin.get(address)).text

    async def asleep(work: Work, _listing: Any) -> int:
        return len(await work.driver.fetch("SELECT pg_sleep(5)"))

    with monkeypatch.context() as slow:
        slow.setattr(patience, "number_of", asleep)
        slow.setitem(settings.__dict__, "count_within_ms", 50)
        page = (await admin.get(address)).text
    assert later in page
    assert "25+" in page
    assert (await admin.get(later)).text == str(len(await keys(shelf, shelf.world.admin, "title=КАСКО")))
    monkeypatch.setattr(patience, "WHOLE", SLOW)
    assert (await admin.get(later)).status_code == 204


LARGE = (Rows.DEAL, Rows.UNDER_DEAL, Rows.CLIENT, Rows.TASK, Rows.DOCUMENT)
SORTED = {"renewal", "endorsement", "payment-reversal", "task-comment"}
"""Few, or in the order of another table's days."""


def test_lists_of_the_menu_begin_in_an_index() -> None:
    lacking = set()
    for identity, view in load().items():
        field = field_of(view, view.default_sort.lstrip("-"))
        is_large = getattr(view.record, "__rows__", None) in LARGE and view.menu
        if is_large and not (field.own and leads(view.table, order_column(field).name)):
            lacking.add(identity)
    assert lacking <= SORTED, lacking
