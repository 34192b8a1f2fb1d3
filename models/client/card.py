"""What is good to know while a client is on the telephone, as far as the actor sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import case, select

from models.catalogue import Insurer, Product
from models.choices import OPEN_STAGES, PolicyStatus
from models.client.record import Client
from models.deal import Deal, JournalEntry
from models.insured import InsuredObject
from models.people import User
from models.policy import Policy
from models.session import Work

SHOWN = 8


@dataclass(frozen=True)
class Card:
    """A client with their deals, living policies, objects and the last word in a journal."""

    client: Client
    deals: Sequence[Any]
    policies: Sequence[Any]
    objects: Sequence[InsuredObject]
    last: Any


async def card_of(work: Work, client: Client) -> Card:
    """The card; each part is one statement of at most a few rows."""
    return Card(
        client,
        await deals_of(work, client.id),
        await living_policies(work, client.id),
        await objects_of(work, client.id),
        await last_word(work, client.id),
    )


async def deals_of(work: Work, client: UUID, most: int = SHOWN) -> Sequence[Any]:
    """Deals with their sellers: those that are open first, the nearest review first."""
    is_open = case((Deal.stage.in_(OPEN_STAGES), 0), else_=1)
    statement = (
        select(Deal, User.full_name.label("seller"))
        .join(User, User.id == Deal.seller_id)
        .where(Deal.client_id == client, Deal.deleted_at.is_(None))
        .order_by(is_open, Deal.next_review_at.nulls_last(), Deal.id.desc())
    )
    return (await work.execute(statement.limit(most))).all()


async def living_policies(work: Work, client: UUID, most: int = SHOWN) -> Sequence[Any]:
    """Issued policies that have not ended, the first to end first."""
    statement = (
        select(Policy, Product.name.label("product"), Insurer.name.label("insurer"))
        .join(Product, Product.id == Policy.product_id)
        .join(Insurer, Insurer.id == Policy.insurer_id)
        .where(Policy.client_id == client, Policy.deleted_at.is_(None))
        .where(Policy.status == PolicyStatus.ISSUED, Policy.ends_on >= work.today)
        .order_by(Policy.ends_on, Policy.id)
    )
    return (await work.execute(statement.limit(most))).all()


async def objects_of(work: Work, client: UUID) -> Sequence[InsuredObject]:
    """Insured objects, the newest first."""
    statement = select(InsuredObject).where(InsuredObject.client_id == client, InsuredObject.deleted_at.is_(None))
    return list(await work.scalars(statement.order_by(InsuredObject.id.desc()).limit(50)))


async def last_word(work: Work, client: UUID) -> Any:
    """The newest entry in the journals of the client's deals, and who wrote it; None where there is none."""
    statement = (
        select(JournalEntry, User.full_name.label("author"))
        .join(Deal, Deal.id == JournalEntry.deal_id)
        .join(User, User.id == JournalEntry.author_id)
        .where(Deal.client_id == client, JournalEntry.deleted_at.is_(None))
        .order_by(JournalEntry.happened_at.desc())
    )
    return (await work.execute(statement.limit(1))).first()
