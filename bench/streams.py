"""From commit to browser: how long a change takes to everyone who listens by server-sent events."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg

from admin.auth import cookies
from admin.auth.sessions import Sessions
from bench.servers import Missing, Served
from jobs.embedded import libpq_url, role_url, running
from models.actor import SYSTEM, Actor, Scope
from models.rights import rights
from models.session import Database
from settings import settings

BUDGETS = {100: 50.0, 500: 150.0}
"""Connections → milliseconds for 99 of 100."""
COMMITS = 60
PAUSE_SECONDS = 0.15
EACH_PERSON = 10
"""Streams of one person; a process admits twelve."""
PATIENCE = 30.0
PEOPLE = """
    INSERT INTO auth.users (id, username, full_name, role_id, is_active, locale)
    SELECT uuidv7(), 'listener-' || n || '@bench', 'Слушатель ' || n, r.id, true, 'ru'
    FROM generate_series(1, $1) n, (SELECT id FROM auth.roles WHERE scope = 'all' ORDER BY slug LIMIT 1) r
    ON CONFLICT (username) DO NOTHING
"""
CHANGE = "UPDATE crm.deals SET source = $2 WHERE id = $1"


class Ear:
    """One open stream: when each change came, by its action."""

    def __init__(self) -> None:
        self.heard: dict[str, float] = {}
        self.ready, self.full = asyncio.Event(), asyncio.Event()

    async def listen(self, port: int, token: str) -> None:
        """Read until cancelled."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /streams/deals HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: {cookies.SESSION}={token}\r\n\r\n"
        writer.write(head.encode())
        if b" 200 " not in await reader.readline():
            raise Missing("the stream does not begin")
        async for line in reader:
            if line.startswith(b"event: hello"):
                self.ready.set()
            elif line.startswith(b"data: {") and b'"action_id"' in line:
                self.heard.setdefault(json.loads(line[6:])["action_id"], time.perf_counter())
                if len(self.heard) >= COMMITS:
                    self.full.set()


async def measure(connections: int) -> dict[str, Any]:
    """p50 and p99 in milliseconds over all browsers, and those of a bare reader of the log."""
    log = settings.data_dir / "log"
    log.mkdir(exist_ok=True)
    server, database = Served("ours", log / "bench-streams.log"), Database(role_url("crm_panel"))
    try:
        await server.ready()
        tokens = await sessions(database, connections)
        ears = [Ear() for _ in range(connections)]
        tasks = [asyncio.create_task(ear.listen(server.port, token)) for ear, token in zip(ears, tokens, strict=True)]
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(ear.ready.wait() for ear in ears))
        committed, read = await change()
        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(ear.full.wait() for ear in ears))
        for task in tasks:
            task.cancel()
    finally:
        server.stop()
        await database.close()
    took = sorted(ear.heard[action] - at for ear in ears for action, at in committed.items())
    return row(connections, took, sorted(read[action] - at for action, at in committed.items()))


async def sessions(database: Database, connections: int) -> list[str]:
    """Tokens of people who see everything, so many that none has too many streams."""
    owner = await asyncpg.connect(libpq_url("crm_owner"))
    await owner.execute("SELECT set_config('app.actor_id', $1, false)", str(SYSTEM.id))
    await owner.execute(PEOPLE, connections // EACH_PERSON + 1)
    people = await owner.fetch("SELECT id FROM auth.users WHERE username LIKE 'listener-%@bench' ORDER BY username")
    await owner.close()
    door = Sessions(database, settings)
    actors = [Actor(person["id"], "", Scope.ALL, rights(("*",))) for person in people]
    return [(await door.open(actors[number // EACH_PERSON])).token for number in range(connections)]


async def change() -> tuple[dict[str, float], dict[str, float]]:
    """Commits, one after another: when each was sent off, and when a bare reader had it."""
    writer, reader = await asyncpg.connect(libpq_url("crm_owner")), await asyncpg.connect(libpq_url("crm_owner"))
    deal: UUID = await writer.fetchval("SELECT id FROM crm.deals WHERE deleted_at IS NULL LIMIT 1")
    woken = asyncio.Event()
    await reader.add_listener("audit", lambda *_told: woken.set())
    committed: dict[str, float] = {}
    read: dict[str, float] = {}
    for number in range(COMMITS):
        transaction = writer.transaction()
        await transaction.start()
        await writer.execute("SELECT set_config('app.actor_id', $1, true)", str(SYSTEM.id))
        action = str(await writer.fetchval("SELECT audit.action_id()"))
        await writer.execute(CHANGE, deal, f"Замер {number} {time.time_ns()}")
        woken.clear()
        committed[action] = time.perf_counter()
        await transaction.commit()
        await asyncio.wait_for(woken.wait(), PATIENCE)
        await reader.fetch("SELECT id FROM audit.events WHERE action_id = $1", UUID(action))
        read[action] = time.perf_counter()
        await asyncio.sleep(PAUSE_SECONDS)
    await writer.close()
    await reader.close()
    return committed, read


def row(connections: int, took: list[float], floor: list[float]) -> dict[str, Any]:
    """What `bench/results.json` takes."""
    p50, p99 = (round(took[int(len(took) * share)] * 1000, 2) for share in (0.5, 0.99))
    bare = round(floor[int(len(floor) * 0.99)] * 1000, 2)
    allowed = f"{BUDGETS[connections]:g} ms allowed" if connections in BUDGETS else "no budget"
    print(f"{connections} streams: commit to browser p50 {p50} ms, p99 {p99} ms ({allowed});", end=" ")
    print(f"to a bare reader p99 {bare} ms; {len(took)} deliveries.", flush=True)
    name = f"commit to browser, {connections} streams, p99"
    return {"name": name, "value": p99, "unit": "ms", "floor": bare, "ratio": round(p99 / bare, 2), "n": len(took)}


def main() -> None:
    """`python -m bench.streams FILE [CONNECTIONS …]`, started by `python -m bench --streams`."""
    numbers = [int(number) for number in sys.argv[2:]] or list(BUDGETS)
    with running(postgres=True, valkey=True):
        rows = [asyncio.run(measure(number)) for number in numbers]
    Path(sys.argv[1]).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
