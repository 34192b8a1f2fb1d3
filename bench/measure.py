"""Measures one size in its own DATA_DIR: floor and panel take turns, case by case, round by round."""

from __future__ import annotations

import asyncio
import itertools
import json
import math
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncpg

from bench import pins, statements
from bench.cases import CASES, LIST_PATH, Case, deep_page, stage_of_fifty_thousand
from bench.client import Browser
from bench.forms import form_with
from bench.servers import Missing, Served
from jobs.embedded import running
from seeds.load.people import ALL, OWN
from settings import settings

SCOPES = {"own": OWN, "all": ALL}
PROBES = 10
"""Requests by which statements are counted."""
DEALS = (
    "SELECT d.id FROM crm.deals d JOIN auth.users u ON u.id = d.seller_id WHERE u.username = $1 ORDER BY d.id LIMIT 64"
)
LIVING = "SELECT count(*) FROM crm.deals WHERE deleted_at IS NULL"
MINE = "(SELECT id FROM auth.users WHERE username = $1)"
SEEN = {"all": LIVING, "own": f"{LIVING} AND (seller_id = {MINE} OR executor_id = {MINE})"}
PER_PAGE = 25
FRESH = itertools.count(1)


@dataclass
class Series:
    """What a server needed for a case, in seconds."""

    seconds: list[float] = field(default_factory=list)
    missing: str = ""
    statements: float | None = None
    rows: int = 0

    def quantile(self, share: float) -> float | None:
        """Milliseconds."""
        if not self.seconds:
            return None
        ordered = sorted(self.seconds)
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 2)

    @property
    def median(self) -> float | None:
        """Milliseconds."""
        return round(statistics.median(self.seconds) * 1000, 2) if self.seconds else None


class Visitor:
    """One signed-in person at one server, going round the deals."""

    def __init__(self, who: str, browser: Browser, ids: list[str], facts: dict[str, str]) -> None:
        self.who, self.browser, self.facts = who, browser, facts
        self._ids = itertools.cycle(ids)
        self._path = ""
        self._fields: list[tuple[str, str]] = []

    async def prepare(self, case: Case) -> None:
        """The next deal's turn; a form that is to be saved is opened now, outside the clock. Raises `Missing`."""
        self._path = case.path(self.who, self.facts | {"id": next(self._ids)})
        if case.saves:
            self._fields = await self._form(self._path)

    async def once(self, case: Case) -> tuple[float, int]:
        """One request of a case: its seconds and the lines of what came. Raises `Missing`."""
        if case.saves:
            return await self._save(self._path), 0
        reply = await self.browser.get(self._path, part=case.is_part)
        if reply.status != 200:
            raise Missing(f"{self._path} gives {reply.status}")
        return reply.seconds, reply.body.count(b"\n")

    async def _save(self, path: str) -> float:
        named = [(name, f"Сделка №{next(FRESH)}" if name == "title" else value) for name, value in self._fields]
        began = time.perf_counter()
        reply = await self.browser.post(path, named)
        if reply.status not in (302, 303):
            raise Missing(f"saving at {path} gives {reply.status}")
        shown = await self.browser.get(LIST_PATH[self.who])
        if shown.status != 200:
            raise Missing(f"{LIST_PATH[self.who]} gives {shown.status}")
        return time.perf_counter() - began

    async def _form(self, path: str) -> list[tuple[str, str]]:
        """What was seen is part of our form, so each save needs one of its own."""
        shown = await self.browser.get(path)
        if shown.status != 200:
            raise Missing(f"{path} gives {shown.status}")
        try:
            return form_with(bytes(shown.body), "title")
        except LookupError as problem:
            raise Missing(f"{path}: {problem}") from problem


