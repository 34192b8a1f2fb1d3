"""One chooses what to hear of and when there is quiet; what is chosen is one's own and routes the bells."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from admin.views.record.sentences import sentence_of
from models.actor import Actor
from models.log import actions
from models.ways_out import browsers_of, mailbox_of, remove_browser
from models.wishes import ASKED_FOR, CHOICES, Wishes, wishes_of
from settings import settings
from tests.admin.conftest import SignIn
from tests.world import World

HERE = "/admin/preferences"
NEVER_CHOSE = Wishes(frozenset(choice for choice in CHOICES if choice[0] in ASKED_FOR))
ALL = {":".join(choice): "1" for choice in CHOICES}


@pytest.fixture(autouse=True)
def every_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.__dict__, "smtp_url", "smtp://127.0.0.1:9")
    monkeypatch.setitem(settings.__dict__, "web_push_contact", "mailto:desk@polis.example")


async def wished(world: World, who: Actor) -> Wishes:
    async with world.database.transaction(who) as work:
        return await wishes_of(work, who.id)


def ticked(page: str) -> int:
    return len(re.findall(r'type="checkbox"[^>]*\schecked', page))


async def test_who_never_chose_hears_everything_but_the_digest(world: World, browser: SignIn) -> None:
    vera = await browser(world.vera)
    assert ticked((await vera.get(HERE)).text) == len(CHOICES) - len(NEVER_CHOSE.refused)
    assert await wished(world, world.vera) == NEVER_CHOSE
    assert NEVER_CHOSE.refused == {("digest", "telegram"), ("digest", "email"), ("digest", "web_push")}


async def test_what_is_chosen_is_kept_for_oneself_alone(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    chosen = ALL | {"quiet_from": "21:30", "quiet_to": "08:00"}
    del chosen["task.accepted:telegram"]
    answer = await anna.post(HERE, data=chosen)
    assert (answer.status_code, answer.headers["location"]) == (303, HERE)
    page = (await anna.get(HERE)).text
    assert ticked(page) == len(CHOICES) - 1
    assert 'value="21:30"' in page and 'value="08:00"' in page
    assert (await wished(world, world.anna)).refused == {("task.accepted", "telegram")}
    assert await wished(world, world.boris) == NEVER_CHOSE
    await anna.post(HERE, data=ALL)
    assert await wished(world, world.anna) == Wishes()


async def test_quiet_hours_that_make_no_sense_are_refused_with_the_form_as_it_was(
    world: World, browser: SignIn
) -> None:
    boris = await browser(world.boris)
    for hours, sentence in (
        ({"quiet_from": "21:00"}, "и начало, и конец"),
        ({"quiet_from": "21:00", "quiet_to": "21:00"}, "не могут совпадать"),
        ({"quiet_from": "поздно", "quiet_to": "08:00"}, "21:30"),
    ):
        answer = await boris.post(HERE, data={"task.sent:panel": "1", **hours})
        assert answer.status_code == 422
        assert sentence in answer.text
        assert ticked(answer.text) == 1
    assert await wished(world, world.boris) == NEVER_CHOSE


async def test_an_address_is_one_s_own_and_a_wrong_one_is_given_back(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    for nonsense in ("анна@где-то там", "анна@polis.example", "a..b@polis.example", "=?utf-8?q?a?=@polis.example"):
        wrong = await anna.post(HERE, data=ALL | {"email": nonsense})
        assert wrong.status_code == 422 and "имя@компания.ru" in wrong.text and nonsense in wrong.text
    assert (await anna.post(HERE, data=ALL | {"email": " a.s@polis.example "})).status_code == 303
    assert 'value="a.s@polis.example"' in (await anna.get(HERE)).text
    async with world.database.transaction(world.anna) as work:
        kept = await mailbox_of(work, world.anna.id)
        assert kept is not None and kept.address == "a.s@polis.example"
    async with world.database.transaction(world.boris) as work:
        assert await mailbox_of(work, world.anna.id) is None, "nobody else sees it"
    await anna.post(HERE, data=ALL | {"email": ""})
    async with world.database.transaction(world.anna) as work:
        assert await mailbox_of(work, world.anna.id) is None


async def test_foreign_choices_and_strangers_change_nothing(world: World, browser: SignIn) -> None:
    boris = await browser(world.boris)
    await boris.post(HERE, data=ALL | {"telegram.blocked:panel": "1"})
    assert await wished(world, world.boris) == Wishes()


async def test_ways_that_are_not_there_are_not_asked_for_and_keep_what_was_chosen(
    world: World, browser: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = await browser(world.anna)
    await anna.post(HERE, data=ALL)
    for name in ("smtp_url", "web_push_contact"):
        monkeypatch.setitem(settings.__dict__, name, "")
    page = (await anna.get(HERE)).text
    assert 'name="email"' not in page and ":email" not in page and ":web_push" not in page
    await anna.post(HERE, data={"task.sent:panel": "1"})
    wanted = CHOICES - (await wished(world, world.anna)).refused
    assert wanted == {("task.sent", "panel")} | {one for one in CHOICES if one[1] in ("email", "web_push")}
    assert (await anna.post("/admin/preferences/browsers", data={})).status_code == 404


KEYS = {"p256dh": "BPublic", "auth": "Secret", "label": "Firefox, Linux"}
MOZILLA = "https://updates.push.services.mozilla.com/wpush/v2/abc"


async def test_a_browser_begins_and_ends_by_its_person_alone(world: World, browser: SignIn) -> None:
    anna, boris = await browser(world.anna), await browser(world.boris)
    assert (await anna.post("/admin/preferences/browsers", data=KEYS | {"endpoint": MOZILLA})).status_code == 303
    assert "Firefox, Linux" in (await anna.get(HERE)).text and "Firefox" not in (await boris.get(HERE)).text
    async with world.database.transaction(world.anna) as work:
        (point,) = await browsers_of(work, world.anna.id)
    end = f"/admin/preferences/browsers/{point.id}/end"
    await boris.post(end, data={})
    assert "Firefox, Linux" in (await anna.get(HERE)).text
    await anna.post(end, data={})
    assert "Firefox, Linux" not in (await anna.get(HERE)).text


async def test_a_browser_that_two_people_use_tells_the_latter_alone(world: World, browser: SignIn) -> None:
    """Both subscribe with one and the same address: the browser would show her bells on his screen."""
    here = KEYS | {"endpoint": MOZILLA + "/shared"}
    for who in (world.anna, world.boris):
        await (await browser(who)).post("/admin/preferences/browsers", data=here)
    async with world.database.transaction(world.anna) as work:
        assert await browsers_of(work, world.anna.id) == []
    async with world.database.transaction(world.boris) as work:
        (point,) = await browsers_of(work, world.boris.id)
        assert point.address == here["endpoint"]
        await remove_browser(work, point.id)
    async with world.database.transaction(world.admin) as work:
        slugs = set(await work.scalars(select(actions.c.slug).where(actions.c.slug.like("browser.%"))))
    for slug in slugs:
        assert slug not in sentence_of(slug, "Анна", {}), "the log says it in a sentence"


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest",
        "https://evil.example/x",
        "https://localhost/",
        "https://[",
        "",
        MOZILLA + "x" * 1_000,
    ],
)
async def test_what_is_no_push_service_is_refused(world: World, browser: SignIn, endpoint: str) -> None:
    anna = await browser(world.anna)
    answer = await anna.post("/admin/preferences/browsers", data=KEYS | {"endpoint": endpoint})
    assert answer.status_code == 422
    async with world.database.transaction(world.anna) as work:
        assert await browsers_of(work, world.anna.id) == []
