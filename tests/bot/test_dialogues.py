"""/new and /pay from the chat: buttons, a call's form in the panel, an instalment paid; endings are kind."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select, update

from bot.talk import Talk
from jobs.embedded import redis_url
from models import clock
from models.actor import Via
from models.deal import Deal
from models.intake import IntakeDraft
from models.payment import Payment
from models.people import Role
from models.policy import Policy
from tests.bot.conftest import Phone, Telegram, buttons, via_of
from tests.trade import Begun, Trade, begin, drafted, get, issue
from tests.world import World

ANNA, OLGA, VERA = 502, 504, 503


async def chat(telegram: Telegram, phone: Phone, *said: str) -> str:
    """Write or press (what begins with `>`), one after the other; gives the last words of the bot."""
    for one in said:
        await (phone.press(one[1:]) if one.startswith(">") else phone.write(one))
        await telegram.settle()
    return str((await phone.last())["text"])


def answers(telegram: Telegram) -> list[str]:
    """What presses were answered."""
    return [one.told.get("text", "") for one in telegram.state.accepted if one.method == "answerCallbackQuery"]


async def drafts(world: World) -> Sequence[IntakeDraft]:
    async with world.database.transaction(world.anna) as work:
        return list(await work.scalars(select(IntakeDraft).where(IntakeDraft.user_id == world.anna.id)))


async def test_new_leaves_a_draft_with_the_product_and_a_link(world: World, trade: Trade, telegram: Telegram) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    assert (await chat(telegram, phone, "/new")).startswith("Что страхуем?")
    assert list(buttons(await phone.last())) == ["Автомобиль"], "only kinds that there are products for"
    assert await chat(telegram, phone, ">Автомобиль") == "Автомобиль: какая страховка?"
    telegram.talk = Talk(redis_url())  # the bot was started again
    said = await chat(telegram, phone, ">КАСКО")
    assert said.startswith("КАСКО: форма ждёт в панели.")
    assert "/admin/way/" in buttons(await phone.last())["В панель"]
    (draft,) = await drafts(world)
    assert draft.fields == {"thing.0.kind": ["vehicle"], "thing.0.products": [str(trade.kasko)]}

    first = (await phone.messages())[1]
    await phone.post("/person/press", message=first["message_id"], data=f"want:{trade.osago}")
    await telegram.settle()
    assert answers(telegram)[-1] == "Этот разговор закончен. Новый начинает /new."
    assert len(await drafts(world)) == 1, "a finished dialogue leaves nothing more"


async def test_who_opens_no_deals_begins_none(world: World, trade: Trade, telegram: Telegram) -> None:
    phone = await telegram.linked(world.olga, OLGA)
    counting = update(Role).where(Role.slug == "accountant")
    async with world.database.transaction(world.admin, action="role.update") as work:
        await work.execute(counting.values(grants=Role.grants.op("||")(["-deal:create"])))
    try:
        assert await chat(telegram, phone, "/new") == "Ваша роль не открывает сделок."
    finally:
        async with world.database.transaction(world.admin, action="role.update") as work:
            await work.execute(counting.values(grants=func.array_remove(Role.grants, "-deal:create")))


async def test_cancel_ends_a_dialogue_and_only_one(world: World, trade: Trade, telegram: Telegram) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    assert await chat(telegram, phone, "/new", "/cancel") == "Оставлено как было."
    assert await chat(telegram, phone, "/cancel") == "Отменять нечего."
    await chat(telegram, phone, ">Автомобиль")
    assert answers(telegram)[-1] == "Этот разговор закончен. Новый начинает /new."


@pytest.fixture
async def deal(world: World, trade: Trade, telegram: Telegram) -> Begun:
    """A deal with a policy of four instalments."""
    begun = await begin(world, trade)
    await issue(world, await drafted(world, begun, trade.ingos, "100001.01", plan="4"))
    return begun


async def of_deal(world: World, deal: Begun) -> list[Payment]:
    async with world.database.transaction(world.anna) as work:
        return list(await work.scalars(select(Payment).where(Payment.deal_id == deal.deal).order_by(Payment.sequence)))


async def code_of(world: World, deal: Begun) -> str:
    return str((await get(world, world.anna, Deal, deal.deal)).code)


async def test_pay_names_number_and_day_and_does_the_verb(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    code = await code_of(world, deal)
    assert (await chat(telegram, phone, "/pay")).startswith("Какая сделка?")
    telegram.talk = Talk(redis_url())  # the bot was started again
    assert await chat(telegram, phone, code.lower()) == f"{code} · какой взнос оплачен?"
    second = (await of_deal(world, deal))[1]
    line = f"КАСКО · взнос 2 из 4 · {second.due_on:%d.%m.%Y}"
    assert list(buttons(await phone.last()))[1] == line
    assert await chat(telegram, phone, ">взнос 2 из 4") == f"{code} · {line}\nКлиент оплатил его полностью, сегодня?"
    assert (await of_deal(world, deal))[1].status == "planned", "asked, not done"
    assert await chat(telegram, phone, ">Да, оплачен") == f"{code} · {line}\nОплачен сегодня."
    paid = (await of_deal(world, deal))[1]
    assert (paid.status, paid.paid_on, paid.owed) == ("paid", clock.today(), 0)
    assert ("payment.pay", Via.BOT.value, world.anna.id) in await via_of(world, paid.id)

    last = (await phone.last())["message_id"]
    await phone.post("/person/press", message=last, data=f"paid:{paid.id}")
    await telegram.settle()
    assert answers(telegram)[-1] == "Этот разговор закончен. Новый начинает /pay."


async def test_no_leaves_the_instalment(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    code = await code_of(world, deal)
    assert await chat(telegram, phone, f"/pay {code}", ">взнос 1 из 4", ">Нет") == "Оставлено как было."
    assert [one.status for one in await of_deal(world, deal)] == ["planned"] * 4


async def test_pay_shows_and_pays_nothing_of_a_foreign_deal(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.vera, VERA)
    code, payment = await code_of(world, deal), (await of_deal(world, deal))[0]
    assert (await chat(telegram, phone, f"/pay {code}")).startswith("Такой сделки среди ваших нет")
    message = (await phone.last())["message_id"]
    for step in ("pay", "paid"):
        await phone.post("/person/press", message=message, data=f"{step}:{payment.id}")
        await telegram.settle()
    assert answers(telegram) == [
        "Этого взноса среди ваших больше нет.",
        "Этот разговор закончен. Новый начинает /pay.",
    ]
    assert (await of_deal(world, deal))[0].status == "planned"


async def test_an_instalment_whose_policy_went_to_the_trash(world: World, telegram: Telegram, deal: Begun) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    await chat(telegram, phone, f"/pay {await code_of(world, deal)}")
    async with world.database.transaction(world.admin, action="policy.trash") as work:
        await work.execute(update(Policy).where(Policy.deal_id == deal.deal).values(deleted_at=work.at))
    await chat(telegram, phone, ">взнос 1 из 4")
    assert answers(telegram)[-1] == "Этого взноса среди ваших больше нет."
    assert {run.state for run in await telegram.runs()} == {"done"}


@pytest.mark.parametrize("data", ["new:ship", "want:x", "pay:x", "at:x", "nothing:at all", ""])
async def test_buttons_that_nobody_made(world: World, telegram: Telegram, trade: Trade, data: str) -> None:
    phone = await telegram.linked(world.anna, ANNA)
    await chat(telegram, phone, "/new")
    message = (await phone.last())["message_id"]
    if data.startswith("pay"):
        await chat(telegram, phone, "/pay")
    await phone.post("/person/press", message=message, data=data)
    await telegram.settle()
    assert answers(telegram)[-1].startswith("Кнопка устарела")
    assert {run.state for run in await telegram.runs()} == {"done"}
