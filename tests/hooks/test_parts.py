"""The instalments of an issued policy make its premium at the end of every transaction, whoever writes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from models.actor import SYSTEM_ID
from models.changes import Change, apply, create
from models.errors import Problem, Refused
from models.payment import Income, Payment
from models.payment.record import Reason, Resized
from models.policy import Policy
from tests import databases
from tests.trade import Trade, begin, do, drafted, get, instalments, issue, last_action, marked, pay, rows, undo
from tests.world import World

D = Decimal
PAST_THE_MODELS = {
    "a kopeck more": "UPDATE crm.payments SET amount = amount + 0.01 WHERE id = :payment",
    "an instalment more": "INSERT INTO crm.payments (id, deal_id, policy_id, sequence, due_on, amount, status,"
    " paid_amount, collected_by, incomes_expected, incomes_received, expenses_expected, expenses_paid)"
    " SELECT uuidv7(), deal_id, id, 9, starts_on, 1, 'planned', 0, 'insurer', 0, 0, 0, 0 FROM crm.policies"
    " WHERE id = :policy",
    "an instalment less": "DELETE FROM crm.payment_incomes WHERE payment_id = :payment;"
    " DELETE FROM crm.payment_expenses WHERE payment_id = :payment; DELETE FROM crm.payments WHERE id = :payment",
    "one in the trash": "UPDATE crm.payments SET deleted_at = now() WHERE id = :payment",
    "one cancelled": "UPDATE crm.payments SET status = 'cancelled' WHERE id = :payment",
    "another premium": "UPDATE crm.policies SET premium = premium + 1 WHERE id = :policy",
}
FITTING = (
    "UPDATE crm.payments SET amount = amount + 0.01 WHERE id = :payment;"
    " UPDATE crm.policies SET premium = premium + 0.01 WHERE id = :policy"
)
TRIGGERS = ("parts_insert ON crm.policies", "parts_update ON crm.policies", "parts_insert ON crm.payments",
            "parts_update ON crm.payments", "parts_delete ON crm.payments")  # fmt: skip


@pytest.fixture
async def owner(world: World) -> AsyncIterator[AsyncEngine]:
    """The schema's owner, as psql comes in."""
    engine = create_async_engine(databases.url(world.database.engine.url.database or "", "crm_owner"))
    yield engine
    await engine.dispose()


async def write(psql: AsyncConnection, statements: str, policy: Policy, payment: Payment) -> None:
    """Several statements in one transaction, past the models."""
    await psql.execute(text(f"SELECT set_config('app.actor_id', '{SYSTEM_ID}', true)"))
    for statement in statements.split(";"):
        told = {"payment": payment.id} if ":payment" in statement else {"policy": policy.id}
        await psql.execute(text(statement), told)


@pytest.fixture(scope="module")
async def policy(world: World, trade: Trade) -> Policy:
    """An issued policy of 1 000 roubles in two halves."""
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="50-50")
    await issue(world, policy)
    await drafted(world, await begin(world, trade), trade.ingos, "1000")
    return policy


@pytest.mark.parametrize("deed", PAST_THE_MODELS.values(), ids=PAST_THE_MODELS)
async def test_no_door_leaves_parts_that_do_not_add_up(
    world: World, policy: Policy, owner: AsyncEngine, deed: str
) -> None:
    first, _second = await instalments(world, policy)
    with pytest.raises(DBAPIError, match="do not make its premium"):
        async with owner.begin() as psql:
            await write(psql, deed, policy, first)
    async with owner.connect() as psql:  # negative control: without the triggers it is written
        for trigger in TRIGGERS:
            await psql.execute(text(f"DROP TRIGGER {trigger}"))
        await write(psql, deed, policy, first)
        await psql.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        await psql.rollback()


async def test_what_fits_at_the_end_may_not_fit_on_the_way(world: World, policy: Policy, owner: AsyncEngine) -> None:
    first, _second = await instalments(world, policy)
    for statements in (FITTING, FITTING.replace("+ 0.01", "- 0.01")):
        async with owner.begin() as psql:
            await write(psql, statements, policy, first)


async def test_the_sentence_says_what_is_missing(world: World, policy: Policy) -> None:
    first, second = await instalments(world, policy)
    with pytest.raises(Refused) as refused:
        await do(world, world.olga, Payment, second.id, "cancel", Reason(reason="ошибка"))
    assert refused.value.params == {"made": D(500), "premium": D(1000)}
    with marked("is missing") as missing:
        async with world.database.transaction(world.anna, action="payment.update") as work:
            await apply(work, Change(Payment, first.id, {}, {"amount": "400"}))
    assert missing.fields["amount"].params == {"rest": D(100)}
    with marked("more than the premium"):
        async with world.database.transaction(world.anna, action="payment.create") as work:
            values = {"policy_id": policy.id, "deal_id": policy.deal_id, "due_on": policy.starts_on, "amount": "5"}
            await create(work, Payment, values)
    assert [p.amount for p in await instalments(world, policy)] == [500, 500]


async def test_another_sum_is_spread_over_the_unpaid_ones(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="40-20-20-20")
    await issue(world, policy)
    first, second, *_ = await instalments(world, policy)
    await pay(world, first)
    await do(world, world.anna, Payment, second.id, "resize", Resized(new_amount=D("100.01")))
    found = await instalments(world, policy)
    assert [p.amount for p in found] == [400, D("100.01"), D("250.00"), D("249.99")]
    lines = [i.amount for p in found for i in await rows(world, Income, Income.payment_id == p.id)]
    assert lines == [80, D("20.00"), 50, 50]
    for amount, sentence in ((D(600), "cannot take"), (D(0), "above zero")):
        with marked(sentence):
            await do(world, world.anna, Payment, second.id, "resize", Resized(new_amount=amount))


async def test_a_policy_issued_while_somebody_changes_its_draft(world: World, trade: Trade) -> None:
    """Whoever comes second sees what the first has written: never an issued policy whose parts do not fit."""
    for _round in range(3):
        policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="50-50")
        first, _second = await instalments(world, policy)

        async def edit(key: object = first.id) -> None:
            async with world.database.transaction(world.anna, action="payment.update") as work:
                (await work.get_record(Payment, key)).amount = D(499)  # type: ignore[arg-type]

        outcomes = await asyncio.gather(issue(world, policy), edit(), return_exceptions=True)
        assert all(one is None or isinstance(one, Problem) for one in outcomes)
        found = await get(world, world.anna, Policy, policy.id)
        made = sum(p.amount for p in await instalments(world, policy))
        assert found.status == "draft" or made == found.premium


async def test_undo_puts_parts_back_in_any_order(world: World, trade: Trade) -> None:
    policy = await drafted(world, await begin(world, trade), trade.ingos, "1000", plan="50-50")
    await issue(world, policy)
    issuing = await last_action(world, policy.deal_id)
    first, _second = await instalments(world, policy)
    await do(world, world.anna, Payment, first.id, "resize", Resized(new_amount=D(300)))
    await undo(world, world.anna, await last_action(world, policy.deal_id))
    assert [p.amount for p in await instalments(world, policy)] == [500, 500]
    await undo(world, world.boris, issuing)
    assert (await get(world, world.anna, Policy, policy.id)).status == "draft"
