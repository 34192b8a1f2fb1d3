"""What comes with a new entity, seen through the panel; run in a copy of the project that has claims."""

from __future__ import annotations

import io
import json
import re
from html import unescape

import asyncpg
import httpx
import openpyxl
import pytest
from models.claim import Claim
from starlette.datastructures import QueryParams

from admin.streams.listener import Listener, Person
from admin.streams.opened import opened
from admin.streams.showing import tell
from jobs.embedded import libpq_address
from models import clock
from models.policy import Policy
from tests.admin.conftest import Browser, SignIn
from tests.admin.imports.conftest import brought, chosen_in, csv_of, send, tabs, under
from tests.admin.imports.conftest import settled as settled_file
from tests.trade import add, begin, drafted, get, reference_rows
from tests.world import World

HX = {"HX-Request": "true"}


@pytest.fixture(scope="module")
async def policy(world: World) -> Policy:
    """A policy of Anna's deal, on which Boris works."""
    trade = await reference_rows(world.database)
    return await drafted(world, await begin(world, trade), trade.ingos, "50000.00")


@pytest.fixture(scope="module")
async def claim(world: World, policy: Policy) -> Claim:
    """A claim that Anna has entered."""
    made = Claim(
        deal_id=policy.deal_id, policy_id=policy.id, number="У-77/9", happened_on=clock.today(), place="Казань"
    )
    await add(world, world.anna, made)
    return made


def seen(page: httpx.Response) -> str:
    """What the form says that the writer saw."""
    found = re.search(r'name="seen" value="([^"]*)"', page.text)
    assert found, page.text
    return unescape(found[1])


async def settled(anna: Browser, claim: Claim, amount: str) -> httpx.Response:
    """The verb's form, sent."""
    data = {"pk": str(claim.id), "settled_on": clock.today().isoformat(), "amount": amount}
    return await anna.post("/admin/claim/verb/settle", data=data, headers=HX)


async def test_the_menu_has_claims_in_russian(browser: SignIn, world: World) -> None:
    page = await (await browser(world.anna)).get("/admin/")
    assert "/admin/claim/list" in page.text
    assert "Убытки" in page.text


async def test_a_claim_is_entered_on_the_page_of_its_policy(browser: SignIn, world: World, policy: Policy) -> None:
    anna = await browser(world.anna)
    path = f"/admin/claim/create?policy_id={policy.id}"
    form = await anna.get(path)
    assert form.status_code == 200
    assert 'name="happened_on"' in form.text
    assert all(f'name="{name}"' not in form.text for name in ("status", "paid_amount", "settled_on"))
    assert (await anna.post(path, data={"number": "У-1"})).status_code == 422
    data = {"number": "У-1", "happened_on": clock.today().isoformat(), "claimed_amount": "12 345,67"}
    answer = await anna.post(path, data=data)
    assert answer.status_code == 303, answer.text
    assert "У-1" in (await anna.get(answer.headers["location"])).text


async def test_the_list_searches_filters_and_is_nothing_to_vera(browser: SignIn, world: World, claim: Claim) -> None:
    anna, vera = await browser(world.anna), await browser(world.vera)
    for query in ("", "?q=77/9", "?q=казань", "?status=reported", "?sort=-claimed_amount"):
        assert claim.number in (await anna.get(f"/admin/claim/list{query}")).text, query
        assert claim.number not in (await vera.get(f"/admin/claim/list{query}")).text, query
    assert claim.number not in (await anna.get("/admin/claim/list?status=settled")).text


async def test_its_page_offers_its_verbs(browser: SignIn, world: World, claim: Claim) -> None:
    anna = await browser(world.anna)
    page = await anna.get(f"/admin/claim/details/{claim.id}")
    assert "/admin/claim/verb/settle" in page.text
    assert "Урегулировать" in page.text
    dialog = await anna.get(f"/admin/claim/verb/settle?pk={claim.id}", headers=HX)
    assert 'name="amount"' in dialog.text
    assert (await settled(anna, claim, "0")).status_code == 422


async def test_a_claim_tells_its_past(browser: SignIn, world: World, claim: Claim) -> None:
    anna = await browser(world.anna)
    for path in ("authors", "field"):
        page = await anna.get(f"/admin/claim/{path}/{claim.id}{'/place' if path == 'field' else ''}")
        assert page.status_code == 200 and "Казань" in page.text and "Анна Сергеева" in page.text
    assert (await (await browser(world.vera)).get(f"/admin/claim/authors/{claim.id}")).status_code == 404


async def test_settling_stands_in_the_history_and_is_undone(browser: SignIn, world: World, claim: Claim) -> None:
    anna = await browser(world.anna)
    answer = await settled(anna, claim, "125 000,50")
    assert answer.status_code == 200, answer.text
    assert (await get(world, world.anna, Claim, claim.id)).status == "settled"
    undo = json.loads(answer.headers["hx-trigger"])["toast"]["undo"]
    assert undo in (await anna.get(f"/admin/claim/history/{claim.id}")).text
    assert (await anna.post(f"/admin/undo/{undo}", headers=HX)).status_code == 200
    assert (await get(world, world.anna, Claim, claim.id)).status == "reported"


