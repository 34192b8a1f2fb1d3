"""A hundred deals of Anna's and Vera's, with gaps where gaps may be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from admin.views.listing.asked import asked
from admin.views.listing.pages import Found, find, visible_fields
from admin.views.registry import view_named
from models import clock
from models.actor import Actor
from models.catalogue import Insurer, Product
from models.choices import DealStage
from models.client import Client
from models.deal import Deal, Need
from models.insured import InsuredObject
from models.payment import Payment
from models.policy.record import Policy
from models.session import Database
from tests.world import World

NAMES = ("Семёнов Пётр", "Семенова Анна", "ООО «Ромашка»", "=ЭТО()", "100% гарантия", "Скидка_5", "Иванов Иван")
STAGES = tuple(DealStage)
FIRST_DAY = date(2026, 3, 1)


@dataclass(frozen=True)
class Shelf:
    """The world of these tests and a way to ask it for lists."""

    database: Database
    world: World

    async def find(self, actor: Actor, identity: str, address: str = "") -> Found:
        """A list as the page finds it."""
        view = view_named(identity)
        async with self.database.transaction(actor) as work:
            return await find(work, asked(view, QueryParams(address), actor.rights), actor, visible_fields(view, actor))

    async def titles(self, actor: Actor, identity: str, address: str = "") -> list[Any]:
        """The first column of a list."""
        return [row[3] for row in (await self.find(actor, identity, address)).rows]


def client_named(n: int, owner: Actor) -> Client:
    name = NAMES[n % len(NAMES)]
    return Client(
        name=f"{name} {n}" if owner.role == "seller" else name,
        phone=f"+7929827{n:04}",
        inn=f"77{n:08}" if n % 3 else None,
        created_by_id=owner.id,
    )


def deal_of(n: int, client: Client, seller: Actor, executor: Actor) -> Deal:
    stage = STAGES[n % len(STAGES)]
    is_open = stage not in (DealStage.CLOSED, DealStage.LOST)
    return Deal(
        code=f"D-2026-{n:05}",
        title=("КАСКО ёлка", "ОСАГО", "50%_скидка")[n % 3],
        client_id=client.id,
        stage=stage.value,
        seller_id=seller.id,
        executor_id=executor.id if n % 4 else None,
        review_on=FIRST_DAY + timedelta(days=n % 9) if is_open else None,
        next_review_at=FIRST_DAY + timedelta(days=n % 9) if is_open else None,
        stage_since=clock.now(),
        ball_since=clock.now(),
        lost_reason="дорого" if stage == DealStage.LOST else None,
    )


async def policies_of(work: Any, deals: Sequence[Deal]) -> None:
    insurer, product = Insurer(name="Ингосстрах"), Product(slug="osago", name="ОСАГО")
    work.add_all([insurer, product])
    await work.flush()
    for n, deal in enumerate(deals):
        thing = InsuredObject(client_id=deal.client_id, title="Лада", plate=f"А{n:03}ВС777", vin=f"XTA21099{n:09}")
        work.add(thing)
        await work.flush()
        need = Need(deal_id=deal.id, product_id=product.id, title="Авто", insured_object_id=thing.id)
        work.add(need)
        await work.flush()
        policy = Policy(
            deal_id=deal.id,
            need_id=need.id,
            client_id=deal.client_id,
            insurer_id=insurer.id,
            product_id=product.id,
            number=f"ХХХ 73513331{n:02}",
            status="issued",
            starts_on=FIRST_DAY,
            ends_on=FIRST_DAY + timedelta(days=n),
            premium=Decimal(1000 + n),
        )
        work.add(policy)
        await work.flush()
        work.add(Payment(deal_id=deal.id, policy_id=policy.id, sequence=1, due_on=FIRST_DAY, amount=policy.premium))
    await work.flush()


@pytest.fixture(scope="module")
async def shelf(database: Database, world: World) -> Shelf:
    """Ninety deals of Anna's, thirty of Vera's, six policies."""
    for seller, start, stop in ((world.anna, 0, 90), (world.vera, 90, 120)):
        async with database.transaction(world.admin, action="test.fill") as work:
            clients = [client_named(n, seller) for n in range(start, stop, 2)]
            work.add_all(clients)
            await work.flush()
            deals = [deal_of(n, clients[(n - start) // 2], seller, world.boris) for n in range(start, stop)]
            work.add_all(deals)
            await work.flush()
            if seller is world.anna:
                await policies_of(work, deals[:6])
    return Shelf(database, world)
