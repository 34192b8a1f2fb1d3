"""A load is a brokerage like any other: what is derived agrees, its keys hold, its people see what is theirs."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models.actor import SYSTEM, SYSTEM_ID
from models.errors import Refused
from models.identifiers import is_inn, parse_policy_number
from models.session import Database
from seeds import load, reference
from seeds.load.people import ALL, OWN
from tests import databases
from tests.world import actor_named

DEALS = 300
DERIVED = ("crm.deals", "crm.payments", "crm.calculations", "crm.deal_members", "crm.client_members")
PRINT = "SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '')) FROM {table} AS t"
GUARDS = """SELECT (SELECT count(*) FROM pg_constraint WHERE NOT conenforced OR NOT convalidated),
                   (SELECT count(*) FROM pg_trigger WHERE tgenabled = 'D')"""
SHAPE = """SELECT string_agg(pg_get_indexdef(indexrelid), ';' ORDER BY pg_get_indexdef(indexrelid)) FROM pg_index
           JOIN pg_class ON pg_class.oid = indrelid
           WHERE relnamespace IN ('crm'::regnamespace, 'tasks'::regnamespace)"""


@pytest.fixture(scope="module")
async def owner(bare: str) -> AsyncIterator[Database]:
    """The same database as its owner."""
    opened = Database(databases.url(bare, "crm_owner"))
    yield opened
    await opened.close()


@pytest.fixture(scope="module")
async def shape(owner: Database) -> str:
    """The indexes before the load."""
    async with owner.engine.connect() as connection:
        return str(await connection.scalar(text(SHAPE)))


@pytest.fixture(scope="module")
async def loaded(seeded: Database, owner: Database, shape: str) -> Database:
    """A small load."""
    await reference.plant(seeded)
    await load.plant(seeded, owner, DEALS)
    return seeded


async def prints(connection: AsyncConnection) -> list[str]:
    return [str(await connection.scalar(text(PRINT.format(table=table)))) for table in DERIVED]


async def test_deriving_again_changes_nothing(loaded: Database, owner: Database) -> None:
    async with owner.engine.begin() as connection:
        await connection.execute(text(f"SELECT set_config('app.actor_id', '{SYSTEM_ID}', true)"))
        before = await prints(connection)
        await connection.execute(text("SELECT crm.derive(ARRAY(SELECT id FROM crm.deals))"))
        await connection.execute(text("SELECT crm.refresh_members(ARRAY(SELECT id FROM crm.deals))"))
        assert await prints(connection) == before


async def test_numbers_are_as_asked(loaded: Database) -> None:
    count = "SELECT count(*) FROM {}"
    async with loaded.transaction(SYSTEM) as work:
        found = [
            await work.scalar(text(count.format(table)))
            for table in ("crm.deals", "crm.clients", "crm.policies", "crm.payments")
        ]
        orphans = await work.scalar(
            text("SELECT count(*) FROM crm.deals WHERE next_review_at IS NULL AND stage NOT IN ('closed', 'lost')")
        )
    deals, clients, policies, payments = (int(number or 0) for number in found)
    assert (deals, clients, payments, orphans) == (DEALS, DEALS // 3, 2 * policies, 0)
    assert 0.7 * DEALS < policies < 0.9 * DEALS


async def test_numbers_of_policies_and_companies_are_true(loaded: Database) -> None:
    async with loaded.transaction(SYSTEM) as work:
        policies = (
            await work.execute(text("SELECT number, number_key FROM crm.policies WHERE number IS NOT NULL"))
        ).all()
        companies = list(await work.scalars(text("SELECT inn FROM crm.clients WHERE inn IS NOT NULL")))
    assert all(parse_policy_number(number).key == key for number, key in policies)
    assert companies and all(is_inn(inn) for inn in companies)


async def test_the_guards_are_back(loaded: Database, owner: Database, shape: str) -> None:
    async with owner.engine.connect() as connection:
        assert tuple((await connection.execute(text(GUARDS))).one()) == (0, 0)
        assert await connection.scalar(text(SHAPE)) == shape


async def test_the_two_who_measure_see_their_part(loaded: Database) -> None:
    seen = []
    for login in (OWN, ALL):
        async with loaded.transaction(await actor_named(loaded, login)) as work:
            seen.append(await work.scalar(text("SELECT count(*) FROM crm.deals")))
    assert seen[1] == DEALS
    assert 0 < int(seen[0] or 0) <= DEALS


async def test_one_event_tells_of_the_load(loaded: Database, owner: Database) -> None:
    async with loaded.transaction(SYSTEM) as work:
        told = (
            await work.execute(text("SELECT type, record FROM audit.events WHERE \"table\" LIKE 'crm.deal%'"))
        ).all()
    assert [tuple(row) for row in told] == [("seeds.loaded", {"deals": DEALS})]
    with pytest.raises(Refused):
        await load.plant(loaded, owner, DEALS)
