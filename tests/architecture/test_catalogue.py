"""The database is as the models say: what the log knows, the policies of each kind, who may call what."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

import models
from models.base import Base, columns_marked, records
from models.session import Database
from tests import databases
from tests.architecture.sources import ROOT

models.load()
INNER = {
    "audit.write_action": "called by the log's triggers and by audit.note",
    "crm.check_parts": "called by the triggers of policies and payments",
    "crm.derive_reviews": "called by crm.derive",
    "crm.derive_attention": "called by crm.derive",
    "crm.derive_issued": "called by crm.derive",
    "crm.derive_titles": "called by crm.derive",
    "crm.derive_totals": "called by crm.derive",
    "crm.people_in_sight": "called by the search functions",
}
"""Definer functions for nobody, with their caller."""
LOG_TRIGGERS = """
    SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = CAST(:target AS regclass) AND tgname ~ '^log_'
"""
POLICIES = """
    SELECT p.polname, p.polcmd, p.polroles::regrole[]::text, pg_get_expr(p.polqual, p.polrelid) AS seen,
           pg_get_expr(p.polwithcheck, p.polrelid) AS written, c.relacl::text
    FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid
    WHERE c.oid = CAST(:target AS regclass) ORDER BY p.polname
"""
DEFINERS = """
    SELECT p.oid::regproc::text AS name, p.prorettype = 'trigger'::regtype AS is_trigger,
           array_remove(array_agg(CASE WHEN acl.grantee = 0 THEN 'public' ELSE acl.grantee::regrole::text END),
                        'crm_owner') AS callers
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl ON true
    WHERE n.nspname IN ('auth', 'crm', 'tasks', 'documents', 'notifications', 'audit') AND p.prosecdef
    GROUP BY p.oid
"""


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[AsyncConnection]:
    """The owner's connection; what it changes is taken back."""
    engine = create_async_engine(databases.url(database.engine.url.database or "", "crm_owner"))
    async with engine.connect() as connection:
        yield connection
        await connection.rollback()
    await engine.dispose()


async def policies(owner: AsyncConnection, table: str) -> list[tuple[str, ...]]:
    """A table's policies and grants as the catalogue has them."""
    return [tuple(row) for row in (await owner.execute(text(POLICIES), {"target": table})).all()]


async def test_the_log_knows_what_the_models_mark(owner: AsyncConnection) -> None:
    rows = (await owner.execute(text('SELECT "table", event, hidden, derived FROM audit.watched'))).all()
    known = {row.table: (row.event, sorted(row.hidden), sorted(row.derived)) for row in rows}
    assert known == {
        str(r.__table__): (r.__event__, columns_marked(r, "hidden"), columns_marked(r, "derived"))
        for r in records()
        if r.__logged__
    }


async def test_triggers_hide_what_the_models_hide(owner: AsyncConnection) -> None:
    for record in (r for r in records() if r.__logged__):
        hidden = "{" + ",".join(columns_marked(record, "hidden")) + "}"
        told = f"write_events('{record.__event__}', '{hidden}', '{record.__status_event__}')"
        made = await owner.scalars(text(LOG_TRIGGERS), {"target": str(record.__table__)})
        assert [told in definition for definition in made] == [True, True, True], record.__identity__


async def test_policies_are_those_of_the_kind(owner: AsyncConnection) -> None:
    """Protecting a table anew by its kind changes nothing."""
    kinds = {str(record.__table__): record.__rows__ for record in records()}
    kinds |= {str(table): table.info["rows"] for table in Base.metadata.tables.values() if "rows" in table.info}
    assert set(kinds) == set(Base.metadata.tables)
    different = []
    for table, kind in kinds.items():
        before = await policies(owner, table)
        await owner.execute(text("SELECT auth.protect(CAST(:t AS regclass), :kind)"), {"t": table, "kind": kind})
        if before != await policies(owner, table):
            different.append(table)
    assert different == []


async def test_the_comparison_sees_another_kind(owner: AsyncConnection) -> None:
    before = await policies(owner, "crm.deals")
    await owner.execute(text("SELECT auth.protect('crm.deals', 'reference')"))
    assert before != await policies(owner, "crm.deals")


async def test_each_definer_function_is_granted_by_name(owner: AsyncConnection) -> None:
    grants = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "migrations/sql").glob("*.sql"))
    named = set(re.findall(r"\b((?:auth|crm|audit|tasks|documents|notifications)\.\w+)\(", " ".join(
        re.findall(r"GRANT EXECUTE ON FUNCTION(.*?)\bTO\b", grants, re.DOTALL)
    )))  # fmt: skip
    for row in await owner.execute(text(DEFINERS)):
        callers = {name for name in row.callers if name}
        assert "public" not in callers, row.name
        if row.is_trigger:
            assert not callers, row.name
        else:
            assert bool(callers) == (row.name in named) == (row.name not in INNER), row.name
