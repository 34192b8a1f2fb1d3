"""`python -m migrations` brings the database up to date; its other commands are for developers."""

from __future__ import annotations

import argparse
import asyncio
import os
import subprocess
import sys

from alembic import command

from jobs.embedded import CannotStart, admin_url, client_program, libpq_url, role_url, running
from jobs.embedded.urls import LOGIN_ROLES, role_password
from migrations import diagram
from migrations.runner import HERE, Addresses, OldServer, Unprivileged, bootstrap, config, upgrade
from models.actor import SYSTEM_ID


def addresses() -> Addresses:
    """Those of the settings."""
    return Addresses(admin_url(), role_url("crm_owner"), {role: role_password(role) for role in LOGIN_ROLES})


def next_number() -> str:
    """The number of the revision after the highest one."""
    newest = max(file.name.partition("_")[0] for file in (HERE / "versions").glob("[0-9]*.py"))
    return f"{int(newest) + 1:04}"


def psql(more: list[str]) -> int:
    """Open psql as the owner; its writes are the system's, by way of `sql`."""
    options = f"-c app.actor_id={SYSTEM_ID} -c app.via=sql"
    environment = os.environ | {"PGOPTIONS": options}
    return subprocess.run(  # noqa: S603 - the operator's own words
        [client_program("psql"), libpq_url("crm_owner"), *more], env=environment, check=False
    ).returncode


def main() -> int:
    """Dispatch the command; 2 and one sentence where it cannot be done."""
    parser = argparse.ArgumentParser(prog="python -m migrations", description="The database's schema.")
    commands = parser.add_subparsers(dest="command", title="commands (none: upgrade)")
    commands.add_parser("upgrade", help="bring the database up to date")
    commands.add_parser("check", help="upgrade, then say whether the models differ from the schema")
    new = commands.add_parser("revision", help="write a revision from what the models have new")
    new.add_argument("-m", "--message", required=True)
    commands.add_parser("diagram", help="write docs/data-model.md from the models")
    commands.add_parser("psql", help="open psql as the owner; after -- come its own options").add_argument(
        "more", nargs="*"
    )
    given = parser.parse_args()
    if given.command == "diagram":
        diagram.write()
        return 0
    try:
        with running():
            match given.command:
                case "psql":
                    return psql(given.more)
                case "check":
                    upgrade(addresses())
                    command.check(config(addresses()))
                case "revision":
                    asyncio.run(bootstrap(addresses()))
                    command.revision(
                        config(addresses()), message=given.message, autogenerate=True, rev_id=next_number()
                    )
                case _:
                    upgrade(addresses())
    except (CannotStart, OldServer, Unprivileged) as problem:
        print(problem, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
