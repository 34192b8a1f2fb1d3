"""Boris is asked for a calculation, and the worker does what follows: what the tests of the ways share."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, text

from jobs import runs
from jobs.relay import Due, Relay
from jobs.subscriptions import load
from models.actor import SYSTEM, Actor, Via
from models.deal import Deal
from models.deal.stages import HandOff
from models.notification import ContactPoint, DeliveryAttempt, Notification, Preference
from models.people import TelegramLink
from models.session import Database
from tests.trade import Begun, Trade, begin, do
from tests.world import World

load()
RUNS = text("SELECT job, state, attempts, error, due_at - now() AS due FROM audit.runs ORDER BY id")
SOON = text("UPDATE audit.runs SET due_at = now() WHERE state = 'waiting'")


async def forgotten(world: World, door: Database) -> None:
    """Nobody has been told of anything, and nobody has a way to be told."""
    await worked_off(door)
    async with door.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.runs"))
    async with world.database.transaction(SYSTEM, Via.JOB, "tests.clean") as work:
        for record in (DeliveryAttempt, Notification, Preference, ContactPoint, TelegramLink):
            await work.execute(delete(record))


async def worked_off(door: Database) -> None:
    """Read the log and do every run that is due."""
    due: list[Due] = []

    async def carry(run: Due) -> None:
        due.append(run)

    relay = Relay(door, carry)
    for _time in range(3):
        due.clear()
        await relay.read()
        await relay.hand_over()
        for run in due:
            await runs.perform(door, run.job, run.id)


async def later(door: Database) -> None:
    """What waits for its time has its time."""
    async with door.engine.begin() as connection:
        await connection.execute(SOON)
    await worked_off(door)


async def handed_off(world: World, trade: Trade, door: Database) -> Begun:
    """A deal whose calculation Boris is asked for."""
    deal = await begin(world, trade)
    await do(world, world.anna, Deal, deal.deal, "hand_off", HandOff(executor_id=world.boris.id))
    await worked_off(door)
    return deal


async def states(door: Database, job: str) -> list[Any]:
    """The runs of a job."""
    async with door.engine.connect() as connection:
        return [row for row in await connection.execute(RUNS) if row.job == job]


async def attempts(world: World, who: Actor) -> list[tuple[str, str, str | None]]:
    """Every try of telling somebody, the oldest first."""
    async with world.database.transaction(SYSTEM, Via.JOB) as work:
        mine = select(DeliveryAttempt).where(DeliveryAttempt.user_id == who.id).order_by(DeliveryAttempt.created_at)
        return [(one.channel, one.status, one.error) for one in await work.scalars(mine)]
