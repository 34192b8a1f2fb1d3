"""Who uses a server: every process that needs it holds a shared lock, the last one out stops it, kill -9 included."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Protocol

from jobs.embedded.errors import CannotStart


class Server(Protocol):
    """A server of a data folder; `start` leaves a running one as it is, `stop` a stopped one."""

    name: str
    data_dir: Path

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def alive(self) -> bool: ...


@contextmanager
def in_use(server: Server) -> Iterator[None]:
    """Starts the server unless it runs, and stops it on leaving unless another process still uses it."""
    with _opened(server, "users") as mine:
        try:
            with _gate(server):
                fcntl.flock(mine, fcntl.LOCK_SH)
                server.start()
            yield
        finally:
            with _gate(server):
                if _last(mine):
                    server.stop()


def revive(server: Server) -> None:
    """Starts a server that died while it was in use."""
    with _gate(server):
        server.start()


@contextmanager
def _gate(server: Server) -> Iterator[None]:
    """One process at a time starts, stops, comes or leaves."""
    with _opened(server, "gate") as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _last(mine: IO[bytes]) -> bool:
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(server: Server, kind: str) -> IO[bytes]:
    path = server.data_dir / f"{server.name.lower()}.{kind}"
    try:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+")
    except OSError as problem:
        raise CannotStart(f"The folder {path.parent} (DATA_DIR) cannot be used: {problem.strerror}.") from problem
