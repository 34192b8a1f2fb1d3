"""Parts of lists by name, whole words of a text, and what an address asks beside the bar."""

from __future__ import annotations

import re

import pytest

from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf


def total(page: str) -> int:
    """How many rows the list says it has."""
    found = re.search(r'aria-live="polite">[^<]*?(\d+)<', page.replace("\u00a0", ""))
    return int(found[1]) if found else 0


async def test_a_part_of_a_list_is_a_chip_and_stays_when_the_bar_is_applied(shelf: Shelf, browser: SignIn) -> None:
    olga = await browser(shelf.world.olga)
    page = (await olga.get("/admin/policy/list?slice=open&deal_id.seller_id.team_id=filled")).text
    assert "В работе" in page
    assert '<input type="hidden" name="slice" value="open">' in page
    assert '<input type="hidden" name="deal_id.seller_id.team_id" value="filled">' in page
    parts = [
        total((await olga.get(f"/admin/policy/list?slice={one}")).text) for one in ("open", "renewed", "lost", "lapsed")
    ]
    assert sum(parts) == total((await olga.get("/admin/policy/list")).text) > 0


async def test_a_part_that_there_is_not_is_told(shelf: Shelf, browser: SignIn) -> None:
    page = await (await browser(shelf.world.olga)).get("/admin/policy/list?slice=nothing")
    assert page.status_code == 200
    assert "Такой части у списка нет" in page.text
    assert total(page.text) == total((await (await browser(shelf.world.olga)).get("/admin/policy/list")).text)


@pytest.mark.parametrize(
    ("typed", "found"), [("=%", False), ("=_", False), ("=осаг", False), ("осаг", True), ("=осаго", True)]
)
async def test_a_text_is_asked_for_whole(shelf: Shelf, browser: SignIn, typed: str, found: bool) -> None:
    olga = await browser(shelf.world.olga)
    assert bool(total((await olga.get("/admin/deal/list", params={"title": typed})).text)) == found
