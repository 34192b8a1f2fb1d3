"""Search finds by any name, takes signs for what they are, and shows nobody more than they may see."""

from __future__ import annotations

import re

import asyncpg
import pytest

from tests import databases
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf

FINDS_A_DEAL = (
    "семёнов", "СЕМЕНОВ", "ёлка", "елка", "D-2026-0000", "ромашка", "00007", "7", "+7 929 827-00-02", "89298270002",
    "ХХХ 7351333101", "xxx7351333101", "А001ВС777", "a001bc777", "XTA21099000000002",
)  # fmt: skip


@pytest.mark.parametrize("term", FINDS_A_DEAL)
async def test_a_deal_is_found_by_any_of_its_names(shelf: Shelf, term: str) -> None:
    for actor in (shelf.world.anna, shelf.world.head, shelf.world.admin):
        assert (await shelf.find(actor, "deal", f"q={term.replace('+', '%2B')}")).rows, actor.name


@pytest.mark.parametrize("identity", ["deal", "client", "policy"])
@pytest.mark.parametrize("term", ["ромашка", "99298270002", "ХХХ 7351333101", "%", "_", "семенова анна 8"])
async def test_vera_finds_none_of_annas(shelf: Shelf, identity: str, term: str) -> None:
    hers = {row[0] for row in (await shelf.find(shelf.world.anna, identity, "per=200")).rows}
    found = await shelf.find(shelf.world.vera, identity, f"q={term.replace('%', '%25')}&per=200")
    assert not hers & {row[0] for row in found.rows}


async def test_signs_of_patterns_are_plain_letters(shelf: Shelf) -> None:
    titles = await shelf.titles(shelf.world.admin, "client", "q=100%25&per=200")
    assert titles and all(title.startswith("100%") for title in titles)
    assert not await shelf.titles(shelf.world.admin, "client", "q=с_м&per=200")
    assert await shelf.titles(shelf.world.admin, "client", "q=идка_5&per=200")


async def test_a_client_is_found_by_name_phone_and_inn(shelf: Shelf) -> None:
    for term in ("Иванов Иван 62", "929 827-00-62", "%2B79298270062"):
        assert await shelf.titles(shelf.world.anna, "client", f"q={term}") == ["Иванов Иван 62"], term
    assert await shelf.titles(shelf.world.anna, "client", "q=7700000062") == ["Иванов Иван 62"]


async def test_short_terms_look_at_the_beginning(shelf: Shelf) -> None:
    assert await shelf.titles(shelf.world.admin, "client", "q=се&per=200")
    assert not await shelf.titles(shelf.world.admin, "client", "q=ме&per=200")


async def test_the_other_keyboard_layout_is_tried(shelf: Shelf) -> None:
    assert await shelf.titles(shelf.world.anna, "client", "q=hjvfirf") == await shelf.titles(
        shelf.world.anna, "client", "q=ромашка"
    )


async def test_pages_sums_boards_and_files_are_of_the_layout_in_which_it_was_meant(
    shelf: Shelf, browser: SignIn
) -> None:
    meant, typed = "осаго", "jcfuj"
    second = [await shelf.titles(shelf.world.olga, "deal", f"q={term}&per=10&page=2") for term in (meant, typed)]
    assert second[0] == second[1] != []
    olga = await browser(shelf.world.olga)
    for address in ("totals?", "rows?stage=won&", "export.csv?", "board?as=board&", "board/sums?as=board&",
                    "calendar?as=calendar&by=stage_since&", "list?group=stage&"):  # fmt: skip
        answers = [(await olga.get(f"/admin/deal/{address}q={term}", headers=PART)).text for term in (meant, typed)]
        assert told(answers[0]) == told(answers[1]), address
        assert told(answers[0]) != told((await olga.get(f"/admin/deal/{address}q=nothing", headers=PART)).text), address
    numbers = [(await olga.get(f"/admin/deal/facets?q={term}")).json()["total"] for term in (meant, typed)]
    assert numbers[0] == numbers[1] != "0"


def told(page: str) -> str:
    """A page without its own address."""
    return re.sub(r"q=[^&\"]*|value=\"[^\"]*\"|[Qq]: ?\S+", "", page.replace("осаго", "").replace("jcfuj", ""))


async def test_the_order_is_the_lists_own_and_pages_go_on(shelf: Shelf) -> None:
    everything = await shelf.titles(shelf.world.anna, "deal", "per=200")
    whole = await shelf.titles(shelf.world.anna, "deal", "q=осаго&per=200")
    parts = [await shelf.titles(shelf.world.anna, "deal", f"q=осаго&per=10&page={n}") for n in (1, 2, 3, 4)]
    assert whole == [title for part in parts for title in part]
    assert whole == [title for title in everything if title in whole]


async def test_a_term_and_a_filter_narrow_together(shelf: Shelf) -> None:
    found = await shelf.find(shelf.world.anna, "deal", "q=осаго&stage=won&sort=-code&per=200")
    assert found.rows and found.total == len(found.rows)
    assert {row[2] for row in found.rows} == {"won"}


PART = {"HX-Request": "true"}
KEYS = "ARRAY(SELECT crm.clients_named($1, 20000)), ARRAY(SELECT crm.deals_named($1, 20000))"


@pytest.mark.parametrize("term", ["осаго", "семенов", "nothing of the kind"])
async def test_a_walk_finds_what_the_keys_find_in_the_same_order(shelf: Shelf, term: str) -> None:
    """Which way a search goes depends on how many have the word, and here too few have it to see both through it."""
    address = databases.url(shelf.world.database.engine.url.database or "", "crm_owner")
    owner = await asyncpg.connect(address.replace("+asyncpg", ""))
    fetched = await owner.fetch(f"SELECT crm.deals_among({KEYS}, NULL, 1000, false)", term)
    assert await owner.fetch("SELECT crm.walk_every_deal($1, 1000)", term) == fetched
    us = [shelf.world.anna.id]
    ours = await owner.fetch(f"SELECT crm.deals_among({KEYS}, $2, 1000, false)", term, us)
    mine = "ARRAY(SELECT f.id FROM crm.first_deals($2, NULL) f)"
    assert await owner.fetch(f"SELECT crm.walk_deals($1, {mine}, 1000)", term, us) == ours
    await owner.close()
    assert bool(fetched) == bool(ours) == (term != "nothing of the kind")
