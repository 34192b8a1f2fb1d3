"""Nothing personal and no money leaves: everything sent in a story is searched; a leaking template is found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import update

from models.actor import SYSTEM, Via
from models.choices import Channel
from models.deal import Deal
from models.deal.stages import HandOff
from models.notification import Template
from models.task import Task
from models.task.record import Return
from settings import settings
from tests.bot.conftest import Telegram
from tests.trade import Trade, begin, do, drafted, issue, task_of
from tests.world import World

NAME, PHONE, VIN = "Заповедный Аристарх", "+79031112233", "XTA210990Y2766389"
PLATE, POLICY = "А123ВС77", "ХХХ 0123456789"
SHAPES = tuple(
    re.compile(shape, re.IGNORECASE)
    for shape in (
        r"\+?[78][\s(-]*\d{3}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}",
        r"\b[A-HJ-NPR-Z0-9]{17}\b",
        r"\b[АВЕКМНОРСТУХ]\d{3}[АВЕКМНОРСТУХ]{2}\s?\d{2,3}\b",
        r"\b[А-Я]{3}\s?\d{10}\b",
        r"\d[\d\s]*(?:[.,]\d\d)?\s*(?:₽|руб|RUB)",
    )
)
"""Phones, VIN, plates, policy numbers, sums."""
ADDRESS = re.compile(
    re.escape(settings.address) + r"/admin/(|deal/details/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|way/[\w-]{22})"
)
"""All that a button may open: the panel, a deal by its key, a one-time link."""


def leaks(texts: Iterable[str], names: Iterable[str]) -> list[str]:
    """Texts that hold what must not leave: these words, or anything of such a shape."""
    words = [word.casefold() for name in names for word in name.split()]
    return [
        text
        for text in texts
        if any(word in text.casefold() for word in words) or any(shape.search(text) for shape in SHAPES)
    ]


def said(telegram: Telegram) -> list[str]:
    """The words and the buttons' labels of everything that was accepted."""
    found: list[str] = []
    for one in telegram.state.accepted:
        found.append(str(one.told.get("text", "")))
        rows: list[list[dict[str, Any]]] = (one.told.get("reply_markup") or {}).get("inline_keyboard", [])
        found += [button["text"] for row in rows for button in row]
    return found


def opened(telegram: Telegram) -> list[str]:
    """The addresses behind all buttons."""
    found: list[str] = []
    for one in telegram.state.accepted:
        rows: list[list[dict[str, Any]]] = (one.told.get("reply_markup") or {}).get("inline_keyboard", [])
        found += [button["url"] for row in rows for button in row if "url" in button]
    return found


async def story(world: World, trade: Trade, telegram: Telegram) -> list[str]:
    """A hand-off with personal data wherever people can type it, answered, returned and asked for by commands."""
    boris, anna = await telegram.linked(world.boris, 501), await telegram.linked(world.anna, 502)
    begun = await begin(world, trade, name=NAME, phone=PHONE)
    title = f"{NAME} {PHONE} {VIN} {PLATE} {POLICY} 125 000 руб."
    async with world.database.transaction(world.anna, action="deal.update") as work:
        await work.execute(update(Deal).where(Deal.id == begun.deal).values(title=title))
    await do(world, world.anna, Deal, begun.deal, "hand_off", HandOff(executor_id=world.boris.id, note=title))
    task = await task_of(world, begun, "calculate")
    async with world.database.transaction(world.anna, action="task.update") as work:
        await work.execute(update(Task).where(Task.id == task.id).values(title=title, body=title))
    await telegram.settle()
    await boris.press("Принять")
    for command in ("/today", "/tasks"):
        await boris.write(command)
    await telegram.settle()
    await do(world, world.boris, Task, task.id, "return", Return(reason=title))
    await anna.write("/tasks")
    await telegram.settle()
    return said(telegram)


async def test_nothing_personal_is_sent(world: World, trade: Trade, telegram: Telegram) -> None:
    texts = await story(world, trade, telegram)
    people = [person.name for person in (world.anna, world.boris)]
    assert len(texts) > 15
    assert leaks(texts, [NAME, *people]) == []


async def dialogues(world: World, trade: Trade, telegram: Telegram) -> list[str]:
    """Every dialogue to each of its ends, on a deal full of personal data, with client data sent to the bot."""
    anna = await telegram.linked(world.anna, 502)
    begun = await begin(world, trade, name=NAME, phone=PHONE)
    await issue(world, await drafted(world, begun, trade.ingos, "125000", plan="4"), number=POLICY)
    title = f"{NAME} {PHONE} {VIN} {PLATE} {POLICY} 125 000 руб."
    async with world.database.transaction(world.anna, action="deal.update") as work:
        await work.execute(update(Deal).where(Deal.id == begun.deal).values(title=title))
        code = (await work.get_record(Deal, begun.deal)).code
    talk = (
        *(title, "/new", ">Автомобиль", ">КАСКО", "/new", title, "/cancel", "/cancel", "/help"),
        *("/pay", title, code, ">взнос 2 из 4", ">Да, оплачен", f"/pay {code}", ">взнос 1 из 4", ">Нет"),
        *(f"/deal {code}", title, ">Другая сделка", f"/pay {title}", "/cancel"),
    )
    for one in talk:
        await (anna.press(one[1:]) if one.startswith(">") else anna.write(one))
        await telegram.settle()
    for files in ("off", "deal"):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(settings.__dict__, "telegram_files", files)
            await anna.client.post("/person/file", params={"chat": 502, "name": f"{NAME}.pdf"}, content=b"%PDF-1.4\n")
            await telegram.settle()
            await anna.press(code)
            await telegram.settle()
    return said(telegram)


async def test_no_dialogue_leaks(world: World, trade: Trade, telegram: Telegram) -> None:
    texts = await dialogues(world, trade, telegram)
    assert any("взнос 2 из 4" in text for text in texts) and any("файл в папке" in text for text in texts)
    assert leaks(texts, [NAME, "Попов", "Сергеева", "Орлов"]) == []
    assert [one for one in opened(telegram) if not ADDRESS.fullmatch(one)] == []
    assert leaks([f"{texts[-1]} {NAME}"], [NAME]) != [], "what would leak is found"


async def test_a_leaking_template_is_found(world: World, trade: Trade, telegram: Telegram) -> None:
    leaking = update(Template).where(Template.event == "task.sent", Template.channel == Channel.TELEGRAM)
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.leak") as work:
        await work.execute(leaking.values(body=f"{NAME}, {{client}}"))
    texts = await story(world, trade, telegram)
    assert leaks(texts, [NAME]) == [text for text in texts if NAME in text] != []


@pytest.mark.parametrize("text", [PHONE, "8 (903) 111-22-33", VIN, PLATE, POLICY, "125 000 ₽", "1500,50 руб."])
def test_each_shape_is_seen(text: str) -> None:
    assert leaks([f"D-2026-00042 · {text}"], []) != []
    assert leaks(["D-2026-00042 · Расчёт\nЖдёт вас, срок 27.11.2026"], []) == []