async def test_two_writers_lose_nothing(browser: SignIn, world: World, claim: Claim) -> None:
    anna, boris = await browser(world.anna), await browser(world.boris)
    path = f"/admin/claim/edit/{claim.id}"
    first, second = seen(await anna.get(path)), seen(await boris.get(path))
    assert (await anna.post(path, data={"seen": first, "place": "Казань, центр"})).status_code == 303
    assert (await boris.post(path, data={"seen": second, "note": "ждём осмотра"})).status_code == 303
    found = await get(world, world.anna, Claim, claim.id)
    assert (found.place, found.note) == ("Казань, центр", "ждём осмотра")


async def test_rights_are_those_of_rows_and_grants(browser: SignIn, world: World, claim: Claim) -> None:
    anna, boris, vera = await browser(world.anna), await browser(world.boris), await browser(world.vera)
    for page in ("details", "edit", "history"):
        assert (await vera.get(f"/admin/claim/{page}/{claim.id}")).status_code == 404
    assert (await settled(boris, claim, "1")).status_code == 403
    assert (await anna.get("/admin/claim/export.csv")).status_code == 403


async def test_the_accountant_exports_them(browser: SignIn, world: World, claim: Claim) -> None:
    olga = await browser(world.olga)
    answer = await olga.get("/admin/claim/export.csv")
    assert answer.status_code == 200
    assert claim.number in answer.content.decode("utf-8-sig")
    chosen = await olga.post("/admin/claim/bulk", data={"what": "export_book", "pk": str(claim.id)})
    book = openpyxl.load_workbook(io.BytesIO((await olga.get(chosen.headers["location"])).content))
    assert [row[0] for row in book.active.values][1:] == [claim.number]


async def test_a_file_of_claims_is_imported(browser: SignIn, world: World, claim: Claim, policy: Policy) -> None:
    anna = await browser(world.anna)
    await add(
        world, world.anna, Claim(deal_id=policy.deal_id, policy_id=policy.id, number="Ф-1", happened_on=clock.today())
    )
    rows = [
        ("Policy", "Номер", "Дата события", "Место"),
        (policy.id, "Ф-1", "01.02.2026", "Тула"),
        (policy.id, "Ф-2", "02.02.2026", ""),
    ]
    address = await brought(anna, "claim", csv_of(rows))
    assert tabs((await anna.get(address)).text) == {"create": 1, "update": 1}
    assert (await anna.post(under(address, "apply"))).status_code == 303
    page = (await anna.get("/admin/claim/list?q=Ф-")).text
    assert "Ф-2" in page and "Ф-1" in (await anna.get("/admin/claim/list?q=тула")).text
    assert (await anna.post(under(address, "undo"))).status_code == 303
    assert "Ф-2" not in (await anna.get("/admin/claim/list?q=Ф-")).text
    answer = await send(anna, "claim", csv_of([("Policy", "Номер", "Место"), (policy.id, "Ф-1", "")]))
    asked = f"{answer.headers['location']}?columns=1"
    await settled_file(anna, answer.headers["location"])
    told = chosen_in((await anna.get(asked)).text)
    assert (await anna.post(asked, data=told | {"key": "number", "empty": "clear"})).status_code == 303
    await settled_file(anna, answer.headers["location"])
    assert tabs((await anna.get((await anna.get(asked.partition("?")[0])).headers["location"])).text) == {"same": 1}


async def test_all_that_match_get_one_value_and_have_it_taken_back(
    browser: SignIn, world: World, policy: Policy
) -> None:
    made = [
        Claim(deal_id=policy.deal_id, policy_id=policy.id, number=f"М-{n}", happened_on=clock.today()) for n in range(3)
    ]
    await add(world, world.anna, *made)
    anna, at = await browser(world.anna), "/admin/claim"
    page = await anna.get(f"{at}/list?q=М-")
    assert all(f'value="{what}"' in page.text for what in ("edit", "trash")) and 'value="settle"' not in page.text
    chosen = (await anna.post(f"{at}/chosen?q=М-", headers={"Accept": "application/json"})).json()
    assert chosen["number"] == 3
    step = await anna.post(f"{at}/bulk", data={"what": "edit", "selection": chosen["selection"]})
    form = await anna.get(step.headers["location"])
    assert 'name="place"' in form.text and all(f'name="{n}"' not in form.text for n in ("status", "policy_id"))
    tried = (await anna.post(step.headers["location"], data={"place": "Тверь"})).headers["location"]
    assert "Тверь" in (await anna.get(tried)).text
    under = f"/admin/bulk-change/{tried.rpartition('/')[2]}"
    await anna.post(f"{under}/apply")
    assert {(await get(world, world.anna, Claim, one.id)).place for one in made} == {"Тверь"}
    await anna.post(f"{under}/undo")
    assert {(await get(world, world.anna, Claim, one.id)).place for one in made} == {None}


