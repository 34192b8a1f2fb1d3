"""Opens a brokerage's workbook: xlsx, xlsm, xlsb, xls or ods; whatever else comes is refused in one sentence."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from jobs.portfolio.sheet_xml import Outline, outlines
from models.errors import Invalid, NotFound
from models.texts import N_

LARGEST_FILE = 200 * 1024 * 1024  # bytes
LARGEST_UNPACKED = 2 * 1024 * 1024 * 1024  # bytes
MOST_PACKED, SMALL_UNPACKED = 100, 64 * 1024 * 1024
"""A sheet of Excel is packed ten to thirty times; what is packed more is meant to burst, unless it is small."""
LARGEST_SHEET = 30_000_000  # cells of the rectangle in use

Range = tuple[tuple[int, int], tuple[int, int]]
DAMAGES = (CalamineError, zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class Sheet:
    """One sheet: its rows by Excel's numbers, read as they are asked for."""

    def __init__(self, sheet: CalamineSheet, outline: Outline | None, is_shown: bool = True) -> None:
        self.name = sheet.name
        self.is_shown = is_shown
        self.height = sheet.end[0] + 1 if sheet.end else 0
        self._sheet = sheet
        self._outline = outline

    def rows(self) -> Iterator[tuple[int, list[object]]]:
        """Excel's row number and the cells from column A on; empty cells are empty strings."""
        if self._sheet.start is None:
            return
        margin: list[object] = [""] * self._sheet.start[
            1
        ]  # calamine counts rows from the top, cells from the first used
        for number, row in enumerate(self._sheet.iter_rows(), start=1):
            yield number, [*margin, *row]

    @property
    def merged(self) -> list[Range]:
        """Merged cells: first and last one of each, rows and columns counted from 0."""
        return list(self._sheet.merged_cell_ranges or ())

    def valueless_formulas(self) -> dict[int, list[int]]:
        """Columns (from 0) of the formulas whose result was never saved, by Excel's row number."""
        return self._outline.valueless_formulas if self._outline else {}


def open_workbook(path: Path) -> list[Sheet]:
    """The workbook's sheets, hidden ones too. Raises NotFound or Invalid, worded for who chose the file."""
    refuse_what_is_no_workbook(path)
    try:
        outlined = outlines(path) if zipfile.is_zipfile(path) else {}
        _refuse_large(outlined)
        workbook = CalamineWorkbook.from_filelike(path.open("rb"))
        sheets = [sheet for sheet in workbook.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        shown = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in sheets}
        return [Sheet(workbook.get_sheet_by_name(name), outlined.get(name), shown[name]) for name in shown]
    except DAMAGES:
        raise Invalid(N_("The workbook is damaged: open it in Excel, save it again and try once more")) from None


def _refuse_large(outlined: dict[str, Outline]) -> None:
    for name, outline in outlined.items():
        if outline.cells > LARGEST_SHEET:
            raise Invalid(N_("The sheet “{sheet}” is too large: something is written far below or right"), sheet=name)


def refuse_what_is_no_workbook(path: Path) -> None:
    """Look at the first bytes and the archive's contents. Raises NotFound or Invalid with one sentence."""
    try:
        size, beginning = path.stat().st_size, path.open("rb").read(4096)
    except FileNotFoundError:
        raise NotFound(N_("There is no file “{file}”"), file=str(path)) from None
    except OSError:
        raise Invalid(N_("The file “{file}” cannot be read"), file=str(path)) from None
    if size == 0:
        raise Invalid(N_("The file is empty"))
    if size > LARGEST_FILE:
        raise Invalid(N_("The file is larger than {megabytes} MB"), megabytes=LARGEST_FILE // 1024 // 1024)
    if beginning.lstrip().startswith(b"%PDF"):
        raise Invalid(N_("This is a PDF; an Excel workbook is needed"))
    if beginning.startswith(_OLE):
        _refuse_encrypted(path)
    elif not beginning.startswith(b"PK"):
        raise Invalid(N_("This is not an Excel workbook"))
    else:
        _refuse_other_archives(path)


def _refuse_encrypted(path: Path) -> None:
    if _ENCRYPTED in path.read_bytes():
        raise Invalid(N_("The workbook is protected by a password: save a copy without it and try again"))


def _refuse_other_archives(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            unpacked = sum(entry.file_size for entry in archive.infolist())
            packed = sum(entry.compress_size for entry in archive.infolist())
    except DAMAGES:
        raise Invalid(N_("The workbook is damaged: open it in Excel, save it again and try once more")) from None
    if unpacked > LARGEST_UNPACKED or unpacked > max(packed * MOST_PACKED, SMALL_UNPACKED):
        raise Invalid(N_("The workbook is too large when unpacked"))
    if not names & {"xl/workbook.xml", "xl/workbook.bin", "content.xml"}:
        raise Invalid(N_("This is not an Excel workbook"))
