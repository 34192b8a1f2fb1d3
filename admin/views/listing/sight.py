"""Where to start looking for a person who sees little: a redundant driver for speed, never the author of what is seen.

Row policies decide; these conditions only name indexes that lead straight to what the policies let through
(measured: without them a list of a seller among a million deals walks the whole review index).
"""

from __future__ import annotations

from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Uuid, any_, func, literal, literal_column, select

from admin.views.base import View
from admin.views.listing.sizes import learn_sizes
from admin.views.listing.slots import slot
from models.actor import Actor, Scope
from models.base import Rows
from models.deal.people import client_members, deal_members
from models.session import Work

ME = "me"
BY_POLICY_ALONE = ("seller", "executor")


def drivers(rows: Rows | None, actor: Actor, base: FromClause, *, sees_little: bool) -> list[ColumnElement[bool]]:
    """Conditions whose union is what a person of scope own sees; empty where the policies alone are quicker."""
    if actor.scope is not Scope.OWN:
        return []
    me = slot(ME, Uuid)
    if rows is Rows.DEAL:
        extra = select(deal_members.c.deal_id).where(
            deal_members.c.user_id == me,
            deal_members.c.reason.not_in([literal_column(repr(reason)) for reason in BY_POLICY_ALONE]),
        )
        return [base.c.seller_id == me, base.c.executor_id == me, among(base.c.id, extra)]
    if not sees_little:
        return []
    deals = select(deal_members.c.deal_id).where(deal_members.c.user_id == me)
    clients = select(client_members.c.client_id).where(client_members.c.user_id == me)
    if rows is Rows.UNDER_DEAL:
        return [among(base.c.deal_id, deals)]
    if rows is Rows.TASK:
        team = func.auth.actor_team()
        queue = base.c.assignee_id.is_(None) & (base.c.team_id == select(team).scalar_subquery())
        return [base.c.assignee_id == me, base.c.author_id == me, queue, among(base.c.deal_id, deals)]
    if rows is Rows.CLIENT:
        return [among(base.c.id, clients)]
    if rows is Rows.UNDER_CLIENT:
        return [among(base.c.client_id, clients)]
    return []


def among(column: ColumnElement[Any], found: Any) -> ColumnElement[bool]:
    """`column = ANY (ARRAY(SELECT …))`: the keys are looked up once, then the index is probed."""
    return column == any_(func.array(found.scalar_subquery()))


async def sees_little(work: Work, view: View, actor: Actor) -> bool:
    """Whether the actor has few deals; asked once in a while: it only chooses between two ways of the same result."""
    await learn_sizes(work)
    rows = getattr(view.record, "__rows__", None)
    if actor.scope is not Scope.OWN or rows not in (Rows.UNDER_DEAL, Rows.TASK, Rows.CLIENT, Rows.UNDER_CLIENT):
        return False
    now = monotonic()
    asked_at, known = KNOWN.get(actor.id, (0.0, False))
    if not asked_at or now - asked_at > REMEMBERED_SECONDS:
        mine = select(literal(1)).where(deal_members.c.user_id == actor.id).limit(LITTLE + 1).subquery()
        known = (await work.scalar(select(func.count()).select_from(mine)) or 0) <= LITTLE
        if len(KNOWN) > MOST_KNOWN:
            KNOWN.clear()
        KNOWN[actor.id] = (now, known)
    return known


LITTLE = 10_000
"""Deals up to which starting from one's own rows was quicker than walking an index of all."""
REMEMBERED_SECONDS = 600
MOST_KNOWN = 10_000
KNOWN: dict[UUID, tuple[float, bool]] = {}
