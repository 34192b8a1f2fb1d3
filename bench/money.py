"""Recalculation beside the same UPDATE by hand: how long, how much memory, what the panel feels, and its undoing."""

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

import hooks
import models
from bench.servers import ROOT, Served
from jobs.embedded import libpq_url, redis_url, role_url, running
from jobs.schedule import SCHEDULE
from jobs.subscriptions import load
from models import clock
from models.actor import SYSTEM
from models.recalculation import Recalculation
from models.session import Database
from seeds.load.people import ALL
from settings import settings

POLICIES_AT_ONCE = 5_000
REQUESTS = 300
"""By which the deal page is timed, calm and during a run."""
PAUSE_SECONDS = 0.02
LOOK_SECONDS = 0.5
WARM_SECONDS = 5.0
"""Memory is compared from then on: what a worker needs to begin is not what a run needs."""
ACTOR = "SELECT set_config('app.actor_id', $1, true), set_config('app.action', 'bench.money', true)"
TABLES = ("crm.policies", "crm.payments", "crm.payment_incomes", "crm.payment_expenses")
OPEN = (
    "UPDATE crm.policies SET commission_percent = NULL WHERE commission_percent IS NOT NULL",
    "DELETE FROM crm.payment_expenses",
    "UPDATE crm.payment_incomes SET status = 'expected', received_amount = 0, received_on = NULL"
    " WHERE status <> 'expected'",
)
"""Everything is expected, by rules alone: what a recalculation of everything has most to do with."""
AGREED = """
    UPDATE crm.payment_incomes i SET amount = (d.now).amount, rate_percent = (d.now).rate_percent,
        base_amount = (d.now).base_amount, rule_id = (d.now).rule_id, settlement = (d.now).settlement,
        vat_mode = (d.now).vat_mode, expected_on = (d.now).expected_on
    FROM crm.differing_lines($1, '{rule}', false) d WHERE i.id = d.line_id
"""
TOTALS = """
    UPDATE crm.payments p SET incomes_expected = s.expected, incomes_received = 0, expenses_expected = 0,
        expenses_paid = 0
    FROM (SELECT payment_id, sum(amount) AS expected FROM crm.payment_incomes WHERE deleted_at IS NULL
          GROUP BY payment_id) s
    WHERE s.payment_id = p.id AND (p.incomes_expected, p.incomes_received, p.expenses_expected, p.expenses_paid)
        IS DISTINCT FROM (s.expected, 0, 0, 0)
"""
BY_HAND = """
    UPDATE crm.payment_incomes SET rate_percent = rate_percent + 1,
        amount = round(base_amount * (rate_percent + 1) * 0.01, 2)
    WHERE status = 'expected' AND origin = 'rule' AND deleted_at IS NULL
"""
RAISE = "UPDATE crm.commission_rules SET percent = percent + $1 WHERE deleted_at IS NULL"
ORDER = """
    INSERT INTO crm.recalculations (id, name, status, with_missing, with_imported, created_by_id, ordered_by_id,
        policies_total, looked_at, lines, applied, left_alone, restored, incomes_before, incomes_after,
        expenses_before, expenses_after)
    VALUES (uuidv7(), 'Замер', 'planned', false, false, $1, $1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0) RETURNING id
"""
IMAGE = (
    "SELECT sum(hashtextextended(to_jsonb(i)::text, 0)::numeric) FROM crm.payment_incomes i",
    "SELECT sum(hashtextextended(to_jsonb(p)::text, 0)::numeric) FROM crm.payments p",
)
BUSY = (
    "SELECT count(*) FROM audit.slots WHERE finished_at IS NULL"
    " UNION ALL SELECT count(*) FROM audit.runs WHERE state IN ('waiting', 'running') ORDER BY 1 DESC LIMIT 1"
)
DEALS = "SELECT DISTINCT deal_id FROM crm.payment_incomes ORDER BY deal_id LIMIT 64"


