"""A file of the bank: what each operation looks like, and what confirming does. Nothing happens without it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from jobs.bank import Brought, bring_in, recognise_again
from models import clock
from models.bank import BankAccount, BankKind, BankLink, BankOperation
from models.bank.operation import Resolve
from models.catalogue import Entity, Insurer
from models.dates import add_months
from models.errors import Denied, Invalid, Refused
from models.month import ClosedMonth, Reopen
from models.payment import Expense, Income, Payment, Transit
from models.payment.expense import PaidOut
from models.payment.income import Received
from models.payment.record import Paid
from models.policy import Policy
from models.statement import Statement, StatementLine
from tests.jobs.bank.paper import INGOS_INN, OTHER, OUR_INN, Paper, encoded
from tests.trade import Trade, add, begin, do, drafted, get, instalments, issue, reference_rows, rows, undo
from tests.world import World

D = Decimal
TODAY = clock.today()
DAY = TODAY - timedelta(days=2)


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    found = await reference_rows(world.database)
    async with world.database.transaction(world.admin, action="insurer.update") as work:
        await work.execute(update(Insurer).where(Insurer.id == found.ingos).values(inn=INGOS_INN))
        await work.execute(update(Entity).values(inn=OUR_INN))
    return found


@dataclass(frozen=True)
class Sold:
    """A policy of one instalment with its lines."""

    policy: Policy
    payment: Payment

    @property
    def number(self) -> str:
        """As people write it."""
        return self.policy.number or ""


async def sold(world: World, trade: Trade, premium: str, *, by_broker: bool = False, name: str = "") -> Sold:
    begun = await begin(world, trade, **({"name": name} if name else {}))
    policy = await drafted(world, begun, trade.ingos, premium)
    (payment,) = await instalments(world, policy)
    if by_broker:
        async with world.database.transaction(world.anna, action="payment.update") as work:
            (await work.get_record(Payment, payment.id)).collected_by = "broker"
    await issue(world, policy, number=f"ИНГ {policy.id.int % 10**9:09}")
    return Sold(await get(world, world.anna, Policy, policy.id), payment)


async def brought(world: World, *papers: Paper) -> Brought:
    return await bring_in(world.database, world.olga, encoded(papers), "выписка.txt")


async def operation(world: World, purpose: str) -> BankOperation:
    async with world.database.transaction(world.olga) as work:
        found = await work.scalar(select(BankOperation).where(BankOperation.purpose == purpose))
        assert found is not None
        return found


async def links(world: World, one: BankOperation) -> list[BankLink]:
    async with world.database.transaction(world.olga) as work:
        statement = select(BankLink).where(BankLink.operation_id == one.id).order_by(BankLink.id)
        return list(await work.scalars(statement))


async def confirm(world: World, one: BankOperation, who: Any = None) -> UUID:
    async with world.database.transaction(who or world.olga, action="bank-operation.confirm") as work:
        row = await work.get_record(BankOperation, one.id, lock=True)
        await BankOperation.__verbs__["confirm"].do(row, work.act())
        return work.action_id


async def posted(world: World, trade: Trade, incomes: list[Income], until: Any, **line: Any) -> Statement:
    """A posted statement of Ингосстрах that names these incomes."""
    statement = Statement(
        insurer_id=trade.ingos,
        title="Ведомость",
        file_name="в.xlsx",
        file_sha256=uuid4().hex,
        period_to=until,
        status=line.pop("status", "posted"),
        total=sum((income.amount for income in incomes), D(0)),
    )
    await add(world, world.olga, statement)
    lines = [
        StatementLine(statement_id=statement.id, row=n, commission=income.amount, income_id=income.id, verdict="match")
        for n, income in enumerate(incomes)
    ]
    await add(world, world.olga, *lines)
    return statement


async def income_of(world: World, one: Sold) -> Income:
    (found,) = await rows(world, Income, Income.payment_id == one.payment.id)
    return found  # type: ignore[no-any-return]


async def test_the_same_file_twice_does_nothing_and_an_import_is_undone(world: World, trade: Trade) -> None:
    papers = [Paper(DAY, D(5), "аренда"), Paper(DAY, D(5), "аренда"), Paper(DAY, D(-5), "аренда", inn="7705042178")]
    first = await brought(world, *papers)
    assert (first.new, first.known) == (3, 0)
    again = await brought(world, *papers, Paper(DAY, D(6), "аренда"))
    assert (again.new, again.known) == (1, 3)
    assert again.action is not None
    assert (await brought(world, *papers)).action is None
    (account,) = await rows(world, BankAccount)
    assert (account.bic, account.bank) == ("044525225", "ПАО СБЕРБАНК")
    await undo(world, world.olga, again.action)
    assert (await brought(world, *papers, Paper(DAY, D(6), "аренда"))).new == 1
    async with world.database.transaction(world.olga) as work:
        found = await work.scalars(select(BankOperation).where(BankOperation.amount == -5))
        assert [one.reasons for one in found] == [["bad_inn"]]


async def test_who_may_not_and_what_account_is_not_known(world: World, trade: Trade) -> None:
    with pytest.raises(Denied):
        await bring_in(world.database, world.anna, encoded([Paper(DAY, D(5))]), "x.txt")
    with pytest.raises(Denied):
        await recognise_again(world.database, world.head)
    with pytest.raises(Invalid, match="which account"):
        await bring_in(world.database, world.olga, b"1CClientBankExchange\n", "x.txt")
    other = Entity(name="ООО «Второй»")
    await add(world, world.admin, other)
    strange = encoded([Paper(DAY, D(5))]).replace(b"40702810900000012345", b"40702810900000099999")
    assert (await bring_in(world.database, world.olga, strange, "x.txt")).new == 1, "its INN says whose it is"
    nobodys = strange.replace(b"99999", b"88888").replace(OUR_INN.encode(), b"")
    with pytest.raises(Invalid, match="is not known"):
        await bring_in(world.database, world.olga, nobodys, "x.txt")


async def test_commission_finds_its_statement_and_its_money_is_seen(world: World, trade: Trade) -> None:
    received, listed = await sold(world, trade, "1000"), await sold(world, trade, "2000")
    incomes = [await income_of(world, one) for one in (received, listed)]
    await do(world, world.olga, Income, incomes[0].id, "receive", Received(received_on=DAY))
    await do(world, world.olga, Income, incomes[1].id, "put_in_statement")
    older = await posted(world, trade, incomes, DAY - timedelta(days=60))
    newer = await posted(world, trade, incomes, DAY - timedelta(days=20))
    paper = Paper(DAY, D(600), "Вознаграждение по договору АД-1", "СПАО «Ингосстрах»", INGOS_INN)
    await brought(world, paper)
    one = await operation(world, paper.purpose)
    assert (one.kind, one.insurer_id, one.reasons) == ("commission", trade.ingos, ["inn", "total", "period"])
    assert [link.statement_id for link in await links(world, one)] == [newer.id] != [older.id]
    assert (await get(world, world.olga, Income, incomes[1].id)).status == "in_statement", "nothing is done yet"
    action = await confirm(world, one)
    found = [await get(world, world.olga, Income, income.id) for income in incomes]
    assert [(i.status, i.received_on) for i in found] == [("received", DAY), ("received", DAY)]
    seen = {link.income_id: link.amount for link in await links(world, one) if link.income_id}
    assert seen == {incomes[0].id: D(200), incomes[1].id: D(400)}
    with pytest.raises(Refused):
        await confirm(world, one)
    await undo(world, world.olga, action)
    assert (await get(world, world.olga, Income, incomes[1].id)).status == "in_statement"
    assert (await operation(world, paper.purpose)).status == "new"


async def test_a_draft_is_posted_before_its_money_is_seen(world: World, trade: Trade) -> None:
    income = await income_of(world, await sold(world, trade, "3333"))
    await posted(world, trade, [income], DAY, status="draft")
    paper = Paper(DAY, income.amount, "КВ июль", "ИНГОССТРАХ СПАО")
    await brought(world, paper)
    one = await operation(world, paper.purpose)
    assert one.reasons == ["name", "total"]
    with pytest.raises(Refused, match="Post the statement"):
        await confirm(world, one)


async def test_a_client_is_known_by_number_or_by_name_and_sum(world: World, trade: Trade) -> None:
    by_number, by_name = [await sold(world, trade, p, name=n) for p, n in (("4100", ""), ("4200", "Сидоров Пётр"))]
    paid = await sold(world, trade, "4300")
    await do(world, world.anna, Payment, paid.payment.id, "pay", Paid(paid_on=DAY - timedelta(days=1)))
    number = by_number.number.replace(" ", " № ").lower()
    papers = [
        Paper(DAY, D(4100), f"Оплата полиса {number} от 01.08.2026, НДС не облагается"),
        Paper(DAY, D(4200), "Оплата страховки", "СИДОРОВ ПЕТР"),
        Paper(DAY, D(4300), f"За полис {paid.number}"),
        Paper(DAY, D(99), f"Доплата {paid.number}"),
        Paper(DAY, D(4200), "Просто так", "Кто-то"),
    ]
    await brought(world, *papers)
    found = [await operation(world, paper.purpose) for paper in papers]
    assert [(one.kind, one.reasons) for one in found] == [
        ("premium", ["number", "amount"]),
        ("premium", ["payer", "amount"]),
        ("premium", ["number", "amount"]),
        ("premium", ["number", "other_sum"]),
        ("other", []),
    ]
    for one in found[:3]:
        await confirm(world, one)
    for who in (by_number, by_name, paid):
        payment = await get(world, world.olga, Payment, who.payment.id)
        assert (payment.status, payment.paid_amount) == ("confirmed", payment.amount)
    for one in found[3:]:
        with pytest.raises(Refused, match="not said yet"):
            await confirm(world, one)


async def test_a_month_that_is_closed_takes_no_money_of_the_bank(world: World, trade: Trade) -> None:
    one = await sold(world, trade, "4400")
    day = add_months(TODAY.replace(day=1), -1)
    paper = Paper(day, D(4400), f"Оплата {one.number}")
    await brought(world, paper)
    async with world.database.transaction(world.olga, action="closed-month.close") as work:
        closed = await ClosedMonth.close(work, day, earlier=True)
    with pytest.raises(Refused, match="is closed"):
        await confirm(world, await operation(world, paper.purpose))
    for month in reversed(closed):
        await do(world, world.admin, ClosedMonth, month.id, "reopen", Reopen(reason="x"))


async def test_premium_goes_on_one_by_one_by_number_or_all_together(world: World, trade: Trade) -> None:
    async def collected(premium: str) -> Sold:
        one = await sold(world, trade, premium, by_broker=True)
        await do(world, world.anna, Payment, one.payment.id, "pay", Paid(paid_on=DAY - timedelta(days=3)))
        return one

    first = [await collected(premium) for premium in ("5100", "5200")]
    both = Paper(DAY, D(-10300), f"Премия по {first[0].number} и {first[1].number}", "СПАО Ингосстрах", INGOS_INN)
    await brought(world, both)
    one = await operation(world, both.purpose)
    assert (one.kind, one.reasons) == ("passed_on", ["inn", "number", "amount"])
    await confirm(world, one)
    for each in first:
        (transit,) = await rows(world, Transit, Transit.payment_id == each.payment.id)
        assert (transit.status, transit.passed_on) == ("passed_on", DAY)
    for premium in ("5300", "5400"):
        await collected(premium)
    rest = Paper(DAY, D(-10700), "Премии за неделю", "СПАО Ингосстрах", INGOS_INN)
    await brought(world, rest)
    assert (await operation(world, rest.purpose)).reasons == ["inn", "all"]


async def test_a_pay_out_finds_its_share(world: World, trade: Trade) -> None:
    one = await sold(world, trade, "6000")
    income = await income_of(world, one)
    await do(world, world.olga, Income, income.id, "receive", Received(received_on=DAY))
    (share,) = await rows(world, Expense, Expense.payment_id == one.payment.id)
    await do(world, world.head, Expense, share.id, "approve")
    paper = Paper(DAY, -share.amount, "Вознаграждение за август", "Сергеева Анна Ивановна")
    await brought(world, paper)
    operation_ = await operation(world, paper.purpose)
    assert (operation_.kind, operation_.reasons) == ("pay_out", ["payee", "amount"])
    await confirm(world, operation_)
    paid = await get(world, world.olga, Expense, share.id)
    assert (paid.status, paid.paid_on) == ("paid", DAY)
    again = Paper(DAY, -share.amount, "Ещё раз", "Сергеева Анна Ивановна")
    await brought(world, again)
    assert (await operation(world, again.purpose)).kind == "other", "what the bank has shown is not paid twice"
    later = await sold(world, trade, "6100")
    await do(world, world.olga, Income, (await income_of(world, later)).id, "receive", Received(received_on=DAY))
    (second,) = await rows(world, Expense, Expense.payment_id == later.payment.id)
    await do(world, world.head, Expense, second.id, "approve")
    await do(world, world.olga, Expense, second.id, "pay", PaidOut(paid_on=DAY))
    by_hand = Paper(DAY, -second.amount, "По ведомости", "Анна Сергеева")
    await brought(world, by_hand)
    await confirm(world, await operation(world, by_hand.purpose))


async def test_a_person_says_what_it_is(world: World, trade: Trade) -> None:
    one = await sold(world, trade, "7000", by_broker=True)
    statement = await posted(world, trade, [await income_of(world, one)], DAY)
    came, went = Paper(DAY, D(7000), "Перевод", "Неизвестный"), Paper(DAY, D(-7000), "Перевод 2", "Неизвестный")
    await brought(world, came, went)
    first, second = [await operation(world, paper.purpose) for paper in (came, went)]

    async def say(operation_: BankOperation, kind: BankKind, **told: Any) -> BankOperation:
        asked = Resolve(kind=kind, **told)
        await do(world, world.olga, BankOperation, operation_.id, "resolve", asked)
        return await get(world, world.olga, BankOperation, operation_.id)  # type: ignore[no-any-return]

    for operation_, kind, told in (
        (first, BankKind.PAY_OUT, {"policy_id": one.policy.id}),
        (first, BankKind.COMMISSION, {}),
        (first, BankKind.COMMISSION, {"statement_id": uuid4()}),
        (second, BankKind.PASSED_ON, {"policy_id": one.policy.id}),
    ):
        with pytest.raises(Invalid):
            await say(operation_, kind, **told)
    named = await say(first, BankKind.COMMISSION, statement_id=statement.id)
    assert (named.insurer_id, named.reasons) == (trade.ingos, ["by_hand"])
    assert (await say(first, BankKind.PREMIUM, policy_id=one.policy.id)).insurer_id is None
    assert [link.payment_id for link in await links(world, first)] == [one.payment.id]
    await recognise_again(world.database, world.olga)
    assert (await operation(world, came.purpose)).reasons == ["by_hand"], "what a person said stays"
    await confirm(world, first)
    assert (await get(world, world.olga, Payment, one.payment.id)).status == "confirmed"
    await say(second, BankKind.PASSED_ON, policy_id=one.policy.id)
    await do(world, world.olga, BankOperation, second.id, "ignore")
    with pytest.raises(Refused):
        await confirm(world, second)
    await do(world, world.olga, BankOperation, second.id, "look_again")
    await confirm(world, second)
    (transit,) = await rows(world, Transit, Transit.payment_id == one.payment.id)
    assert transit.status == "passed_on"


async def test_money_between_own_accounts_is_neither(world: World, trade: Trade) -> None:
    (entity,) = await rows(world, Entity, Entity.inn == OUR_INN)
    number = OTHER[::-1]
    await add(world, world.olga, BankAccount(entity_id=entity.id, number=number))
    paper = Paper(DAY, D(8000), "Перевод собственных средств", account=number)
    await brought(world, paper)
    one = await operation(world, paper.purpose)
    assert (one.kind, one.reasons) == ("other", ["own"])
