"""The board over HTTP: columns of the same rows, a card that moves by its verb, refuses in words and comes back."""

from __future__ import annotations

import re
from uuid import UUID

import httpx
import pytest

from models.client import Client
from models.deal import Deal
from tests.admin.conftest import SignIn
from tests.stories import Story, made, story
from tests.trade import get
from tests.world import World

PART = {"HX-Request": "true"}
BOARD = "/admin/deal/list?as=board"


@pytest.fixture(scope="module")
async def begun(world: World) -> Story:
    """A deal of Anna's with a draft policy."""
    return await story(world.database, world.anna, "доска")


def lane_of(page: str, key: UUID) -> str:
    """The column in which a record's card stands; empty where it stands in none."""
    lanes = re.split(r'<section class="lane" data-value="', page)[1:]
    return next((lane.partition('"')[0] for lane in lanes if f'id="at-{key}"' in lane), "")


async def move(browser: httpx.AsyncClient, key: UUID, to: str, seen: str, what: str = "deal") -> httpx.Response:
    return await browser.post(f"/admin/{what}/move/{key}", data={"to": to, "seen": seen}, headers=PART)


async def test_a_list_is_a_board_of_its_rows_and_rights(world: World, browser: SignIn, begun: Story) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    page = (await anna.get(BOARD)).text
    assert lane_of(page, begun.deal) == "draft" and 'data-part="/admin/deal/board?as=board"' in page
    assert "Дело доска" in page and 'aria-current="true"' in page
    assert lane_of((await vera.get(BOARD)).text, begun.deal) == ""
    narrowed = (await anna.get(f"{BOARD}&stage=won")).text
    assert narrowed.count('<section class="lane"') == 1 and lane_of(narrowed, begun.deal) == ""
    assert lane_of((await anna.get(f"/admin/deal/board?as=board&client_id={begun.client}")).text, begun.deal) == "draft"
    assert lane_of((await anna.get(f"{BOARD}&by=ball")).text, begun.deal) == "seller"
    for address in ("/admin/deal/board", "/admin/deal/board/cards?as=board&lane=x", "/admin/deal/board/sums"):
        assert (await anna.get(address)).status_code == 404


async def test_the_heads_count_and_add_up(world: World, browser: SignIn, begun: Story) -> None:
    anna = await browser(world.anna)
    sums = (await anna.get(f"/admin/payment/board/sums?as=board&policy_id={begun.policy}")).text
    assert re.search(r'#sum-planned"><b class="num">1</b> <span class="num"[^>]*>100\s000,00', sums)
    assert '#sum-paid"><b class="num">0</b></span>' in sums


async def test_a_column_loads_more(world: World, browser: SignIn, begun: Story) -> None:
    """Twenty cards, then the others; a board that has grown is drawn as long as it was."""
    for n in range(25):
        await made(world.database, world.anna, Deal, client_id=begun.client, title=f"Много {n:02}")
    anna, asked = await browser(world.anna), f"as=board&client_id={begun.client}&stage=draft"
    first = (await anna.get(f"/admin/deal/board?{asked}")).text
    more = re.findall(r'hx-get="(/admin/deal/board/cards[^"]+)"', first)
    assert len(re.findall(r'<li class="bcard', first)) == 20 and len(more) == 1
    rest = (await anna.get(more[0].replace("&amp;", "&"))).text
    keys = set(re.findall(r'id="at-([^"]+)"', first + rest))
    assert len(keys) == 26 and "lane-more" not in rest
    grown = (await anna.get(f"/admin/deal/board?{asked}&cards=40")).text
    assert len(re.findall(r'<li class="bcard', grown)) == 26


async def test_a_card_goes_where_a_verb_leads_and_comes_back_by_undo(
    world: World, browser: SignIn, begun: Story
) -> None:
    anna = await browser(world.anna)
    refused = await move(anna, begun.deal, "won", "draft")
    assert refused.status_code == 409 and "Дело" not in refused.headers.get("location", "")
    assert "D-" in refused.text and "→" in refused.text
    asked = await move(anna, begun.deal, "lost", "draft")
    assert asked.headers["location"] == f"/admin/deal/verb/lose?pk={begun.deal}"
    form = (await anna.get(asked.headers["location"], headers=PART)).text
    assert 'name="reason"' in form
    await anna.post(f"/admin/deal/verb/lose?pk={begun.deal}", data={"pk": str(begun.deal), "reason": "дорого"})
    assert (await move(anna, begun.deal, "quotation", "lost")).status_code == 409, "the head alone reopens"
    head = await browser(world.head)
    done = await move(head, begun.deal, "quotation", "lost")
    assert done.status_code == 200 and "saved" in done.headers["HX-Trigger-After-Swap"]
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "quotation"
    undo = re.search(r'"undo": "([0-9a-f-]{36})"', done.headers["HX-Trigger"])
    assert undo and (await head.post(f"/admin/undo/{undo[1]}", headers=PART)).status_code == 200
    assert (await get(world, world.anna, Deal, begun.deal)).stage == "lost"


async def test_who_was_slower_and_who_may_not(world: World, browser: SignIn, begun: Story) -> None:
    """Seen in another column, seen by nobody of another team, and a choice that only verbs set."""
    deal = await made(world.database, world.anna, Deal, client_id=begun.client, title="Спор")
    anna, vera, olga = [await browser(one) for one in (world.anna, world.vera, world.olga)]
    late = await move(anna, deal.id, "quotation", "won")
    assert late.status_code == 409 and "тем временем" in late.text.lower()
    assert (await move(vera, deal.id, "lost", "draft")).status_code == 404
    assert (await vera.get(f"/admin/deal/move/{deal.id}", headers=PART)).status_code == 404
    closed = await anna.post(
        f"/admin/deal/move/{deal.id}?by=ball", data={"to": "client", "seen": "seller"}, headers=PART
    )
    assert closed.status_code == 409
    barred = await move(olga, deal.id, "lost", "draft")
    assert barred.status_code in (404, 409)
    assert (await get(world, world.anna, Deal, deal.id)).stage == "draft"


async def test_the_menu_names_the_ways(world: World, browser: SignIn, begun: Story) -> None:
    deal = await made(world.database, world.anna, Deal, client_id=begun.client, title="Меню")
    anna = await browser(world.anna)
    menu = (await anna.get(f"/admin/deal/move/{deal.id}?by=stage", headers=PART)).text
    assert re.findall(r'name="to" value="(\w+)"', menu) == ["quotation", "lost"]
    assert (await anna.get(f"/admin/deal/move/{deal.id}?by=code")).status_code == 404


async def test_a_choice_without_verbs_is_written_as_a_cell_is(world: World, browser: SignIn) -> None:
    """With the merge of the write path: somebody else's newer value is a clash, one's own move can be taken back."""
    client = await made(world.database, world.anna, Client, name="Выбор")
    anna, at = await browser(world.anna), f"/admin/client/move/{client.id}?by=kind"
    first, other = client.kind, "company" if client.kind != "company" else "person"
    assert f'id="at-{client.id}"' in (await anna.get("/admin/client/list?as=board&by=kind")).text
    moved = await anna.post(at, data={"to": other, "seen": first}, headers=PART)
    assert moved.status_code == 200 and '"undo": "' in moved.headers["HX-Trigger"]
    assert (await get(world, world.anna, Client, client.id)).kind == other
    stale = await anna.post(at, data={"to": "entrepreneur", "seen": "nothing"}, headers=PART)
    assert stale.status_code in (404, 409)
