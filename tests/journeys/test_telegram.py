"""Boris works from Telegram while Anna has the deal open: what his buttons do stands on her page, without a reload."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from uuid import UUID

import httpx
import pytest
from playwright.async_api import expect
from sqlalchemy import text

from bot.inbox import run
from bot.talk import Talk
from jobs.declared import QUICK
from jobs.embedded import redis_url
from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from jobs.relay import Relay
from jobs.worker import Carrier, work_off
from models.deal import Deal
from models.deal.stages import HandOff
from models.session import Database
from models.task import Task
from models.telegram import new_code
from settings import settings
from tests import databases
from tests.bot.conftest import TOKEN, Phone, bot_api
from tests.faults.test_worker import wait_until
from tests.journeys.conftest import SetUp
from tests.journeys.scenario import STORY, TASKS
from tests.stories import story
from tests.trade import do, get, rows
from tests.world import World

SECRET = "webhook-secret_7"
HEADER = "X-Telegram-Bot-Api-Secret-Token"
BORIS, VERA = 7501, 7503
PATIENCE = 30
UPDATES = text("SELECT count(*) FROM audit.bot_updates WHERE handled_at IS NULL")


@pytest.fixture(scope="module", autouse=True)
def valkey() -> Iterator[None]:
    """The queue, the chats and who is there."""
    with in_use(Valkey(settings.data_dir)):
        yield


@pytest.fixture
async def api(address: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[httpx.AsyncClient]:
    """A Telegram that brings its updates to the webhook of the served panel."""
    monkeypatch.setitem(settings.__dict__, "telegram_webhook_secret", SECRET)
    async with bot_api(monkeypatch) as (_state, client):
        told = {"url": f"{address}/telegram/webhook", "secret_token": SECRET}
        (await client.post(f"/bot{TOKEN}/setWebhook", json=told)).raise_for_status()
        yield client


@pytest.fixture
async def jobs(reference: World, api: httpx.AsyncClient) -> AsyncIterator[Database]:
    """The bot and the worker are at work, as their processes do it; only the schedule has a day off."""
    name = str(reference.database.engine.url.database)
    door, own = (Database(databases.url(name, role)) for role in ("crm_jobs", "crm_bot"))
    talk = Talk(redis_url())
    parts = run(own, talk), Relay(door, Carrier(redis_url())).run(), work_off(door, redis_url(), QUICK)
    working = [asyncio.create_task(part) for part in parts]
    yield door
    for task in working:
        task.cancel()
    await asyncio.gather(*working, return_exceptions=True)
    await talk.close()
    for opened in (door, own):
        await opened.close()


async def linked(world: World, api: httpx.AsyncClient, who: str, chat: int) -> Phone:
    """Somebody's telephone, linked by a code as the panel gives it."""
    async with world.database.transaction(getattr(world, who), action="telegram.code") as work:
        code = await new_code(work)
    phone = Phone(api, chat)
    await phone.write(f"/start {code}")

    async def answered() -> bool:
        return bool(await phone.messages())

    await wait_until(answered, PATIENCE)
    return phone


async def sees(phone: Phone, words: str) -> None:
    """Wait for a button or a message with these words."""

    async def has_come() -> bool:
        try:
            await phone.with_button(words)
        except LookupError:
            return any(words in one["text"] for one in await phone.messages())
        return True

    await wait_until(has_come, PATIENCE)


async def test_anna_sees_what_boris_does_in_telegram(
    at_desk: SetUp, reference: World, api: httpx.AsyncClient, jobs: Database, address: str
) -> None:
    boris = await linked(reference, api, "boris", BORIS)
    begun = await story(reference.database, reference.anna, "из-телеграма")
    anna = await at_desk("anna")
    await anna.page.goto(f"/admin/deal/details/{begun.deal}")
    await anna.stay()
    await do(reference, reference.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=reference.boris.id))
    (task,) = await rows(reference, Task, Task.deal_id == begun.deal, Task.assignee_id == reference.boris.id)
    await sees(boris, "Принять")
    await anna.turn_to(TASKS)
    await expect(anna.task("Рассчитать")).to_contain_text("Новая")
    await nobody_else_presses_it(reference, api, jobs, address, task.id)

    await boris.press("Принять")
    await expect(anna.task("Рассчитать")).to_contain_text("Принята")
    await expect(await anna.turn_to(STORY)).to_contain_text("задача принята")
    await expect(anna.page.locator("#bell-count")).to_contain_text("новое уведомление")

    await sees(boris, "Выполнено")
    await boris.press("Вернуть")
    await sees(boris, "Почему возвращаете")
    await expect(anna.task("Рассчитать")).to_contain_text("Принята")
    await boris.write("Нет СТС")
    await anna.turn_to(TASKS)
    await expect(anna.task("Рассчитать")).to_contain_text("Возвращена")
    await expect(anna.task("Рассчитать").locator(".task-reason")).to_have_text("Нет СТС")
    await anna.has_stayed()


async def nobody_else_presses_it(
    world: World, api: httpx.AsyncClient, jobs: Database, address: str, task: UUID
) -> None:
    """Negative control: the same press without the secret, and from a chat whose person does not see the deal."""
    vera = await linked(world, api, "vera", VERA)
    message = (await vera.last())["message_id"]
    pressed = {
        "id": "q1",
        "from": {"id": BORIS, "is_bot": False},
        "message": {"message_id": 1, "chat": {"id": BORIS, "type": "private"}},
        "data": f"accept:{task}",
    }
    async with httpx.AsyncClient(base_url=address) as stranger:
        told, headers = {"update_id": 99_999, "callback_query": pressed}, {HEADER: SECRET[:-1]}
        assert (await stranger.post("/telegram/webhook", json=told, headers=headers)).status_code == 403
    await vera.post("/person/press", message=message, data=f"accept:{task}")

    async def answered() -> bool:
        told = await api.get("/person/messages", params={"chat": VERA})
        return "Кнопка устарела" in str(told.json()["answer"])

    await wait_until(answered, PATIENCE)
    async with jobs.engine.connect() as connection:
        assert await connection.scalar(UPDATES) == 0
    assert (await get(world, world.anna, Task, task)).status == "new"
