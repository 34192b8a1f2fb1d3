"""After the commit: how many events a second the relay takes in, and how long a commit is on its way to Telegram."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import uuid_utils.compat as uuids
from sqlalchemy import text

import hooks
import models
from bench.servers import ROOT, Missing, free_port
from jobs.embedded import libpq_url, redis_url, role_url, running
from jobs.relay import Due, Relay
from jobs.subscriptions import load
from models.actor import SYSTEM
from models.session import Database
from settings import settings

EVENTS = 20_000
"""How many are read; written by transactions of this many rows:"""
EACH = 20
MESSAGES = 90
PAUSE_SECONDS = 0.1
"""Ten a second: below Telegram's limits, which are not what is measured here."""
PATIENCE = 60.0
FIRST_CHAT = 7_000_000
PEOPLE = """
    INSERT INTO auth.users (id, username, full_name, role_id, is_active, locale)
    SELECT uuidv7(), 'reader-' || n || '@bench', 'Читатель ' || n, r.id, true, 'ru'
    FROM generate_series(1, $1) n, (SELECT id FROM auth.roles WHERE slug = 'executor') r
    ON CONFLICT (username) DO NOTHING
"""
NO_CHATS = (
    "DELETE FROM auth.telegram_links l USING auth.users u WHERE u.id = l.user_id AND u.username LIKE 'reader-%@bench'"
)
CHATS = """
    INSERT INTO auth.telegram_links (id, user_id, chat_id)
    SELECT uuidv7(), id, $1 + substring(username from '[0-9]+')::bigint FROM auth.users
    WHERE username LIKE 'reader-%@bench'
"""
READERS = """
    SELECT l.user_id, l.chat_id FROM auth.telegram_links l JOIN auth.users u ON u.id = l.user_id
    WHERE u.username LIKE 'reader-%@bench' ORDER BY l.chat_id
"""
WORDS = """
    INSERT INTO notifications.templates (id, event, channel, locale, subject, body)
    VALUES (uuidv7(), 'deal.given', 'panel', 'ru', '{actor} передаёт вам сделку', '{deal}'),
           (uuidv7(), 'deal.given', 'telegram', 'ru', '{deal}', 'Сделка передана вам')
    ON CONFLICT (event, channel, locale) DO NOTHING
"""
ACTOR = "SELECT set_config('app.actor_id', $1, true), set_config('app.action', $2, true)"


async def forgotten() -> None:
    """What earlier measurements left to be done is not waited for."""
    door = Database(role_url("crm_jobs"))
    await Relay(door, _nobody).read()
    async with door.engine.begin() as connection:
        await connection.execute(text("DELETE FROM audit.runs"))
    await door.close()


