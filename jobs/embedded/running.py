"""The services that the settings leave to us, running for as long as somebody needs them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from jobs.embedded.postgres import Postgres
from jobs.embedded.users import in_use
from jobs.embedded.valkey import Valkey
from settings import settings


@contextmanager
def running(*, postgres: bool = True, valkey: bool = False) -> Iterator[None]:
    """Starts what no URL in the settings replaces and nobody has started yet; the last user to leave stops it.

    Raises CannotStart.
    """
    with ExitStack() as stack:
        if postgres and not settings.database_url:
            stack.enter_context(postgres_running(settings.data_dir))
        if valkey and not settings.redis_url:
            stack.enter_context(valkey_running(settings.data_dir))
        yield


@contextmanager
def postgres_running(data_dir: Path, *, durable: bool = True) -> Iterator[Postgres]:
    """The cluster of a data folder."""
    server = Postgres(data_dir, durable=durable)
    with in_use(data_dir / "postgres.users", server.start, server.stop):
        yield server


@contextmanager
def valkey_running(data_dir: Path) -> Iterator[Valkey]:
    """The Valkey of a data folder."""
    server = Valkey(data_dir)
    with in_use(data_dir / "valkey.users", server.start, server.stop):
        yield server