async def prepare(owner: Any) -> None:
    """Bring the load in line with the rules, without the log; once for a folder."""
    mark = settings.data_dir / "bench-money"
    if not mark.exists():
        await _watch(owner, "DISABLE")
        for statement in OPEN:
            await owner.execute(statement)
        await owner.execute("UPDATE crm.expense_rules SET deleted_at = now()")
        keys = [row["id"] for row in await owner.fetch("SELECT id FROM crm.policies ORDER BY id")]
        for first in range(0, len(keys), POLICIES_AT_ONCE):
            await owner.execute(AGREED, keys[first : first + POLICIES_AT_ONCE])
        await owner.execute(TOTALS)
        await _watch(owner, "ENABLE")
        mark.touch()
    await rest(owner)


async def _watch(owner: Any, how: str) -> None:
    for table in (*TABLES, "crm.expense_rules"):
        await owner.execute(f"ALTER TABLE {table} {how} TRIGGER USER")


async def rest(owner: Any) -> None:
    """What the last measurement has left behind is swept up before the next."""
    await owner.execute(f"VACUUM ANALYZE {', '.join(TABLES)}, audit.events")


async def by_hand(owner: Any) -> dict[str, float]:
    """Seconds of the same change by hand, under the log's triggers: lines alone, then the totals of their payments."""
    took = {}
    async with owner.transaction():
        await owner.execute(ACTOR, str(SYSTEM.id))
        for name, statement in (("lines", BY_HAND), ("totals", TOTALS)):
            began = time.perf_counter()
            await owner.execute(statement)
            took[name] = time.perf_counter() - began
        began = time.perf_counter()
    took["lines"] += time.perf_counter() - began
    async with owner.transaction():
        await owner.execute(ACTOR, str(SYSTEM.id))
        await owner.execute(RAISE, 1)
    return took


async def until_quiet(owner: Any) -> None:
    """Wait until the worker has caught up with the schedule: that is not what is measured."""
    await asyncio.sleep(WARM_SECONDS)
    while await owner.fetchval(BUSY):  # noqa: ASYNC110 - another process works
        await asyncio.sleep(LOOK_SECONDS)


class Runs:
    """Recalculations by a worker in a process of its own."""

    def __init__(self, owner: Any, door: Database, worker: Any) -> None:
        self.owner, self.door, self.worker = owner, door, worker

    async def previewed(self, more: int) -> UUID:
        """Rates change by so many percent, and a run looks what that makes."""
        async with self.owner.transaction():
            await self.owner.execute(ACTOR, str(SYSTEM.id))
            await self.owner.execute(RAISE, more)
            key = await self.owner.fetchval(ORDER, SYSTEM.id)
        await self.until(key, "previewed")
        return UUID(str(key))

    async def verb(self, key: UUID, name: str, end: str) -> tuple[float, list[int]]:
        """Do a verb of a run; gives the seconds until its end, and the worker's memory meanwhile, in KiB."""
        began = time.perf_counter()
        async with self.door.transaction(SYSTEM, action=f"recalculation.{name}") as work:
            run = await work.get_record(Recalculation, key, lock=True)
            await Recalculation.__verbs__[name].do(run, work.act())
        memory = await self.until(key, end)
        return time.perf_counter() - began, memory

    async def until(self, key: UUID, end: str) -> list[int]:
        """Wait; gives the worker's memory as it was."""
        memory = []
        while await self.owner.fetchval("SELECT status FROM crm.recalculations WHERE id = $1", key) != end:
            memory.append(memory_of(self.worker.pid))
            await asyncio.sleep(LOOK_SECONDS)
        return memory


def memory_of(pid: int) -> int:
    """Resident memory of a process, in KiB."""
    told = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmRSS"))


def growth(memory: list[int]) -> float:
    """How many times its warm beginning the memory became."""
    warm = memory[int(WARM_SECONDS / LOOK_SECONDS) :] or memory
    return round(max(warm) / warm[0], 2) if warm else 1.0


async def page(panel: Served, deals: list[UUID], over: asyncio.Task[Any] | None = None) -> list[float]:
    """Seconds of the deal page: so many requests, or as many as fit before the task is over."""
    browser = await panel.signed_in(ALL, settings.demo_password)
    took: list[float] = []
    while len(took) < REQUESTS and not (over is not None and over.done()):
        reply = await browser.get(f"/admin/deal/details/{deals[len(took) % len(deals)]}")
        took.append(reply.seconds)
        await asyncio.sleep(PAUSE_SECONDS)
    browser.close()
    return took


