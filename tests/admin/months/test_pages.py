"""The accountant closes the month on its page; the owner or an administrator reopens it; nobody else sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from models import clock
from models.dates import add_months
from models.month import ClosedMonth
from models.payment import Payment
from models.payment.record import Paid
from tests.admin.conftest import SignIn
from tests.trade import begin, do, drafted, instalments, issue, reference_rows
from tests.world import World

THIS = clock.today().replace(day=1)
LAST, BEFORE = add_months(THIS, -1), add_months(THIS, -2)


@pytest.fixture(scope="module", autouse=True)
async def paid(world: World) -> None:
    """Two premiums, of the last month and of the one before; nobody has confirmed them."""
    trade = await reference_rows(world.database)
    for day in (LAST + timedelta(days=4), BEFORE + timedelta(days=4)):
        policy = await drafted(world, await begin(world, trade), trade.ingos, "12345.67")
        await issue(world, policy)
        (payment,) = await instalments(world, policy)
        await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=day))


async def test_the_page_shows_what_is_open_and_closes_in_order(world: World, browser: SignIn) -> None:
    olga = await browser(world.olga)
    shown = (await olga.get("/admin/months")).text
    assert "12\u00a0345,67" in shown and f"paid_on.from={BEFORE}" in shown
    asked = (await olga.get(f"/admin/months/{LAST:%Y-%m}/close")).text
    assert "12\u00a0345,67" in asked
    assert (await olga.post(f"/admin/months/{THIS:%Y-%m}/close")).status_code == 422
    assert (await olga.get("/admin/months/2026-13/close")).status_code == 404
    closed = await olga.post(f"/admin/months/{LAST:%Y-%m}/close")
    assert (closed.status_code, closed.headers["location"]) == (303, "/admin/months")
    found = await closed_months(world)
    assert [one.month for one in found] == [BEFORE, LAST]
    assert (await olga.post(f"/admin/months/{LAST:%Y-%m}/close")).status_code == 409
    assert "closed-month/verb/reopen" not in (await olga.get("/admin/months")).text
    admin = await browser(world.admin)
    page = (await admin.get("/admin/months")).text
    assert page.count("closed-month/verb/reopen") == 1, "the newest one alone"
    answer = await admin.post("/admin/closed-month/verb/reopen", data={"pk": str(found[-1].id), "reason": "акт"})
    assert answer.status_code == 303
    assert "акт" in (await olga.get("/admin/months")).text


async def closed_months(world: World) -> list[ClosedMonth]:
    async with world.database.transaction(world.olga) as work:
        return list(await work.scalars(select(ClosedMonth).order_by(ClosedMonth.month)))


async def test_sellers_neither_close_nor_hear_what_the_brokerage_earned(world: World, browser: SignIn) -> None:
    await (await browser(world.olga)).post(f"/admin/months/{BEFORE:%Y-%m}/close")
    for who in (world.anna, world.head):
        person = await browser(who)
        assert (await person.get("/admin/months")).status_code == 403
        assert (await person.post(f"/admin/months/{LAST:%Y-%m}/close")).status_code == 403
        (month, *_) = await closed_months(world)
        assert "12345.67" not in (await person.get(f"/admin/closed-month/details/{month.id}")).text
