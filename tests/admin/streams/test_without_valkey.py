"""Valkey away, hanging, or lost in the middle: streams begin and deliver all the same; only nobody is shown."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from admin.app import Application
from jobs.embedded.urls import embedded_redis_url
from jobs.embedded.valkey import Valkey
from models.actor import Actor
from models.session import Database
from tests import databases
from tests.admin.streams.conftest import PATIENCE, Ear, Listen, Told
from tests.admin.streams.test_streams import deal, of_deal, rename
from tests.journeys.serving import serving
from tests.stories import Story
from tests.world import World

__all__ = ["deal"]


@pytest.fixture(scope="module")
def valkey() -> Iterator[Valkey]:
    """A server of the module's own, which nobody has started."""
    folder = Path(tempfile.mkdtemp(prefix="pd-", dir="/tmp"))
    folder.chmod(0o711)
    server = Valkey(folder)
    yield server
    server.stop()
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def served(database: Database, valkey: Valkey, panel: Application) -> Iterator[str]:
    """A panel that keeps presence there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("admin.app.redis_url", lambda: embedded_redis_url(valkey.data_dir))
        with serving(databases.url(str(database.engine.url.database), "crm_panel")) as address:
            yield address


def shows(*people: Actor) -> Callable[[Told], bool]:
    """A message that tells that these are present; without any that nobody is."""

    def fits(told: Told) -> bool:
        if told["event"] != "presence":
            return False
        here = {one["name"] for one in told["data"]["people"]}
        return {person.name for person in people} <= here if people else not here

    return fits


async def hears_of(ear: Ear, world: World, deal: Story, title: str) -> None:
    """What is changed now comes."""
    await rename(world.database, world.anna, deal.deal, title)
    await ear.until(of_deal(deal.deal))


async def test_streams_begin_and_deliver_while_valkey_is_down_and_presence_comes_with_it(
    listen: Listen, world: World, deal: Story, valkey: Valkey, served: str
) -> None:
    """Negative control at the end: with Valkey there, the very same streams are told who is present."""
    anna, head = [await listen(person, open=f"deal/{deal.deal}") for person in (world.anna, world.head)]
    for title in ("Без очереди", "Всё ещё без очереди"):
        await hears_of(anna, world, deal, title)
    last = await head.until(of_deal(deal.deal))
    await head.response.aclose()
    head = await listen(world.head, open=f"deal/{deal.deal}", last=last["id"])
    await head.until(of_deal(deal.deal))
    shown = [told for ear in (anna, head) for told in ear.heard if told["event"] == "presence"]
    assert [told["data"]["people"] for told in shown] == [[]] * len(shown)
    async with httpx.AsyncClient(base_url=served, timeout=PATIENCE) as client:
        assert (await client.get("/health/live")).status_code == 200

    valkey.start()
    for ear in (anna, head):
        await ear.until(shows(world.anna, world.head))


async def test_who_was_shown_is_shown_no_more_when_valkey_goes_down(
    listen: Listen, world: World, deal: Story, valkey: Valkey
) -> None:
    valkey.start()
    anna, head = [await listen(person, open=f"deal/{deal.deal}") for person in (world.anna, world.head)]
    await anna.until(shows(world.anna, world.head))
    valkey.stop()
    await anna.until(shows())
    await hears_of(anna, world, deal, "После очереди")
    await head.until(of_deal(deal.deal))


async def test_a_valkey_that_hangs_holds_no_stream_up(
    listen: Listen, world: World, deal: Story, valkey: Valkey
) -> None:
    """It takes what it is told and answers nothing: newcomers are welcomed, changes come, people afterwards."""
    valkey.start()
    anna = await listen(world.anna, open=f"deal/{deal.deal}")
    await anna.until(shows(world.anna))
    number = int((valkey.data_dir / "valkey" / "valkey.pid").read_text())
    os.kill(number, signal.SIGSTOP)
    try:
        head = await listen(world.head, open=f"deal/{deal.deal}")
        for title in ("Очередь висит", "Очередь всё ещё висит"):
            await hears_of(anna, world, deal, title)
            await head.until(of_deal(deal.deal))
        await asyncio.gather(*(listen(world.olga, open=f"deal/{deal.deal}") for _window in range(8)))
        await hears_of(anna, world, deal, "И новые окна не мешают")
        assert not [told for told in head.heard if told["event"] == "presence" and told["data"]["people"]]
    finally:
        os.kill(number, signal.SIGCONT)
    await anna.until(shows(world.anna, world.head, world.olga))