async def test_they_stand_on_a_board_and_in_a_calendar(browser: SignIn, world: World, policy: Policy) -> None:
    made = Claim(deal_id=policy.deal_id, policy_id=policy.id, number="Д-1", happened_on=clock.today())
    await add(world, world.anna, made)
    anna, vera, at = await browser(world.anna), await browser(world.vera), "/admin/claim"
    for shape in ("as=board", "as=calendar&by=happened_on"):
        assert f'id="at-{made.id}"' in (await anna.get(f"{at}/list?{shape}&q=Д-1")).text
        assert f'id="at-{made.id}"' not in (await vera.get(f"{at}/list?{shape}")).text
    asked = await anna.post(f"{at}/move/{made.id}", data={"to": "rejected", "seen": "reported"}, headers=HX)
    assert asked.headers["location"] == f"{at}/verb/reject?pk={made.id}"
    day = clock.today().isoformat()
    put = {"to": "2026-01-05", "seen": day}
    assert (await anna.post(f"{at}/reschedule/{made.id}?by=happened_on", data=put, headers=HX)).status_code == 200
    assert (await get(world, world.anna, Claim, made.id)).happened_on.isoformat() == "2026-01-05"
    assert "Д-1" in (await anna.get(f"{at}/peek/{made.id}", headers=HX)).text
    assert (await anna.post(f"{at}/pin/{made.id}", headers=HX)).status_code == 204


async def test_who_writes_in_it_is_told_to_those_who_see_it(world: World, claim: Claim) -> None:
    screen = opened(QueryParams({"open": f"claim/{claim.id}/place", "list": "claim"}))
    ((spot, fields),) = screen.records.items()
    anna, vera = (Listener(who, who.id, opened=screen) for who in (world.anna, world.vera))
    here = {spot.key: [Person(world.boris.id, world.boris.name, tuple(fields))]}
    connection = await asyncpg.connect(libpq_address(world.database.engine.url))
    await tell(connection, "claim", here, {anna: {claim.id}, vera: {claim.id}})
    await connection.close()
    vera.say(b"nothing else")
    assert '"name": "Борис Орлов", "fields": ["place"]' in (await anext(anna.messages())).decode()
    assert await anext(vera.messages()) == b"nothing else"


async def test_they_stand_on_the_page_of_their_policy(browser: SignIn, world: World, claim: Claim) -> None:
    anna = await browser(world.anna)
    page = await anna.get(f"/admin/policy/details/{claim.policy_id}")
    rows = await anna.get(f"/admin/policy/children/{claim.policy_id}/claim", headers=HX)
    assert "claim" in page.text
    assert claim.number in page.text + rows.text


async def test_the_list_has_counts_groups_of_conditions_and_groups_with_sums(
    browser: SignIn, world: World, policy: Policy, claim: Claim
) -> None:
    anna = await browser(world.anna)
    told = (await anna.get("/admin/claim/facets?happened_on=today")).json()
    assert told["counts"]["status"]["reported"] == told["counts"]["happened_on"]["this_month"] == told["total"] != "0"
    assert 'value="policy_id.ends_on"' in told["fields"] and 'value="deal_id.stage"' in told["fields"]
    either = f"or.1.number={claim.number}&or.2.policy_id.ends_on=overdue&tint.red.status=reported&sort=status,-number"
    assert 'class="tone-red"' in (await anna.get(f"/admin/claim/list?{either}")).text
    assert "row-link" not in (await anna.get(f"/admin/claim/list?{either}&number.not=1&number=У")).text
    grouped = (await anna.get("/admin/claim/list?group=happened_on&totals=1")).text
    assert "group-number" in grouped and "row-link" in grouped


async def test_many_claims_are_one_long_list(browser: SignIn, world: World, policy: Policy) -> None:
    anna, vera, at = await browser(world.anna), await browser(world.vera), "/admin/claim"
    for n in range(27):
        data = {"number": f"Р-{n:02}", "happened_on": clock.today().isoformat()}
        assert (await anna.post(f"{at}/create?policy_id={policy.id}", data=data)).status_code == 303
    page = (await anna.get(f"{at}/list?number=Р-&sort=number&frozen=1&widths=number:180")).text
    assert 'data-total="27"' in page and "freeze-2" in page and 'name="widths" value="number:180"' in page
    last = re.findall(r'data-last="([^"]+)"', page)[0]
    rest = (await anna.get(f"{at}/block?number=Р-&sort=number&after={last}")).text
    assert re.findall(r">(Р-\d+)</a>", rest) == ["Р-25", "Р-26"]
    assert "Р-26" in (await anna.get(f"{at}/block?number=Р-&sort=number&before=end")).text
    assert (await anna.get(f"{at}/places?number=Р-")).json() == {"places": [], "rows": 27, "more": False}
    assert "Р-" not in (await vera.get(f"{at}/block?number=Р-")).text
