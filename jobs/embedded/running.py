"""The services that the settings leave to us, running for as long as somebody needs them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jobs.embedded.postgres import Postgres
from jobs.embedded.users import Server, in_use
from jobs.embedded.valkey import Valkey
from settings import settings


@contextmanager
def running(*, postgres: bool = True, valkey: bool = False) -> Iterator[list[Server]]:
    """Starts what no URL in the settings replaces and nobody has started yet; the last user to leave stops it.

    Raises CannotStart. Gives the embedded servers, for who wants to watch them.
    """
    servers: list[Server] = []
    if postgres and not settings.database_url:
        servers.append(Postgres(settings.data_dir))
    if valkey and not settings.redis_url:
        servers.append(Valkey(settings.data_dir))
    with ExitStack() as stack:
        for server in servers:
            stack.enter_context(in_use(server))
        yield servers


@contextmanager
def postgres_running(data_dir: Path, *, durable: bool = True) -> Iterator[Postgres]:
    """The cluster of any data folder, for tests and drills; `durable=False` gives up safety for speed."""
    server = Postgres(data_dir, durable=durable)
    with in_use(server):
        yield server
