"""What the storage of files is asked to do; `jobs/clients/storage` does it, on a folder or on S3."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from models.errors import OutsideError, Problem


class Taken(Problem):
    """There is a file with this name already."""

    status = 409


class Gone(OutsideError):
    """The file is not in the folder. It may have been moved or deleted by hand."""

    status = 410

    def __init__(self) -> None:
        super().__init__(permanent=True)


@dataclass(frozen=True)
class File:
    """A file as the storage knows it: size in bytes, time of its last change in UTC.

    What somebody is writing right now is not settled.
    """

    key: str
    size: int
    modified_at: datetime
    is_settled: bool = True


@dataclass(frozen=True)
class Content:
    """What a file's bytes say: their SHA-256 and their kind, whatever its name says."""

    sha256: str
    media_type: str


class Store(Protocol):
    """A place of files. Keys are paths with slashes; nothing is ever written over."""

    follows_names: bool
    """Whether people see the keys, so that files move when they are renamed in the panel."""

    async def put(self, part: Path, key: str) -> File:
        """Take a file in, whole or not at all; again with the same file is the same. Raises `Taken`."""
        ...

    async def move(self, old: str, new: str) -> None:
        """Give a file another key. Raises `Taken`, `Gone`."""
        ...

    async def remove(self, key: str) -> None:
        """Delete a file for good; one that is not there is no matter."""
        ...

    async def stat(self, key: str) -> File | None:
        """What is known of a file; None where there is none."""
        ...

    async def listing(self, prefix: str = "") -> list[File]:
        """Files below a folder that people would count as theirs, in the order of their keys."""
        ...

    async def content(self, key: str) -> Content:
        """Read a file through. Raises `Gone`."""
        ...
