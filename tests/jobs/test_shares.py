"""Rights on the folders, tried by real users of the system: they follow who sees the deal."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update

import settings as of_settings
from jobs import shares
from jobs.clients import storage as package
from jobs.clients.acl import ensure_group
from jobs.clients.storage import Folder
from jobs.declared import JOBS, Run
from jobs.shares import reconcile, share_folders
from jobs.subscriptions import MEMBERSHIP
from models.client import Client
from models.deal import Deal, DealParticipant
from models.filing.places import Owner
from models.people import User
from settings import settings
from tests.stories import Story, story
from tests.trade import add, get
from tests.world import World

PEOPLE = ("anna", "boris", "vera", "head", "olga")
TAG = uuid4().hex[:6]


@pytest.fixture(scope="module")
async def accounts(world: World) -> Any:
    """Everybody has an account on the system."""
    if os.geteuid() != 0:
        pytest.skip("only root can make users of the system; run the tests as root to try the shares as they")
    assert shutil.which("setfacl"), "Debian's package acl is missing: apt-get install acl"
    names = {person: f"pd-{person}-{TAG}" for person in PEOPLE}
    for name in names.values():
        system("useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", name)
    async with world.database.transaction(world.admin, action="user.update") as work:
        for person, name in names.items():
            key = getattr(world, person).id
            await work.execute(update(User).where(User.id == key).values(system_account=name))
    yield names
    for name in names.values():
        system("userdel", name)
    groups = [line.split(":")[0] for line in Path("/etc/group").read_text().splitlines()]
    for group in groups:
        if group.startswith("polisdesk-"):
            system("groupdel", group)


@pytest.fixture
def shared(accounts: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Folder]:
    """The installation shares its folder."""
    for name in ("documents", "shares"):
        shutil.rmtree(settings.data_dir / name, ignore_errors=True)
    asked = of_settings.read(file_shares="acl", data_dir=settings.data_dir)
    monkeypatch.setattr(package, "settings", asked)
    monkeypatch.setattr(shares, "settings", asked)
    package.storage.cache_clear()
    found = package.storage()
    assert isinstance(found, Folder) and found.is_shared
    yield found
    monkeypatch.undo()
    package.storage.cache_clear()


def system(*command: str) -> None:
    """A command of root's."""
    subprocess.run(command, check=True)


def as_user(name: str, *command: str) -> bool:
    """Whether a user of the system can do it."""
    done = subprocess.run(
        ["setpriv", f"--reuid={name}", f"--regid={name}", "--init-groups", *command], capture_output=True, check=False
    )
    return done.returncode == 0


async def filed(world: World, deal: Story, store: Folder, name: str, tmp_path: Path) -> Path:
    """A file in the deal's folder, as an upload puts it there."""
    client, record = await get(world, world.admin, Client, deal.client), await get(world, world.admin, Deal, deal.deal)
    part = tmp_path / "incoming.part"
    part.write_text("секрет")
    part.chmod(0o600)
    owner = Owner(client.id, client.name, record.id, record.code)
    file = await store.put(part, owner.key("Осмотр", name))
    part.unlink()
    return store.root / file.key


async def test_rights_follow_who_sees_the_deal(
    world: World, accounts: dict[str, str], shared: Folder, tmp_path: Path
) -> None:
    deal = await story(world.database, world.anna, "прав")
    file = await filed(world, deal, shared, "паспорт.pdf", tmp_path)
    assert not as_user(accounts["anna"], "cat", str(file)), "nobody before the first round"
    assert await reconcile(world.database) > 0
    readers = {person for person in PEOPLE if as_user(accounts[person], "cat", str(file))}
    assert readers == {"anna", "head", "olga"}
    assert as_user(accounts["anna"], "touch", str(file.parent / "своё.txt"))
    assert not as_user(accounts["vera"], "ls", str(file.parent)) and not as_user(accounts["vera"], "touch", str(file))
    for person in PEOPLE:
        assert not as_user(accounts[person], "ls", str(shared.root)), "names of all clients are nobody's to read"
    own = settings.data_dir / "shares"
    assert as_user(accounts["anna"], "ls", str(own / accounts["anna"] / file.relative_to(shared.root).parts[0] / "."))
    assert not as_user(accounts["vera"], "ls", str(own / accounts["anna"]))
    assert list((own / accounts["vera"]).iterdir()) == []


