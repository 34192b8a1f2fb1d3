"""`python -m tests.faults.panel DATABASE PORT FAULT`: the panel in a process of its own that halts where it is told.

`file` halts when the file of an upload is in its place and its row is not written; `row` when both are and no answer
has left; `row_first` is a panel that writes the row before the file, and halts between: what ours must not be like.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

import uvicorn

from admin.app import build
from admin.documents import uploading
from jobs import putting
from models import clock
from models.filing.places import Owner
from models.filing.store import File
from models.session import Database
from settings import settings

HALTED = "halted"
_keep = uploading._keep


async def halt(*_given: Any, **_more: Any) -> Any:
    """Say so and wait for the end."""
    print(HALTED, flush=True)
    await asyncio.Event().wait()


async def keep_and_halt(*given: Any) -> Any:
    """Nobody hears that it is done."""
    await _keep(*given)
    return await halt()


async def promise(part: Path, owner: Owner, _key: Any, folder: str, name: str) -> File:
    """Where the file would lie."""
    return File(owner.key(folder, name), part.stat().st_size, clock.now())


def break_(fault: str) -> None:
    """Put the fault in."""
    if fault == "file":
        putting.take_in = halt  # type: ignore[assignment]
    if fault in ("row", "row_first"):
        uploading._keep = keep_and_halt  # type: ignore[assignment]
    if fault == "row_first":
        putting.put = promise  # type: ignore[assignment]


if __name__ == "__main__":
    url, port, fault = sys.argv[1:]
    break_(fault)
    uvicorn.run(build(Database(url), settings), host="127.0.0.1", port=int(port), log_level="error")
