"""The people of a load: a seller for every 2,000 deals, and two who sign in to measure."""

from __future__ import annotations

from sqlalchemy import select

from jobs.passwords import hash_password
from models.actor import SYSTEM, Via
from models.people import Team, User
from models.session import Database
from seeds.demo.people import SET_PASSWORD
from seeds.reference.people import ensure_roles
from settings import settings

DEALS_PER_PERSON = 2_000
PEOPLE_PER_TEAM = 10
OWN, ALL = "own@load.local", "all@load.local"
"""Who sees about 2,000 deals as their seller and as many as their executor; who sees all of them."""


async def ensure_people(database: Database, deals: int) -> None:
    """Make the sellers (each is the executor of others' deals too), and passwords for the two who sign in."""
    logins = [OWN, *(f"load{n:04}@load.local" for n in range(2, max(2, deals // DEALS_PER_PERSON) + 1))]
    password = await hash_password(settings.demo_password)
    async with database.transaction(SYSTEM, Via.JOB, "seeds.load.people") as work:
        known = set(await work.scalars(select(User.username)))
        roles = await ensure_roles(work)
        team: Team | None = None
        for n, login in enumerate(logins):
            if n % PEOPLE_PER_TEAM == 0:
                team = Team(name=f"Группа {1 + n // PEOPLE_PER_TEAM}")
                work.add(team)
                await work.flush()
            if team is not None and login not in known:
                work.add(User(username=login, full_name=f"Менеджер {n + 1}", role_id=roles["seller"], team_id=team.id))
        if ALL not in known:
            work.add(User(username=ALL, full_name="Владелец брокера", role_id=roles["owner"]))
        await work.flush()
        for person in await work.scalars(select(User.id).where(User.username.in_([OWN, ALL]))):
            await work.execute(SET_PASSWORD, {"person": person, "hash": password})
