"""The panel in a process of its own that is told to stop and started again on the same port."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from pathlib import Path

import httpx

from tests import databases
from tests.admin.streams.conftest import PATIENCE

ROOT = Path(__file__).parents[3]


class Standing:
    """`python -m admin` over a database of the tests."""

    def __init__(self, database: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as door:
            self.port = door.getsockname()[1]
        self.address = f"http://127.0.0.1:{self.port}"
        self._told = {"DATABASE_URL": databases.url(database), "PORT": str(self.port)}
        self.process: asyncio.subprocess.Process | None = None
        self.gone = asyncio.Event()

    async def start(self) -> None:
        """Begin; what asks at once is not answered yet."""
        self.gone.clear()
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "admin", cwd=ROOT, env=os.environ | self._told
        )

    async def answers(self) -> None:
        """Wait until it is there."""
        async with asyncio.timeout(PATIENCE * 3), httpx.AsyncClient(base_url=self.address) as client:
            while True:
                try:
                    await client.get("/health/live")
                except httpx.TransportError:
                    await asyncio.sleep(0.1)
                else:
                    return

    async def stop(self) -> None:
        """By SIGTERM, waited for. Raises `TimeoutError` for one that stays."""
        if self.process is not None and self.process.returncode is None:
            self.process.send_signal(signal.SIGTERM)
            await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def restart(self) -> None:
        """Stopped and there again; between, it is `gone`."""
        await self.stop()
        self.gone.set()
        await self.start()
        await self.answers()

    async def kill(self) -> None:
        """However it stands."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
