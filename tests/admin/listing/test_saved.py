"""Lists as people like them: chosen columns, sums of everything that matches, saved and lent."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from sqlalchemy import func, select

from admin.i18n import show_money
from models.choices import LentTo
from models.people import Role, SavedView
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.admin.listing.conftest import Shelf

LIST = "/admin/policy/list"


def heads(page: httpx.Response) -> list[str]:
    return re.findall(r'<th scope="col"[^>]*>(?:<a [^>]*>)?([^<]+)', page.text)


async def keep(who: httpx.AsyncClient, identity: str = "deal", **form: str) -> httpx.Response:
    return await who.post(f"/admin/{identity}/views", data=form, follow_redirects=False)


async def test_columns_are_chosen_and_keep_their_order(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    page = await anna.get(f"{LIST}?col=premium&col=number&col=deal_id.seller_id")
    assert heads(page) == ["Премия", "Полис", "Продавец"]
    rest = await anna.get(f"{LIST}?col=premium&col=number&page=2")
    assert "col=premium&amp;col=number" in rest.text or rest.text.count('name="col" value="premium"')


@pytest.mark.parametrize("name", ["nothing", "id", "number_key", "deal_id.nothing", "x" * 300])
async def test_a_column_that_is_none_is_told_and_left_out(shelf: Shelf, browser: SignIn, name: str) -> None:
    page = await (await browser(shelf.world.anna)).get(f"{LIST}?col=premium&col={name}")
    assert page.status_code == 200 and heads(page) == ["Премия"] and "chip-wrong" in page.text


async def test_the_export_has_the_chosen_columns(shelf: Shelf, browser: SignIn) -> None:
    answer = await (await browser(shelf.world.admin)).get("/admin/policy/export.csv?col=premium&col=number")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Премия", "Полис"]


@pytest.mark.parametrize("narrowed", ["", "&q=7351", "&premium.from=1000", "&status=issued"])
async def test_totals_are_those_of_every_row_that_matches(shelf: Shelf, browser: SignIn, narrowed: str) -> None:
    address = f"?col=number&col=premium{narrowed}"
    for actor in (shelf.world.anna, shelf.world.vera, shelf.world.admin):
        foot = await (await browser(actor)).get(f"/admin/policy/totals{address}")
        rows = (await shelf.find(actor, "policy", f"{address[1:]}&per=200")).rows
        async with shelf.database.transaction(actor) as work:
            keys = [row[0] for row in rows]
            premium = await work.scalar(select(func.sum(Policy.premium)).where(Policy.id.in_(keys)))
        assert show_money(premium or Decimal(0)) in foot.text
        assert foot.text.count("<tfoot ") == 1


async def test_a_list_is_kept_and_opens_again(shelf: Shelf, browser: SignIn) -> None:
    anna = await browser(shelf.world.anna)
    answer = await keep(anna, name="  Мои  потери ", query="?stage=lost&col=code&page=3&after=x")
    page = await anna.get(answer.headers["location"])
    assert 'aria-current="page">Мои потери<' in page.text and heads(page) == ["Сделка"]
    pairs = dict(parse_qsl(urlsplit(answer.headers["location"]).query))
    assert set(pairs) == {"stage", "col", "view"}
    again = await keep(anna, name="Мои потери и победы", query="stage=lost&stage=won", key=pairs["view"])
    assert dict(parse_qsl(urlsplit(again.headers["location"]).query))["view"] == pairs["view"]
    assert "Мои потери и победы" in (await anna.get("/admin/deal/list")).text


async def test_who_sees_a_list_is_said_by_who_made_it(shelf: Shelf, browser: SignIn) -> None:
    anna, boris, vera = [await browser(getattr(shelf.world, name)) for name in ("anna", "boris", "vera")]
    await keep(anna, name="Только Аннин", query="stage=won")
    await keep(anna, name="Команде", query="stage=won", lent_to=LentTo.TEAM.value)
    shown = [(await who.get("/admin/deal/list")).text for who in (anna, boris, vera)]
    assert ["Только Аннин" in page for page in shown] == [True, False, False]
    assert ["Команде" in page for page in shown] == [True, True, False]
    refused = await keep(anna, name="Всем", query="", lent_to=LentTo.EVERYONE.value)
    assert "view=" not in refused.headers["location"]
    await keep(await browser(shelf.world.admin), name="Всем", query="", lent_to=LentTo.EVERYONE.value)
    assert "Всем" in (await vera.get("/admin/deal/list")).text


async def test_a_foreign_list_cannot_be_changed(shelf: Shelf, browser: SignIn) -> None:
    anna, boris = await browser(shelf.world.anna), await browser(shelf.world.boris)
    answer = await keep(anna, name="Чужое", query="stage=won", lent_to=LentTo.TEAM.value)
    key = dict(parse_qsl(urlsplit(answer.headers["location"]).query))["view"]
    await keep(boris, name="Моё", query="stage=lost", key=key)
    async with shelf.database.transaction(shelf.world.anna) as work:
        row = (await work.scalars(select(SavedView).where(SavedView.id == key))).one()
    assert (row.name, row.query) == ("Чужое", "stage=won")


async def test_one_list_opens_first_and_the_whole_stays_within_reach(shelf: Shelf, browser: SignIn) -> None:
    head = await browser(shelf.world.head)
    await keep(head, "task", name="Первая", query="status=new", is_first="1")
    second = await keep(head, "task", name="Вторая", query="status=done", is_first="1")
    opened = await head.get("/admin/task/list", follow_redirects=False)
    assert opened.status_code == 303 and opened.headers["location"] == second.headers["location"]
    assert (await head.get("/admin/task/list?view=all", follow_redirects=False)).status_code == 200
    async with shelf.database.transaction(shelf.world.head) as work:
        mine = select(SavedView.name).where(SavedView.user_id == shelf.world.head.id, SavedView.is_first)
        assert list(await work.scalars(mine)) == ["Вторая"]


async def role_of(shelf: Shelf, slug: str) -> str:
    async with shelf.database.transaction(shelf.world.admin) as work:
        return str(await work.scalar(select(Role.id).where(Role.slug == slug)))


async def test_a_role_opens_with_the_list_that_its_head_gives_it(shelf: Shelf, browser: SignIn) -> None:
    head, anna, vera, olga = [await browser(getattr(shelf.world, name)) for name in ("head", "anna", "vera", "olga")]
    given = {"query": "title=скан", "for_role_id": await role_of(shelf, "seller"), "name": "Выигранные"}
    kept = await keep(head, "document", lent_to="team", **given)
    for at in ("", "?view=all"):
        page = await anna.get(f"/admin/document/list{at}", follow_redirects=False)
        assert (page.status_code == 303) == (not at)
    opened = await anna.get("/admin/document/list", follow_redirects=True)
    assert "view=all" in opened.text and "Этот список открывается для вашей роли" in opened.text
    for other in (vera, olga, head):
        assert (await other.get("/admin/document/list", follow_redirects=False)).status_code == 200
    everyones = await browser(shelf.world.admin)
    await keep(everyones, "document", lent_to="everyone", **given | {"name": "Все"})
    key = dict(parse_qsl(urlsplit(kept.headers["location"]).query))["view"]
    assert key in (await anna.get("/admin/document/list", follow_redirects=False)).headers["location"]
    assert key not in (await vera.get("/admin/document/list", follow_redirects=False)).headers["location"]
    own = await keep(anna, "document", name="Моё", query="title=фото", is_first="1")
    mine = dict(parse_qsl(urlsplit(own.headers["location"]).query))["view"]
    assert mine in (await anna.get("/admin/document/list", follow_redirects=False)).headers["location"]


async def test_who_leads_nobody_gives_no_list_to_a_role(shelf: Shelf, browser: SignIn) -> None:
    given = {"name": "Чужой роли", "lent_to": "team", "for_role_id": await role_of(shelf, "seller")}
    for name in ("anna", "olga"):
        await keep(await browser(getattr(shelf.world, name)), "renewal", **given)
    head = await browser(shelf.world.head)
    await keep(head, "renewal", **given | {"lent_to": "nobody", "name": "Никому"})
    async with shelf.database.transaction(shelf.world.admin) as work:
        kept = (
            await work.execute(select(SavedView.name, SavedView.for_role_id).where(SavedView.identity == "renewal"))
        ).all()
    assert {tuple(row) for row in kept} == {("Чужой роли", None)}
    assert (await head.get("/admin/renewal/list")).text.count('name="for_role_id"') == 1
    assert 'name="for_role_id"' not in (await (await browser(shelf.world.anna)).get("/admin/renewal/list")).text
