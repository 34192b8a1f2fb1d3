"""Child processes that end with us: each in its own group, restarted when it dies, stopped politely and then not."""

import asyncio
import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[1]
GRACE_SECONDS = 6.0
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
HEALTHY_SECONDS = 60.0
"""A child that lived this long starts again without a grown delay."""
PR_SET_PDEATHSIG = 1


class Child:
    """A command, named for messages."""

    def __init__(self, name: str, *command: str) -> None:
        self.name = name
        self.command = command

    async def run(self) -> int:
        """Runs to the end and returns the exit code; on cancellation stops the whole group of processes."""
        process = await asyncio.create_subprocess_exec(
            *self.command,
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        try:
            return await process.wait()
        finally:
            await _stop(process)

    async def keep_running(self) -> None:
        """Runs for ever, with a growing pause after each early death."""
        delay = FIRST_DELAY
        while True:
            began = time.monotonic()
            code = await self.run()
            if time.monotonic() - began > HEALTHY_SECONDS:
                delay = FIRST_DELAY
            print(f"{self.name} ended with code {code}, starting again in {delay:g} s.", file=sys.stderr, flush=True)
            await asyncio.sleep(delay)
            delay = min(delay * 2, LONGEST_DELAY)


async def until_told(work: asyncio.Task[None]) -> None:
    """Waits for the work, or for SIGINT or SIGTERM: then cancels it once and waits for its cleaning up."""
    told = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    telling = asyncio.create_task(told.wait())
    await asyncio.wait({work, telling}, return_when=asyncio.FIRST_COMPLETED)
    telling.cancel()
    work.cancel()
    with suppress(asyncio.CancelledError):
        await work


async def _stop(process: asyncio.subprocess.Process) -> None:
    if process.returncode is None:
        _signal(process, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), GRACE_SECONDS)
    _signal(process, signal.SIGKILL)  # what the child left behind in its group
    await process.wait()


def _signal(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


_libc = ctypes.CDLL(None)


def _end_with_parent() -> None:
    """In the child before exec: the kernel sends SIGTERM when we die, even of kill -9."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
