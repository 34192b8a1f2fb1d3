"""Lines of commission and shares answer with their rule of then, base, arithmetic, kopecks, VAT and day."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from models import clock
from models.catalogue import Insurer
from models.changes import Change, apply
from models.choices import Origin, Settlement, VatMode
from models.dates import end_of_next_month
from models.payment import Expense, Income, Payment
from models.payment.income import Received
from models.payment.record import Paid
from models.policy import Policy
from models.policy.record import Cancel
from models.rules import CommissionRule, ExpenseRule
from tests.admin.conftest import SignIn
from tests.admin.why.conftest import day, why
from tests.trade import Trade, add, begin, do, drafted, instalments, issue, last_action, pay, rows, undo
from tests.world import World

PREMIUM = "100001.01"
PLAN = "40-20-20-20"


async def issued(world: World, trade: Trade, insurer: Any, premium: str = PREMIUM, plan: str = PLAN) -> Policy:
    """A policy of Anna's in force."""
    policy = await drafted(world, await begin(world, trade), insurer, premium, plan=plan)
    await issue(world, policy)
    return policy


async def lines(world: World, policy: Policy, record: Any = Income) -> list[Any]:
    """The lines of a policy by its instalments."""
    parts = [part.id for part in await instalments(world, policy)]
    found = await rows(world, record, record.payment_id.in_(parts))
    return sorted(found, key=lambda line: (parts.index(line.payment_id), line.id))


@pytest.fixture(scope="module")
async def priced(world: World, trade: Trade) -> dict[str, Any]:
    """Insurers with a fixed sum, a minimum, and commission that is withheld with VAT."""
    told = {"starts_on": clock.today() - timedelta(days=400), "product_id": trade.kasko}
    insurers = {name: Insurer(name=name) for name in ("Твёрдый", "Наименьший", "Удержанный")}
    await add(world, world.admin, *insurers.values())
    keys = {name: one.id for name, one in insurers.items()}
    fixed = CommissionRule(
        name="Твёрдо", insurer_id=keys["Твёрдый"], fixed_amount=Decimal("1000.01"), percent=Decimal(5), **told
    )
    least = CommissionRule(
        name="Не меньше", insurer_id=keys["Наименьший"], percent=Decimal(1), minimum_amount=Decimal("3000.01"), **told
    )
    withheld = CommissionRule(
        name="Из премии", insurer_id=keys["Удержанный"], percent=Decimal(10), settlement=Settlement.WITHHELD,
        vat_mode=VatMode.TWENTY_TWO, **told,
    )  # fmt: skip
    await add(world, world.admin, fixed, least, withheld)
    return keys


