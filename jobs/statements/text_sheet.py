"""A statement that came as text: CSV in UTF-8 or cp1251, with semicolons, tabs or commas."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from models.errors import Invalid
from models.texts import N_

LARGEST_TEXT = 50 * 1024 * 1024  # bytes


class TextSheet:
    """The file's records by number, counted from 1. Raises Invalid where it is no text."""

    def __init__(self, path: Path) -> None:
        if path.stat().st_size > LARGEST_TEXT:
            raise Invalid(N_("The file is larger than {megabytes} MB"), megabytes=LARGEST_TEXT // 1024 // 1024)
        text = _decoded(path.read_bytes())
        self.name = path.stem
        self._records = list(csv.reader(text.splitlines(keepends=True), delimiter=_delimiter(text)))

    @property
    def height(self) -> int:
        """Records in the file."""
        return len(self._records)

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Each record with its number."""
        for number, record in enumerate(self._records, start=1):
            yield number, list(record)

    def valueless_formulas(self) -> dict[int, list[int]]:
        """Text has none."""
        return {}


def _decoded(content: bytes) -> str:
    if b"\0" in content:
        raise Invalid(N_("This is neither an Excel workbook nor a CSV file"))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1251", "replace")


def _delimiter(text: str) -> str:
    """The one that the first lines have most: a comma is Russian's decimal point too, so it comes last."""
    beginning = "\n".join(text.splitlines()[:20])
    return max(";", "\t", ",", key=lambda mark: (mark != "," and mark in beginning, beginning.count(mark)))
