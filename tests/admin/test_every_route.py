"""Every route, read from the application's table: strangers get nothing, Vera nothing of Anna's, forgers no change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from uuid import UUID

import httpx
import pytest
from sqlalchemy import select, update
from starlette.routing import BaseRoute, Mount, Route

from admin.app import Application
from admin.views.registry import load
from models.actor import Actor
from models.base import records
from models.client import Client
from models.deal import Deal
from tests.admin.conftest import SignIn
from tests.stories import Story, story
from tests.world import World

PUBLIC = ("/login", "/health/", "/metrics", "/language", "/theme", "/logout", "/streams/heartbeat", "/schemas/")
NAME, PHONE = "Заповедный Клиент", "+79031112233"
TOLD = (NAME, "Заповедное дело", PHONE, "903 111-22-33")
"""What no answer to Vera may hold."""
REFUSED = (303, 401, 403, 404, 405, 409, 410, 422)


@pytest.fixture(scope="module")
async def hidden(world: World) -> Story:
    """A deal of Anna's whose words are found nowhere else."""
    found = await story(world.database, world.anna, "заповедника")
    async with world.database.transaction(world.admin, action="test.names") as work:
        await work.execute(update(Client).where(Client.id == found.client).values(name=NAME, phone=PHONE))
        await work.execute(update(Deal).where(Deal.id == found.deal).values(title="Заповедное дело"))
    return found


def routes_of(routes: Iterable[BaseRoute], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and address of everything that can be asked."""
    for route in routes:
        if isinstance(route, Mount):
            yield from routes_of(route.routes or (), prefix + route.path)
        elif isinstance(route, Route):
            yield from ((method, prefix + route.path) for method in sorted((route.methods or set()) - {"HEAD"}))


def requests_of(panel: Application, deal: Story) -> Iterator[tuple[str, str]]:
    """Each route with keys of the deal in its places, once for each kind of record that it serves."""
    keys = {
        "deal": deal.deal, "client": deal.client, "clients": deal.client, "need": deal.need, "policy": deal.policy,
        "payment": deal.payment,
    }  # fmt: skip
    for method, path in routes_of(panel.routes):
        kinds = [(identity, key) for identity, key in keys.items() if identity in load()]
        for identity, key in kinds if "{identity}" in path else [("", deal.deal)]:
            for child in [one.identity for one in load()[identity].children] if "{child}" in path else [""]:
                owner = keys.get(path.split("/")[2] if path.count("/") > 1 else "", key)
                yield method, filled(path, {"identity": identity, "child": child, "slug": "trash"}, owner)


def filled(path: str, words: dict[str, str], key: UUID) -> str:
    """The address with everything in its places; what is no word is the key."""
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda place: words.get(place[1]) or str(key), path)


def asked(deal: Story) -> dict[str, str]:
    """What is asked with each request: every key that a door might take."""
    return {
        "pk": str(deal.deal), "deal_id": str(deal.deal), "client_id": str(deal.client), "policy_id": str(deal.policy),
        "q": "Заповедн", "name": "Заповедн", "phone": PHONE[:-1], "field": "client_id",
    }  # fmt: skip


async def picture(world: World, deal: Story) -> list[str]:
    """Every row of the deal, and of its client."""
    async with world.database.transaction(world.admin) as work:
        found: list[str] = []
        for record in records():
            columns = record.__table__.c
            mine = next((columns[n] for n in ("deal_id", "client_id") if n in columns), None)
            mine = columns.id if record is Deal else columns.id if record is Client else mine
            if mine is not None and record.__logged__:
                rows = await work.execute(
                    select(*columns).where(mine.in_((deal.deal, deal.client))).order_by(columns.id)
                )
                found += [str(row) for row in rows]
        return found


async def ask(browser: httpx.AsyncClient, method: str, path: str, deal: Story) -> httpx.Response:
    """One request with all the keys: in the address, or as a form."""
    given = {"params": asked(deal)} if method == "GET" else {"data": asked(deal)}
    return await browser.request(method, path, **given)  # type: ignore[arg-type]


async def test_a_stranger_gets_nothing(panel: Application, world: World, hidden: Story, browser: SignIn) -> None:
    stranger = await browser()
    for method, path in requests_of(panel, hidden):
        answer = await ask(stranger, method, path, hidden)
        is_public = path.removeprefix("/admin").startswith(PUBLIC) or path == "/"
        assert is_public or answer.status_code in REFUSED, (method, path, answer.status_code)
        assert not [word for word in TOLD if word in answer.text], (method, path)


async def test_nothing_of_annas_is_told_to_vera_or_changed_by_her(
    panel: Application, world: World, hidden: Story, browser: SignIn
) -> None:
    vera, before = await browser(world.vera), await picture(world, hidden)
    for method, path in requests_of(panel, hidden):
        if path.endswith("/logout") or "/streams/" in path:
            continue
        answer = await ask(vera, method, path, hidden)
        assert answer.status_code < 500, (method, path, answer.status_code)
        assert not [word for word in TOLD if word in answer.text], (method, path)
    assert await picture(world, hidden) == before


async def test_anna_is_told_of_it_by_the_same_addresses(
    panel: Application, world: World, hidden: Story, browser: SignIn
) -> None:
    assert await told_to(panel, world.anna, hidden, browser) > 15


async def told_to(panel: Application, who: Actor, deal: Story, browser: SignIn) -> int:
    """How many addresses name anything of the deal."""
    client = await browser(who)
    found = 0
    for method, path in requests_of(panel, deal):
        if method == "GET" and "/streams/" not in path:
            answer = await ask(client, method, path, deal)
            found += any(word in answer.text for word in TOLD)
    return found


@pytest.mark.parametrize(
    "headers", [{"X-CSRF-Token": ""}, {"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}], ids=str
)
async def test_no_change_without_proof(
    panel: Application, world: World, hidden: Story, browser: SignIn, headers: dict[str, str]
) -> None:
    anna = await browser(world.anna)
    anna.headers.update(headers)
    changing = [(method, path) for method, path in requests_of(panel, hidden) if method not in ("GET", "OPTIONS")]
    assert len(changing) > 20
    before = await picture(world, hidden)
    for method, path in changing:
        assert (await ask(anna, method, path, hidden)).status_code == 403, (method, path)
    assert await picture(world, hidden) == before
