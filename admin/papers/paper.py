"""What every paper has: a title, facts, tables, sentences below them, and who signs."""

from __future__ import annotations

from dataclasses import dataclass

from admin.papers.table import Block


@dataclass(frozen=True)
class Paper:
    """A paper in the reader's words, whatever it is drawn as."""

    title: str
    file_name: str
    facts: tuple[tuple[str, str], ...]
    blocks: tuple[Block, ...]
    sentences: tuple[str, ...]
    signatures: tuple[tuple[str, str], ...]
    """Who signs: as what, and the name where it is known."""
    is_draft: bool = False