async def measure(deals: int, rounds: int, seconds: float, names: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Every case (or those of the names) for both scopes, as rows of the report."""
    logs = settings.data_dir / "log"
    logs.mkdir(exist_ok=True)
    servers = [Served(name, logs / f"bench-{name}.log") for name in ("floor", "ours")]
    watch = await statements.connect()
    try:
        found: list[dict[str, Any]] = []
        for scope, username in SCOPES.items():
            visitors = await _visitors(servers, scope, username, deals, watch)
            for case in (one for one in CASES if scope in one.scopes and (not names or one.name in names)):
                found.append(await _case(case, visitors, scope, deals, rounds, seconds, watch))
                print(".", end="", file=sys.stderr, flush=True)
        return found
    finally:
        for server in servers:
            server.stop()
        await watch.close()


async def _visitors(
    servers: list[Served], scope: str, username: str, deals: int, watch: asyncpg.Connection
) -> dict[str, Visitor | str]:
    """Who visits each server, or why nobody can."""
    ids = [str(row["id"]) for row in await watch.fetch(DEALS, OWN)]
    await pins.pin(watch, username)
    seen = int(await watch.fetchval(SEEN[scope], *([OWN] if scope == "own" else [])))
    facts = {
        "page": str(deep_page(scope, deals)),
        "last": str(math.ceil(seen / PER_PAGE)),
        "stage": stage_of_fifty_thousand(deals) if scope == "all" else "",
        "team": "?who=team" if scope == "all" else "",
    }
    visitors: dict[str, Visitor | str] = {}
    for server in servers:
        try:
            await server.ready()
            browser = await server.signed_in(username, settings.demo_password)
            visitors[server.name] = Visitor(server.name, browser, ids, facts)
        except (Missing, OSError, TimeoutError, LookupError) as problem:
            visitors[server.name] = str(problem) or type(problem).__name__
    return visitors


async def _case(
    case: Case,
    visitors: dict[str, Visitor | str],
    scope: str,
    deals: int,
    rounds: int,
    seconds: float,
    watch: asyncpg.Connection,
) -> dict[str, Any]:
    series = {who: Series() for who in visitors}
    for who, visitor in visitors.items():
        if isinstance(visitor, str):
            series[who].missing = visitor
        else:
            await _warm(case, visitor, series[who], watch)
    for _, (who, visitor) in itertools.product(range(rounds), visitors.items()):
        if isinstance(visitor, Visitor) and not series[who].missing:
            await _run(case, visitor, series[who], seconds)
    return _row(case, series, scope, deals)


async def _warm(case: Case, visitor: Visitor, series: Series, watch: asyncpg.Connection) -> None:
    """A few requests before the clock, by which statements are counted too."""
    probes = 2 if case.name == "csv" else PROBES
    try:
        costs = []
        for turn in range(probes + 1):
            await visitor.prepare(case)
            before = await statements.counted(watch)
            _, series.rows = await visitor.once(case)
            costs += [await statements.counted(watch) - before] if turn else []
        series.statements = statistics.median(costs)
    except (Missing, OSError, TimeoutError) as problem:
        series.missing = str(problem) or type(problem).__name__


async def _run(case: Case, visitor: Visitor, series: Series, seconds: float) -> None:
    for _ in _until(seconds):
        try:
            await visitor.prepare(case)
            taken, _ = await visitor.once(case)
        except (Missing, OSError, TimeoutError) as problem:
            series.missing = str(problem) or type(problem).__name__
            return
        series.seconds.append(taken)


def _until(seconds: float) -> Iterator[None]:
    """At least three turns, then until the time is up."""
    began = time.monotonic()
    for turn in itertools.count():
        if turn >= 3 and time.monotonic() - began > seconds:
            return
        yield


def _row(case: Case, series: dict[str, Series], scope: str, deals: int) -> dict[str, Any]:
    ours, floor = series["ours"], series["floor"]
    return {
        "case": case.name,
        "scope": scope,
        "deals": deals,
        "p50": ours.median,
        "p95": ours.quantile(0.95),
        "floor": floor.median,
        "floor_p95": floor.quantile(0.95),
        "n": len(ours.seconds),
        "statements": ours.statements,
        "rows": ours.rows,
        "floor_rows": floor.rows,
        "allowed": case.allowed(scope, deals),
        "missing": ours.missing,
        "floor_missing": floor.missing,
    }


def main() -> None:
    """`python -m bench.measure DEALS ROUNDS SECONDS FILE [CASE…]`, started by `python -m bench` for each size."""
    deals, rounds, seconds, target = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), Path(sys.argv[4])
    with running(postgres=True, valkey=True):
        target.write_text(json.dumps(asyncio.run(measure(deals, rounds, seconds, sys.argv[5:])), ensure_ascii=False))


if __name__ == "__main__":
    main()
