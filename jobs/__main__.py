"""`python -m jobs` is the worker; `python -m jobs COMMAND` does one thing and leaves."""

import argparse
import asyncio
import sys

import hooks
import models
from jobs import stack, worker
from jobs.embedded import CannotStart, role_url, running
from jobs.nightly import derive_everything
from models.session import Database


def main() -> int:
    """Dispatches the command; 2 and one sentence where it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m jobs", description="The worker, and commands for operators.")
    commands = parser.add_subparsers(title="commands (none: the worker)")
    parser.set_defaults(command=lambda _: worker.run())
    everything = commands.add_parser("stack", help="start everything: databases, web, worker, bot")
    everything.add_argument("--no-demo", action="store_true", help="do not make the demo world")
    everything.set_defaults(command=lambda given: stack.run(demo=not given.no_demo))
    derive = commands.add_parser("derive", help="compute totals and review dates of every deal anew")
    derive.set_defaults(command=lambda _: asyncio.run(_derive()))
    given = parser.parse_args()
    try:
        given.command(given)
    except CannotStart as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


async def _derive() -> None:
    """Derives everything and says how many deals there are."""
    models.load()
    hooks.load()
    with running(postgres=True):
        database = Database(role_url("crm_jobs"), pool_size=2)
        try:
            print(f"{await derive_everything(database)} deals")
        finally:
            await database.close()


if __name__ == "__main__":
    raise SystemExit(main())
