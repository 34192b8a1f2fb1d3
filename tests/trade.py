"""A small brokerage to work in: two products, three insurers, their rates; and a deal begun."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

import models.undo
from models import clock
from models.actor import SYSTEM, Actor, Via
from models.base import Record
from models.calculation import Calculation
from models.catalogue import Agreement, Entity, Insurer, Product
from models.choices import ExpenseKind, ObjectKind, ShareOf
from models.client import Client
from models.deal import Deal, Need
from models.deal.stages import OrderIssue
from models.errors import Invalid
from models.insured import InsuredObject
from models.log import actions
from models.payment import Payment
from models.payment.record import Paid
from models.policy import Policy
from models.policy.record import Issue
from models.rules import CommissionRule, ExpenseRule
from models.session import Database, Work
from models.task import Task, TaskKind
from tests.world import World

SINCE = date(2024, 1, 1)


@dataclass(frozen=True)
class Trade:
    """The keys of the reference rows."""

    kasko: UUID
    osago: UUID
    ingos: UUID
    reso: UUID
    vsk: UUID
    ingos_agreement: UUID
    ingos_kasko: UUID


@dataclass(frozen=True)
class Begun:
    """A deal of Anna's with two needs of one car."""

    deal: UUID
    client: UUID
    kasko: UUID
    osago: UUID


async def reference_rows(database: Database) -> Trade:
    """Put the reference rows in."""
    kasko = Product(
        slug="kasko",
        name="КАСКО",
        object_kind=ObjectKind.VEHICLE,
        review_lead_days=45,
        refund_withheld_percent=Decimal(20),
    )
    osago = Product(slug="osago", name="ОСАГО", object_kind=ObjectKind.VEHICLE, is_compulsory=True)
    ingos, reso, vsk = (Insurer(name=name) for name in ("Ингосстрах", "РЕСО", "ВСК"))
    entity = Entity(name="ООО «Полис»")
    agreement = Agreement(entity_id=entity.id, insurer_id=ingos.id, number="АД-1", starts_on=SINCE)
    rule = CommissionRule(
        name="Ингосстрах, КАСКО",
        insurer_id=ingos.id,
        agreement_id=agreement.id,
        product_id=kasko.id,
        starts_on=SINCE,
        percent=Decimal(20),
    )
    share = ExpenseRule(
        name="Доля продавца",
        kind=ExpenseKind.SELLER_SHARE,
        starts_on=SINCE,
        share_of=ShareOf.COMMISSION,
        percent=Decimal(30),
    )
    async with database.transaction(SYSTEM, Via.JOB, "tests.reference") as work:
        for rows in ([kasko, osago, ingos, reso, vsk, entity], [agreement], [rule, share]):
            work.add_all(rows)
            await work.flush()
    return Trade(kasko.id, osago.id, ingos.id, reso.id, vsk.id, agreement.id, rule.id)


async def begin(world: World, trade: Trade, **client: Any) -> Begun:
    """Anna opens a deal for a new client with a car that needs КАСКО and ОСАГО."""
    async with world.database.transaction(world.anna, action="deal.create") as work:
        person = Client(**{"name": "Попов Максим", "created_by_id": world.anna.id} | client)
        work.add(person)
        await work.flush()
        car = InsuredObject(client_id=person.id, title="Kia Rio", category="B", address="г. Казань, ул. Баумана, 1")
        work.add(car)
        deal = await Deal.open(work, client_id=person.id, title="Попов, Kia Rio")
        needs = [Need(deal_id=deal.id, product_id=p, insured_object_id=car.id, title=t) for p, t in _titles(trade)]
        work.add_all(needs)
    return Begun(deal.id, person.id, needs[0].id, needs[1].id)


def _titles(trade: Trade) -> list[tuple[UUID, str]]:
    return [(trade.kasko, "КАСКО, Kia Rio"), (trade.osago, "ОСАГО, Kia Rio")]


async def do(world: World, who: Actor, record: type[Record], key: UUID, verb: str, asked: Any = None) -> None:
    """One verb in one transaction, as a door does it."""
    async with world.database.transaction(who, action=f"{record.__identity__}.{verb}") as work:
        await run(work, record, key, verb, asked)


async def run(work: Work, record: type[Record], key: UUID, verb: str, asked: Any = None) -> Any:
    """One verb of a locked record in this work."""
    found = await work.get_record(record, key, lock=True)
    await record.__verbs__[verb].do(found, work.act(), asked)
    return found


@contextmanager
def marked(sentence: str) -> Iterator[Invalid]:
    """What is refused at a field, by words of its sentence."""
    problem = Invalid()
    with pytest.raises(Invalid) as refused:
        yield problem
    assert any(sentence in str(one) for one in refused.value.fields.values()), refused.value.fields
    problem.fields = refused.value.fields


