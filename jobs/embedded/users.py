"""Who uses a server: every process that needs it holds a shared lock, the last one out stops it, kill -9 included."""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from jobs.embedded.errors import CannotStart


@contextmanager
def in_use(users: Path, start: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Starts the server (a no-op if it runs) and stops it on leaving, unless another process still uses it."""
    with _opened(users) as mine:
        with _gate(users):
            start()
            fcntl.flock(mine, fcntl.LOCK_SH)
        try:
            yield
        finally:
            with _gate(users):
                if _last(mine):
                    stop()


@contextmanager
def _gate(users: Path) -> Iterator[None]:
    """One process at a time starts, stops, comes or leaves."""
    with _opened(users.with_suffix(".gate")) as gate:
        fcntl.flock(gate, fcntl.LOCK_EX)
        yield


def _last(mine: IO[bytes]) -> bool:
    try:
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        return open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "rb+")
    except OSError as problem:
        raise CannotStart(f"The folder {path.parent} (DATA_DIR) cannot be used: {problem.strerror}.") from problem
