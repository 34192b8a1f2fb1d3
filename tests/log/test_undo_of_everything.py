"""undo(do(x)) = x: for every verb of every entity, each row of each watched table is as it was before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select
from sqlalchemy.engine import make_url

from models import clock
from models.absence import Absence
from models.actor import Actor
from models.base import Record
from models.calculation import Calculation
from models.deal import Deal
from models.document import Document
from models.errors import Problem
from models.month import ClosedMonth
from models.notification import Notification
from models.payment import Expense, Payment, Transit
from models.payout import PayoutLine
from models.people import SavedView, User
from models.policy import Endorsement, Policy
from models.session import Database
from models.statement import StatementLayout
from models.undo import undo
from seeds import demo, reference
from tests import databases
from tests.log.deeds import Deed, Way, deeds, do, way_of
from tests.stories import Story, made, story
from tests.world import actor_named

BY_BATCHES = "a recalculation is undone on its own page, batch by batch"
EXEMPT: dict[str, str] = {
    "closed-month.reopen": "a month is closed again by closing it; undo does not move closed money",
    "statement.create": "a statement is made by bringing its file in; no form makes one",
    "statement.rematch": "writes where what is expected has changed since; its writes are those of statement.readdress",
    "payout.refill": "writes where the money has changed since; its writes are those of making the sheet",
    **{f"recalculation.{name}": BY_BATCHES for name in ("create", "preview", "apply", "cancel", "resume", "undo")},
}
"""What is not taken back by undo, and why."""

Image = dict[str, tuple[int, int]]


@pytest.fixture(scope="module")
async def world(database: Database) -> Database:
    """The demo brokerage: something stands in every state."""
    jobs = Database(databases.url(str(database.engine.url.database), "crm_jobs"))
    await reference.plant(database)
    await demo.plant(jobs)
    await jobs.close()
    await planted(database)
    return database


async def planted(database: Database) -> None:
    """What the demo brokerage has none of: a draft on which no money has moved, a file, a bell; no month is closed."""
    admin, anna, boris = [await actor_named(database, f"{name}@demo.local") for name in ("admin", "anna", "boris")]
    begun = await story(database, anna, "отмены")
    day = clock.today()
    draft = {
        "deal_id": begun.deal,
        "need_id": begun.need,
        "insurer_id": begun.insurer,
        "starts_on": day,
        "ends_on": day,
    }
    other = await made(database, anna, Policy, **draft, premium="1000")
    owed_with = await made(database, anna, Payment, deal_id=begun.deal, policy_id=other.id, due_on=day, amount="1000")
    await made(database, anna, Policy, **draft, premium="1000")
    await made(database, anna, SavedView, identity="deal", name="Мои", query="")
    file = Document(
        deal_id=begun.deal, name="полис.pdf", media_type="application/pdf", size=1, sha256="0" * 64, storage_key="k",
        uploaded_by_id=anna.id,
    )  # fmt: skip
    owed = Transit(deal_id=begun.deal, payment_id=owed_with.id, amount=Decimal(5), status="collected", collected_on=day)
    away = Absence(user_id=anna.id, substitute_id=boris.id, starts_on=day, ends_on=day + timedelta(days=3))
    leaving = Absence(user_id=boris.id, substitute_id=anna.id, starts_on=day + timedelta(days=9), kind="leaving")
    bell = Notification(user_id=anna.id, event="deal.given", title="Сделка", body="", url="/admin/")
    await add(database, anna, file, bell, owed, away)
    await add(database, admin, leaving)
    async with database.transaction(anna, action="deal.create") as work:
        (await Deal.open(work, client_id=begun.client, title="Обслужена")).stage = "won"
    layout = StatementLayout(insurer_id=begun.insurer, fingerprint="f", titles="Полис", places={})
    await add(database, admin, layout)
    async with database.transaction(admin, action="closed-month.reopen") as work:
        for month in await work.scalars(select(ClosedMonth)):
            month.reopened_at = work.at
    await chosen(database, anna, await story(database, anna, "оформления"))
    async with database.transaction(admin, action="payout-line.take_out") as work:
        on_sheets = select(PayoutLine).join(Expense, Expense.id == PayoutLine.expense_id)
        line = (await work.scalars(on_sheets.where(Expense.status == "approved").limit(1))).one()
        await PayoutLine.__verbs__["take_out"].do(line, work.act())
    people = [admin, anna]
    for record in [deed.record for deed in deeds() if deed.name == "create" and deed.slug not in EXEMPT]:
        async with database.transaction(admin) as work:
            if record is not Endorsement and await work.scalar(select(record.id).limit(1)) is not None:
                continue
        way = await way_of(database, Deed(record, "create"), people)
        if isinstance(way, Way):
            await done(database, Deed(record, "create"), way)


async def chosen(database: Database, actor: Actor, begun: Story) -> None:
    """A variant that the client has chosen, its policy not yet ordered."""
    row = Calculation(deal_id=begun.deal, need_id=begun.need, insurer_id=begun.insurer, premium=Decimal(900))
    await add(database, actor, row)
    for verb in ("ready", "confirm"):
        async with database.transaction(actor, action=f"calculation.{verb}") as work:
            found = await work.get_record(Calculation, row.id, lock=True)
            await Calculation.__verbs__[verb].do(found, work.act())


async def add(database: Database, actor: Actor, *rows: Record) -> None:
    """Rows that no form makes."""
    async with database.transaction(actor, action="record.create") as work:
        work.add_all(rows)


@pytest.fixture(scope="module")
async def people(world: Database) -> list[Actor]:
    """Everybody who works there, the administrator first."""
    admin = await actor_named(world, "admin@demo.local")
    async with world.transaction(admin) as work:
        logins = list(await work.scalars(select(User.username).where(User.working()).order_by(User.username)))
    return [admin, *[await actor_named(world, login) for login in logins if login != "admin@demo.local"]]


@pytest.fixture(scope="module")
async def eye(world: Database) -> AsyncIterator[asyncpg.Connection]:
    """Who sees every row of every table."""
    url = make_url(databases.url(str(world.engine.url.database))).set(drivername="postgresql")
    connection = await asyncpg.connect(url.render_as_string(hide_password=False))
    yield connection
    await connection.close()


async def image(eye: asyncpg.Connection) -> Image:
    """Every row of every watched table: how many, and the sum of their fingerprints."""
    tables = [row["table"] for row in await eye.fetch('SELECT "table" FROM audit.watched ORDER BY 1')]
    parts = (
        f"SELECT '{name}' AS name, count(*) AS n, coalesce(sum(hashtextextended(to_jsonb(t)::text, 0)), 0) AS sum"
        f" FROM {name} t"
        for name in tables
    )
    return {row["name"]: (row["n"], int(row["sum"])) for row in await eye.fetch(" UNION ALL ".join(parts))}


def differing(before: Image, after: Image) -> list[str]:
    """Tables that are not as they were."""
    return sorted(name for name in before | after if before.get(name) != after.get(name))


async def done(world: Database, deed: Deed, way: Way) -> UUID:
    """Do it for good."""
    async with world.transaction(way.actor, action=deed.slug) as work:
        await do(work, deed, way)
        return work.action_id


async def undone(world: Database, actor: Actor, action: UUID) -> None:
    """Take it back."""
    async with world.transaction(actor, action="audit.undo") as work:
        await undo(work, action)


async def done_and_undone(world: Database, eye: asyncpg.Connection, deed: Deed, way: Way) -> str:
    """Do it, take it back, and look: nothing where all is as it was."""
    before = await image(eye)
    action = await done(world, deed, way)
    if not differing(before, await image(eye)):
        return "it has changed nothing"
    try:
        await undone(world, way.actor, action)
    except Problem as problem:
        return f"undo is refused: {problem}"
    left = differing(before, await image(eye))
    return f"not as it was: {', '.join(left)}" if left else ""


async def told_of(world: Database, eye: asyncpg.Connection, deed: Deed, people: list[Actor], depth: int = 1) -> str:
    """What is wrong with a deed; what it needs is done before it, and taken back after it."""
    way = await way_of(world, deed, people)
    if isinstance(way, Way):
        return await done_and_undone(world, eye, deed, way)
    for earlier in before(deed) if depth else ():
        step = await way_of(world, earlier, people)
        if isinstance(step, str):
            continue
        action = await done(world, earlier, step)
        told = await told_of(world, eye, deed, people, depth - 1)
        await undone(world, step.actor, action)
        if not told.startswith(NO_WAY):
            return told
    return f"{NO_WAY}: {way}"


def before(deed: Deed) -> list[Deed]:
    """What may lead to a state that admits it: other verbs of the same record."""
    same = [one for one in deeds() if one.record is deed.record and one not in (deed, Deed(deed.record, "update"))]
    same = [one for one in same if one.slug not in EXEMPT]
    return [one for one in same if (one.name == "trash") == (deed.name == "restore")]


NO_WAY = "no way was found"


async def test_undo_takes_back_everything_that_can_be_done(
    world: Database, people: list[Actor], eye: asyncpg.Connection
) -> None:
    wrong: dict[str, str] = {}
    for deed in deeds():
        if deed.slug not in EXEMPT and (told := await told_of(world, eye, deed, people)):
            wrong[deed.slug] = told
    assert not EXEMPT.keys() - {deed.slug for deed in deeds()}
    assert not wrong, "\n".join(["", *(f"{slug}: {told}" for slug, told in wrong.items())])


async def test_the_rule_sees_what_is_left_behind_and_what_escapes_the_log(
    world: Database, people: list[Actor], eye: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    deed = next(one for one in deeds() if one.slug == "client.update")
    way = await way_of(world, deed, people)
    assert isinstance(way, Way)
    await eye.execute("ALTER TABLE crm.clients DISABLE TRIGGER log_update")
    assert (await done_and_undone(world, eye, deed, way)).startswith("undo is refused")
    await eye.execute("ALTER TABLE crm.clients ENABLE TRIGGER log_update")
    way = await way_of(world, deed, people)
    assert isinstance(way, Way)

    async def forgets(*_all: object) -> None:
        """An undo that does nothing."""

    monkeypatch.setattr("tests.log.test_undo_of_everything.undone", forgets)
    assert (await done_and_undone(world, eye, deed, way)).startswith("not as it was: crm.clients")
