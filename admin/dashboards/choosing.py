"""What the filters of dashboards offer: teams, sellers, insurers, products."""

from __future__ import annotations

from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Select, select

from admin.dashboards.asked import Query
from admin.i18n import _
from models.actor import Scope
from models.catalogue import Insurer, Product
from models.people import Team, User
from models.session import Work


class Choosing(NamedTuple):
    """A filter: its name in addresses, its label, the choices and the one that is taken."""

    name: str
    label: str
    options: list[tuple[UUID, str]]
    chosen: UUID | None


async def filters_of(work: Work, query: Query) -> list[Choosing]:
    """Who sees their own deals only is not asked whose they want."""
    actor, asked = work.actor, query.asked
    found: list[Choosing] = []
    if actor.scope is Scope.ALL:
        teams = select(Team.id, Team.name).where(Team.deleted_at.is_(None)).order_by(Team.name)
        found.append(Choosing("team", _("Team"), await pairs(work, teams), asked.team))
    if actor.scope is not Scope.OWN:
        people = select(User.id, User.full_name).where(User.system_account.is_(None), User.deleted_at.is_(None))
        if actor.scope is Scope.TEAM:
            people = people.where(User.team_id == actor.team_id)
        found.append(Choosing("seller", _("Seller"), await pairs(work, people.order_by(User.full_name)), asked.seller))
    insurers = select(Insurer.id, Insurer.name).where(Insurer.deleted_at.is_(None)).order_by(Insurer.name)
    products = select(Product.id, Product.name).where(Product.deleted_at.is_(None)).order_by(Product.name)
    found.append(Choosing("insurer", _("Insurer"), await pairs(work, insurers), asked.insurer))
    found.append(Choosing("product", _("Product"), await pairs(work, products), asked.product))
    return found


async def pairs(work: Work, statement: Select[UUID, str]) -> list[tuple[UUID, str]]:
    """Keys with their names."""
    return [(row[0], row[1]) for row in await work.execute(statement)]
