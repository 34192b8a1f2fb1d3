"""A field that a role may not read is no way to learn it: not by a filter, an order, a search, an export, a look-up."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from sqlalchemy import select
from starlette.datastructures import QueryParams

from admin.views.listing.asked import asked
from admin.views.listing.pages import visible_fields
from admin.views.registry import view_named
from models.actor import Actor
from models.changes.naming import named
from models.choices import DealStage
from models.client import Client
from models.people import Role
from models.rights import rights
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf
from tests.world import World

HIDDEN = ("-client.phone:read", "-client.name:read", "-deal.stage:read", "-policy.number:read")
PROBES = (
    ("client", "phone=79298270000"), ("client", "name=Семёнов"), ("deal", "stage=won"), ("deal", "client_id=filled"),
    ("policy", "number=7351"), ("policy", "number_key=7351"),
)  # fmt: skip
ORDERS = (("client", "phone"), ("client", "name"), ("client", "sort_key"), ("deal", "-stage"), ("policy", "number_key"))
TERMS = (("client", "9298270"), ("client", "Семёнов"), ("deal", "Семёнов"), ("policy", "73513331"))


def less(actor: Actor) -> Actor:
    """The same person with a role that hides fields."""
    return replace(actor, rights=rights((*actor.rights.grants, *HIDDEN)))


@pytest.mark.parametrize(("identity", "query"), PROBES)
async def test_hidden_fields_are_not_filtered_by(shelf: Shelf, identity: str, query: str) -> None:
    view, anna = view_named(identity), shelf.world.anna
    assert [f for f in asked(view, QueryParams(query), anna.rights).filters if f.asks or f.wrong]
    told = asked(view, QueryParams(query), less(anna).rights)
    assert not told.filters and [one.parameter for one in told.senseless] == [query.partition("=")[0]]


@pytest.mark.parametrize(("identity", "sort"), ORDERS)
async def test_hidden_fields_are_not_sorted_by(shelf: Shelf, identity: str, sort: str) -> None:
    view, anna = view_named(identity), shelf.world.anna
    assert asked(view, QueryParams(f"sort={sort}"), anna.rights).order.parameter == sort
    told = asked(view, QueryParams(f"sort={sort}"), less(anna).rights)
    assert told.order.parameter != sort and told.senseless


@pytest.mark.parametrize(("identity", "term"), TERMS)
async def test_hidden_fields_are_not_searched(shelf: Shelf, identity: str, term: str) -> None:
    anna = shelf.world.anna
    assert (await shelf.find(anna, identity, f"q={term}")).rows
    assert not (await shelf.find(less(anna), identity, f"q={term}")).rows
    assert (await shelf.find(anna, identity, f"q={term}")).rows


@pytest.mark.parametrize(
    ("identity", "query", "taken"),
    [
        ("deal", "policy:deal_id:premium.from=1002", "policy"),
        ("deal", "or.1.policy:deal_id:number=7351&or.2.stage=won", "policy"),
        ("deal", "client_id.phone=7929", "client"),
        ("deal", "tint.red.client_id.inn=77", "client"),
        ("policy", "need_id.insured_object_id.plate=001", "insured-object"),
    ],
)
async def test_records_that_a_role_does_not_read_are_asked_for_nothing(
    shelf: Shelf, identity: str, query: str, taken: str
) -> None:
    view, anna = view_named(identity), shelf.world.anna
    without = replace(anna, rights=rights((*anna.rights.grants, f"-{taken}:*")))
    first = query.partition("=")[0].removesuffix(".from")
    assert not asked(view, QueryParams(query), anna.rights).senseless
    assert [one.parameter for one in asked(view, QueryParams(query), without.rights).senseless] == [first]
    told = asked(view, QueryParams("&".join(f"{name}={first}" for name in ("col", "sort", "group"))), without.rights)
    assert not told.chosen and told.group is None and told.order.field.name != first


async def test_records_that_a_role_does_not_read_are_found_by_nothing_of_theirs(shelf: Shelf) -> None:
    anna = shelf.world.anna
    without = replace(anna, rights=rights((*anna.rights.grants, "-policy:*")))
    assert (await shelf.find(anna, "deal", "q=735133310")).rows
    assert not (await shelf.find(without, "deal", "q=735133310")).rows


async def test_what_a_role_does_not_read_names_nothing_in_a_file_or_a_cell(shelf: Shelf) -> None:
    anna = shelf.world.anna
    async with shelf.database.transaction(anna) as work:
        text = str(await work.scalar(select(Client.name).where(Client.name.like("Иванов%")).limit(1)))
    blind = replace(anna, rights=rights((*anna.rights.grants, "-client:*")))
    for actor, is_named in ((anna, True), (less(anna), False), (blind, False)):
        async with shelf.database.transaction(actor) as work:
            assert bool(await named(work, Client, [text])) is is_named


async def test_a_row_does_not_look_like_a_state_that_is_hidden(shelf: Shelf) -> None:
    anna = shelf.world.anna
    for actor, states in ((anna, set(map(str, DealStage))), (less(anna), {None}), (anna, set(map(str, DealStage)))):
        assert {row[2] for row in (await shelf.find(actor, "deal", "per=200&col=title")).rows} == states


async def test_what_leads_over_a_hidden_field_is_no_column(shelf: Shelf) -> None:
    anna = shelf.world.anna
    for identity, name in (("deal", "client_id"), ("deal", "stage"), ("policy", "client_id")):
        whole, rest = ({one.name for one in visible_fields(view_named(identity), who)} for who in (anna, less(anna)))
        assert name in whole and name not in rest


async def test_nobody_sorts_people_by_phones_that_their_role_hides(shelf: Shelf, browser: SignIn) -> None:
    anna, admin = await browser(shelf.world.anna), await browser(shelf.world.admin)
    for query in ("sort=phone", "phone=79"):
        assert "chip-wrong" in (await anna.get(f"/admin/user/list?{query}")).text
        assert "chip-wrong" not in (await admin.get(f"/admin/user/list?{query}")).text


async def test_exports_and_lookups_of_a_real_role_hide_too(world: World, shelf: Shelf, browser: SignIn) -> None:
    async with world.database.transaction(world.admin, action="role.update") as work:
        role = (await work.scalars(select(Role).where(Role.slug == "accountant"))).one()
        role.grants = [*role.grants, *HIDDEN[:1]]
    olga = await browser(world.olga)
    file = (await olga.get("/admin/client/export.csv")).text
    assert "7929827" not in file and "Семёнов" in file
    found = json.loads((await olga.get("/admin/deal/lookup?field=client_id&q=Семёнов")).text)["options"]
    assert found and not any(one["hint"] for one in found)
    assert not json.loads((await olga.get("/admin/deal/lookup?field=client_id&q=9298270")).text)["options"]
