"""`python -m jobs` is the worker; `python -m jobs COMMAND` does one thing and leaves."""

import argparse
import asyncio
import sys

import hooks
import models
from jobs import stack, worker
from jobs.backup import commands as commands_of_backup
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
    backup = commands.add_parser("backup", help="back up database and documents, and prove it by a restore")
    backup.add_argument("--no-proof", action="store_true", help="do not restore it into a scratch database")
    backup.set_defaults(command=lambda given: commands_of_backup.back_up(proof=not given.no_proof))
    commands.add_parser("backups", help="list the backups").set_defaults(command=lambda _: commands_of_backup.show())
    restoring = commands.add_parser("restore", help="bring a backup back")
    restoring.add_argument("name", nargs="?", default="", help="its name; the newest without one")
    restoring.add_argument("--replace", action="store_true", help="put the present database aside under another name")
    restoring.set_defaults(command=lambda given: commands_of_backup.bring_back(given.name, replace=given.replace))
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
