"""A statement that came as text: CSV of any usual encoding, with semicolons, tabs, commas or bars."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, islice
from pathlib import Path
from typing import IO, TextIO

from models.errors import Invalid
from models.texts import N_

LARGEST_TEXT = 200 * 1024 * 1024  # bytes
PIECE = 1024 * 1024  # bytes
DELIMITERS = (";", "\t", ",", "|")
_NO_TEXT = N_("This is neither an Excel workbook nor a CSV file")
_OPEN_QUOTE = N_("Row {row}: a quotation mark is opened and never closed, so that the rows below it cannot be read")
_END = "\0"
"""Comes after the last record; no text has it."""
_UNLIKELY = re.compile(r"[а-яё][А-ЯЁ]|[^\x00-\x7fА-Яа-яЁё№«»„“”–—…’\xa0₽°§]")
"""What a Russian text has seldom, and one in a wrong encoding in every word: capitals within words, odd signs."""


class TextSheet:
    """The file's records by number, counted from 1; read anew each time, so that a large file is never in memory."""

    def __init__(self, name: str, text: TextFile, delimiter: str) -> None:
        self.name = name
        self.delimiter = delimiter
        self._text = text

    @cached_property
    def height(self) -> int:
        """How many records there are. Raises Invalid for what is no table."""
        return sum(1 for _record in self._records())

    def rows(self, filled: bool = True) -> Iterator[tuple[int, list[object]]]:
        """Each record with its number. Raises Invalid for what is no table."""
        for number, record in enumerate(self._records(), start=1):
            yield number, [unquoted(cell) for cell in record]

    def _records(self) -> Iterator[list[str]]:
        """Read anew each time: a large file's cells are never all in memory. A quote left open swallows the end."""
        try:
            with self._text.open() as stream:
                for number, record in enumerate(csv.reader(chain(stream, [_END]), delimiter=self.delimiter), start=1):
                    if record == [_END]:
                        return
                    if record and record[-1].endswith(_END):
                        raise Invalid(_OPEN_QUOTE, row=number)
                    yield record
        except csv.Error:
            raise Invalid(_NO_TEXT) from None

    def valueless_formulas(self) -> dict[int, list[int]]:
        """Text has none."""
        return {}


@dataclass(frozen=True)
class TextFile:
    """A file of text and its encoding."""

    path: Path
    encoding: str

    def open(self) -> TextIO:
        """The text from its beginning; what is no letter is a sign that says so."""
        return self.path.open(encoding=self.encoding, errors="replace", newline="")

    def beginning(self, lines: int) -> str:
        """Its first lines."""
        with self.open() as stream:
            return "".join(islice(stream, lines))


def read_text(path: Path) -> TextFile:
    """The file as text. Raises Invalid where it is too large, or no text."""
    if path.stat().st_size > LARGEST_TEXT:
        raise Invalid(N_("The file is larger than {megabytes} MB"), megabytes=LARGEST_TEXT // 1024 // 1024)
    return TextFile(path, encoding_of(path))


def delimiters_of(text: TextFile) -> list[str]:
    """The marks that stand in the first lines, the likeliest first: a comma is Russian's decimal point too."""
    beginning = text.beginning(40)
    found = [mark for mark in DELIMITERS if mark in beginning]
    return sorted(found, key=lambda mark: (mark == ",", -beginning.count(mark))) or [";"]


def encoding_of(path: Path) -> str:
    """By the mark of order, UTF-8, else the one-byte encoding that gives Russian words. Raises Invalid for no text."""
    with path.open("rb") as stream:
        beginning = stream.read(20_000)
        stream.seek(0)
        if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
            _must_have_no_zero(stream)
            return "utf-16"
        is_utf8 = _is_utf8(stream)
    if is_utf8:
        return "utf-8-sig"
    options = {name: beginning.decode(name, "replace") for name in ("cp1251", "cp866", "koi8-r")}
    return min(options, key=lambda name: len(_UNLIKELY.findall(options[name])))


def _must_have_no_zero(stream: IO[bytes]) -> None:
    """Raises Invalid where UTF-16 has a letter that is none."""
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    while piece := stream.read(PIECE):
        if "\0" in decoder.decode(piece):
            raise Invalid(_NO_TEXT)


def _is_utf8(stream: IO[bytes]) -> bool:
    """Whether every piece is; all are looked at. Raises Invalid where there is a zero byte."""
    decoder, is_so = codecs.getincrementaldecoder("utf-8")(), True
    while piece := stream.read(PIECE):
        if b"\0" in piece:
            raise Invalid(_NO_TEXT)
        try:
            is_so = is_so and decoder.decode(piece) is not None
        except UnicodeDecodeError:
            is_so = False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return is_so


def unquoted(cell: str) -> str:
    """A cell that a program kept from Excel's hands: ="00123" and '00123 are 00123."""
    bare = cell.strip()
    if bare.startswith('="') and bare.endswith('"'):
        return bare[2:-1]
    return bare[1:] if bare.startswith("'") and bare[1:2].isdigit() else cell
