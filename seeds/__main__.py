"""`python -m seeds …`: reference data, the demo world, a large brokerage, workbooks and statements from files."""

from __future__ import annotations

import argparse
import asyncio
import sys
from importlib import import_module
from pathlib import Path

from jobs.embedded import CannotStart, role_url, running
from models.errors import Problem
from models.session import Database
from seeds import demo, load, reference
from seeds.door import through


def parser() -> argparse.ArgumentParser:
    """The commands and what each may be told."""
    made = argparse.ArgumentParser(prog="python -m seeds", description="Data from files and from nothing.")
    commands = made.add_subparsers(dest="command", required=True, title="commands")
    commands.add_parser("reference", help="roles, insurers, products, task kinds, rules; what people changed stays")
    commands.add_parser("demo", help="the demo world, unless there are deals already")
    size = commands.add_parser("load", help="a brokerage of N deals, for benchmarks")
    size.add_argument("--deals", type=int, required=True, metavar="N")
    file = commands.add_parser("import", help="a brokerage's workbook: verdicts first, written with --yes")
    file.add_argument("file", type=Path)
    file.add_argument("--as", dest="person", default="", metavar="USER", help="sign-in name of the one who imports")
    statement = commands.add_parser("statement", help="an insurer's statement: what each line matches")
    statement.add_argument("file", type=Path)
    statement.add_argument("--insurer", required=True, metavar="NAME")
    statement.add_argument("--as", dest="person", default="", metavar="USER", help="sign-in name of the one who posts")
    for given in (file, statement):
        given.add_argument("--yes", action="store_true", help="write it")
        given.add_argument("--json", action="store_true", help="print one JSON object")
    undo = commands.add_parser("undo", help="take an action back")
    undo.add_argument("action", help="its id, as the import printed it")
    undo.add_argument("--json", action="store_true", help="print one JSON object")
    return made


async def run(database: Database, given: argparse.Namespace) -> int:
    """Do the command in an open database; the exit code."""
    match given.command:
        case "reference":
            await reference.plant(database)
        case "demo":
            await reference.plant(database)
            print(await demo.plant(database, quietly=True))
        case "load":
            await reference.plant(database)
            owner = Database(role_url("crm_owner"), pool_size=1)
            await load.plant(database, owner, given.deals)
            await owner.close()
        case _:
            door = import_module("seeds.importing")
            return int(await door.run(database, given))
    return 0


def main() -> int:
    """Dispatch the command; 2 and one sentence where it cannot be done."""
    given = parser().parse_args()
    try:
        with running():
            return asyncio.run(through(lambda database: run(database, given)))
    except (CannotStart, Problem) as problem:
        print(problem, file=sys.stderr)
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
