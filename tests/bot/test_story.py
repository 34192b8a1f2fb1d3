"""Boris works from Telegram: a hand-off rings, his buttons do the panel's verbs under his name."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from models import clock
from models.actor import Via
from models.choices import Channel
from models.clock import BROKERAGE_ZONE
from models.deal import Deal
from models.deal.stages import HandOff
from models.notification import DeliveryAttempt, Notification, Preference
from models.task import Task
from models.wishes import CHOICES, wish
from tests.bot.conftest import Telegram, buttons, via_of
from tests.trade import Begun, Trade, begin, do, get, task_of
from tests.world import World

BORIS, ANNA, VERA = 501, 502, 503


@pytest.fixture
async def deal(world: World, trade: Trade, telegram: Telegram) -> Begun:
    return await begin(world, trade)


async def hand_off(world: World, deal: Begun) -> Task:
    await do(world, world.anna, Deal, deal.deal, "hand_off", HandOff(executor_id=world.boris.id))
    return await task_of(world, deal, "calculate")


async def test_a_hand_off_rings_and_accept_is_done_in_the_panel(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    task = await hand_off(world, deal)
    await telegram.settle()
    code = (await get(world, world.anna, Deal, deal.deal)).code
    assert task.due_on is not None
    message, _label = await phone.with_button("Принять")
    assert message["text"] == f"{code} · calculate\nЖдёт вас, срок {task.due_on:%d.%m.%Y}"
    assert list(buttons(message)) == ["Принять", "Вернуть", "+1 день", "Открыть"]
    assert buttons(message)["Открыть"].endswith(f"/admin/deal/details/{deal.deal}")

    await phone.press("Принять")
    await telegram.settle()
    found = await get(world, world.anna, Task, task.id)
    assert (found.status, found.accepted_at is not None) == ("accepted", True)
    assert ("task.accept", Via.BOT.value, world.boris.id) in await via_of(world, task.id)
    message, _label = await phone.with_button("Выполнено")
    assert list(buttons(message)) == ["Выполнено", "Вернуть", "+1 день", "Открыть"], "the same message, as it is now"
    async with world.database.transaction(world.boris) as work:
        attempts = list(await work.scalars(select(DeliveryAttempt.status)))
    assert attempts == ["sent"] * len(attempts) != []


async def test_tomorrow_accepts_and_waits(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    task = await hand_off(world, deal)
    await telegram.settle()
    await phone.press("+1 день")
    await telegram.settle()
    found = await get(world, world.boris, Task, task.id)
    assert (found.status, found.wakes_on) == ("waiting", clock.today() + timedelta(days=1))


async def test_return_asks_why_and_tells_anna_without_the_reason(world: World, telegram: Telegram, deal: Begun) -> None:
    phone, hers = await telegram.linked(world.boris, BORIS), await telegram.linked(world.anna, ANNA)
    task = await hand_off(world, deal)
    await telegram.settle()
    await phone.press("Вернуть")
    await telegram.settle()
    assert (await get(world, world.boris, Task, task.id)).status == "new"
    assert any("Почему возвращаете" in one["text"] for one in await phone.messages())
    await phone.write("Нет СТС")
    await telegram.settle()
    found = await get(world, world.anna, Task, task.id)
    assert (found.status, found.reason) == ("returned", "Нет СТС")
    assert any(one["text"].endswith("Возвращено, причина в панели") for one in await hers.messages())

    await phone.write("Нет СТС")
    await telegram.settle()
    assert (await phone.last())["text"].startswith("Данные клиентов и файлы"), "the matter is over"


async def test_done_says_what_is_missing_and_changes_nothing(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    task = await hand_off(world, deal)
    await do(world, world.boris, Task, task.id, "accept")
    await phone.write("/tasks")
    await telegram.settle()
    await phone.press("calculate")
    await telegram.settle()
    await phone.press("Выполнено")
    await telegram.settle()
    (answer,) = [one.told for one in telegram.state.accepted if one.told.get("show_alert") is True]
    assert "расч" in answer["text"].lower()
    assert (await get(world, world.boris, Task, task.id)).status == "accepted"


async def test_an_old_button_is_answered_kindly(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    task = await hand_off(world, deal)
    await telegram.settle()
    await do(world, world.boris, Task, task.id, "accept")
    await phone.press("Принять")
    await telegram.settle()
    answers = [one.told for one in telegram.state.accepted if one.method == "answerCallbackQuery"]
    assert "Принять" in answers[-1]["text"]
    assert answers[-1]["show_alert"] is True
    assert {run.state for run in await telegram.runs()} == {"done"}


async def test_a_chat_sees_what_its_person_sees(world: World, telegram: Telegram, deal: Begun) -> None:
    code = (await get(world, world.anna, Deal, deal.deal)).code
    hers, foreign = await telegram.linked(world.anna, ANNA), await telegram.linked(world.vera, VERA)
    task = await hand_off(world, deal)
    await telegram.settle()
    for phone in (hers, foreign):
        await phone.write(f"/deal {code}")
    await telegram.settle()
    assert (await hers.messages())[1]["text"].startswith(code)
    assert (await foreign.last())["text"].startswith("Такой сделки среди ваших нет")
    message = (await foreign.last())["message_id"]
    await foreign.post("/person/press", message=message, data=f"accept:{task.id}")
    await telegram.settle()
    assert (await get(world, world.anna, Task, task.id)).status == "new"
    assert telegram.state.accepted[-1].told["text"].startswith("Кнопка устарела")


async def test_who_does_not_want_it_there_hears_it_in_the_panel_alone(
    world: World, telegram: Telegram, deal: Begun
) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    async with world.database.transaction(world.boris, action="preference.create") as work:
        for event in ("task.sent", "deal.given"):
            work.add(Preference(user_id=world.boris.id, event=event, channel=Channel.TELEGRAM, is_wanted=False))
    await hand_off(world, deal)
    await telegram.settle()
    assert len(await phone.messages()) == 1
    assert len(await rows_of(world)) == 1


async def test_quiet_hours_hold_the_message_and_not_the_bell(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    here, hour = clock.now().astimezone(BROKERAGE_ZONE), timedelta(hours=1)
    async with world.database.transaction(world.boris, action="preference.choose") as work:
        await wish(work, CHOICES, (here - hour).time(), (here + hour).time())
    await hand_off(world, deal)
    for _step in ("read the log", "tell", "send"):
        await telegram.work()
    assert (len(await phone.messages()), len(await rows_of(world))) == (1, 1), "the chat's first message, and a bell"
    async with telegram.jobs.engine.begin() as connection:
        held = await connection.scalars(
            text("UPDATE audit.runs SET due_at = now() WHERE state = 'waiting' AND due_at > now() RETURNING job")
        )
        assert held.all() == ["send_telegram"]
    await telegram.settle()
    assert len(await phone.messages()) == 2, "the hours are over"


async def rows_of(world: World) -> list[Notification]:
    async with world.database.transaction(world.boris) as work:
        mine = select(Notification).where(Notification.user_id == world.boris.id)
        return list(await work.scalars(mine))


async def test_english_by_the_persons_locale(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    async with world.database.transaction(world.boris, action="user.choose_language") as work:
        await work.execute(text("SELECT auth.choose_locale('en')"))
    try:
        await hand_off(world, deal)
        await telegram.settle()
        message, _label = await phone.with_button("Accept")
        assert list(buttons(message)) == ["Accept", "Return", "+1 day", "Open"]
    finally:
        async with world.database.transaction(world.boris, action="user.choose_language") as work:
            await work.execute(text("SELECT auth.choose_locale('ru')"))


async def test_lists_name_deals_by_number(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.boris, BORIS)
    await hand_off(world, deal)
    code = (await get(world, world.anna, Deal, deal.deal)).code
    for command in ("/today", "/tasks"):
        await phone.write(command)
    await telegram.settle()
    assert sum(code in one["text"] and "calculate" in one["text"] for one in await phone.messages()) >= 2
