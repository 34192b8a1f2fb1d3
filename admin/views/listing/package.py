"""The archive of a large workbook: sheets whose rows come as ready XML, written as they come, in flat memory.

Nothing but the row that is being packed is held. Parts and their names: ECMA-376, parts 1 and 2.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO
from xml.sax.saxutils import escape, quoteattr

from admin.sheets import DAY, MOMENT, MONEY

MOST_IN_SHEET = 1_000_000
"""Rows below the heading; Excel ends at 1,048,576."""
LARGEST_SHEET = 1_900_000_000
"""Bytes of a sheet's XML: Excel does not like the large form of an archive, which begins at two gigabytes."""
PACKED = 3
"""Of nine: what is packed harder becomes a tenth smaller and takes twice as long."""
MONEY_STYLE, DAY_STYLE, MOMENT_STYLE, BOLD_STYLE = 1, 2, 3, 4
WIDTH = 18
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STYLES = (
    f'<styleSheet {MAIN}><numFmts count="3"><numFmt numFmtId="164" formatCode="{MONEY}"/>'
    f'<numFmt numFmtId="165" formatCode="{DAY}"/><numFmt numFmtId="166" formatCode="{MOMENT}"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    '</fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
    '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="165" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="166" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


class LargeBook:
    """A workbook of one list: as many sheets as its rows need, each with the same heading."""

    def __init__(self, path: Path, name: str, titles: Sequence[str]) -> None:
        self.rows = 0
        self._name = sheet_name(name)
        self._titles = titles
        self._archive = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=PACKED)
        self._sheets = 0
        self._size = 0
        self._open: IO[bytes] | None = None

    def add(self, rows: bytes) -> None:
        """Whole rows as XML, each with a new line after it."""
        while rows:
            room = MOST_IN_SHEET - self.rows % MOST_IN_SHEET
            number = rows.count(b"\n")
            here, rows = (rows, b"") if number <= room else _cut(rows, room)
            if self._open is None or not self.rows % MOST_IN_SHEET or self._size > LARGEST_SHEET:
                self._begin()
            assert self._open is not None
            self._open.write(here)
            self._size += len(here)
            self.rows += min(number, room)

    def close(self) -> None:
        """The end of the last sheet, and what stands around all of them."""
        if self._open is None:
            self._begin()
        self._end()
        for name, content in around([self._name, *(f"{self._name[:26]} {n}" for n in range(2, self._sheets + 1))]):
            self._archive.writestr(name, HEAD + content)
        self._archive.close()

    def abandon(self) -> None:
        """Let the file go: it stays half."""
        if self._open is not None:
            self._open.close()
            self._open = None
        self._archive.close()

    def _begin(self) -> None:
        self._end()
        self._sheets += 1
        self._open = self._archive.open(f"xl/worksheets/sheet{self._sheets}.xml", "w")
        self._open.write((HEAD + heading(self._titles)).encode())
        self._size = 0

    def _end(self) -> None:
        if self._open is not None:
            self._open.write(b"</sheetData></worksheet>")
            self._open.close()
            self._open = None


def _cut(rows: bytes, number: int) -> tuple[bytes, bytes]:
    """The first rows, and the others."""
    lines = rows.split(b"\n", number)
    rest = lines.pop()
    return b"\n".join(lines) + b"\n", rest


def heading(titles: Sequence[str]) -> str:
    """A sheet up to its first row: the titles stay in sight."""
    cells = "".join(
        f'<c t="inlineStr" s="{BOLD_STYLE}"><is><t xml:space="preserve">{escape(title)}</t></is></c>'
        for title in titles
    )
    columns = f'<cols><col min="1" max="{len(titles)}" width="{WIDTH}" customWidth="1"/></cols>' if titles else ""
    pane = '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    return (
        f'<worksheet {MAIN}><sheetViews><sheetView workbookViewId="0">{pane}</sheetView></sheetViews>{columns}'
        f'<sheetData><row r="1">{cells}</row>\n'
    )


def around(sheets: Sequence[str]) -> list[tuple[str, str]]:
    """The parts beside the sheets: what there is, how it hangs together, how numbers look."""
    package = "http://schemas.openxmlformats.org/package/2006"
    numbers = range(1, len(sheets) + 1)
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{TYPE}.worksheet+xml"/>' for n in numbers
    )
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>' for n, name in enumerate(sheets, start=1)
    )
    hung = "".join(
        f'<Relationship Id="rId{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in numbers
    )
    return [
        (
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{TYPE}.sheet.main+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{TYPE}.styles+xml"/>{parts}</Types>',
        ),
        (
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{OFFICE}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>',
        ),
        ("xl/workbook.xml", f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>'),
        (
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{hung}<Relationship Id="rId{len(sheets) + 1}"'
            f' Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>',
        ),
        ("xl/styles.xml", STYLES),
    ]


def sheet_name(name: str) -> str:
    """A name as Excel takes it: 31 characters, none of those that mean something in a formula."""
    return "".join(letter for letter in name if letter not in "[]:*?/\\").strip("'")[:31] or "1"
