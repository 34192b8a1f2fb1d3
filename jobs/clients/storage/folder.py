"""The storage as a folder: whole files or none, nothing written over, no way out by links."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Final

from jobs.clients.storage.content import BLOCK, read_through
from models import clock
from models.filing.places import TRASH
from models.filing.store import Content, File, Gone, Taken

QUIET: Final = timedelta(seconds=2)
"""A file that was changed just now is still being copied."""
PASSING: Final = (".tmp", ".part", ".partial", ".crdownload")
CLUTTER: Final = frozenset({"thumbs.db", "desktop.ini"})
NO_LINKS: Final = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.EXDEV, errno.EMLINK})
ACCESS, FOR_NEW = "system.posix_acl_access", "system.posix_acl_default"


class Folder:
    """Files below `root`. With `is_shared` people work in it too, and new files get the rights of their folder."""

    follows_names = True

    def __init__(self, root: Path, *, is_shared: bool = False) -> None:
        self.root = root
        self.is_shared = is_shared

    async def put(self, part: Path, key: str) -> File:
        """Take a file in, whole or not at all; again with the same file is the same. Raises `Taken`."""
        return await asyncio.to_thread(self._put, part, key)

    async def move(self, old: str, new: str) -> None:
        """Give a file another key; folders that become empty go. Raises `Taken`, `Gone`."""
        await asyncio.to_thread(self._move, old, new)

    async def remove(self, key: str) -> None:
        """Delete a file for good; one that is not there is no matter."""
        await asyncio.to_thread(self._remove, key)

    async def stat(self, key: str) -> File | None:
        """What is known of a file; None where there is none."""
        return await asyncio.to_thread(self._stat, key)

    async def listing(self, prefix: str = "") -> list[File]:
        """Files below a folder, hidden and passing ones left out, those in the trash not."""
        return await asyncio.to_thread(lambda: sorted(self._walk(prefix), key=lambda file: file.key))

    async def content(self, key: str) -> Content:
        """Read a file through. Raises `Gone`."""
        return await asyncio.to_thread(self._content, key)

    async def read(self, key: str, first: int, last: int) -> AsyncIterator[bytes]:
        """The bytes from `first` to `last`, both included. Raises `Gone`."""
        file = await asyncio.to_thread(self.open, key)
        with file:
            file.seek(first)
            left = last - first + 1
            while left and (block := await asyncio.to_thread(file.read, min(BLOCK, left))):
                left -= len(block)
                yield block

    async def signed(self, _key: str, _name: str, _media_type: str) -> str:
        """A folder has no links of its own."""
        return ""

    def open(self, key: str) -> IO[bytes]:
        """A plain file inside the folder, whatever links people have put there. Raises `Gone`; blocking."""
        try:
            with self._parent(key) as folder:
                found = os.open(key.split("/")[-1], os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
        except OSError:
            raise Gone from None
        if not stat.S_ISREG(os.fstat(found).st_mode):
            os.close(found)
            raise Gone
        return os.fdopen(found, "rb", buffering=0)

    @contextmanager
    def _parent(self, key: str, *, make: bool = False) -> Iterator[int]:
        """The folder of a key, opened part by part so that no link leads outside."""
        self.root.mkdir(mode=0o750, parents=True, exist_ok=True)
        here = os.open(self.root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            for part in key.split("/")[:-1]:
                if make:
                    with suppress(FileExistsError):
                        os.mkdir(part, 0o770 if self.is_shared else 0o750, dir_fd=here)
                        os.fsync(here)
                below = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=here)
                os.close(here)
                here = below
            yield here
        finally:
            os.close(here)

    def _put(self, part: Path, key: str) -> File:
        name = key.split("/")[-1]
        with part.open("rb") as file:
            os.fsync(file.fileno())
        with self._parent(key, make=True) as folder:
            try:
                os.link(part, name, dst_dir_fd=folder)
            except FileExistsError:
                if not os.path.samestat(part.stat(), os.stat(name, dir_fd=folder, follow_symlinks=False)):
                    raise Taken from None
            except OSError as problem:
                if problem.errno not in NO_LINKS:
                    raise
                _copy(part, name, folder)
            if self.is_shared:
                _rights_of_the_folder(name, folder)
            os.fsync(folder)
            return _file(key, os.stat(name, dir_fd=folder, follow_symlinks=False))

    def _move(self, old: str, new: str) -> None:
        if self._stat(old) is None:
            raise Gone
        with self._parent(old) as source, self._parent(new, make=True) as target:
            names = old.split("/")[-1], new.split("/")[-1]
            try:
                os.stat(names[1], dir_fd=target, follow_symlinks=False)
            except FileNotFoundError:
                os.rename(*names, src_dir_fd=source, dst_dir_fd=target)
            else:
                raise Taken
            if self.is_shared:
                _rights_of_the_folder(names[1], target)
            os.fsync(target)
            os.fsync(source)
        self._tidy(old)

    def _remove(self, key: str) -> None:
        with suppress(FileNotFoundError, NotADirectoryError):
            with self._parent(key) as folder:
                os.unlink(key.split("/")[-1], dir_fd=folder)
            self._tidy(key)

    def _tidy(self, key: str) -> None:
        """Remove the folders that the last file has just left."""
        parts = key.split("/")[:-1]
        with suppress(OSError):
            while parts:
                self.root.joinpath(*parts).rmdir()
                parts.pop()

    def _stat(self, key: str) -> File | None:
        try:
            with self._parent(key) as folder:
                known = os.stat(key.split("/")[-1], dir_fd=folder, follow_symlinks=False)
        except OSError:
            return None
        return _file(key, known) if stat.S_ISREG(known.st_mode) else None

    def _content(self, key: str) -> Content:
        with self.open(key) as file:
            return read_through(file)

    def _walk(self, prefix: str) -> Iterator[File]:
        try:
            entries = list(os.scandir(self.root / prefix))
        except OSError:
            return
        for entry in entries:
            key = f"{prefix}/{entry.name}" if prefix else entry.name
            if entry.is_symlink() or is_passing(entry.name):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(key)
            elif entry.is_file(follow_symlinks=False):
                with suppress(FileNotFoundError):
                    yield _file(key, entry.stat(follow_symlinks=False))


def is_passing(name: str) -> bool:
    """Whether a name is of something that programs leave about while they work."""
    low = name.lower()
    return (low.startswith((".", "~$")) and name != TRASH) or low.endswith(PASSING) or low in CLUTTER


def _file(key: str, known: os.stat_result) -> File:
    """A second name of a file means that it is just being taken in."""
    changed = datetime.fromtimestamp(known.st_mtime_ns // 1000 / 1_000_000, UTC)
    is_settled = known.st_nlink == 1 and clock.now() - changed > QUIET
    return File(key, known.st_size, changed, is_settled)


def _copy(part: Path, name: str, folder: int) -> None:
    """Where files cannot have two names: a copy under a hidden name, then its own name."""
    hidden = f".{part.stem}.part"
    target = os.open(hidden, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o640, dir_fd=folder)
    with os.fdopen(target, "wb") as copy, part.open("rb") as source:
        shutil.copyfileobj(source, copy, BLOCK)
        copy.flush()
        os.fsync(copy.fileno())
    try:
        os.close(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o640, dir_fd=folder))
    except FileExistsError:
        os.unlink(hidden, dir_fd=folder)
        raise Taken from None
    os.rename(hidden, name, src_dir_fd=folder, dst_dir_fd=folder)


def _rights_of_the_folder(name: str, folder: int) -> None:
    """A file that was moved in has the rights of where it was made: give it what the folder gives to new ones."""
    with suppress(OSError):
        rights = os.getxattr(folder, FOR_NEW)
        file = os.open(name, os.O_RDONLY | os.O_NOFOLLOW, dir_fd=folder)
        try:
            os.setxattr(file, ACCESS, rights)
            os.fchmod(file, 0o660)
        finally:
            os.close(file)
