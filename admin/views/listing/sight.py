"""Where to start looking for a person who sees little: a redundant driver for speed, never the author of what is seen.

Row policies decide; these conditions only name indexes that lead straight to what the policies let through
(measured: without them a list of a seller among a million deals walks the whole review index).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, FromClause, Uuid, any_, bindparam, func, select

from models.actor import Actor, Scope
from models.base import Rows
from models.client import Client
from models.deal.people import client_members, deal_members

ME = "me"
BY_POLICY_ALONE = ("seller", "executor")


def drivers(rows: Rows | None, actor: Actor, base: FromClause, *, sees_little: bool) -> list[ColumnElement[bool]]:
    """Conditions whose union is what a person of scope own sees; empty where the policies alone are quicker."""
    if actor.scope is not Scope.OWN:
        return []
    me = bindparam(ME, actor.id, Uuid)
    if rows is Rows.DEAL:
        extra = select(deal_members.c.deal_id).where(
            deal_members.c.user_id == me, deal_members.c.reason.not_in(BY_POLICY_ALONE)
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


KNOWN: dict[UUID, tuple[float, bool]] = {}
LITTLE = 10_000
"""Deals up to which starting from one's own rows was quicker than walking an index of all."""

__all__ = ["KNOWN", "LITTLE", "Client", "drivers"]
