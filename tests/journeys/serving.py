"""The panel as people reach it: uvicorn on a port of its own, in a thread with its own loop."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import uvicorn

from admin.app import build
from models.session import Database
from settings import settings

PATIENCE = 30
"""Seconds that a stopping server is given."""


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The address of a panel over the database at `url`."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        config = uvicorn.Config(lambda: build(Database(url), settings), factory=True, log_level="error")
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, kwargs={"sockets": [door]}, name="panel")
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(PATIENCE)
