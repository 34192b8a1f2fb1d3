"""The rows below a statement's titles as lines; titles, totals and signatures between them are none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from jobs.portfolio.columns import Progress
from jobs.portfolio.policies import read_amount, read_date
from jobs.portfolio.sheet_xml import column_letters
from jobs.statements.heads import Placed, cell_at
from jobs.statements.sheets import StatementSheet
from jobs.statements.titles import COMMISSION, HOLDER, NUMBER, PERCENT, PREMIUM, SERIES, plain
from models.errors import Invalid
from models.identifiers import BadIdentifier, PolicyNumber, parse_policy_number
from models.names import tidy
from models.reconciling import Line
from models.russian import Unreadable, is_blank, parse_number, parse_percent
from models.texts import N_, Text

REPORT_EVERY = 5000  # rows
EXACT = 10**15
"""Whole numbers from here on have lost digits in Excel."""
_TOTALS = re.compile(r"(в том числе|в т ч|итого|итог|всего|подытог|промежуточн\w* итог|total|grand total|"
                     r"к перечислению|к доплате|сумма прописью|остаток|аванс)\b")  # fmt: skip
_BY_POWER = re.compile(r"\d+(?:[.,]\d+)?[eе]\+?\d+", re.IGNORECASE)
_WITH_POINT = re.compile(r"(\d+)[.,]0+")


@dataclass
class Found:
    """The lines of one table and the total that it states itself."""

    lines: list[Line] = field(default_factory=list)
    total: Decimal | None = None


def read_lines(sheet: StatementSheet, placed: Placed, progress: Progress | None = None) -> Found:
    """The lines below the titles. Raises Invalid at a formula whose result was not saved."""
    found = Found()
    formulas = sheet.valueless_formulas()
    rows = list(_rows(sheet, placed, progress))
    shares = _are_shares([row.get(PERCENT) for _number, row, _cells in rows])
    for number, row, cells in rows:
        _refuse_formulas(sheet.name, number, formulas.get(number, []), placed.places)
        if is_numbering(cells) or _are_titles(cells, placed):
            continue
        if is_total(cells, row, placed.places.get(HOLDER, -1)):
            found.total = read_amount(row, COMMISSION, []) or found.total
        elif (line := _line(sheet.name, number, row, shares)) is not None:
            found.lines.append(line)
    return found


def _rows(
    sheet: StatementSheet, placed: Placed, progress: Progress | None
) -> Iterator[tuple[int, dict[str, object], Sequence[object]]]:
    """Each row with something in it: its fields, sums only where they stand themselves."""
    for (number, filled), (_n, bare) in zip(sheet.rows(), sheet.rows(filled=False), strict=True):
        if progress and number % REPORT_EVERY == 0:
            progress(sheet.name, number, sheet.height)
        if number <= placed.head:
            continue
        row: dict[str, object] = {}
        for name, place in placed.places.items():
            cell = cell_at(bare if name in (PREMIUM, COMMISSION) else filled, place)
            if not is_blank(cell):
                row[name] = cell
        if row:
            yield number, row, filled
    if progress:
        progress(sheet.name, sheet.height, sheet.height)


def is_total(cells: Sequence[object], row: Mapping[str, object], holder: int = -1) -> bool:
    """Whether a row sums up others: it says so in any cell but the holder's, and names no policy."""
    if read_policy_number(row.get(NUMBER), row.get(SERIES), []) and not _TOTALS.match(plain(row.get(NUMBER))):
        return False
    words = [plain(cell) for place, cell in enumerate(cells) if place != holder and isinstance(cell, str)]
    first = next((cell for cell in cells if not is_blank(cell)), "")
    return any(_TOTALS.match(word) for word in [*words, plain(first)] if word)


def is_numbering(cells: Sequence[object]) -> bool:
    """Whether a row numbers the columns: 1, 2, 3 and so on."""
    filled = [cell for cell in cells if not is_blank(cell)]
    numbers = [str(cell).strip().removesuffix(".0") for cell in filled]
    return len(numbers) > 2 and all(one.isdigit() and len(one) < 3 for one in numbers) and numbers == sorted(
        dict.fromkeys(numbers), key=int
    ) and int(numbers[-1]) - int(numbers[0]) == len(numbers) - 1  # fmt: skip


