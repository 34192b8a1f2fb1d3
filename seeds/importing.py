"""`python -m seeds import`, `statement` and `undo`: verdicts first, and with `--yes` the file itself."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

from jobs.portfolio.clients import Client
from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from jobs.portfolio.portfolio import Portfolio, read_portfolio
from jobs.portfolio.verdicts import totals, verdicts_json
from jobs.portfolio.writing import Written, write
from models import clock
from models.actor import SYSTEM, Scope, Via
from models.errors import Invalid
from models.session import Database
from models.texts import N_
from models.undo import undo
from seeds import statements
from seeds.door import actor_named


async def run(database: Database, given: argparse.Namespace) -> int:
    """Do `import`, `statement` or `undo` as the command line says; the exit code."""
    match given.command:
        case "import":
            return await bring_in(database, given)
        case "statement":
            return await statements.bring_in(database, given)
        case "undo":
            return await take_back(database, given)
    raise Invalid(N_("There is no such command here: {command}."), command=given.command)


async def bring_in(database: Database, given: argparse.Namespace) -> int:
    """Read and judge the workbook; write it with `--yes`."""
    actor = await actor_named(database, given.person) if given.person else SYSTEM
    quiet = given.json or not sys.stderr.isatty()
    show = None if quiet else _show_reading
    portfolio = await asyncio.to_thread(read_portfolio, given.file, clock.today(), show)
    written = await write(database, actor, portfolio, None if quiet else _show_writing) if given.yes else None
    if given.json:
        action = str(written.action) if written and written.counts else None
        print(json.dumps({"action": action, **verdicts_json(portfolio)}, ensure_ascii=False))
    else:
        print("\n".join(_report(given.file, portfolio, written)))
    return 0


async def take_back(database: Database, given: argparse.Namespace) -> int:
    """Undo an action by its id. Raises `Invalid` for what is not an id, `Refused` with the reason."""
    try:
        action = UUID(given.action)
    except ValueError as problem:
        raise Invalid(N_("“{given}” is not the id of an action."), given=given.action) from problem
    async with database.transaction(SYSTEM, Via.IMPORT, "audit.undo", scope=Scope.ALL) as work:
        restored = await undo(work, action)
    print(json.dumps({"undone": str(action), "records": restored}) if given.json else f"Undone: {restored} records.")
    return 0


def _report(file: Path, portfolio: Portfolio, written: Written | None) -> Iterator[str]:
    sums = totals(portfolio)
    yield f"{file.name}: clients {sums['clients']} ({sums['warned']} with a warning)"
    yield f"duplicates merged {sums['duplicates']}, clients refused {sums['refused_clients']}"
    yield f"policies {sums['policies']}, refused or asked about {sums['refused_policies']}, premium {sums['premium']}"
    yield f"payments {sums['payments']}, paid {sums['paid']}, commission received {sums['kv_received']}"
    sheets: tuple[Sequence[Client | Policy | Payment], ...] = (
        portfolio.clients,
        portfolio.policies,
        portfolio.payments,
    )
    for sheet, rows in zip(portfolio.sheets, sheets, strict=True):
        counts = Counter(row.verdict for row in rows)
        yield f"{sheet}: " + ", ".join(f"{verdict.value} {count}" for verdict, count in counts.most_common())
        for row in rows:
            if row.verdict != "ok" and row.verdict != "duplicate":
                yield f"  row {row.row}: {row.verdict.value}"
    if written is None:
        yield "Nothing is written yet; --yes writes it."
    elif not written.counts:
        yield "Everything is here already; nothing was written."
    else:
        yield "Written: " + ", ".join(f"{identity} {count}" for identity, count in written.counts.items())
        yield f"Take it back: python -m seeds undo {written.action}"


def _show_reading(sheet: str, done: int, of: int) -> None:
    print(f"\r{sheet}: {done} / {of}\033[K", end="" if done < of else "\n", file=sys.stderr, flush=True)


def _show_writing(done: int, of: int) -> None:
    print(f"\rwriting: {done} / {of}\033[K", end="" if done < of else "\n", file=sys.stderr, flush=True)
