"""The two servers that are measured: one worker each, as processes of their own."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from bench.client import Browser
from bench.forms import form_with
from settings import settings

ROOT = Path(__file__).parents[1]
START_SECONDS = 60.0
STOP_SECONDS = 8.0
LOGIN_PAGES = ("/admin/login", "/login")


class Missing(Exception):
    """The page, or the whole server, is not there; the message says what was found instead."""


class Served:
    """A server on a free port, stopped at the end."""

    def __init__(self, name: str, log: Path) -> None:
        self.name = name
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self._log = log
        told = {"PORT": str(self.port), "HOST": "127.0.0.1", "WEB_WORKERS": "1", "DATA_DIR": str(settings.data_dir)}
        with log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, *self._command()],
                cwd=ROOT,
                env=os.environ | told,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _command(self) -> list[str]:
        if self.name == "ours":
            return ["-m", "admin"]
        uvicorn = ["-m", "uvicorn", "bench.floor.app:app", "--no-access-log", "--log-level", "warning"]
        return [*uvicorn, "--loop", "uvloop", "--http", "httptools", "--port", str(self.port)]

    async def ready(self) -> None:
        """Wait until it answers. Raises `Missing` with its last words."""
        browser = Browser(self.base)
        try:
            async with asyncio.timeout(START_SECONDS):
                while self._process.poll() is None:
                    try:
                        if (await browser.get("/login")).status:
                            return
                    except OSError:
                        await asyncio.sleep(0.1)
        except TimeoutError:
            pass
        finally:
            browser.close()
        raise Missing(f"{self.name} does not start: {self._last_words()}")

    async def signed_in(self, username: str, password: str) -> Browser:
        """A browser of this person. Raises `Missing`."""
        browser = Browser(self.base)
        for page in LOGIN_PAGES if self.name == "ours" else ("/login",):
            shown = await browser.get(page)
            if shown.status != 200:
                continue
            fields = [
                pair for pair in form_with(bytes(shown.body), "username") if pair[0] not in ("username", "password")
            ]
            reply = await browser.post(page, [*fields, ("username", username), ("password", password)])
            if reply.status in (302, 303):
                return browser
            raise Missing(f"{self.name} does not let {username} in: {reply.status}")
        raise Missing(f"{self.name} has no sign-in page")

    def stop(self) -> None:
        """Ask, then insist; only this process and its children."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self._process.pid, number)
                self._process.wait(STOP_SECONDS)
            except ProcessLookupError:
                return
            except subprocess.TimeoutExpired:
                continue

    def _last_words(self) -> str:
        words = self._log.read_text(errors="replace").strip().splitlines()
        return words[-1] if words else "it says nothing"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
