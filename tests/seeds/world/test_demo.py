"""The demo world is alive: every stage, people who see what is theirs, dates around today."""

import pytest
from sqlalchemy import func, select, text

from jobs.passwords import verify_password
from models import clock
from models.actor import SYSTEM, Actor
from models.base import Record
from models.calculation import Calculation
from models.choices import CalculationStatus, DealStage, IncomeStatus, PaymentStatus, TaskStatus
from models.client import Client
from models.deal import Deal
from models.payment import Income, Payment
from models.people import User
from models.session import Database
from models.task import Task
from seeds import demo, reference
from settings import settings
from tests import databases
from tests.world import actor_named


@pytest.fixture(scope="module")
async def world(seeded: Database) -> Database:
    """The demo world, planted once for the module."""
    await reference.plant(seeded)
    assert "33 deals" in await demo.plant(seeded)
    return seeded


async def states(database: Database, record: type[Record]) -> set[str]:
    async with database.transaction(SYSTEM) as work:
        return set(await work.scalars(select(record.__table__.c[str(record.__state__)]).distinct()))


async def seen(database: Database, who: Actor, record: type[Record]) -> set[object]:
    async with database.transaction(who) as work:
        return set(await work.scalars(select(record.id)))


async def test_something_stands_in_every_state(world: Database) -> None:
    assert await states(world, Deal) == set(DealStage)
    assert await states(world, Task) == set(TaskStatus)
    assert await states(world, Calculation) == set(CalculationStatus)
    assert await states(world, Payment) >= set(PaymentStatus) - {PaymentStatus.CANCELLED}
    assert await states(world, Income) >= {
        IncomeStatus.EXPECTED,
        IncomeStatus.IN_STATEMENT,
        IncomeStatus.PARTLY,
        IncomeStatus.RECEIVED,
        IncomeStatus.DISPUTED,
    }


async def test_vera_sees_nothing_of_annas(world: Database) -> None:
    anna, vera = [await actor_named(world, f"{name}@demo.local") for name in ("anna", "vera")]
    for record in (Deal, Client, Payment, Income):
        mine, hers = await seen(world, anna, record), await seen(world, vera, record)
        assert mine and hers and not mine & hers


async def test_people_sign_in_with_the_demo_password(world: Database) -> None:
    async with world.transaction(SYSTEM) as work:
        people = select(User.id).where(User.username.like("%@demo.local"))
        assert await work.scalar(select(func.count()).select_from(people.subquery())) == 6
    owner = await stored_hashes(world)
    assert len(owner) == 6
    assert await verify_password(owner[0], settings.demo_password)


async def stored_hashes(database: Database) -> list[str]:
    """The hashes as the panel's role gets them, one sign-in name after another."""
    name = str(database.engine.url.database)
    panel = Database(databases.url(name, "crm_panel"))
    async with panel.engine.connect() as connection:
        logins = [f"{first}@demo.local" for first in ("anna", "boris", "vera", "olga", "head", "admin")]
        found = [
            (
                await connection.execute(text("SELECT password_hash FROM auth.credential(:login)"), {"login": login})
            ).scalar()
            for login in logins
        ]
    await panel.close()
    return [stored for stored in found if stored]


async def test_the_day_is_busy(world: Database) -> None:
    today = clock.today()
    async with world.transaction(SYSTEM) as work:
        due = await work.scalar(select(func.count()).select_from(Deal).where(Deal.next_review_at <= today))
        late = await work.scalar(
            select(func.count()).where(
                Payment.status != PaymentStatus.CANCELLED, Payment.due_on < today, Payment.paid_amount < Payment.amount
            )
        )
        queue = await work.scalar(select(func.count()).where(Task.assignee_id.is_(None), Task.team_id.is_not(None)))
    assert due and due >= 5
    assert late
    assert queue


async def test_a_world_is_planted_once(world: Database) -> None:
    assert "already" in await demo.plant(world)


async def test_a_brokerage_of_its_own_gets_no_demo_people(world: Database) -> None:
    async with world.transaction(SYSTEM, action="test") as work:
        for user in await work.scalars(select(User).where(User.username.like("%@demo.local"))):
            user.username = user.username.replace("demo.local", "broker.ru")
    assert "people of its own" in await demo.plant(world)