async def get(world: World, who: Actor, record: type[Any], key: UUID) -> Any:
    """The record as somebody sees it. Raises `NotFound`."""
    async with world.database.transaction(who) as work:
        return await work.get_record(record, key)


async def rows(world: World, record: type[Any], *where: Any, order: Any = None) -> list[Any]:
    """Living rows as the accountant, who sees all, finds them, in the order that they were made."""
    async with world.database.transaction(world.olga) as work:
        statement = select(record).where(*where, record.deleted_at.is_(None))
        return list(await work.scalars(statement.order_by(record.id if order is None else order)))


async def add(world: World, who: Actor, *records: Record) -> None:
    """Add rows as somebody."""
    async with world.database.transaction(who, action="record.create") as work:
        work.add_all(records)


def variant(begun: Begun, need: UUID, insurer: UUID, premium: str | None, **values: Any) -> Calculation:
    """A calculation for a need, requested."""
    amount = Decimal(premium) if premium else None
    return Calculation(deal_id=begun.deal, need_id=need, insurer_id=insurer, premium=amount, **values)


async def task_of(world: World, begun: Begun, slug: str) -> Task:
    """The newest task of a kind."""
    async with world.database.transaction(world.olga) as work:
        statement = select(Task).join(TaskKind, TaskKind.id == Task.kind_id)
        found = await work.scalars(
            statement.where(Task.deal_id == begun.deal, TaskKind.slug == slug).order_by(Task.id.desc())
        )
        task = found.first()
        assert task is not None
        return task


async def story_of(world: World, deal: UUID) -> Sequence[tuple[str, UUID]]:
    """What was done to a deal and by whom, in its order, from the log."""
    async with world.database.transaction(world.olga) as work:
        found = await work.execute(
            select(actions.c.slug, actions.c.actor_id)
            .where(
                actions.c.id.in_(
                    select(text("action_id")).select_from(text("audit.events")).where(text("deal_id = :d"))
                )
            )
            .order_by(actions.c.at),
            {"d": deal},
        )
        return [(slug, actor) for slug, actor in found]


async def chosen(world: World, begun: Begun, insurer: UUID, premium: str, **values: Any) -> UUID:
    """A calculation for КАСКО that Boris made ready and Anna's client has confirmed."""
    calculation = variant(begun, begun.kasko, insurer, premium, **values)
    await add(world, world.anna, calculation)
    await do(world, world.anna, Calculation, calculation.id, "ready")
    await do(world, world.anna, Calculation, calculation.id, "confirm")
    return calculation.id


async def drafted(world: World, begun: Begun, insurer: UUID, premium: str, **values: Any) -> Policy:
    """The draft policy of a confirmed calculation, its issue ordered from Boris."""
    starts_on = values.pop("starts_on", None)
    calculation = await chosen(world, begun, insurer, premium, **values)
    order = OrderIssue(calculation_id=calculation, executor_id=world.boris.id, starts_on=starts_on)
    await do(world, world.anna, Deal, begun.deal, "order_issue", order)
    (policy,) = await rows(world, Policy, Policy.calculation_id == calculation)
    assert isinstance(policy, Policy)
    return policy


async def issue(world: World, policy: Policy, **values: Any) -> None:
    """Boris enters the insurer's paper; the days are the draft's unless others are given."""
    told = {"number": f"ААА {policy.id.int % 10**10:010}", "sale_date": clock.today()}
    told |= {"starts_on": policy.starts_on, "ends_on": policy.ends_on}
    await do(world, world.boris, Policy, policy.id, "issue", Issue(**told | values))


async def instalments(world: World, policy: Policy) -> list[Payment]:
    """The policy's instalments in their order."""
    where = Payment.policy_id == policy.id, Payment.status != "cancelled"
    return await rows(world, Payment, *where, order=Payment.sequence)


async def pay(world: World, payment: Payment) -> None:
    """The client pays an instalment today."""
    await do(world, world.anna, Payment, payment.id, "pay", Paid(paid_on=clock.today()))


async def undo(world: World, who: Actor, action: UUID) -> None:
    """Take an action back."""
    async with world.database.transaction(who, action="undo") as work:
        await models.undo.undo(work, action)


async def last_action(world: World, deal: UUID) -> UUID:
    """The newest action that changed anything of a deal."""
    async with world.database.transaction(world.admin) as work:
        found = await work.scalar(
            text("SELECT action_id FROM audit.events WHERE deal_id = :deal ORDER BY seq DESC LIMIT 1"), {"deal": deal}
        )
        assert isinstance(found, UUID)
        return found
