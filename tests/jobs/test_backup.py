"""Backups: what was, is again; what is damaged is told; what is old goes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from sqlalchemy import select

from jobs.backup import Broken, Manifest, keepers, make, newest, prove, restore
from jobs.backup.keeping import let_go
from jobs.backup.making import address, run_client, snapshot
from jobs.backup.manifest import all_of, file_key
from jobs.backup.proving import administer
from jobs.clients.storage import Folder
from models.client import Client
from models.document import Document
from models.session import Database
from tests import databases
from tests.trade import begin, reference_rows
from tests.world import World

SCAN = "Скан паспорта".encode() * 1000


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The documents of the brokerage."""
    return Folder(tmp_path_factory.mktemp("documents"))


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    """A shelf for backups."""
    return Folder(tmp_path / "shelf")


@pytest.fixture(scope="module")
async def name(database: Database, world: World, source: Folder) -> str:
    """The database of a brokerage with a deal and a document."""
    begun = await begin(world, await reference_rows(database))
    (source.root / "D-1").mkdir(parents=True)
    (source.root / "D-1" / "скан.pdf").write_bytes(SCAN)
    async with world.database.transaction(world.anna, action="document.upload") as work:
        digest = hashlib.sha256(SCAN).hexdigest()
        kept = {"storage_key": "D-1/скан.pdf", "sha256": digest, "size": len(SCAN), "media_type": "text/plain"}
        work.add(Document(deal_id=begun.deal, name="скан.pdf", uploaded_by_id=world.anna.id, **kept))
    return str(database.engine.url.database)


@pytest.fixture
async def another(cluster: object) -> AsyncIterator[str]:
    """A name for a database that does not exist yet."""
    chosen = f"back_{uuid4().hex[:8]}"
    yield chosen
    await administer(f'DROP DATABASE IF EXISTS "{chosen}" WITH (FORCE)')


async def names_in(database: str, world: World) -> list[str]:
    """The clients that the administrator sees in a database."""
    door = Database(databases.url(database, "crm_panel"))
    async with door.transaction(world.admin) as work:
        found = list(await work.scalars(select(Client.name)))
    await door.close()
    return found


async def test_what_was_is_again(
    world: World, name: str, source: Folder, place: Folder, another: str, tmp_path: Path
) -> None:
    manifest = await make(source, place, name)
    await prove(place, manifest)
    assert manifest.rows["crm.deals"] == 1 and manifest.rows["audit.actions"] > 0
    target = Folder(tmp_path / "restored")
    assert await restore(place, await newest(place), target, database=another) == ""
    assert await names_in(another, world) == await names_in(name, world) != []
    assert (target.root / "D-1" / "скан.pdf").read_bytes() == SCAN


async def test_what_is_there_is_put_aside_and_only_when_told(
    world: World, name: str, source: Folder, place: Folder, another: str
) -> None:
    manifest = await make(source, place, name)
    await restore(place, manifest, source, database=another)
    with pytest.raises(Broken, match="--replace"):
        await restore(place, manifest, source, database=another)
    aside = await restore(place, manifest, source, replace=True, database=another)
    assert await names_in(aside, world) == await names_in(another, world)
    await administer(f'DROP DATABASE "{aside}" WITH (FORCE)')


async def test_a_proof_finds_what_is_damaged(world: World, name: str, source: Folder, place: Folder) -> None:
    """Negative control: the same backup is whole before a byte of it is turned."""
    manifest = await make(source, place, name)
    await prove(place, manifest)
    kept = place.root / file_key(manifest.files[0].sha256)
    kept.chmod(0o600)
    kept.write_bytes(SCAN[:-1] + b"!")
    with pytest.raises(Broken, match="document on the shelf is damaged"):
        await prove(place, manifest)
    rows = manifest.rows | {"crm.clients": manifest.rows["crm.clients"] + 1}
    with pytest.raises(Broken, match=r"crm\.clients: 2 → 1"):
        await prove(place, Manifest(**{**vars(manifest), "rows": rows}), files=False)
    dump = place.root / manifest.dump_key
    dump.chmod(0o600)
    dump.write_bytes(dump.read_bytes()[:-100])
    with pytest.raises(Broken, match=r"dump .* is damaged"):
        await prove(place, manifest, files=False)


async def test_a_document_that_is_not_what_its_row_says_stops_the_backup(
    world: World, name: str, source: Folder, place: Folder
) -> None:
    scan = source.root / "D-1" / "скан.pdf"
    scan.write_bytes(SCAN[::-1])
    with pytest.raises(Broken, match="SHA-256 differs"):
        await make(source, place, name)
    scan.write_bytes(SCAN)
    assert await all_of(place) == [], "a backup without its manifest does not exist"


async def test_a_role_under_policies_cannot_dump(name: str, tmp_path: Path) -> None:
    """Negative control of the role: anyone else's dump would be refused, never silently empty."""
    with pytest.raises(Broken, match=r"permission denied|row-level security"):
        await run_client("pg_dump", "crm_panel", name, "-Fc", "-f", str(tmp_path / "dump"))


def backups(*ages: int, now: datetime) -> list[Manifest]:
    """Backups of so many days ago."""
    return [Manifest(f"{age} days", now - timedelta(days=age), "", {}, "", 0, []) for age in ages]


def test_two_weeks_then_weeks_then_months_are_kept() -> None:
    now = datetime(2026, 11, 25, 1, tzinfo=UTC)
    kept = keepers(backups(*range(800), now=now), now)
    assert {f"{age} days" for age in range(15)} <= kept
    assert 15 + 6 + 10 <= len(kept) <= 15 + 8 + 12
    assert keepers(backups(500, 400, now=now), now) == {"500 days", "400 days"}
    assert keepers([], now) == set()


async def test_documents_that_no_backup_has_go_with_the_last_one(
    world: World, name: str, source: Folder, place: Folder
) -> None:
    first = await make(source, place, name)
    orphan = place.root / "files" / "ab" / "abandoned"
    orphan.parent.mkdir(parents=True, exist_ok=True)
    orphan.write_bytes(b"x")
    assert await let_go(place, first.at) == [] and orphan.exists()
    second = await make(source, place, name)
    later = second.at + timedelta(days=800)
    gone = await let_go(place, later)
    assert gone == [first.name] and not orphan.exists()
    await prove(place, second)


async def test_a_dump_may_take_longer_than_an_idle_transaction_is_given(name: str) -> None:
    """The server ends whoever waits in a transaction; the snapshot waits for the dump, and only for that."""
    await administer(f"ALTER DATABASE \"{name}\" SET idle_in_transaction_session_timeout = '200ms'")
    try:
        async with snapshot(name) as (connection, _number):
            await asyncio.sleep(1)
            assert await connection.fetchval("SELECT count(*) FROM crm.deals") == 1
        hurried = await asyncpg.connect(address("crm_backup", name))
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError, OSError)):
            async with hurried.transaction():
                await asyncio.sleep(1)
                await hurried.fetchval("SELECT 1")
    finally:
        await administer(f'ALTER DATABASE "{name}" RESET idle_in_transaction_session_timeout')
