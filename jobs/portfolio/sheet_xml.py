"""What only the XML of an xlsx tells: how far a sheet reaches, and formulas whose result was never saved."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import IO

_CHUNK = 4 * 1024 * 1024
_SHEET = re.compile(rb"<(?:\w+:)?sheet\b[^>]*>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>")
_ROW = re.compile(rb'<row\b[^>]*?\br="(\d{1,7})"')
_FAR_CELL = re.compile(rb'<c r="([A-Z]{2,3})\d')
_FORMULA = re.compile(
    rb'<c\b(?P<attributes>[^>]*?\br="(?P<column>[A-Z]{1,3})(?P<row>\d{1,7})"[^>]*)>\s*'
    rb"<f\b[^>]*?(?:/>|>[^<]*</f>)\s*(?P<value><v\b[^>]*?(?:/>|>(?P<text>[^<]*)</v>))?"
)


@dataclass
class Outline:
    """How far a sheet reaches, and the columns (from 0) of its formulas without a value, by row number."""

    last_row: int = 0
    last_column: int = 26
    valueless_formulas: dict[int, list[int]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1."""
        return self.last_row * self.last_column


def outlines(path: Path) -> dict[str, Outline]:
    """The outline of each sheet of an xlsx by its name; of other formats none."""
    found: dict[str, Outline] = {}
    with zipfile.ZipFile(path) as archive:
        parts = _parts(archive)
        for name, part in parts.items():
            with archive.open(part) as stream:
                found[name] = _outline(stream)
    return found


def column_letters(index: int) -> str:
    """Excel's name of a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """The archive's part of each sheet."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {}
    for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        target = _attribute(relation, "Target").lstrip("/")
        targets[_attribute(relation, "Id")] = target if target.startswith("xl/") else str(PurePosixPath("xl", target))
    sheets = _SHEET.findall(archive.read("xl/workbook.xml"))
    parts = {_attribute(sheet, "name"): targets.get(_attribute(sheet, r"\w+:id"), "") for sheet in sheets}
    return {name: part for name, part in parts.items() if part in names}


def _attribute(tag: bytes, name: str) -> str:
    match = re.search(rf"""\s{name}=(["'])(.*?)\1""", tag.decode("utf-8", "replace"))
    return html.unescape(match[2]) if match else ""


def _outline(stream: IO[bytes]) -> Outline:
    outline = Outline()
    for rows in _chunks(stream):
        last = rows.rfind(b"<row")
        if last >= 0 and (match := _ROW.match(rows, last)):
            outline.last_row = max(outline.last_row, int(match[1]))
        for far in _FAR_CELL.finditer(rows):
            outline.last_column = max(outline.last_column, _column_index(far[1]) + 1)
        if b"<f" in rows:
            _note_formulas(rows, outline.valueless_formulas)
    return outline


def _chunks(stream: IO[bytes]) -> Iterator[bytes]:
    """The sheet's XML in pieces that end where a row ends."""
    tail = b""
    while piece := stream.read(_CHUNK):
        head, end, tail = (tail + piece).rpartition(b"</row>")
        yield head + end
    yield tail


def _note_formulas(rows: bytes, found: dict[int, list[int]]) -> None:
    """A saved empty text (t="str" and an empty value) is a result; no value at all is none."""
    for cell in _FORMULA.finditer(rows):
        saved_text = cell["value"] and b't="str"' in cell["attributes"]
        if not cell["text"] and not saved_text:
            found.setdefault(int(cell["row"]), []).append(_column_index(cell["column"]))


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - ord("A") + 1
    return index - 1
