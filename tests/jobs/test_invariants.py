"""Invariants hold after a story, and each is found broken when somebody breaks it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from jobs.invariants import INVARIANTS, Untrue, check_invariants
from models.session import Database
from tests import databases
from tests.stories import story
from tests.world import World

ISSUED = "UPDATE crm.policies SET status = 'issued', number = 'X 1'"
LINE = (
    "INSERT INTO crm.payment_incomes (id, deal_id, payment_id, kind, status, amount, received_amount, settlement,"
    " vat_mode, origin) SELECT uuidv7(), deal_id, id, 'bonus', 'expected', {amount}, {received}, 'after_act', 'none',"
    " 'manual' FROM crm.payments"
)
RULE = (
    "INSERT INTO crm.commission_rules (id, name, insurer_id, kind, starts_on, percent, settlement, vat_mode)"
    " SELECT uuidv7(), 'Дважды', id, 'bonus', '2020-01-01', 1, 'after_act', 'none' FROM crm.insurers LIMIT 1"
)
RULED = (
    "INSERT INTO crm.payment_incomes (id, deal_id, payment_id, kind, status, amount, received_amount, settlement,"
    " vat_mode, origin, rule_id) SELECT uuidv7(), p.deal_id, p.id, 'bonus', 'expected', 1, 0, 'after_act', 'none',"
    " 'rule', r.id FROM crm.payments p, crm.commission_rules r WHERE r.name = 'Дважды'"
)
DEEDS = (
    f"{ISSUED}, premium = premium + 0.01",
    f"{ISSUED}; UPDATE crm.payments SET deleted_at = now()",
    "UPDATE crm.payments SET paid_amount = 1",
    "UPDATE crm.payments SET incomes_expected = incomes_expected + 1",
    f"{LINE.format(amount=10, received=11)}",
    f"{LINE.format(amount=10, received=0)}; UPDATE crm.payments SET status = 'cancelled'",
    f"{RULE}; {RULED}; {RULED}",
    "INSERT INTO crm.statements (id, insurer_id, title, file_name, file_sha256, status, total)"
    " SELECT uuidv7(), id, 'Май', 'a.xlsx', 'a', 'draft', 5 FROM crm.insurers LIMIT 1;"
    " INSERT INTO crm.statement_lines (id, statement_id, sheet, row, commission)"
    " SELECT uuidv7(), id, '', 1, 4 FROM crm.statements",
    "INSERT INTO crm.acts (id, agreement_id, entity_id, insurer_id, period_from, period_to, takes_earlier, title,"
    " status, line_count, premium, commission, vat)"
    " SELECT uuidv7(), id, entity_id, insurer_id, '2026-01-01', '2026-01-31', false, 'Январь', 'draft', 1, 0, 0, 0"
    " FROM crm.agreements LIMIT 1",
    "INSERT INTO crm.payouts (id, payee, payee_key, period_from, period_to, status, line_count, total)"
    " VALUES (uuidv7(), 'Кто', 'Кто', '2026-01-01', '2026-01-31', 'draft', 0, 5)",
    "INSERT INTO crm.endorsements (id, deal_id, policy_id, kind, number, effective_on, difference_paid)"
    " SELECT uuidv7(), deal_id, id, 'change', '1', starts_on, 'one_more' FROM crm.policies",
    "DELETE FROM crm.deal_members WHERE reason = 'seller'",
    "DELETE FROM crm.client_members",
    "INSERT INTO crm.calculations (id, deal_id, need_id, insurer_id, status, premium, deductible_kind, plan)"
    " SELECT uuidv7(), n.deal_id, n.id, i.id, 'confirmed', 1, 'none', 'once' FROM crm.needs n, crm.insurers i,"
    " (VALUES (1), (2)) AS twice",
)
"""One for each invariant, in their order."""


@pytest.fixture
async def owner(world: World) -> AsyncIterator[Database]:
    """Somebody who may do what nobody should."""
    opened = Database(databases.url(world.database.engine.url.database or "", "crm_owner"))
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def told(world: World) -> World:
    await story(world.database, world.anna, "порядка")
    return world


async def test_they_hold_after_a_story(told: World) -> None:
    await check_invariants(told.database)


@pytest.mark.parametrize(
    ("invariant", "deed"), list(zip(INVARIANTS, DEEDS, strict=True)), ids=lambda one: str(one)[:40]
)
async def test_each_is_found_broken(told: World, owner: Database, invariant: object, deed: str) -> None:
    sentence, breakers = invariant  # type: ignore[misc]
    async with owner.engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(told.admin.id)})
        assert list(await connection.scalars(text(breakers))) == []
        for statement in deed.split("; "):
            await connection.execute(text(statement))
        assert list(await connection.scalars(text(breakers))), sentence
        await connection.rollback()


async def test_what_is_broken_is_named(told: World, owner: Database) -> None:
    async with owner.engine.connect() as connection:
        await connection.execute(text("SELECT set_config('app.actor_id', :id, true)"), {"id": str(told.admin.id)})
        await connection.execute(text("UPDATE crm.payments SET incomes_received = incomes_received + 5"))
        await connection.commit()
    with pytest.raises(Untrue, match="A payment's totals are those of its lines: not so for"):
        await check_invariants(told.database)
