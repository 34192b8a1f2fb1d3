"""One command for everything: the servers that no URL replaces, the schema, the data, web and worker."""

import asyncio
import signal
import sys
from contextlib import suppress

from jobs.embedded import libpq_url, redis_url, running
from jobs.embedded.errors import CannotStart
from jobs.embedded.users import Server, revive
from jobs.preflight import check_database, check_folder, check_port, check_redis
from jobs.processes import Child, until_told
from settings import settings

WATCH_SECONDS = 2.0
DEMO_PEOPLE = {
    "anna@demo.local": "seller",
    "boris@demo.local": "executor",
    "vera@demo.local": "seller of another team",
    "olga@demo.local": "accountant",
    "head@demo.local": "head of Anna's team",
    "admin@demo.local": "administrator",
}


def run(*, demo: bool = True) -> None:
    """Serves until SIGINT or SIGTERM; raises CannotStart with one sentence where that is impossible."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    check_folder(settings.data_dir)
    check_port(settings.host, settings.port)
    if settings.database_url:
        asyncio.run(check_database(libpq_url()))
    if settings.redis_url:
        check_redis(redis_url())
    with suppress(KeyboardInterrupt), running(postgres=True, valkey=True) as servers:
        try:
            asyncio.run(_serve(servers, demo))
        finally:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)  # the databases are stopping, once is enough


async def _serve(servers: list[Server], demo: bool) -> None:
    await until_told(asyncio.create_task(_everything(servers, demo)))


async def _everything(servers: list[Server], demo: bool) -> None:
    steps = [("migrations",), ("seeds", "reference"), *([("seeds", "demo")] if demo else [])]
    for step in steps:
        await _prepare(*step)
    doors = [_module("web", "admin"), _module("worker", "jobs")]
    if settings.telegram_token:
        doors.append(_module("bot", "bot"))
    async with asyncio.TaskGroup() as group:
        for server in servers:
            group.create_task(_watch(server))
        for door in doors:
            group.create_task(door.keep_running())
        group.create_task(_announce(demo))


async def _prepare(*step: str) -> None:
    code = await _module(" ".join(step), *step).run()
    if code:
        raise CannotStart(f"Preparing the database failed: `python -m {' '.join(step)}` ended with code {code}.")


async def _watch(server: Server) -> None:
    while True:
        await asyncio.sleep(WATCH_SECONDS)
        if not server.alive():
            print(f"{server.name} is gone, starting it again.", file=sys.stderr, flush=True)
            try:
                await asyncio.to_thread(revive, server)
            except CannotStart as problem:
                print(problem, file=sys.stderr, flush=True)


async def _announce(demo: bool) -> None:
    await _listening()
    print(f"\nPolisdesk is at {settings.address}/admin")
    if demo:
        print(f"Demo people, password {settings.demo_password}:")
        for login, who in DEMO_PEOPLE.items():
            print(f"  {login:<18} {who}")
    print("Ctrl-C stops everything.", flush=True)


async def _listening() -> None:
    while True:
        try:
            _, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return


def _module(name: str, *arguments: str) -> Child:
    return Child(name, sys.executable, "-m", *arguments)