async def test_a_round_is_idle_when_nothing_differs_and_mends_what_does(
    world: World, accounts: dict[str, str], shared: Folder, tmp_path: Path
) -> None:
    deal = await story(world.database, world.anna, "покоя")
    file = await filed(world, deal, shared, "файл.pdf", tmp_path)
    await reconcile(world.database)
    assert await reconcile(world.database) == 0
    system("setfacl", "-m", f"u:{accounts['vera']}:rwx", str(file.parent), str(file))
    assert await reconcile(world.database) == 2
    later = await filed(world, deal, shared, "позже.pdf", tmp_path)
    assert as_user(accounts["anna"], "cat", str(later)), "new files have the rights of their folder at once"
    assert not as_user(accounts["vera"], "cat", str(later))
    stranger = shared.root / "Общее"
    stranger.mkdir()
    before = stranger.stat().st_mode
    await reconcile(world.database)
    assert stranger.stat().st_mode == before


async def test_an_event_of_membership_grants_and_withdraws(
    world: World, accounts: dict[str, str], shared: Folder, tmp_path: Path
) -> None:
    deal, other = await story(world.database, world.anna, "членства"), await story(world.database, world.anna, "иная")
    file, far = [await filed(world, one, shared, "дело.pdf", tmp_path) for one in (deal, other)]
    await reconcile(world.database)
    boris = accounts["boris"]
    assert not as_user(boris, "cat", str(file))
    asked = DealParticipant(deal_id=deal.deal, user_id=world.boris.id)
    await add(world, world.anna, asked)
    await run_for(world, deal)
    assert as_user(boris, "cat", str(file)) and not as_user(boris, "cat", str(far))
    async with world.database.transaction(world.anna, action="deal-participant.trash") as work:
        (await work.get_record(DealParticipant, asked.id, lock=True)).deleted_at = work.at
    await run_for(world, deal)
    assert not as_user(boris, "cat", str(file)) and as_user(accounts["anna"], "cat", str(file))
    assert JOBS["share_folders"].body is share_folders and "crm.deal.participant.*" in MEMBERSHIP


async def run_for(world: World, deal: Story) -> None:
    """The job as the relay starts it, with an event of the deal."""
    from jobs.declared import Event
    from models.log import events

    async with world.database.transaction(world.admin) as work:
        wanted = select(events).where(events.c.deal_id == deal.deal).order_by(events.c.seq.desc()).limit(1)
        row = (await work.execute(wanted)).mappings().one()
    event = Event(**{name: row[name] for name in Event.__annotations__ if name in row}, via="panel")
    await share_folders(world.database, Run(uuid4(), "share_folders", 1, {}, event))


async def test_who_leaves_sees_nothing(world: World, accounts: dict[str, str], shared: Folder, tmp_path: Path) -> None:
    deal = await story(world.database, world.vera, "ухода")
    file = await filed(world, deal, shared, "дело.pdf", tmp_path)
    await reconcile(world.database)
    assert as_user(accounts["vera"], "cat", str(file)) and as_user(accounts["olga"], "cat", str(file))
    async with world.database.transaction(world.admin, action="user.update") as work:
        for person in (world.vera, world.olga):
            await work.execute(update(User).where(User.id == person.id).values(is_active=False))
    await reconcile(world.database)
    assert not as_user(accounts["vera"], "cat", str(file)) and not as_user(accounts["olga"], "cat", str(file))
    assert list((settings.data_dir / "shares" / accounts["vera"]).iterdir()) == []


def test_groups_are_made_by_root_only(accounts: dict[str, str]) -> None:
    assert ensure_group("polisdesk-all", {accounts["olga"]}) and ensure_group("polisdesk-all", {accounts["olga"]})
    assert (
        accounts["olga"]
        in subprocess.run(["getent", "group", "polisdesk-all"], capture_output=True, text=True, check=True).stdout
    )
