"""Rights on the folders of documents follow who sees the deal and the client: granted, withdrawn, put right again.

Those who see their own deals are named in the lists of the folders. Heads of a team and those who see everything are
members of groups, so that a list stays short. Nothing is kept of what was granted: each round compares what is with
what ought to be, for everything or for one client, so it may be repeated, interrupted or come late.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import text

from jobs.clients import acl
from jobs.clients.acl import Rights
from jobs.clients.storage import Folder, storage
from jobs.declared import SLOW, Run, errand
from models.actor import SYSTEM, Via
from models.filing.places import CLIENT, DEAL, client_folder, mark_of
from models.session import Database
from settings import settings

EVERYTHING = "polisdesk-all"
PEOPLE = text(
    "SELECT u.id, u.system_account AS account, r.scope, u.team_id"
    " FROM auth.users u JOIN auth.roles r ON r.id = u.role_id"
    " WHERE u.is_active AND u.deleted_at IS NULL AND u.system_account IS NOT NULL"
)
TEAMS = text("SELECT id, team_id FROM auth.users WHERE team_id IS NOT NULL")
DEALS = text(
    "SELECT d.code, d.client_id, array_agg(DISTINCT m.user_id) AS people FROM crm.deal_members m"
    " JOIN crm.deals d ON d.id = m.deal_id WHERE CAST(:client AS uuid) IS NULL OR d.client_id = :client"
    " GROUP BY d.code, d.client_id"
)
CLIENTS = text(
    "SELECT c.id, c.name, array_agg(DISTINCT m.user_id) AS people FROM crm.client_members m"
    " JOIN crm.clients c ON c.id = m.client_id WHERE CAST(:client AS uuid) IS NULL OR c.id = :client"
    " GROUP BY c.id, c.name"
)


@dataclass
class Sight:
    """Who sees what: rights by a deal's code and by the mark of a client's folder."""

    deals: dict[str, Rights] = field(default_factory=dict)
    clients: dict[str, Rights] = field(default_factory=dict)
    folders: dict[str, str] = field(default_factory=dict)
    """Names of the clients' folders by mark."""
    groups: dict[str, set[str]] = field(default_factory=dict)
    accounts: set[str] = field(default_factory=set)


@errand(seconds=300, queue=SLOW)
async def share_folders(database: Database, run: Run) -> None:
    """A membership has changed: put the folders of that client right."""
    deal = run.cause.deal_id
    if settings.file_shares == "acl" and deal is not None:
        async with database.transaction(SYSTEM, Via.JOB) as work:
            wanted = {"deal": deal}
            client = await work.scalar(text("SELECT client_id FROM crm.deals WHERE id = :deal"), wanted)
        if client is not None:
            await reconcile(database, client)


async def share_everything(database: Database) -> None:
    """The round by the clock; nothing where people do not work in the folder."""
    if settings.file_shares == "acl":
        await reconcile(database)


async def reconcile(database: Database, client: UUID | None = None) -> int:
    """Compare and put right, for all folders or those of one client; gives how many paths were changed."""
    store = storage()
    assert isinstance(store, Folder)
    sight = await sight_of(database, client)
    return await asyncio.to_thread(put_right, store.root, settings.data_dir / "shares", sight, client)


async def sight_of(database: Database, client: UUID | None) -> Sight:
    """What the membership says now, in accounts and groups of the system."""
    async with database.transaction(SYSTEM, Via.JOB) as work:
        people = [row for row in await work.execute(PEOPLE) if acl.known_account(row.account)]
        team_of = {row.id: row.team_id for row in await work.execute(TEAMS)}
        deals = (await work.execute(DEALS, {"client": client})).all()
        clients = (await work.execute(CLIENTS, {"client": client})).all()
    own = {row.id: row.account for row in people if row.scope == "own"}
    sight = Sight(groups={EVERYTHING: {row.account for row in people if row.scope == "all"}})
    for row in people:
        if row.scope == "team" and row.team_id:
            sight.groups.setdefault(team_group(row.team_id), set()).add(row.account)
    sight.accounts = {row.account for row in people}

    def rights(seers: list[UUID]) -> Rights:
        users = frozenset(own[seer] for seer in seers if seer in own)
        teams = {team_group(team_of[seer]) for seer in seers if seer in team_of} & sight.groups.keys()
        return Rights(users, frozenset(teams | {EVERYTHING}))

    sight.deals = {row.code: rights(row.people) for row in deals}
    sight.clients = {mark_of(row.id): rights(row.people) for row in clients}
    sight.folders = {mark_of(row.id): client_folder(row.id, row.name) for row in clients}
    return sight


