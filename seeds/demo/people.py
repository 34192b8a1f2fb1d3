"""The people of the demo world."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select, text

from jobs.passwords import hash_password
from models.actor import SYSTEM, SYSTEM_ID, Via
from models.people import Team, User
from models.session import Database, Work
from seeds.reference.people import ensure_roles
from settings import settings

SALES, PARTNERS = "Продажи", "Партнёры"


class Person(NamedTuple):
    """Who somebody is, the role's slug and the team's name."""

    name: str
    role: str
    team: str | None


PEOPLE = {
    "anna@demo.local": Person("Анна Сергеева", "seller", SALES),
    "boris@demo.local": Person("Борис Орлов", "executor", SALES),
    "head@demo.local": Person("Елена Руднева", "head", SALES),
    "vera@demo.local": Person("Вера Климова", "seller", PARTNERS),
    "olga@demo.local": Person("Ольга Белова", "accountant", None),
    "admin@demo.local": Person("Андрей Администратор", "admin", None),
}

SET_PASSWORD = text("SELECT auth.set_password(:person, :hash)")


async def ensure_people(database: Database) -> bool:
    """Make the demo people where there is nobody else yet; False leaves a brokerage of its own alone."""
    async with database.transaction(SYSTEM, Via.JOB, "seeds.demo.people") as work:
        known = set(await work.scalars(select(User.username).where(User.id != SYSTEM_ID)))
        if known and not known & PEOPLE.keys():
            return False
        await _make(work, [login for login in PEOPLE if login not in known])
    return True


async def _make(work: Work, logins: list[str]) -> None:
    roles = await ensure_roles(work)
    teams = {team.name: team for team in await work.scalars(select(Team))}
    for name in {PEOPLE[login].team for login in logins} - teams.keys() - {None}:
        teams[str(name)] = Team(name=name)
        work.add(teams[str(name)])
    for login in logins:
        person = PEOPLE[login]
        team_id = teams[person.team].id if person.team else None
        user = User(username=login, full_name=person.name, role_id=roles[person.role], team_id=team_id)
        work.add(user)
        await work.flush()
        await work.execute(SET_PASSWORD, {"person": user.id, "hash": await hash_password(settings.demo_password)})
