"""One folder for each upload under DATA_DIR/uploads: whose it is, the file, how far it has come, the verdicts.

Files and not memory, so that every web worker answers for it and a restart loses nothing.
"""

from __future__ import annotations

import enum
import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from jobs.portfolio.workbook import LARGEST_FILE
from models import clock
from models.errors import NotFound, Problem
from settings import settings

KEPT = timedelta(days=3)
"""It holds personal data; what was written is in the database, what was not can be brought again."""
LARGEST = LARGEST_FILE
PORTFOLIO, STATEMENT, ROWS, EXPORT = "portfolio", "statement", "rows", "export"
SILENCE = timedelta(seconds=20)
"""A process that works on it gives a sign of life every two seconds."""


class Phase(enum.StrEnum):
    """How far an upload has come."""

    READING = "reading"
    REFUSED = "refused"
    READ = "read"
    ASKS = "asks"
    WRITING = "writing"
    WRITTEN = "written"
    FAILED = "failed"


BUSY = frozenset({Phase.READING, Phase.WRITING})


@dataclass
class State:
    """What is going on: `label` is the sheet being read, `problem` a msgid with its values."""

    phase: Phase = Phase.READING
    label: str = ""
    done: int = 0
    of: int = 0
    problem: tuple[str, dict[str, str]] | None = None
    action: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    asks: str = ""
    """What a person must say before it goes on."""
    result: str = ""
    """The key of what was made of it, or of what is here already."""


@dataclass(frozen=True)
class Upload:
    """An upload in its folder."""

    folder: Path
    owner: UUID
    name: str
    kind: str = PORTFOLIO

    @property
    def id(self) -> UUID:
        """The name of the folder."""
        return UUID(self.folder.name)

    @property
    def workbook(self) -> Path:
        """The file itself."""
        return self.folder / "workbook"

    @property
    def verdicts(self) -> Path:
        """The rows and what they were found to be."""
        return self.folder / "verdicts.sqlite"

    def state(self) -> State:
        """How far it has come; a process that fell silent has failed."""
        told = State(**json.loads((self.folder / "state.json").read_text()))
        told.phase = Phase(told.phase)
        if told.phase in BUSY and clock.now() - self._last_sign() > SILENCE:
            told.phase = Phase.FAILED
        return told

    def tell(self, state: State) -> None:
        """Replace the state at once, never half."""
        _write(self.folder / "state.json", asdict(state))
        self.live()

    def live(self) -> None:
        """Give a sign of life."""
        (self.folder / "alive").touch()

    def begin_writing(self, action: UUID) -> bool:
        """Whether it is this caller who may start writing: only the first of several is."""
        try:
            os.close(os.open(self.folder / "writing", os.O_CREAT | os.O_EXCL))
        except FileExistsError:
            return False
        self.tell(State(Phase.WRITING, action=str(action)))
        return True

    def named(self, name: str) -> Upload:
        """The same with the name that its file had."""
        upload = Upload(self.folder, self.owner, name, self.kind)
        upload.introduce()
        return upload

    def introduce(self) -> None:
        """Write down whose it is and what its file is called."""
        _write(self.folder / "upload.json", {"owner": str(self.owner), "name": self.name, "kind": self.kind})

    @property
    def told(self) -> dict[str, str]:
        """What the person has said of it."""
        try:
            return dict(json.loads((self.folder / "told.json").read_text()))
        except FileNotFoundError:
            return {}

    def tell_more(self, **told: str) -> None:
        """Keep what the person says, and begin anew."""
        _write(self.folder / "told.json", self.told | told)
        self.tell(State())

    def remove(self) -> None:
        """Forget it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _last_sign(self) -> datetime:
        return datetime.fromtimestamp((self.folder / "alive").stat().st_mtime, UTC)


def make(owner: UUID, name: str, kind: str = PORTFOLIO) -> Upload:
    """A new upload, its file not here yet."""
    upload = Upload(root() / str(uuid7()), owner, name, kind)
    upload.folder.mkdir(mode=0o700)
    upload.introduce()
    upload.tell(State())
    return upload


def find(key: UUID, owner: UUID, kind: str = PORTFOLIO) -> Upload:
    """A person's own upload. Raises `NotFound` for another's, for one of another kind and for what is gone."""
    folder = root() / str(key)
    try:
        told = json.loads((folder / "upload.json").read_text())
    except FileNotFoundError:
        raise NotFound from None
    if told["owner"] != str(owner) or told.get("kind", PORTFOLIO) != kind:
        raise NotFound
    return Upload(folder, owner, told["name"], kind)


def sweep() -> int:
    """Remove what is old; how many."""
    old = [folder for folder in root().iterdir() if _age(folder) > KEPT]
    for folder in old:
        shutil.rmtree(folder, ignore_errors=True)
    return len(old)


def problem_of(problem: Problem) -> tuple[str, dict[str, str]]:
    """A problem as it is kept until somebody reads it in their language."""
    return problem.msgid, {name: str(value) for name, value in problem.params.items()}


def _age(folder: Path) -> timedelta:
    return clock.now() - datetime.fromtimestamp(folder.stat().st_mtime, UTC)


def root() -> Path:
    """Where all of them are."""
    folder = settings.data_dir / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _write(path: Path, told: dict[str, Any]) -> None:
    new = path.with_suffix(f".{os.getpid()}.new")
    new.write_text(json.dumps(told, ensure_ascii=False))
    new.replace(path)