def _are_titles(cells: Sequence[object], placed: Placed) -> bool:
    """Whether the titles come again, at the head of a page."""
    told = [(plain(cell_at(cells, place)), placed.titles[place]) for place in placed.places.values() if placed.titles]
    return len(told) > 1 and sum(bool(own) and own in title for own, title in told) > len(told) // 2


def _line(sheet: str, row_number: int, row: Mapping[str, object], shares: bool) -> Line | None:
    warnings: list[Text] = []
    number = read_policy_number(row.get(NUMBER), row.get(SERIES), warnings)
    premium, commission = read_amount(dict(row), PREMIUM, warnings), read_amount(dict(row), COMMISSION, warnings)
    if premium is None and commission is None and (number is None or COMMISSION not in row):
        return None
    if number is None and NUMBER not in row and HOLDER not in row and PREMIUM not in row:
        return None
    return Line(
        row=row_number,
        number=number,
        written_number=tidy(f"{_text(row, SERIES)} {_text(row, NUMBER)}"),
        holder=_text(row, HOLDER),
        paid_on=read_date(dict(row), "paid_on", warnings),
        premium=premium,
        percent=_percent(row, premium, commission, shares, warnings),
        commission=commission,
        warnings=warnings,
        sheet=sheet,
    )


def read_policy_number(value: object, series: object, warnings: list[Text]) -> PolicyNumber | None:
    """The policy number of one cell or two; None where there is none, or where Excel has lost digits of it."""
    if value is None:
        return None
    bare = value.strip() if isinstance(value, str) else value
    if isinstance(bare, str) and (whole := _WITH_POINT.fullmatch(bare)):
        bare = whole[1]
    is_lossy = isinstance(bare, (int, float)) and abs(bare) >= EXACT
    if is_lossy or (isinstance(bare, str) and _BY_POWER.fullmatch(bare)):
        warnings.append(Text(N_("“{value}”: Excel has lost digits of this number"), value=str(value)))
        return None
    try:
        return parse_policy_number(bare, _whole(series))
    except BadIdentifier:
        return None


def _whole(series: object) -> object:
    """A series that text keeps as a number with a point."""
    if isinstance(series, str) and (whole := _WITH_POINT.fullmatch(series.strip())):
        return whole[1]
    return series


def _percent(
    row: Mapping[str, object], premium: Decimal | None, commission: Decimal | None, shares: bool, warnings: list[Text]
) -> Decimal | None:
    """The rate; a bare number below 1 is a share or a rate, by what the sums say, else by the other rows."""
    value = row.get(PERCENT)
    if value is None:
        return None
    try:
        percent = parse_percent(value)
    except Unreadable:
        warnings.append(Text(N_("“{value}” is not a percentage"), value=str(value)))
        return None
    is_marked = isinstance(value, str) and value.rstrip().endswith("%")
    if is_marked or not 0 < abs(parse_number(value)) < 1:
        return percent
    bare = parse_number(value)
    if premium and commission:
        times = abs(commission / (premium * bare / 100))  # 100 for a share, 1 for a rate; between them lies 10
        return percent if times > 10 else bare
    return percent if shares else bare


def _are_shares(cells: Sequence[object]) -> bool:
    """Whether most bare numbers of the column are below 1."""
    bare = [cell for cell in cells if isinstance(cell, (int, float)) and not isinstance(cell, bool)]
    return sum(abs(cell) < 1 for cell in bare) * 2 >= len(bare)


def _refuse_formulas(sheet: str, number: int, columns: Sequence[int], places: Mapping[str, int]) -> None:
    for column in columns:
        if column in places.values():
            raise Invalid(
                N_("“{sheet}”, cell {cell}: a formula without its result. Save the file in Excel and try again"),
                sheet=sheet,
                cell=f"{column_letters(column)}{number}",
            )


def _text(row: Mapping[str, object], name: str) -> str:
    value = row.get(name)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else tidy(str(value))
