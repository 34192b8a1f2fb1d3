"""Files on their way in: one part for each upload, which goes on where it broke off."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from jobs.clients.storage.content import BLOCK, read_through
from models import clock
from models.errors import Problem, Refused
from models.filing.store import Content
from models.texts import N_

KEPT: Final = timedelta(days=1)
"""How long an upload that broke off waits to go on."""


class OutOfStep(Problem):
    """The upload goes on at another place. Ask where it stands."""

    status = 409


@dataclass(frozen=True)
class Staged:
    """A whole file that waits for a form to be sent: whose it is and what it is called."""

    owner: str
    name: str
    kind: str = ""


class Incoming:
    """A folder of parts; each is written by one request at a time, which its lock shows."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, upload: UUID) -> Path:
        """The part of an upload."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self.root / f"{upload}.part"

    def offset(self, upload: UUID) -> int:
        """How many bytes of it are here."""
        try:
            return self.path(upload).stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def held(self, upload: UUID) -> Iterator[None]:
        """Work on a part alone; a process that dies lets go. Raises `Refused` while another request does."""
        lock = os.open(self.path(upload), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise Refused(N_("This file is being uploaded already.")) from None
        finally:
            os.close(lock)

    async def append(self, upload: UUID, offset: int, chunks: AsyncIterator[bytes], most: int) -> int:
        """Write on from `offset`; gives the size. Raises `OutOfStep`, `Refused` for more than `most` bytes.

        What arrived before a connection broke stays. A part that was taken in is the document itself: not a byte of it
        is written any more.
        """
        known = self.path(upload).stat()
        is_taken_in = known.st_nlink > 1
        if offset > known.st_size or (is_taken_in and not offset == most == known.st_size):
            raise OutOfStep
        if is_taken_in:
            return offset
        file = os.open(self.path(upload), os.O_WRONLY | os.O_CLOEXEC)
        buffer = bytearray()
        try:
            os.ftruncate(file, offset)
            async for chunk in chunks:
                buffer += chunk
                if offset + len(buffer) > most:
                    del buffer[most - offset :]
                    raise Refused(N_("More arrived than was announced."))
                if len(buffer) >= BLOCK:
                    offset = await asyncio.to_thread(_write, file, bytes(buffer), offset)
                    buffer.clear()
        finally:
            offset = _write(file, bytes(buffer), offset)
            os.close(file)
        return offset

    async def content(self, upload: UUID) -> Content:
        """What the whole part is."""
        return await asyncio.to_thread(self._read, upload)

    def _read(self, upload: UUID) -> Content:
        with self.path(upload).open("rb") as file:
            return read_through(file)

    def stage(self, upload: UUID, staged: Staged) -> None:
        """Write down whose part it is, for the form that will claim it."""
        self.path(upload).with_suffix(".json").write_text(json.dumps(asdict(staged), ensure_ascii=False))

    def staged(self, upload: UUID) -> Staged | None:
        """What was written down; None for a part that is gone."""
        try:
            told = json.loads(self.path(upload).with_suffix(".json").read_text())
        except FileNotFoundError:
            return None
        return Staged(**told)

    def claim(self, upload: UUID) -> None:
        """A form has taken it; the sweep removes what is left."""
        self.path(upload).with_suffix(".json").unlink(missing_ok=True)

    def drop(self, upload: UUID) -> None:
        """Forget a part."""
        for suffix in (".part", ".json"):
            self.path(upload).with_suffix(suffix).unlink(missing_ok=True)

    def sweep(self, kept: timedelta = KEPT) -> int:
        """Forget parts that nobody writes: those taken in by a process that died, and those too old. Says how many."""
        gone = 0
        for part in list(self.root.glob("*.part")) if self.root.exists() else ():
            upload = UUID(part.stem)
            try:
                with self.held(upload):
                    known = part.stat()
                    age = clock.now() - datetime.fromtimestamp(known.st_mtime, UTC)
                    is_waiting = part.with_suffix(".json").exists()
                    if age > kept or (known.st_nlink > 1 and not is_waiting):
                        self.drop(upload)
                        gone += 1
            except Refused:
                continue
        return gone


def _write(file: int, block: bytes, offset: int) -> int:
    """All of a block at its place; where it ends."""
    view = memoryview(block)
    while view:
        done = os.pwrite(file, view, offset)
        view, offset = view[done:], offset + done
    return offset
