"""`python -m seeds statement`: what each line of a statement is, and with `--yes` its commission received."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator

from jobs.statements import read_statement
from jobs.statements.posting import Verdicts, counts, judge, post
from models.actor import SYSTEM
from models.choices import LineVerdict
from models.session import Database
from seeds.door import actor_named


async def bring_in(database: Database, given: argparse.Namespace) -> int:
    """Read and judge the statement; keep and post it with `--yes`."""
    actor = await actor_named(database, given.person) if given.person else SYSTEM
    lines = await asyncio.to_thread(read_statement, given.file)
    if given.yes:
        told = await post(database, actor, given.file, lines, given.insurer)
    else:
        told = await judge(database, actor, lines, given.insurer)
    if given.json:
        print(json.dumps(_as_json(told), ensure_ascii=False))
    else:
        print("\n".join(_report(told, given.yes)))
    return 0


def _as_json(told: Verdicts) -> dict[str, object]:
    rows = [{"sheet": one.line.sheet, "row": one.line.row, "verdict": one.verdict.value} for one in told.judged]
    return {"action": str(told.action) if told.action else None, "rows": rows, "totals": counts(told.judged)}


def _report(told: Verdicts, asked_to_write: bool) -> Iterator[str]:
    sums = counts(told.judged)
    yield ", ".join(f"{name} {sums[name]}" for name in ("lines", *LineVerdict) if sums[name])
    yield f"commission {sums['commission']}, of which {sums['commission_matched']} matches"
    for one in told.judged:
        if one.verdict is not LineVerdict.MATCH:
            yield f"  row {one.line.row}: {one.verdict.value}, {one.line.written_number}, {one.line.commission}"
    if told.action is not None:
        yield f"What matches is received. Take it back: python -m seeds undo {told.action}"
    elif told.is_known:
        yield "This very file is here already; nothing was written."
    elif not asked_to_write:
        yield "Nothing is written yet; --yes keeps the statement and marks what matches as received."
