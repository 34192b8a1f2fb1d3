"""How the bot is doing stands on the page of operations, in the health check and in the metrics, the same in each."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import text

from admin.app import Application
from admin.telegram.state import LATE
from jobs.updates import receive
from models.telegram import block
from settings import settings
from tests.bot.conftest import Telegram
from tests.bot.test_ways import HOST, browser
from tests.world import World

CHAT = 501
PARKED = text("UPDATE audit.bot_updates SET due_at = 'infinity', error = 'KeyError: first' WHERE update_id = :which")
OLDER = text("UPDATE audit.bot_updates SET received_at = received_at - CAST(:by AS interval)")


async def health(panel: Application) -> dict[str, str]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(panel), base_url=HOST) as client:
        part: dict[str, str] = (await client.get("/health/ready")).json()["parts"]["telegram"]
        return part


async def gauges(panel: Application) -> dict[str, int]:
    """The bot's lines of the metrics."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(panel), base_url=HOST) as client:
        lines = (await client.get("/metrics")).text.splitlines()
    pairs = [line.removeprefix("polisdesk_telegram_").split() for line in lines if line.startswith("polisdesk_tele")]
    return {name: int(value) for name, value in pairs}


async def page(world: World, panel: Application) -> str:
    admin = await browser(panel, world.admin)
    return (await admin.get("/admin/operations")).text


async def test_what_waits_what_was_given_up_and_who_has_blocked(
    world: World, telegram: Telegram, panel: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = await telegram.linked(world.boris, CHAT)
    assert await health(panel) | {"last_update": ""} == {
        "state": "up", "mode": "polling", "waiting": "0", "parked": "0", "sends": "0", "blocked": "0",
        "last_update": "",
    }  # fmt: skip
    assert "по опросу" in await page(world, panel) and "Последняя ошибка" not in await page(world, panel)

    waiting, parked = await phone.write("/today"), await phone.write("/tasks")
    for update in (waiting, parked):
        await receive(telegram.door, update)
        telegram.taken.add(update["update_id"])
    async with telegram.jobs.engine.begin() as connection:
        await connection.execute(PARKED, {"which": parked["update_id"]})
    async with world.database.transaction(world.admin, action="telegram.block") as work:
        await block(work, CHAT)
    monkeypatch.setitem(settings.__dict__, "telegram_webhook_secret", "secret")
    told = await health(panel)
    assert (told["state"], told["mode"], told["waiting"], told["parked"], told["blocked"]) == (
        "up", "webhook", "1", "1", "1",
    )  # fmt: skip
    found = await gauges(panel)
    assert (found["updates_waiting"], found["updates_parked"], found["people_blocked"]) == (1, 1, 1)
    assert found["last_update_seconds"] > 0
    assert "KeyError: first" in await page(world, panel)

    async with telegram.jobs.engine.begin() as connection:
        await connection.execute(OLDER, {"by": LATE * 2})
    assert (await health(panel))["state"] == "down", "nobody works them off"
    assert 'class="late">1 · с ' in await page(world, panel)


async def test_off_is_no_fault(
    world: World, telegram: Telegram, panel: Application, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(settings.__dict__, "telegram_token", "")
    assert await health(panel) == {"state": "off"}
    assert await gauges(panel) == {}
    assert "o-telegram" not in await page(world, panel)