def p95(took: list[float]) -> float:
    """Milliseconds."""
    return round(sorted(took)[int(len(took) * 0.95)] * 1000, 1)


async def nothing_due(owner: Any) -> None:
    """The night's work is done: reminders of a base that was loaded a minute ago would be years of them."""
    done = "INSERT INTO audit.slots (name, slot, started_at, finished_at) VALUES ($1, $2, now(), now())"
    for entry in SCHEDULE:
        slot = entry.last_slot(clock.now(), settings.zone)
        await owner.execute(f"{done} ON CONFLICT (name, slot) DO UPDATE SET finished_at = now()", entry.name, slot)


@contextmanager
def worker() -> Iterator[Any]:
    """A worker as in real life."""
    environment = os.environ | {"REDIS_URL": redis_url(), "NIGHTLY_RECALCULATION": "off"}
    with (settings.data_dir / "log" / "bench-money.log").open("wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "jobs"], cwd=ROOT, env=environment, stdout=out, stderr=out)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(30)


async def measured() -> list[dict[str, Any]]:
    """The whole story; see the names of its rows."""
    owner = await asyncpg.connect(libpq_url("crm_owner"), timeout=60)
    await owner.execute("SELECT set_config('app.actor_id', $1, false)", str(SYSTEM.id))
    await prepare(owner)
    hand = await by_hand(owner)
    await rest(owner)
    door, panel = Database(role_url("crm_jobs")), Served("ours", settings.data_dir / "log" / "bench-panel.log")
    deals = [row["deal_id"] for row in await owner.fetch(DEALS)]
    try:
        await panel.ready()
        await nothing_due(owner)
        with worker() as process:
            runs = Runs(owner, door, process)
            await until_quiet(owner)
            began = time.perf_counter()
            key = await runs.previewed(1)
            looked = time.perf_counter() - began
            before = [await owner.fetchval(statement) for statement in IMAGE]
            took, memory = await runs.verb(key, "apply", "done")
            run = await owner.fetchrow("SELECT lines, applied, left_alone FROM crm.recalculations WHERE id = $1", key)
            back, more = await runs.verb(key, "undo", "undone")
            restored = before == [await owner.fetchval(statement) for statement in IMAGE]
            await rest(owner)
            key = await runs.previewed(0)
            await page(panel, deals)
            calm = await page(panel, deals)
            busy = asyncio.create_task(runs.verb(key, "apply", "done"))
            during = await page(panel, deals, busy)
            await busy
    finally:
        panel.stop()
        await door.close()
        await owner.close()
    lines = run["lines"]
    print(f"{lines:,} lines: {run['applied']:,} written, {run['left_alone']:,} left; every row as before: {restored}.")
    print(f"The worker: {memory[0] // 1024} to {max(memory + more) // 1024} MiB.")
    return [
        row("recalculation, totals kept", took, "s", sum(hand.values()), lines),
        row("recalculation, beside lines alone", took, "s", hand["lines"], lines),
        row("preview of a recalculation", looked, "s", sum(hand.values()), lines),
        row("undo of a recalculation", back, "s", sum(hand.values()), lines),
        row("undo restores every row", int(restored), "yes", None, lines),
        row("worker's memory, times its beginning", growth(memory + more), "x", 1.0, lines),
        row("deal page p95 during a recalculation", p95(during), "ms", p95(calm), len(during)),
    ]


def row(name: str, value: float, unit: str, floor: float | None, number: int) -> dict[str, Any]:
    """As results are written."""
    ratio = round(value / floor, 2) if floor else None
    return {
        "name": name,
        "value": round(value, 2),
        "unit": unit,
        "floor": floor and round(floor, 2),
        "ratio": ratio,
        "n": number,
    }


def main() -> None:
    """`python -m bench.money FILE`, started by `python -m bench --money`."""
    models.load()
    hooks.load()
    load()
    with running(postgres=True, valkey=True):
        rows = asyncio.run(measured())
    for one in rows:
        beside = f"floor {one['floor']}, ratio {one['ratio']}" if one["floor"] else ""
        print(f"{one['name']:<40} {one['value']:>10,} {one['unit']:<4} {beside}")
    Path(sys.argv[1]).write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