async def test_a_percentage_tells_rule_base_kopecks_and_day(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await issued(world, trade, trade.ingos)
    second = (await lines(world, policy))[1]
    payment = (await instalments(world, policy))[1]
    told = await why(await browser(world.anna), "income", second.id, "amount")
    assert "взнос 2 полиса" in told and "20 000,21 ₽ × 20 % = 4 000,04 ₽" in told
    assert "До округления 4 000,042 ₽; округление до копейки убавило 0,002 ₽" in told
    assert "Ингосстрах, КАСКО" in told and "Процент 20 %" in told and "С тех пор правило не менялось" in told
    due = day(payment.due_on)
    assert f"Ожидается {day(end_of_next_month(payment.due_on))}: конец месяца, следующего за взносом от {due}" in told
    assert "Борис Орлов: полис выдан" in told and "Без НДС" in told


async def test_a_rule_is_told_as_it_was_then_and_what_it_would_make_now(
    world: World, trade: Trade, browser: SignIn
) -> None:
    """A seller reads it too, though the log of rules is not theirs; a line made later has the later version."""
    rule = CommissionRule(
        name="Дорожает", insurer_id=trade.reso, product_id=trade.kasko, starts_on=clock.today(), percent=Decimal(12)
    )
    await add(world, world.admin, rule)
    before = (await lines(world, await issued(world, trade, trade.reso)))[0]
    async with world.database.transaction(world.olga, action="commission-rule.update") as work:
        await apply(work, Change(CommissionRule, rule.id, {"percent": "12.00"}, {"percent": "15"}))
    anna = await browser(world.anna)
    told = await why(anna, "income", before.id, "amount")
    assert "40 000,40 ₽ × 12 % = 4 800,05 ₽" in told and "округление до копейки прибавило 0,002 ₽" in told
    assert "Процент 12 %" in told and "Ольга Белова: процент 12 % → 15 %" in told
    assert "По нынешней редакции правила было бы 6 000,06 ₽" in told
    after = (await lines(world, await issued(world, trade, trade.reso)))[0]
    told = await why(anna, "income", after.id, "amount")
    assert "Процент 15 %" in told and "С тех пор правило не менялось" in told and "было бы" not in told


async def test_a_fixed_sum_and_a_minimum_are_told_part_by_part(
    world: World, trade: Trade, priced: dict[str, Any], browser: SignIn
) -> None:
    anna = await browser(world.anna)
    second = (await lines(world, await issued(world, trade, priced["Твёрдый"])))[1]
    told = await why(anna, "income", second.id, "amount")
    assert "Правило даёт 1 000,01 ₽ на весь полис" in told
    assert "1 000,01 ₽ × 20 000,21 ₽ из 100 001,01 ₽ = 200,01 ₽" in told
    assert "20 000,21 ₽ × 5 % = 1 000,01 ₽" in told and "Вместе 200,01 ₽ + 1 000,01 ₽ = 1 200,02 ₽" in told
    assert second.amount == Decimal("1200.02")
    third = (await lines(world, await issued(world, trade, priced["Наименьший"])))[2]
    told = await why(anna, "income", third.id, "amount")
    assert "вышло бы 1 000,00 ₽, это меньше минимума 3 000,01 ₽" in told
    assert "3 000,01 ₽ × 20 000,20 ₽ из 100 001,01 ₽ = 600,00 ₽" in told and third.amount == Decimal("600.00")


async def test_vat_is_within_and_withheld_commission_is_there_on_the_instalments_day(
    world: World, trade: Trade, priced: dict[str, Any], browser: SignIn
) -> None:
    policy = await issued(world, trade, priced["Удержанный"], "12200.00", "once")
    (line,) = await lines(world, policy)
    told = await why(await browser(world.anna), "income", line.id, "amount")
    assert "В том числе НДС 22%: 220,00 ₽ = 1 220,00 ₽ × 22 / 122" in told
    assert f"удержание из премии. Ожидается {day((await instalments(world, policy))[0].due_on)}, в день взноса" in told
    assert "Ровно до копейки" in told


async def test_a_share_leads_to_the_commission_that_it_is_of(world: World, trade: Trade, browser: SignIn) -> None:
    share = (await lines(world, await issued(world, trade, trade.ingos), Expense))[0]
    anna = await browser(world.anna)
    told = await why(anna, "expense", share.id, "amount")
    assert "Основа: КВ взноса 1" in told and "8 000,08 ₽ × 30 % = 2 400,02 ₽" in told
    assert "Доля продавца" in told and "КВ, от которого взята доля" in told and "Доля от КВ" in told
    async with world.database.transaction(world.olga, action="expense-rule.update") as work:
        rule = await work.get_record(ExpenseRule, share.rule_id)
        rule.percent = Decimal(40)
    assert "было бы 3 200,03 ₽" in await why(anna, "expense", share.id, "amount")
    async with world.database.transaction(world.olga, action="expense-rule.update") as work:
        (await work.get_record(ExpenseRule, share.rule_id)).percent = Decimal(30)


async def test_what_a_person_typed_says_who_and_undo_brings_the_rule_back(
    world: World, trade: Trade, browser: SignIn
) -> None:
    policy = await issued(world, trade, trade.ingos)
    line = (await lines(world, policy))[0]
    async with world.database.transaction(world.olga, action="income.update") as work:
        await apply(work, Change(Income, line.id, {"amount": "8000.08"}, {"amount": "8100.00"}))
    anna = await browser(world.anna)
    told = await why(anna, "income", line.id, "amount")
    assert "Внесено не по правилу: вручную" in told and "Ольга Белова: изменение — доход" in told
    assert "8 000,08 ₽ → 8 100,00 ₽" in told and "Процент 20 %" not in told
    await undo(world, world.olga, await last_action(world, policy.deal_id))
    told = await why(anna, "income", line.id, "amount")
    assert "40 000,40 ₽ × 20 % = 8 000,08 ₽" in told and "отменено" in told


async def test_a_policys_own_percentage_comes_before_rules(world: World, trade: Trade, browser: SignIn) -> None:
    begun = await begin(world, trade)
    policy = await drafted(world, begun, trade.ingos, "1000.00", commission_percent=Decimal("12.35"))
    await issue(world, policy)
    (line,) = await lines(world, policy)
    told = await why(await browser(world.anna), "income", line.id, "amount")
    assert "1 000,00 ₽ × 12,35 % = 123,50 ₽" in told and "Процент задан в самом полисе" in told


async def test_a_claw_back_tells_the_refund_it_follows_from(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await issued(world, trade, trade.ingos, "36500.00", "once")
    (payment,) = await instalments(world, policy)
    await pay(world, payment)
    ends = policy.starts_on + timedelta(days=99)
    await do(world, world.anna, Policy, policy.id, "cancel", Cancel(cancelled_on=ends, reason="Продал машину"))
    back = next(line for line in await lines(world, policy) if line.reverses_id is not None)
    told = await why(await browser(world.anna), "income", back.id, "amount")
    assert back.amount == Decimal("-4240.00") and back.base_amount == Decimal("-21200.00")
    assert "−7 300,00 ₽ × 21 200,00 ₽ возврата / 36 500,00 ₽ = −4 240,00 ₽" in told
    assert f"Полис расторгнут {day(ends)}: покрыто 100 дн. из 365" in told
    assert "на непокрытые дни приходится 26 500,00 ₽" in told
    assert "Страховщик удерживает 20 %, то есть 5 300,00 ₽, и возвращает 21 200,00 ₽" in told


async def test_what_came_is_told_step_by_step(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await issued(world, trade, trade.ingos, "1000.00", "once")
    (line,), (payment,) = await lines(world, policy), await instalments(world, policy)
    for amount in ("50.00", "150.00"):
        asked = Received(received_on=clock.today(), amount=Decimal(amount))
        await do(world, world.olga, Income, line.id, "receive", asked)
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=clock.today(), amount=Decimal("400.00")))
    anna = await browser(world.anna)
    told = await why(anna, "income", line.id, "received_amount")
    assert told.count("внесено полученное КВ") == 4 and "Итого сходится 200,00 ₽" in told
    told = await why(anna, "payment", payment.id, "paid_amount")
    assert "Из 1 000,00 ₽; осталось 600,00 ₽" in told and "Итого сходится 400,00 ₽" in told
    assert "Итого сходится 600,00 ₽" in await why(anna, "payment", payment.id, "owed")


async def test_a_line_from_elsewhere_says_so(world: World, trade: Trade, browser: SignIn) -> None:
    policy = await issued(world, trade, trade.vsk, "1000.00", "once")
    (payment,) = await instalments(world, policy)
    line = Income(
        deal_id=policy.deal_id, payment_id=payment.id, amount=Decimal(77), origin=Origin.IMPORT, note="из книги"
    )
    await add(world, world.olga, line)
    told = await why(await browser(world.anna), "income", line.id, "amount")
    assert "Внесено не по правилу: импорт" in told and "77,00 ₽" in told
