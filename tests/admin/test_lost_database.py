"""PostgreSQL goes away under open connections: a sentence for a moment, nothing half-written, and work goes on."""

from __future__ import annotations

import asyncio

import asyncpg
from sqlalchemy import text

from admin.errors import is_out_of_reach
from models import clock
from models.payment import Payment
from models.session import Database
from tests.admin.conftest import SignIn
from tests.stories import story
from tests.world import World

CUT = text(
    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
    " WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()"
)


async def cut(database: Database) -> int:
    """End every connection of the panel but the one that does it."""
    other = Database(database.engine.url.render_as_string(hide_password=False))
    async with other.engine.connect() as connection:
        ended = await connection.scalar(CUT)
    await other.close()
    return int(ended or 0)


async def test_lost_connections_are_told_and_replaced(world: World, browser: SignIn) -> None:
    deal = await story(world.database, world.anna, "обрыва")
    anna = await browser(world.anna)
    assert (await anna.get("/admin/deal/list")).status_code == 200
    assert await cut(world.database) > 0
    statuses = [(await anna.get("/admin/deal/list")).status_code for _n in range(6)]
    assert set(statuses) <= {200, 503} and statuses[-1] == 200, statuses
    data = {"pk": str(deal.payment), "paid_on": clock.today().isoformat(), "amount": "100"}
    paying = [anna.post("/admin/payment/verb/pay", data=data | {"once": str(n)}) for n in range(8)]
    answers, _ended = await asyncio.gather(asyncio.gather(*paying), cut(world.database))
    said = [answer.status_code for answer in answers]
    assert set(said) <= {303, 503}, said
    async with world.database.transaction(world.admin) as work:
        paid = (await work.get_record(Payment, deal.payment)).paid_amount
    assert said.count(303) * 100 <= paid <= 800 and paid % 100 == 0, (said, paid)


def test_what_is_out_of_reach_is_the_database_alone() -> None:
    for lost in (ConnectionRefusedError(), TimeoutError(), asyncpg.CannotConnectNowError()):
        assert is_out_of_reach(lost)
    for broken in (FileNotFoundError(), PermissionError(), ValueError(), None):
        assert not is_out_of_reach(broken)
