"""A statement that came as text: CSV of any usual encoding, with semicolons, tabs, commas or bars."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from models.errors import Invalid
from models.texts import N_

LARGEST_TEXT = 50 * 1024 * 1024  # bytes
DELIMITERS = (";", "\t", ",", "|")
_NO_TEXT = N_("This is neither an Excel workbook nor a CSV file")
_OPEN_QUOTE = N_("Row {row}: a quotation mark is opened and never closed, so that the rows below it cannot be read")
_END = "end of the records"
_UNLIKELY = re.compile(r"[а-яё][А-ЯЁ]|[^\x00-\x7fА-Яа-яЁё№«»„“”–—…’\xa0₽°§]")
"""What a Russian text has seldom, and one in a wrong encoding in every word: capitals within words, odd signs."""


class TextSheet:
    """The file's records by number, counted from 1."""

    def __init__(self, name: str, text: str, delimiter: str) -> None:
        self.name = name
        self.delimiter = delimiter
        self._text = text
        last: list[str] = []
        try:
            for number, record in enumerate(self._records([_END])):
                self.height, last = number, record
        except csv.Error:
            raise Invalid(_NO_TEXT) from None
        if last != [_END]:
            raise Invalid(_OPEN_QUOTE, row=self.height + 1)

    def rows(self, filled: bool = True) -> Iterator[tuple[int, list[object]]]:
        """Each record with its number."""
        for number, record in enumerate(self._records(), start=1):
            yield number, [unquoted(cell) for cell in record]

    def _records(self, more: Iterable[str] = ()) -> Iterator[list[str]]:
        """Read anew each time: a large file's cells are never all in memory. A quote left open swallows `more`."""
        return csv.reader(chain(io.StringIO(self._text, newline=""), more), delimiter=self.delimiter)

    def valueless_formulas(self) -> dict[int, list[int]]:
        """Text has none."""
        return {}


def read_text(path: Path) -> str:
    """The file's text. Raises Invalid where it is too large, or no text."""
    if path.stat().st_size > LARGEST_TEXT:
        raise Invalid(N_("The file is larger than {megabytes} MB"), megabytes=LARGEST_TEXT // 1024 // 1024)
    return decoded(path.read_bytes())


def delimiters_of(text: str) -> list[str]:
    """The marks that stand in the first lines, the likeliest first: a comma is Russian's decimal point too."""
    beginning = "\n".join(text.splitlines()[:40])
    found = [mark for mark in DELIMITERS if mark in beginning]
    return sorted(found, key=lambda mark: (mark == ",", -beginning.count(mark))) or [";"]


def decoded(content: bytes) -> str:
    """The text of bytes: by their mark of order, as UTF-8, else by the one-byte encoding that gives Russian words."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", "replace")
        if "\0" in text:
            raise Invalid(_NO_TEXT)
        return text
    if b"\0" in content:
        raise Invalid(_NO_TEXT)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        options = [content.decode(name, "replace") for name in ("cp1251", "cp866", "koi8-r")]
        return min(options, key=lambda text: len(_UNLIKELY.findall(text[:20_000])))


def unquoted(cell: str) -> str:
    """A cell that a program kept from Excel's hands: ="00123" and '00123 are 00123."""
    bare = cell.strip()
    if bare.startswith('="') and bare.endswith('"'):
        return bare[2:-1]
    return bare[1:] if bare.startswith("'") and bare[1:2].isdigit() else cell
