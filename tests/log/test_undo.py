"""Undo gives the state before, or refuses with a name."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import delete, text
from uuid_utils.compat import uuid7

from models.actor import Actor
from models.changes import Change, apply, create, trash
from models.client import Client
from models.deal import Deal, JournalEntry, Need
from models.errors import Denied, NotFound, Refused
from models.month import ClosedMonth
from models.payment import Income, Payment
from models.policy import Policy
from models.undo import Stale, undo
from tests.stories import Story, made, story
from tests.world import World

TABLES = (
    "crm.clients",
    "crm.deals",
    "crm.needs",
    "crm.policies",
    "crm.payments",
    "crm.payment_incomes",
    "crm.deal_journal",
)


@pytest.fixture
async def deal(world: World) -> Story:
    return await story(world.database, world.anna, f"отмены-{uuid7()}")


async def state(world: World) -> dict[str, list[str]]:
    """Every row of the trade, as text."""
    async with world.database.transaction(world.admin) as work:
        return {table: sorted(await work.scalars(text(f"SELECT to_jsonb(t)::text FROM {table} t"))) for table in TABLES}


async def edit(world: World, actor: Actor, record: Any, key: UUID, **new: Any) -> UUID:
    async with world.database.transaction(actor, action=f"{record.__identity__}.update") as work:
        await apply(work, Change(record, key, {}, new))
        return work.action_id


async def take_back(world: World, actor: Actor, action: UUID) -> UUID:
    async with world.database.transaction(actor, action="audit.undo") as work:
        await undo(work, action)
        return work.action_id


async def do(world: World, actor: Actor, row: Any, name: str, **asked: Any) -> UUID:
    async with world.database.transaction(actor, action=f"{row.__identity__}.{name}") as work:
        record = await work.get_record(type(row), row.id, lock=True)
        verb = record.__verbs__[name]
        await verb.do(record, work.act(), verb.asks(**asked) if verb.asks else None)
        return work.action_id


async def add_income(world: World, actor: Actor, deal: Story, amount: int) -> UUID:
    async with world.database.transaction(actor, action="income.create") as work:
        await create(work, Income, {"deal_id": deal.deal, "payment_id": deal.payment, "amount": amount})
        return work.action_id


async def total(world: World, deal: Story) -> Decimal:
    async with world.database.transaction(world.admin) as work:
        return (await work.get_record(Payment, deal.payment)).incomes_expected


async def test_an_edit_is_taken_back_and_brought_again(world: World, deal: Story) -> None:
    before = await state(world)
    action = await edit(world, world.anna, Client, deal.client, name="Другое имя", phone="9298277534")
    after = await state(world)
    first = await take_back(world, world.anna, action)
    assert await state(world) == before
    await take_back(world, world.anna, first)
    assert await state(world) == after
    await take_back(world, world.anna, action)
    assert await state(world) == before


async def test_a_chain_made_in_one_action_is_taken_back_whole(world: World, deal: Story) -> None:
    before = await state(world)
    async with world.database.transaction(world.anna, action="deal.chain") as work:
        client = await create(work, Client, {"name": "Цепочка"})
        new = await create(work, Deal, {"client_id": client.id, "title": "Цепочка"})
        need = await create(work, Need, {"deal_id": new.id, "product_id": deal.product})
        values = {"deal_id": new.id, "need_id": need.id, "insurer_id": deal.insurer, "premium": "1000"}
        policy = await create(work, Policy, values | {"starts_on": work.today, "ends_on": work.today})
        await create(work, Payment, {"deal_id": new.id, "policy_id": policy.id, "due_on": work.today, "amount": 1000})
        await apply(work, Change(Deal, new.id, {}, {"title": "Цепочка, правленая"}))
        await apply(work, Change(Client, deal.client, {}, {"note": "и старое"}))
        action = work.action_id
    await take_back(world, world.anna, action)
    assert await state(world) == before


async def test_what_was_deleted_comes_back(world: World, deal: Story) -> None:
    entry = await made(world.database, world.anna, JournalEntry, deal_id=deal.deal, body="удалят")
    before = await state(world)
    async with world.database.transaction(world.anna, action="sql") as work:
        row = await work.get_record(JournalEntry, entry.id)
        row.body = "правка перед удалением"
        await work.flush()
        await work.execute(delete(JournalEntry).where(JournalEntry.id == entry.id))
        action = work.action_id
    await take_back(world, world.anna, action)
    assert await state(world) == before


async def test_trash_is_taken_back(world: World, deal: Story) -> None:
    before = await state(world)
    async with world.database.transaction(world.anna, action="deal.trash") as work:
        await trash(work, Deal, deal.deal)
        action = work.action_id
    await take_back(world, world.anna, action)
    assert await state(world) == before


async def test_verbs_are_taken_back_though_a_check_needs_what_is_derived(world: World, deal: Story) -> None:
    async with world.database.transaction(world.anna) as work:
        row = await work.get_record(Deal, deal.deal)
    before = await state(world)
    action = await do(world, world.anna, row, "lose", reason="дорого")
    async with world.database.transaction(world.anna) as work:
        assert (await work.get_record(Deal, deal.deal)).next_review_at is None
    await take_back(world, world.anna, action)
    assert await state(world) == before


async def test_thirty_and_five_and_the_thirty_taken_back(world: World, deal: Story) -> None:
    thirty = await add_income(world, world.anna, deal, 30)
    five = await add_income(world, world.olga, deal, 5)
    assert await total(world, deal) == 35
    again = await take_back(world, world.anna, thirty)
    assert await total(world, deal) == 5
    await take_back(world, world.anna, again)
    assert await total(world, deal) == 35
    await take_back(world, world.olga, five)
    await take_back(world, world.anna, thirty)
    assert await total(world, deal) == 0


async def test_an_action_in_two_transactions_is_one(world: World, deal: Story) -> None:
    before = await state(world)
    action = uuid7()
    for part in ("раз", "два"):
        async with world.database.transaction(world.anna, action="bulk", action_id=action) as work:
            await create(work, JournalEntry, {"deal_id": deal.deal, "body": part})
            await apply(work, Change(Client, deal.client, {}, {"note": part}))
    await take_back(world, world.anna, action)
    assert await state(world) == before


async def test_a_stale_one_is_refused_with_the_name(world: World, deal: Story) -> None:
    action = await edit(world, world.anna, Client, deal.client, note="первое", source="сайт")
    await edit(world, world.olga, Client, deal.client, note="второе")
    before = await state(world)
    with pytest.raises(Stale) as refused:
        await take_back(world, world.anna, action)
    assert "Ольга Белова" in str(refused.value)
    assert [(c["field"], c["slug"]) for c in refused.value.conflicts] == [("note", "client.update")]
    assert await state(world) == before


async def test_what_others_changed_beside_it_stays(world: World, deal: Story) -> None:
    action = await edit(world, world.anna, Client, deal.client, note="моё")
    await edit(world, world.olga, Client, deal.client, source="звонок")
    await take_back(world, world.anna, action)
    async with world.database.transaction(world.anna) as work:
        row = await work.get_record(Client, deal.client)
    assert (row.note, row.source) == (None, "звонок")


async def test_what_others_hung_on_it_is_named(world: World, deal: Story) -> None:
    async with world.database.transaction(world.anna, action="deal.create") as work:
        await create(work, Deal, {"client_id": deal.client, "title": "С ребёнком"})
        action = work.action_id
        key = (await work.scalars(text("SELECT id FROM crm.deals WHERE title = 'С ребёнком'"))).one()
    await made(world.database, world.olga, JournalEntry, deal_id=key, body="уже работаем")
    with pytest.raises(Stale) as refused:
        await take_back(world, world.anna, action)
    assert "Ольга Белова" in str(refused.value)


async def test_twice_is_refused(world: World, deal: Story) -> None:
    action = await edit(world, world.anna, Client, deal.client, note="раз")
    await take_back(world, world.anna, action)
    with pytest.raises(Refused):
        await take_back(world, world.anna, action)


async def test_others_may_only_where_they_are_head_or_administrator(world: World, deal: Story) -> None:
    action = await edit(world, world.anna, Client, deal.client, note="чьё")
    with pytest.raises(NotFound):
        await take_back(world, world.vera, action)
    with pytest.raises(Denied):
        await take_back(world, world.olga, action)
    again = await take_back(world, world.head, action)
    await take_back(world, world.admin, again)


async def test_after_a_day_ones_own_is_refused(world: World, deal: Story) -> None:
    action = await edit(world, world.anna, Client, deal.client, note="давно")
    async with world.database.transaction(world.anna, action="audit.undo") as work:
        work.at = work.at.replace(year=work.at.year + 1)
        with pytest.raises(Denied):
            await undo(work, action)


async def test_a_closed_month_stays_closed(world: World, deal: Story) -> None:
    async with world.database.transaction(world.anna) as work:
        payment = await work.get_record(Payment, deal.payment)
    action = await do(world, world.anna, payment, "pay", paid_on=payment.due_on)
    async with world.database.transaction(world.olga, action="closed-month.close") as work:
        await ClosedMonth.close(work, payment.due_on.replace(day=1), earlier=True, running=True)
    with pytest.raises(Refused) as refused:
        await take_back(world, world.anna, action)
    assert f"{payment.due_on:%m.%Y}" in str(refused.value)


async def test_an_older_action_on_money_of_a_closed_month_stays(world: World, deal: Story) -> None:
    async with world.database.transaction(world.anna) as work:
        payment = await work.get_record(Payment, deal.payment)
    day = payment.due_on - timedelta(days=70)
    older = []
    for field, value in (("collected_by", "broker"), ("due_on", str(day)), ("note", "звонила"), ("note", "ещё раз")):
        async with world.database.transaction(world.anna, action="payment.update") as work:
            await apply(work, Change(Payment, deal.payment, {}, {field: value}))
            older.append(work.action_id)
    await do(world, world.anna, payment, "pay", paid_on=day)
    await take_back(world, world.anna, older.pop())
    month = await made(world.database, world.olga, ClosedMonth, month=day.replace(day=1).isoformat())
    noted = older.pop()
    for action in older:
        with pytest.raises(Refused, match="is closed"):
            await take_back(world, world.admin, action)
    await take_back(world, world.anna, noted)
    async with world.database.transaction(world.admin, action="closed-month.reopen") as work:
        (await work.get_record(ClosedMonth, month.id)).reopened_at = work.at
    for action in older:
        await take_back(world, world.anna, action)
