"""A policy's number as it is typed: how it will be kept, and whether the insurer has given it already."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from models.actor import Actor, Scope
from models.client import Client
from models.identifiers import BadIdentifier, parse_policy_number, shown_policy_number
from models.policy import Policy
from models.session import Database, Work


@dataclass(frozen=True)
class Said:
    """What there is to say of a number."""

    shown: str = ""
    """How it will be kept, where that is not how it was typed."""
    policy: Policy | None = None
    """The policy that has it, where the person sees it."""
    client: str = ""
    is_taken: bool = False
    is_unreadable: bool = False


async def said_of(database: Database, actor: Actor, number: str, insurer: UUID, but: UUID | None) -> Said:
    """What to say while a number is typed; `but` is the policy that it is typed for."""
    if not number.strip():
        return Said()
    try:
        key, shown = parse_policy_number(number).key, shown_policy_number(number)
    except BadIdentifier:
        return Said(is_unreadable=True)
    spelled = shown if shown != number.strip() else ""
    async with database.transaction(actor) as work:
        if policy := await holder(work, key, insurer, but):
            client = await work.get(Client, policy.client_id)
            return Said(spelled, policy, client.name if client else "", is_taken=True)
    async with database.transaction(actor, scope=Scope.ALL) as work:  # whether, not whose
        return Said(spelled, is_taken=await holder(work, key, insurer, but) is not None)


async def holder(work: Work, key: str, insurer: UUID, but: UUID | None) -> Policy | None:
    """The policy of an insurer with this number, as the index that forbids a second one sees it."""
    statement = select(Policy).where(
        Policy.insurer_id == insurer,
        Policy.number_key == key,
        Policy.deleted_at.is_(None),
        Policy.status != "annulled",
    )
    found: Policy | None = await work.scalar(statement.where(Policy.id != but) if but else statement)
    return found
