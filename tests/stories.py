"""Beginnings of stories: a client, a deal with a need, a policy with instalments, made as the doors make them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from models.actor import SYSTEM, Actor
from models.catalogue import Insurer, Product
from models.changes import create
from models.client import Client
from models.clock import today
from models.deal import Deal, Need
from models.payment import Payment
from models.policy import Policy
from models.session import Database
from seeds.reference import plant


@dataclass(frozen=True)
class Story:
    """Keys of what stands at the beginning."""

    client: UUID
    deal: UUID
    need: UUID
    insurer: UUID
    product: UUID
    policy: UUID
    payment: UUID


async def made(database: Database, actor: Actor, record: Any, /, **values: Any) -> Any:
    """One record, created by the actor in a transaction of its own."""
    async with database.transaction(actor, action=f"{record.__identity__}.create") as work:
        return await create(work, record, values)


async def reference(database: Database, word: str) -> tuple[UUID, UUID]:
    """An insurer and a product of their own, beside the reference rows."""
    await plant(database)
    insurer = await made(database, SYSTEM, Insurer, name=f"Страховщик {word}")
    product = await made(database, SYSTEM, Product, name=f"КАСКО {word}", slug=f"kasko-{word}")
    return insurer.id, product.id


async def story(database: Database, actor: Actor, word: str) -> Story:
    """A client's deal with a need, a draft policy and its one instalment."""
    insurer, product = await reference(database, word)
    client = await made(database, actor, Client, name=f"Клиент {word}")
    deal = await made(database, actor, Deal, client_id=client.id, title=f"Дело {word}")
    need = await made(database, actor, Need, deal_id=deal.id, product_id=product)
    day = today()
    policy = await made(
        database,
        actor,
        Policy,
        deal_id=deal.id,
        need_id=need.id,
        insurer_id=insurer,
        starts_on=day,
        ends_on=day + timedelta(days=364),
        premium=Decimal("100000"),
    )
    payment = await made(
        database, actor, Payment, deal_id=deal.id, policy_id=policy.id, due_on=day, amount=Decimal("100000")
    )
    return Story(client.id, deal.id, need.id, insurer, product, policy.id, payment.id)