async def relayed() -> dict[str, Any]:
    """Events a second that the relay takes in, beside rows a second that one connection inserts into a bare table."""
    owner = await asyncpg.connect(libpq_url("crm_owner"))
    door = Database(role_url("crm_jobs"))
    relay = Relay(door, _nobody)
    await relay.read()
    deals = [row["id"] for row in await owner.fetch("SELECT id FROM crm.deals ORDER BY id LIMIT $1", EACH)]
    for number in range(EVENTS // len(deals)):
        async with owner.transaction():
            await owner.execute(ACTOR, str(SYSTEM.id), "deal.update")
            await owner.execute("UPDATE crm.deals SET source = $2 WHERE id = ANY ($1)", deals, f"Замер {number}")
    began = time.perf_counter()
    number = await relay.read()
    took = time.perf_counter() - began
    plain = await inserted(owner)
    await owner.close()
    await door.close()
    rate = round(number / took)
    print(f"The relay takes in {rate:,} events/s; {plain:,} rows/s are inserted into a bare table.", flush=True)
    name = "relay, events per second"
    return {"name": name, "value": rate, "unit": "1/s", "floor": plain, "ratio": round(plain / rate, 2), "n": number}


async def _nobody(_due: Due) -> None:
    """Carries nothing."""


async def inserted(connection: Any) -> int:
    """Rows a second, one a transaction, into a table like the log without its triggers and indexes."""
    await connection.execute("CREATE TABLE IF NOT EXISTS crm.bench_rows (LIKE audit.events)")
    names = [row["attname"] for row in await connection.fetch(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'audit.events'::regclass AND attnum > 0 ORDER BY attnum"
    )]  # fmt: skip
    row = await connection.fetchrow("SELECT * FROM audit.events ORDER BY xid DESC LIMIT 1")
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join(f"${n}" for n in range(1, len(names) + 1))
    statement = await connection.prepare(f"INSERT INTO crm.bench_rows ({quoted}) VALUES ({marks})")
    began, number = time.perf_counter(), EVENTS // 4
    for _time in range(number):
        await statement.fetch(*row)
    rate = round(number / (time.perf_counter() - began))
    await connection.execute("DROP TABLE crm.bench_rows")
    return rate


async def told(server: str) -> dict[str, Any]:
    """From the commit that gives a person a deal to the call of the Bot API that tells them, beside a bare call."""
    owner = await asyncpg.connect(libpq_url("crm_owner"))
    async with owner.transaction():
        await owner.execute(ACTOR, str(SYSTEM.id), "bench.people")
        for statement, given in ((PEOPLE, [MESSAGES + 1]), (NO_CHATS, []), (CHATS, [FIRST_CHAT]), (WORDS, [])):
            await owner.execute(statement, *given)
    readers = await owner.fetch(READERS)
    deal = await owner.fetchval("SELECT id FROM crm.deals WHERE deleted_at IS NULL AND stage <> 'lost' LIMIT 1")
    async with httpx.AsyncClient(base_url=server, timeout=PATIENCE) as client:
        first, *others = readers
        await all_of(client, {first["chat_id"]: await give(owner, deal, first["user_id"])})  # both are awake now
        committed: dict[int, float] = {}
        for reader in others:
            committed[reader["chat_id"]] = await give(owner, deal, reader["user_id"])
            await asyncio.sleep(PAUSE_SECONDS)
        await owner.close()
        accepted = await all_of(client, committed)
        floor = sorted([await bare_call(client, chat) for chat in committed])
    took = sorted(accepted[chat] - at for chat, at in committed.items())
    p50, p99 = (round(took[int(len(took) * share)] * 1000, 2) for share in (0.5, 0.99))
    bare = round(floor[int(len(floor) * 0.99)] * 1000, 2)
    print(f"Commit to Telegram: p50 {p50} ms, p99 {p99} ms, bare call p99 {bare} ms; {len(took)} messages.", flush=True)
    name = "commit to Telegram's call, p99"
    return {"name": name, "value": p99, "unit": "ms", "floor": bare, "ratio": round(p99 / bare, 2), "n": len(took)}


async def give(connection: Any, deal: UUID, person: UUID) -> float:
    """The deal is this person's now; gives when its commit was sent off, by the clock of the machine."""
    transaction = connection.transaction()
    await transaction.start()
    await connection.execute(ACTOR, str(SYSTEM.id), "deal.transfer")
    await connection.execute("UPDATE crm.deals SET executor_id = $2 WHERE id = $1", deal, person)
    at = time.monotonic()
    await transaction.commit()
    return at


async def all_of(client: httpx.AsyncClient, chats: dict[int, float]) -> dict[int, float]:
    """When each chat's call came. Raises `Missing` for those that never came."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        calls = await record(client)
        found = {int(one["told"]["chat_id"]): float(one["at"]) for one in calls}
        if chats.keys() <= found.keys():
            return found
        await asyncio.sleep(0.5)
    raise Missing(f"{len(chats.keys() - found.keys())} of {len(chats)} messages did not come")


async def record(client: httpx.AsyncClient) -> list[dict[str, Any]]:
    """The calls that the server has accepted; none while it is not there yet."""
    try:
        return list((await client.get("/control/record")).json())
    except httpx.ConnectError:
        return []


async def bare_call(client: httpx.AsyncClient, chat: int) -> float:
    """Seconds of a call that nothing comes before."""
    began = time.perf_counter()
    await client.post("/bot1:bare/sendMessage", json={"chat_id": chat, "text": str(uuids.uuid7())})
    return time.perf_counter() - began


@contextmanager
def beside() -> Iterator[str]:
    """A Bot API server and a worker that tells it; gives the server's address."""
    server = f"http://127.0.0.1:{(port := free_port())}"
    environment = os.environ | {"TELEGRAM_TOKEN": "1:bench", "TELEGRAM_API_URL": server, "REDIS_URL": redis_url()}
    commands = ([sys.executable, "-m", "bot.local", "--port", str(port)], [sys.executable, "-m", "jobs"])
    with (settings.data_dir / "log" / "bench-after.log").open("wb") as out:
        started = [subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out) for command in commands]
        try:
            yield server
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(20)


def main() -> None:
    """`python -m bench.after FILE`, started by `python -m bench --after`."""
    models.load()
    hooks.load()
    load()
    with running(postgres=True, valkey=True):
        asyncio.run(forgotten())
        with beside() as server:
            rows = [asyncio.run(told(server))]
        rows.append(asyncio.run(relayed()))
        asyncio.run(forgotten())
    Path(sys.argv[1]).write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main()
