"""What a field was, who wrote it, the record as of a day, and the way back: by the write path, with one undo."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from jobs.embedded.postgres import Postgres
from models import clock
from models.actor import SYSTEM, Actor
from models.catalogue import Insurer
from models.changes import Change, apply
from models.client import Client
from models.clock import BROKERAGE_ZONE
from models.policy import Policy
from models.rights import rights
from models.session import Database
from tests.admin.conftest import SignIn
from tests.admin.record.conftest import HX, hidden
from tests.stories import Story, made
from tests.trade import get
from tests.world import World


async def edit(world: World, who: Actor, record: Any, key: UUID, **new: Any) -> None:
    async with world.database.transaction(who, action=f"{record.__identity__}.update") as work:
        await apply(work, Change(record, key, {}, new))


def grown_older(cluster: Postgres, database: Database, key: UUID, days: int) -> None:
    """What the log has of a record happened so many days earlier."""
    name = database.engine.url.database or ""
    cluster.psql(f"UPDATE audit.events SET at = at - interval '{days} days' WHERE record_id = '{key}'", database=name)


@pytest.fixture
async def client(world: World, cluster: Postgres) -> Client:
    """A client whom Anna made ten days ago, called five days ago, and whose name and phone Olga wrote anew today."""
    row = await made(world.database, world.anna, Client, name="Прежнее имя", phone="9298277534", note="первая")
    grown_older(cluster, world.database, row.id, 5)
    await edit(world, world.anna, Client, row.id, note="звонила")
    grown_older(cluster, world.database, row.id, 5)
    await edit(world, world.olga, Client, row.id, name="Новое имя", phone="9161234567")
    assert isinstance(row, Client)
    return row


def day(ago: int) -> str:
    return (clock.today() - timedelta(days=ago)).isoformat()


def end(ago: int) -> str:
    """The last second of a day."""
    return f"{day(ago)}T23:59:59{clock.now().astimezone(BROKERAGE_ZONE):%z}"


def words(page: httpx.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.text).split())


async def test_a_field_tells_who_gave_it_which_value(world: World, client: Client, browser: SignIn) -> None:
    anna = await browser(world.anna)
    part = await anna.get(f"/admin/client/field/{client.id}/name", headers=HX)
    told = words(part)
    assert "<html" not in part.text and part.text.count("<li") == 2
    assert "Ольга Белова" in told and "Прежнее имя → Новое имя сейчас" in told
    assert part.text.count("Вернуть это значение") == 1
    whole = await anna.get(f"/admin/client/field/{client.id}/name")
    assert whole.status_code == 200 and "<html" in whole.text


@pytest.mark.parametrize("name", ["nothing", "sort_key", "deleted_atx"])
async def test_what_is_no_field_has_no_story(world: World, client: Client, browser: SignIn, name: str) -> None:
    assert (await (await browser(world.anna)).get(f"/admin/client/field/{client.id}/{name}")).status_code == 404


async def test_whom_the_record_or_the_field_is_hidden_from_reads_no_story(
    world: World, client: Client, browser: SignIn
) -> None:
    addresses = [f"/admin/client/field/{client.id}/phone", f"/admin/client/authors/{client.id}"]
    vera, anna = await browser(world.vera), await browser(world.anna)
    assert [(await vera.get(one)).status_code for one in addresses] == [404, 404]
    assert [(await anna.get(one)).status_code for one in addresses] == [200, 200]
    assert (await vera.post(f"/admin/client/back/{client.id}", data={"at": end(1)})).status_code == 404


async def test_a_hidden_field_is_in_no_mode(world: World, client: Client, panel: Any, browser: SignIn) -> None:
    from admin.views.record.authors import authors_of
    from admin.views.record.former import former_of
    from admin.views.registry import view_named
    from models.past import past_of

    view, blind = (
        view_named("client"),
        replace(world.anna, rights=rights((*world.anna.rights.grants, "-client.phone:read"))),
    )
    for actor, sees in ((world.anna, True), (blind, False)):
        async with world.database.transaction(actor) as work:
            row = await work.get_record(Client, client.id)
            past = await past_of(work, Client, row)
            authors = [one.name for one in await authors_of(work, view, row, past)]
            former = await former_of(work, view, row, past, clock.today() - timedelta(days=1))
        assert ("phone" in authors, any(one.name == "phone" for one in former.fields)) == (sees, sees)


async def test_every_field_has_its_author_and_its_age(world: World, client: Client, browser: SignIn) -> None:
    page = await (await browser(world.anna)).get(f"/admin/client/authors/{client.id}")
    rows = dict(re.findall(r'<tr class="age (\w+)"><th[^>]*><button[^>]*data-field="(\w+)"', page.text))
    ages = {
        name: age for age, name in re.findall(r'class="age (\w+)"><th[^>]*><button[^>]*data-field="(\w+)"', page.text)
    }
    assert rows and (ages["name"], ages["note"]) == ("day", "week")
    assert "Ольга Белова" in page.text and "Анна Сергеева" in page.text


async def test_the_record_is_shown_as_it_was_on_a_day(world: World, client: Client, browser: SignIn) -> None:
    anna, address = await browser(world.anna), f"/admin/client/authors/{client.id}"
    told = {ago: words(await anna.get(f"{address}?on={day(ago)}")) for ago in (0, 1, 7, 11)}
    assert "Прежнее имя Новое имя" in told[1] and "звонила то же" in told[1]
    assert "первая звонила" in told[7]
    assert "Прежнее имя" not in told[0]
    assert "Тогда записи в системе ещё не было." in told[11]
    for nonsense in ("soon", "9999-12-31", "0001-01-01"):
        assert (await anna.get(f"{address}?on={nonsense}")).status_code == 404


async def test_the_whole_record_comes_back_after_a_preview_by_one_step(
    world: World, client: Client, browser: SignIn
) -> None:
    anna, address = await browser(world.anna), f"/admin/client/back/{client.id}"
    preview = await anna.post(address, data={"at": end(7)}, headers=HX)
    assert sorted(re.findall(r'name="field" value="(\w+)"', preview.text)) == ["name", "note", "phone"]
    assert (await get(world, world.anna, Client, client.id)).name == "Новое имя"
    form = {"at": end(7), "seen": hidden(preview, "seen"), "sure": "1", "field": ["name", "phone"]}
    answer = await anna.post(address, data=form, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/admin/client/details/{client.id}")
    row = await get(world, world.anna, Client, client.id)
    assert (row.name, row.phone, row.note) == ("Прежнее имя", "+79298277534", "звонила")
    page = await anna.get(f"/admin/client/history/{client.id}")
    assert "возвращены прежние значения" in page.text
    assert (await anna.post("/admin/undo/last", follow_redirects=False)).status_code == 303
    row = await get(world, world.anna, Client, client.id)
    assert (row.name, row.phone) == ("Новое имя", "+79161234567")


async def test_one_value_comes_back_and_what_others_wrote_since_the_preview_is_not_lost(
    world: World, client: Client, browser: SignIn
) -> None:
    anna, address = await browser(world.anna), f"/admin/client/back/{client.id}"
    preview = await anna.post(address, data={"at": end(1), "field": "phone"}, headers=HX)
    form = {"at": end(1), "seen": hidden(preview, "seen"), "sure": "1", "field": "phone"}
    await edit(world, world.olga, Client, client.id, phone="9031112233")
    assert (await anna.post(address, data=form, headers=HX)).status_code == 409
    assert (await get(world, world.anna, Client, client.id)).phone == "+79031112233"
    form["seen"] = hidden(await anna.post(address, data={"at": end(1), "field": "phone"}, headers=HX), "seen")
    assert (await anna.post(address, data=form, follow_redirects=False)).status_code == 303
    assert (await get(world, world.anna, Client, client.id)).phone == "+79298277534"


async def test_what_a_verb_decides_and_what_is_refused_stays_and_says_why(
    world: World, deal: Story, cluster: Postgres, browser: SignIn
) -> None:
    anna, address = await browser(world.anna), f"/admin/policy/back/{deal.policy}"
    grown_older(cluster, world.database, deal.policy, 3)
    other = await made(world.database, SYSTEM, Insurer, name="Страховщик на время")
    await edit(world, world.anna, Policy, deal.policy, insurer_id=str(other.id), premium="90000")
    async with world.database.transaction(world.anna, action="policy.annul") as work:
        (await work.get_record(Policy, deal.policy)).status = "annulled"
    preview = await anna.post(address, data={"at": end(1)}, headers=HX)
    assert "Это поле меняет действие или другая запись" in preview.text
    form = {"at": end(1), "sure": "1", "field": "status", "seen": '{"status": "annulled"}'}
    assert (await anna.post(address, data=form, headers=HX)).status_code == 403
    assert (await get(world, world.anna, Policy, deal.policy)).status == "annulled"


async def test_a_catalogue_tells_its_story_to_everybody_and_people_theirs_to_whom_they_belong(
    world: World, deal: Story, browser: SignIn
) -> None:
    await edit(world, SYSTEM, Insurer, deal.insurer, name="Страховщик переименованный")
    anna = await browser(world.anna)
    assert (
        "Страховщик переименованный" in (await anna.get(f"/admin/insurer/field/{deal.insurer}/name", headers=HX)).text
    )
    page = words(await anna.get(f"/admin/user/authors/{world.boris.id}?on={day(0)}"))
    assert "Вам видна не вся история записи" in page
    answer = await anna.post(f"/admin/insurer/back/{deal.insurer}", data={"at": end(0)}, headers=HX)
    assert answer.status_code in (403, 404)


@pytest.mark.parametrize("form", [{}, {"at": "soon"}, {"at": "0001-01-01T00:00:00+14:00"}, {"at": end(1), "sure": "1"}])
async def test_a_form_that_no_page_sends_is_refused(
    world: World, client: Client, browser: SignIn, form: dict[str, str]
) -> None:
    answer = await (await browser(world.anna)).post(f"/admin/client/back/{client.id}", data=form, headers=HX)
    assert 400 <= answer.status_code < 500


async def test_the_count_of_steps_tells_no_more_than_a_number(world: World, client: Client) -> None:
    async with world.database.transaction(world.vera) as work:
        number = await work.scalar(text("SELECT audit.steps_of('crm.clients', :key)"), {"key": client.id})
        told = (
            await work.execute(text("SELECT * FROM audit.open_story('crm.clients', :key)"), {"key": client.id})
        ).all()
    assert (number, told) == (3, [])
