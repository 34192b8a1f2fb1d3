"""A range as it is pasted, and what it would change."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

Row = tuple[UUID, dict[str, str], dict[str, str]]
"""A record, the values that were seen, and the new ones."""


class Told(NamedTuple):
    """One cell as it was pasted: a text, or the record whose value it takes over."""

    key: UUID
    name: str
    text: str
    source: UUID | None
    is_stored: bool = False
    """Whether the text is a value as it is stored, not as somebody wrote it."""


@dataclass
class Line:
    """A cell of the preview: what stands there, what would stand there, and why it cannot."""

    title: str
    label: str
    old: str = ""
    new: str = ""
    problem: str = ""
    is_news: bool = False
    """Whether somebody has changed the cell since the preview before this one."""


@dataclass
class Preview:
    """What a range would change."""

    lines: list[Line] = field(default_factory=list)
    good: list[Row] = field(default_factory=list)
    same: int = 0
    before: Mapping[tuple[UUID, str], str] = field(default_factory=dict)
    """What the preview before this one showed to stand in the cells, where there was one."""
    told: str = ""
    """Why it is shown once more."""

    @property
    def changes(self) -> int:
        """Cells that would change."""
        return sum(len(new) for _key, _seen, new in self.good)

    @property
    def bad(self) -> int:
        """Cells that cannot take what was pasted."""
        return sum(bool(line.problem) for line in self.lines)

    @property
    def kept(self) -> str:
        """What is written when it is confirmed, as one hidden value."""
        return json.dumps([[str(key), seen, new] for key, seen, new in self.good], ensure_ascii=False)
