"""A small named world: Anna and Boris in one team, Vera in another, Olga counts, the head and the administrator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import text

from models.actor import SYSTEM, Actor, Scope, Via
from models.people import Team, User
from models.rights import rights
from models.session import Database
from models.task import TaskKind
from seeds.reference.people import ensure_roles, ensure_system_user

PEOPLE = {
    "anna": ("Анна Сергеева", "seller", "Продажи"),
    "boris": ("Борис Орлов", "executor", "Продажи"),
    "head": ("Елена Руднева", "head", "Продажи"),
    "vera": ("Вера Климова", "seller", "Партнёры"),
    "olga": ("Ольга Белова", "accountant", None),
    "admin": ("Админ", "admin", None),
}

KINDS = {"collect": ("Собрать документы",), "calculate": ("Запросить КБМ", "Три варианта"), "issue": ()}
"""The kinds of tasks that hooks order, with their checklists."""


@dataclass(frozen=True)
class World:
    """The people of a test database, as actors."""

    database: Database
    anna: Actor
    boris: Actor
    head: Actor
    vera: Actor
    olga: Actor
    admin: Actor


async def people(database: Database) -> Mapping[str, Actor]:
    """Make the people and the kinds of tasks (once) and give the people as actors."""
    async with database.transaction(SYSTEM, Via.JOB, "seeds.people") as work:
        roles = await ensure_roles(work)
        await ensure_system_user(work, roles["admin"])
        teams = {name: Team(name=name) for name in ("Продажи", "Партнёры")}
        work.add_all(teams.values())
        await work.flush()
        for login, (name, role, team) in PEOPLE.items():
            team_id = teams[team].id if team else None
            work.add(User(username=f"{login}@demo.local", full_name=name, role_id=roles[role], team_id=team_id))
        work.add_all(TaskKind(slug=slug, name=slug, checklist=list(steps)) for slug, steps in KINDS.items())
    return {login: await actor_named(database, f"{login}@demo.local") for login in PEOPLE}


async def actor_named(database: Database, login: str) -> Actor:
    """The actor of a sign-in name, as the doors get it."""
    async with database.engine.connect() as connection:
        row = (await connection.execute(text("SELECT * FROM auth.actor_named(:login)"), {"login": login})).one()
    return Actor(
        row.user_id, row.full_name, Scope(row.scope), rights(tuple(row.grants)), row.role, row.team_id, row.locale
    )
