"""Numbers beside filters and groups of a list are those of the lists that they lead to."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import func, literal, select

from admin.views.listing import facets as counting
from admin.views.listing.asked import may_group
from admin.views.listing.fields import choosable, field_of
from admin.views.listing.patience import number_of
from admin.views.registry import load, view_named
from models.actor import Actor
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf

ENTITIES = sorted(one for one, view in load().items() if not view.is_sealed)
LISTS = (("deal", ""), ("deal", "stage=won&stage=draft"), ("deal", "or.1.ball=client&or.2.executor_id=empty"),
         ("deal", "q=осаго&sort=code"), ("policy", "premium.from=1002"))  # fmt: skip


async def total(shelf: Shelf, actor: Actor, identity: str, address: str) -> int | None:
    found = await shelf.find(actor, identity, address)
    if not found.is_late:
        return found.total
    async with shelf.database.transaction(actor) as work:
        return await number_of(work, found.listing)


@pytest.mark.parametrize(("identity", "address"), LISTS)
async def test_each_number_is_that_of_its_list(shelf: Shelf, browser: SignIn, identity: str, address: str) -> None:
    for actor in (shelf.world.anna, shelf.world.admin):
        told = (await (await browser(actor)).get(f"/admin/{identity}/facets?{address}")).json()
        assert int(told["total"]) == await total(shelf, actor, identity, address)
        for name, counts in told["counts"].items():
            others = "&".join(one for one in address.split("&") if one.partition("=")[0] != name)
            for value, number in list(counts.items())[:4]:
                of_list = await total(shelf, actor, identity, f"{others}&{name}={value}")
                assert int(number) == of_list, (name, value)


async def test_people_count_what_they_see_and_nothing_of_hidden_fields(shelf: Shelf, browser: SignIn) -> None:
    anna, vera, admin = [
        (await (await browser(one)).get("/admin/deal/facets")).json()
        for one in (shelf.world.anna, shelf.world.vera, shelf.world.admin)
    ]
    assert (anna["total"], vera["total"], admin["total"]) == ("90", "30", "120")
    assert [number for _key, _title, number in anna["offered"]["seller_id"]] == ["90"]
    assert [number for _key, _title, number in admin["offered"]["seller_id"]] == ["90", "30"]
    assert (await (await browser()).get("/admin/deal/facets")).status_code in (303, 401)


async def test_numbers_of_a_long_list_are_bounded(
    shelf: Shelf, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "COUNTED_UP_TO", 10)
    told = (await (await browser(shelf.world.admin)).get("/admin/deal/facets?code=D&title=КАСКО")).json()
    assert told["total"] == "10+"
    numbers = told["counts"]["stage"].values()
    assert all(number == "" or number.endswith("+") for number in numbers)
    assert sum(int(number.rstrip("+") or 0) for number in told["counts"]["stage"].values()) <= 2 * 11


async def test_the_panel_opens_without_numbers_that_are_slow_to_count(
    shelf: Shelf, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await browser(shelf.world.anna)
    counted = (await anna.get("/admin/deal/facets?stage=won")).json()
    monkeypatch.setattr(counting, "ENOUGH_SECONDS", 0)
    short = (await anna.get("/admin/deal/facets?stage=won")).json()
    assert counted["counts"].keys() - short["counts"].keys() == {"stage"} and short["total"] == counted["total"]
    monkeypatch.setattr(counting, "PATIENCE", "SET LOCAL statement_timeout = '1ms'")
    slow = "&".join(f"or.{n}.policy:deal_id:number=х{n}" for n in range(1, 10))
    monkeypatch.setattr(counting, "statement", lambda listing, fields: select(literal(0), literal(0), func.pg_sleep(9)))
    none = (await anna.get(f"/admin/deal/facets?{slow}")).json()
    assert (none["total"], none["counts"]) == ("", {}) and none["fields"] == counted["fields"]


@pytest.mark.parametrize("identity", ENTITIES)
async def test_every_entity_has_facets_and_groups(shelf: Shelf, browser: SignIn, identity: str) -> None:
    admin = await browser(shelf.world.admin)
    assert (await admin.get(f"/admin/{identity}/facets")).status_code == 200
    view = view_named(identity)
    names = [name for name in choosable(view, shelf.world.admin.rights) if may_group(field_of(view, name))]
    for name in names[:3]:
        page = await admin.get(f"/admin/{identity}/list?group={name}&totals=1")
        assert page.status_code == 200 and "chip-wrong" not in page.text, name


def groups_in(page: str) -> list[tuple[str, str, int]]:
    """Label, address and number of each group of a page."""
    found = re.findall(r'</i>([^<]+)</button> <a class="group-number" href="([^"]+)"[^>]*>([^<]+)</a>', page)
    return [(label, href.replace("&amp;", "&"), int(number)) for label, href, number in found]


GROUPS = (("deal", "stage", ""), ("deal", "seller_id", "stage=won"), ("deal", "executor_id", "executor_id=filled"),
          ("deal", "next_review_at", "next_review_at.from=2026-03-03"), ("deal", "win_back", ""),
          ("policy", "ends_on", ""), ("policy", "standing", ""), ("policy", "insurer_id", "or.1.premium.to=1003"),
          ("deal", "client_id.kind", ""), ("deal", "created_at", "created_at=today"))  # fmt: skip


@pytest.mark.parametrize(("identity", "group", "narrowed"), GROUPS)
async def test_each_group_leads_to_its_rows(
    shelf: Shelf, browser: SignIn, identity: str, group: str, narrowed: str
) -> None:
    for actor in (shelf.world.anna, shelf.world.admin):
        person = await browser(actor)
        found = groups_in((await person.get(f"/admin/{identity}/list?{narrowed}&group={group}")).text)
        assert found
        assert sum(number for *_, number in found) == await total(shelf, actor, identity, narrowed)
        for label, address, number in found:
            query = address.partition("?")[2]
            assert await total(shelf, actor, identity, query) == number, label
            rows = (await person.get(f"/admin/{identity}/rows?{query}", headers={"HX-Request": "true"})).text
            assert rows.count('<th scope="row"') == min(number, 50)


async def test_sums_of_groups_make_the_sum_of_the_list(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    page = (await anna.get("/admin/policy/list?group=ends_on&col=number&col=premium")).text
    sums = [money(one) for one in re.findall(r'<td class="num"[^>]*>([^<]+)</td>', page)]
    totals = (await anna.get("/admin/policy/totals?col=number&col=premium")).text
    assert sum(sums) == money(re.findall(r'<td class="num"[^>]*>([^<]+)</td>', totals)[0]) == sum(range(1000, 1006))


def money(text: str) -> Any:
    return float(re.sub(r"[^\d,]", "", text).replace(",", "."))
