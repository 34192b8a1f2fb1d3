"""A file is dropped on the page, what it names waits there, one button confirms it, one Undo takes it back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sqlalchemy import select

from models import clock
from models.bank import BankOperation
from models.catalogue import Entity
from models.payment import Payment
from models.policy import Policy
from tests.admin.conftest import SignIn
from tests.jobs.bank.paper import Paper, encoded
from tests.trade import add, begin, drafted, get, instalments, issue, reference_rows
from tests.world import World

DAY = clock.today() - timedelta(days=1)


async def test_a_file_is_taken_confirmed_and_taken_back(world: World, browser: SignIn) -> None:
    trade = await reference_rows(world.database)
    policy = await drafted(world, await begin(world, trade), trade.ingos, "12345.67")
    await issue(world, policy, number="ИНГ 000123456")
    (payment,) = await instalments(world, policy)
    olga = await browser(world.olga)
    content = encoded(
        [Paper(DAY, Decimal("12345.67"), "Оплата ИНГ 000123456"), Paper(DAY, Decimal(-9), "Комиссия банка")]
    )
    sent = await olga.post("/admin/bank", files=[("files", ("a.txt", content))])
    assert (sent.status_code, sent.headers["location"]) == (303, "/admin/bank")
    page = (await olga.get("/admin/bank")).text
    assert "Оплата ИНГ 000123456" in page and "12\u00a0345,67" in page and "confirm-ready" in page
    async with world.database.transaction(world.olga) as work:
        key = await work.scalar(select(BankOperation.id).where(BankOperation.amount > 0))
    done = await olga.post("/admin/bank-operation/verb/confirm?back=/admin/bank", data={"pk": str(key)})
    assert (done.status_code, done.headers["location"]) == (303, "/admin/bank")
    assert (await get(world, world.olga, Payment, payment.id)).status == "confirmed"
    assert "Оплата ИНГ 000123456" in (await olga.get("/admin/bank?status=matched")).text
    assert "Оплата ИНГ 000123456" not in (await olga.get("/admin/bank?q=банка")).text
    assert (await olga.post("/admin/bank/again")).status_code == 303
    for address in ("?status=x", "?status=ignored", "?q=%25", f"/../policy/details/{policy.id}"):
        assert (await olga.get(f"/admin/bank{address}")).status_code == 200
    assert (await get(world, world.olga, Policy, policy.id)).number == "ИНГ 000123456"


async def test_what_cannot_be_taken_is_said(world: World, browser: SignIn) -> None:
    if not (await entities(world)):
        await add(world, world.admin, Entity(name="ООО «Полис»"))
    olga = await browser(world.olga)
    for files, said in (
        ([("files", ("a.txt", b"nothing"))], "1CClientBankExchange"),
        ([("files", ("", b""))], "Сначала выберите файл"),
    ):
        answer = await olga.post("/admin/bank", files=files)
        assert answer.status_code == 422
        assert said in answer.text
    half = encoded([Paper(DAY, Decimal(77), "половина")], turnover=("100.00", "0.00"))
    answer = await olga.post("/admin/bank", files=[("files", ("half.txt", half)), ("files", ("b.txt", b"x"))])
    assert answer.status_code == 200
    assert "100,00" in answer.text and "b.txt" in answer.text and "половина" in answer.text


async def entities(world: World) -> list[Entity]:
    async with world.database.transaction(world.olga) as work:
        return list(await work.scalars(select(Entity)))


async def test_the_bank_is_the_accountants(world: World, browser: SignIn) -> None:
    for who in (world.anna, world.head, world.boris):
        person = await browser(who)
        assert (await person.get("/admin/bank")).status_code == 403
        assert (await person.post("/admin/bank", files=[("files", ("a.txt", b"x"))])).status_code == 403
        assert (await person.post("/admin/bank/again")).status_code == 403
        assert (await person.get("/admin/bank-operation/list")).status_code in (403, 404)
