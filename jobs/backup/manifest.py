"""What a backup holds: written last, so that a backup without it does not exist."""

from __future__ import annotations

import asyncio
import json
import tempfile
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from jobs.clients.storage import Bucket, Folder
from settings import settings

Shelf = Folder | Bucket
DATABASE, FILES = "database", "files"


class Broken(Exception):
    """A backup is not what it says it is; the message tells what differs."""


@dataclass(frozen=True)
class Kept:
    """A document in a backup: where it belongs, its bytes' SHA-256 and number."""

    storage_key: str
    sha256: str
    size: int


@dataclass(frozen=True)
class Manifest:
    """One backup: its moment in UTC, the schema's revision, rows by table, the dump and the documents."""

    name: str
    at: datetime
    revision: str
    rows: dict[str, int]
    dump_sha256: str
    dump_size: int
    files: list[Kept]

    @property
    def dump_key(self) -> str:
        """Where the dump lies on the shelf."""
        return f"{DATABASE}/{self.name}.dump"

    @property
    def key(self) -> str:
        """Where the manifest lies on the shelf."""
        return f"{DATABASE}/{self.name}.json"

    def text(self) -> str:
        """As it is written."""
        return json.dumps(asdict(self) | {"at": self.at.isoformat()}, ensure_ascii=False, indent=1)


def file_key(sha256: str) -> str:
    """Where a document lies on the shelf: under its bytes' name, so that many backups share it."""
    return f"{FILES}/{sha256[:2]}/{sha256}"


@cache
def shelf() -> Shelf:
    """Where backups are kept: `BACKUP_URL`, else a folder in DATA_DIR."""
    if settings.backup_url.startswith("s3://"):
        return Bucket(settings.backup_url)
    if settings.backup_url:
        return Folder(Path(unquote(urlsplit(settings.backup_url).path)))
    return Folder(settings.data_dir / "backups")


async def read_bytes(place: Shelf, key: str) -> bytes:
    """A small file as a whole. Raises `Gone`."""
    found = await place.stat(key)
    if found is None or not found.size:
        raise Broken(f"{key} is not there.")
    return b"".join([block async for block in place.read(key, 0, found.size - 1)])


async def fetch(place: Shelf, key: str, target: Path) -> None:
    """A large file into a file of ours, block by block."""
    found = await place.stat(key)
    if found is None:
        raise Broken(f"{key} is not there.")
    with target.open("wb") as file:
        if found.size:
            async for block in place.read(key, 0, found.size - 1):
                await asyncio.to_thread(file.write, block)


async def put_text(place: Shelf, key: str, text: str) -> None:
    """A small file, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        part = Path(folder) / "part"
        part.write_text(text, encoding="utf-8")
        await place.put(part, key)


def work_folder() -> Path:
    """Where parts of a backup wait until they are whole."""
    folder = settings.data_dir / "backup-parts"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


async def all_of(place: Shelf) -> list[Manifest]:
    """Every backup on a shelf, the oldest first."""
    keys = [file.key for file in await place.listing(DATABASE) if file.key.endswith(".json")]
    found = [parse(await read_bytes(place, key)) for key in keys]
    return sorted(found, key=lambda one: one.at)


async def newest(place: Shelf, name: str = "") -> Manifest:
    """The backup of a name, else the newest one. Raises `Broken` where there is none."""
    found = [one for one in await all_of(place) if not name or one.name == name]
    if not found:
        raise Broken(f"There is no backup {name}." if name else "There is no backup yet.")
    return found[-1]


def parse(text: bytes) -> Manifest:
    """A manifest as it was written."""
    told = json.loads(text)
    told |= {"at": datetime.fromisoformat(told["at"]), "files": [Kept(**one) for one in told["files"]]}
    return Manifest(**told)
