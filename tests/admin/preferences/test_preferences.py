"""One chooses what to hear of and when there is quiet; what is chosen is one's own and routes the bells."""

from __future__ import annotations

import re

from models.actor import Actor
from models.wishes import CHOICES, Wishes, wishes_of
from tests.admin.conftest import SignIn
from tests.world import World

HERE = "/admin/preferences"
ALL = {":".join(choice): "1" for choice in CHOICES}


async def wished(world: World, who: Actor) -> Wishes:
    async with world.database.transaction(who) as work:
        return await wishes_of(work, who.id)


def ticked(page: str) -> int:
    return len(re.findall(r'type="checkbox"[^>]*\schecked', page))


async def test_who_never_chose_hears_everything(world: World, browser: SignIn) -> None:
    vera = await browser(world.vera)
    assert ticked((await vera.get(HERE)).text) == len(CHOICES)
    assert await wished(world, world.vera) == Wishes()


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
    assert await wished(world, world.boris) == Wishes()
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
    assert await wished(world, world.boris) == Wishes()


async def test_foreign_choices_and_strangers_change_nothing(world: World, browser: SignIn) -> None:
    boris = await browser(world.boris)
    await boris.post(HERE, data=ALL | {"telegram.blocked:panel": "1"})
    assert await wished(world, world.boris) == Wishes()