def team_group(team: UUID) -> str:
    """The group of those who see what a team sees."""
    return f"polisdesk-{team.hex[-12:]}"


def put_right(root: Path, shares: Path, sight: Sight, client: UUID | None = None) -> int:
    """Set the lists that differ; blocking. Raises `OutsideError`."""
    root.mkdir(mode=0o750, parents=True, exist_ok=True)
    there = {name for name, members in sight.groups.items() if acl.ensure_group(name, members)}
    tops = [root] if client is None else [top for top in root.iterdir() if top.name.endswith(f"({mark_of(client)})")]
    found: dict[str, frozenset[str]] = {}
    for top in tops:
        found |= acl.read(top)
    wanted = dict(wanted_lists(root, found, sight, there))
    wrong = {path: lines for path, lines in wanted.items() if found[path] != lines}
    acl.write(wrong)
    return len(wrong) + links(root, shares, sight, is_whole=client is None)


def wanted_lists(
    root: Path, found: Mapping[str, Any], sight: Sight, groups: set[str]
) -> Iterator[tuple[str, frozenset[str]]]:
    """The list that each path ought to have; folders of nobody's are left alone."""
    for path in found:
        parts = Path(path).relative_to(root).parts
        mark = CLIENT.search(parts[0]) if parts else None
        if parts and mark is None:
            continue
        if mark is None:
            rights = Rights(is_open=True)
        elif len(parts) > 1 and DEAL.fullmatch(parts[1]):
            rights = sight.deals.get(parts[1], Rights(groups=frozenset({EVERYTHING})))
        else:
            rights = sight.clients.get(mark[1], Rights(groups=frozenset({EVERYTHING})))
        may_write = len(parts) != 1
        some = Rights(rights.users, rights.groups & groups, may_write and rights.may_write, rights.is_open)
        is_folder = os.path.isdir(path)
        yield path, some.lines(is_folder)


def links(root: Path, shares: Path, sight: Sight, *, is_whole: bool) -> int:
    """Everybody's own folder with the clients that they see: nobody can look around in the folder of all."""
    shares.mkdir(mode=0o711, parents=True, exist_ok=True)
    changed, lists = 0, {}
    for account in sorted(sight.accounts):
        own = shares / account
        own.mkdir(mode=0o750, exist_ok=True)
        lists[str(own)] = Rights(frozenset({account}), may_write=False).lines(is_folder=True)
        for mark, rights in sight.clients.items():
            sees = account in rights.users or any(account in sight.groups[name] for name in rights.groups)
            changed += _link(own, root / sight.folders[mark], mark, sees=sees)
    acl.write(lists)
    return changed + (_forget(shares, sight) if is_whole else 0)


def _forget(shares: Path, sight: Sight) -> int:
    """Take away the links of people who have left, and those to clients whom nobody sees any more."""
    gone = [
        link
        for own in shares.iterdir()
        for link in own.iterdir()
        if own.name not in sight.accounts or not (mark := CLIENT.search(link.name)) or mark[1] not in sight.clients
    ]
    for link in gone:
        link.unlink()
    return len(gone)


def _link(own: Path, target: Path, mark: str, *, sees: bool) -> bool:
    wanted = own / target.name
    stale = [link for link in own.glob(f"*({mark})") if not sees or link.name != target.name]
    for link in stale:
        link.unlink()
    if sees and target.is_dir() and not wanted.is_symlink():
        wanted.symlink_to(target)
        return True
    return bool(stale)
