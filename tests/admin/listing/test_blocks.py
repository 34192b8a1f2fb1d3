"""Blocks of a long list part the set, whatever the order: from the beginning, from any place, from the end."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from admin.views.listing import blocks
from tests.admin.conftest import Browser, SignIn
from tests.admin.listing.conftest import Shelf
from tests.admin.listing.test_pages import FILTERS, ORDERS

SMALL = 10


class Block(NamedTuple):
    """What a browser reads of a block."""

    keys: list[str]
    first: str
    last: str
    is_more: bool


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of ten rows, so that ninety deals have several."""
    monkeypatch.setattr(blocks, "BLOCK", SMALL)


def read(answer: httpx.Response) -> Block:
    assert answer.status_code == 200, answer.text
    found = re.search(r'<tbody data-first="([^"]*)" data-last="([^"]*)"( data-more)?>', answer.text)
    assert found
    keys = re.findall(r'class="row-link" href="/admin/deal/details/([0-9a-f-]+)"', answer.text)
    return Block(keys, found[1], found[2], bool(found[3]))


async def block(who: Browser, address: str, **place: Any) -> Block:
    return read(await who.get(f"/admin/deal/block?{address}&{urlencode(place)}"))


async def through(who: Browser, address: str, begin: Block, *, back: bool = False) -> list[str]:
    """Every key from a block on, block by block."""
    keys, now = list(begin.keys), begin
    while now.is_more:
        now = await block(who, address, **({"before": now.first} if back else {"after": now.last}))
        keys = [*now.keys, *keys] if back else [*keys, *now.keys]
    return keys


@given(order=ORDERS, narrowed=st.sampled_from(FILTERS))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_blocks_part_the_set_from_wherever_one_begins(
    shelf: Shelf, browser: SignIn, order: Any, narrowed: str
) -> None:
    anna = await browser(shelf.world.anna)
    address = f"{narrowed}&sort={','.join(sign + name for sign, name in order)}"
    found = await shelf.find(shelf.world.anna, "deal", f"{address}&per=200")
    whole = [str(row[0]) for row in found.rows]
    assert await through(anna, address, await block(anna, address)) == whole
    assert await through(anna, address, await block(anna, address, before="end"), back=True) == whole
    places = (await anna.get(f"/admin/deal/places?{address}")).json()["places"]
    assert len(places) == len(whole) // SMALL
    for n, place in enumerate(places, start=1):
        assert (await block(anna, address, after=place)).keys == whole[n * SMALL :][:SMALL]
        assert (await block(anna, address, after=f"~{place}")).keys == whole[n * SMALL - 1 :][:SMALL]


async def test_nobody_reads_blocks_of_what_they_may_not_see(shelf: Shelf, browser: SignIn) -> None:
    anna, vera = await browser(shelf.world.anna), await browser(shelf.world.vera)
    seen = {key for one in (anna, vera) for key in await through(one, "", await block(one, ""))}
    own = await through(vera, "", await block(vera, ""))
    assert len(seen) == 120 and len(own) == 30
    last = (await block(anna, "sort=code", before="end")).last
    assert set((await block(vera, "sort=code", before=last)).keys) <= set(own)
    for page in ("block", "places"):
        assert (await vera.get(f"/admin/session/{page}")).status_code == 404


@pytest.mark.parametrize(
    "place", ["after=nonsense", "before=", "after=~", "after=~eyJh", "per=0", "per=9999", "per=-1"]
)
async def test_a_place_that_there_is_not_is_the_beginning(shelf: Shelf, browser: SignIn, place: str) -> None:
    anna = await browser(shelf.world.anna)
    assert (await block(anna, "sort=code")).keys == read(await anna.get(f"/admin/deal/block?sort=code&{place}")).keys


async def test_the_page_says_where_its_rows_go_on(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    page = (await anna.get("/admin/deal/list?sort=code")).text
    assert 'data-long="?sort=code"' in page and 'data-start="0" data-total="90"' in page and 'rel="next"' in page
    for paged in ("?rows=pages", "?group=stage", "?per=200", "?code=0000"):
        assert "data-long" not in (await anna.get(f"/admin/deal/list{paged}")).text, paged
    other = (await anna.get("/admin/deal/list", params={"q": "ctv`yjd", "sort": "code"})).text
    assert "data-long" not in other or "q=%D1%81%D0%B5%D0%BC" in other
