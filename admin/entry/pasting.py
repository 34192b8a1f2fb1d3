"""A block copied from a workbook: cells, which column is what, with a header or by what stands in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from decimal import Decimal

from admin.entry.insurers import Insurers
from models.errors import Invalid
from models.plan_spellings import parse_plan
from models.russian import Unreadable, is_blank, parse_date, parse_number

MOST_ROWS = 100
MOST_COLUMNS = 20
HEADERS = (
    ("sum_insured", re.compile(r"страх\w*\.?\s*сумм|^сумма$|стр\.?\s*сумм|\bсс\b|sum insured", re.IGNORECASE)),
    ("commission_percent", re.compile(r"\bкв\b|комисс|вознагр|commission", re.IGNORECASE)),
    ("insurer", re.compile(r"страховщик|страховая|компания|^ск$|insurer", re.IGNORECASE)),
    ("program", re.compile(r"программ|тариф|продукт|пакет|program", re.IGNORECASE)),
    ("premium", re.compile(r"преми|стоимость|цена|тариф, ?руб|premium", re.IGNORECASE)),
    ("deductible", re.compile(r"франшиз|deductible", re.IGNORECASE)),
    ("valid_until", re.compile(r"действ|срок|^до\b|valid", re.IGNORECASE)),
    ("plan", re.compile(r"рассрочк|график|план|оплат|взнос|plan", re.IGNORECASE)),
    ("note", re.compile(r"примеч|коммент|услови|note", re.IGNORECASE)),
)
"""Field → how its column is headed; the first that fits counts."""
WITHOUT = ("без", "нет", "без франшизы")
"""What stands where there is no deductible, and nowhere else."""
SUM_TO_PREMIUM = 12
"""Times that a sum insured is the premium at least; a premium is fewer times its deductible."""
LEAST_HEADED = 2
"""Headings that make a row a header."""


def cells_of(block: str) -> list[list[str]]:
    """The cells; quoted ones may hold lines. A block without tabs may be parted by semicolons or by many spaces."""
    text = block.replace("\r\n", "\n").strip("\n")
    if "\t" in text:
        rows = list(csv.reader(io.StringIO(text), delimiter="\t"))
    elif ";" in text:
        rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    else:
        rows = [re.split(r" {2,}", line.strip()) for line in text.split("\n")]
    kept = [[cell.strip() for cell in row[:MOST_COLUMNS]] for row in rows if any(not is_blank(cell) for cell in row)]
    width = max((len(row) for row in kept), default=0)
    return [row + [""] * (width - len(row)) for row in kept]


def headed(row: Sequence[str]) -> list[str]:
    """The fields that the cells of a header name; nothing where it is no header."""
    found: list[str] = []
    for cell in row:
        name = next((name for name, words in HEADERS if cell and words.search(cell)), "")
        found.append("" if name in found else name)
    is_header = sum(1 for name in found if name) >= LEAST_HEADED and not any(_is_number(cell) for cell in row)
    return found if is_header else []


def guessed(rows: Sequence[Sequence[str]], insurers: Insurers) -> list[str]:
    """Which field each column holds, by what stands in most of its cells; the numbers in their usual order."""
    columns = list(zip(*rows, strict=True))
    fields = [""] * len(columns)

    def claim(name: str, test: Callable[[str], bool]) -> None:
        shares = [(_share(column, test), -n) for n, column in enumerate(columns) if not fields[n]]
        best, place = max(shares, default=(Decimal(0), 0))
        if best > Decimal("0.5"):
            fields[-place] = name

    claim("insurer", lambda cell: insurers.named(cell) is not None)
    claim("valid_until", _is_day)
    claim("plan", _is_plan)
    claim("commission_percent", lambda cell: cell.endswith("%"))
    _claim_sums(columns, fields)
    for name in ("insurer", "program", "note"):
        if name not in fields and (free := [n for n, field in enumerate(fields) if not field and any(columns[n])]):
            fields[free[0]] = name
    return fields


def _claim_sums(columns: Sequence[Sequence[str]], fields: list[str]) -> None:
    """Premium, sum insured and deductible by their order, the larger of the first two being the sum insured."""
    sums = [n for n, column in enumerate(columns) if not fields[n] and _share(column, _is_sum) > Decimal("0.5")]
    for n in [n for n in sums if any(cell.casefold() in WITHOUT for cell in columns[n])][:1]:
        fields[n] = "deductible"
        sums.remove(n)
    if "commission_percent" not in fields and len(sums) > 1:
        small = [n for n in sums[1:] if all(Decimal(0) <= value <= 50 for value in _numbers(columns[n]))]
        if small and any(_numbers(columns[small[-1]])) and len(sums) > 3:
            fields[small[-1]] = "commission_percent"
            sums.remove(small[-1])
    if len(sums) > 1 and _middle(columns[sums[1]]) > 0:
        times = _middle(columns[sums[0]]) / _middle(columns[sums[1]])
        if times >= SUM_TO_PREMIUM:
            sums[0], sums[1] = sums[1], sums[0]
        elif len(sums) == 2 and times > 1 and "deductible" not in fields:
            fields[sums.pop()] = "deductible"
    rest = [name for name in ("premium", "sum_insured", "deductible") if name not in fields]
    for place, name in zip(sums, rest, strict=False):
        fields[place] = name


def _share(column: Sequence[str], test: Callable[[str], bool]) -> Decimal:
    filled = [cell for cell in column if not is_blank(cell)]
    return Decimal(sum(1 for cell in filled if test(cell))) / len(filled) if filled else Decimal(0)


def _numbers(column: Sequence[str]) -> list[Decimal]:
    return [parse_number(cell) for cell in column if _is_number(cell)]


def _middle(column: Sequence[str]) -> Decimal:
    found = sorted(_numbers(column))
    return found[len(found) // 2] if found else Decimal(0)


def _is_number(cell: str) -> bool:
    try:
        parse_number(cell)
    except Unreadable:
        return False
    return not _is_day(cell)


def _is_sum(cell: str) -> bool:
    return _is_number(cell) or cell.casefold() in WITHOUT


def _is_day(cell: str) -> bool:
    try:
        parse_date(cell)
    except Unreadable:
        return False
    return True


def _is_plan(cell: str) -> bool:
    try:
        parse_plan(cell)
    except Invalid:
        return False
    return not cell.isdigit()
