"""Dirty statements as files: titles of many wordings, merged and in any order, letterheads, totals, other sheets."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl

from tests.statements.biff import xls
from tests.statements.dirty import Line, Made, twins
from tests.statements.spelling import Spelling

TITLES = {
    "number": ("Договор (серия, номер)", "№ полиса", "Номер договора страхования", "Полис", "Серия и номер полиса",
               "Номер полиса", "№ и дата договора", "Договор"),
    "holder": ("Страхователь", "ФИО клиента", "Клиент", "Наименование страхователя", "Ф.И.О."),
    "paid_on": ("Дата оплаты", "Оплачен", "Дата поступления премии", "Дата платежа", "Оплата"),
    "premium": ("Премия", "Страховая премия, руб.", "Оплаченная премия", "Сумма взноса, ₽", "Сумма платежа",
                "Поступившая\nпремия"),
    "percent": ("% КВ", "Ставка КВ, %", "Ставка", "Процент вознаграждения", "Ставка АВ", "Тариф КВ, %"),
    "commission": ("КВ, руб.", "Сумма КВ", "Комиссионное вознаграждение", "Вознаграждение", "АВ, руб.",
                   "Вознаграждение агента", "КВ"),
}  # fmt: skip
FURTHER: dict[str, tuple[str, Callable[[random.Random, int], object]]] = {
    "ordinal": ("№ п/п", lambda _dice, n: n),
    "branch": ("Филиал", lambda dice, _n: dice.choice(("Казань", "Москва"))),
    "product": ("Вид договора", lambda dice, _n: dice.choice(("КАСКО", "ОСАГО", "ИФЛ"))),
    "begins": ("Дата начала договора", lambda dice, _n: f"0{dice.randint(1, 9)}.10.2026"),
    "insured": ("Страховая сумма, руб.", lambda dice, _n: dice.randrange(100_000, 9_000_000)),
    "agent": ("ФИО агента", lambda _dice, _n: "Белова Ольга"),
    "tax": ("НДС, %", lambda _dice, _n: 0),
    "phone": ("Телефон", lambda dice, _n: f"+7 927 {dice.randrange(10**7):07}"),
    "note": ("Примечание", lambda dice, _n: dice.choice(("", "", "аванс", "доп. соглашение"))),
}
LETTERHEAD = (
    ["Акт-отчёт агента за октябрь 2026 г."], ["Страховая компания"], [""], ["Агентский договор № 77 от 01.02.2024"],
    ["Период: с 01.10.2026 по 31.10.2026"], ["Агент:", "", "ООО «Полис»"],
)  # fmt: skip
FOOT = (["Итого"], [""], ["Генеральный директор", "", "________ /Смирнов А. А./"], ["М.П."])


@dataclass
class Paper:
    """The rows of a file, and which of them (from 1) is which line."""

    rows: list[list[object]] = field(default_factory=list)
    lines: dict[int, Line] = field(default_factory=dict)
    merged: list[str] = field(default_factory=list)


def write(dice: random.Random, made: Made, folder: Path) -> tuple[Path, Paper]:
    """A file of some kind."""
    kind = dice.choice(("xlsx", "xlsx", "xlsx", "csv", "csv", "xls"))
    paper = lay_out(dice, made, kind)
    path = folder / f"ведомость.{kind}"
    if kind == "xlsx":
        _workbook(dice, paper, path)
    elif kind == "xls":
        path.write_bytes(xls("Лист1", paper.rows[:900]))
    else:
        path.write_bytes(_text(dice, paper))
    return path, paper


def lay_out(dice: random.Random, made: Made, kind: str) -> Paper:
    """Letterhead, titles, lines between totals and repeated titles, a foot."""
    spelling = Spelling(dice, is_text=kind == "csv")
    spelling.days = "text" if kind == "xls" and spelling.days == "day" else spelling.days
    columns = _columns(dice, spelling)
    paper = Paper([list(row) for row in dice.sample(LETTERHEAD, dice.randint(0, len(LETTERHEAD)))])
    head = _titles(dice, paper, columns, is_deep=kind == "xlsx" and dice.random() < 0.4)
    if dice.random() < 0.3:
        paper.rows.append(list(range(1, len(columns) + 1)))
    alike = twins(made.known)
    for n, line in enumerate(made.lines, start=1):
        if n > 1 and dice.random() < 0.06:
            paper.rows += dice.choice(
                ([[]], [["Итого по КАСКО:", *[""] * (len(columns) - 1)]], [list(head)], [["ОСАГО"]])
            )
        paper.rows.append(_cells(dice, spelling, columns, line, n, alike[line.digits.lstrip("0")] > 1))
        paper.lines[len(paper.rows)] = line
    foot = [list(row) for row in FOOT]
    foot[0] += [""] * (len(columns) - 1)
    place = columns.index("commission")
    if place:
        foot[0][place] = spelling.sum(made.total)
    paper.rows += foot
    return paper


def _columns(dice: random.Random, spelling: Spelling) -> list[str]:
    names = [*TITLES, *dice.sample(sorted(FURTHER), dice.randint(0, 4))]
    dice.shuffle(names)
    if names[0] == "commission":
        names.append(names.pop(0))
    if spelling.in_two:
        names.insert(names.index("number"), "series")
    return names


def _titles(dice: random.Random, paper: Paper, columns: list[str], *, is_deep: bool) -> list[str]:
    words = {name: dice.choice(titles) for name, titles in TITLES.items()}
    words |= {name: title for name, (title, _cell) in FURTHER.items()} | {"series": "Серия"}
    if "series" in columns:
        words["number"] = dice.choice(("Номер", "Номер полиса", "№ договора"))
    if not is_deep:
        paper.rows.append([words[name] for name in columns])
        return [words[name] for name in columns]
    return _deep(paper, columns, words)


def _deep(paper: Paper, columns: list[str], words: dict[str, str]) -> list[str]:
    """Two rows of titles: series and number under one, rate and sum under one where they are neighbours."""
    above, below = [words[name] for name in columns], [""] * len(columns)
    row = len(paper.rows) + 1
    groups = ((("series", "number"), "Договор", ("серия", "номер")),
              (("percent", "commission"), "Комиссионное вознаграждение", ("%", "руб.")))  # fmt: skip
    for names, title, inner in groups:
        at = next((n for n in range(len(columns) - 1) if tuple(columns[n : n + 2]) == names), None)
        if at is not None:
            above[at : at + 2], below[at : at + 2] = [title, ""], list(inner)
            letters = [openpyxl.utils.get_column_letter(at + 1), openpyxl.utils.get_column_letter(at + 2)]
            paper.merged.append(f"{letters[0]}{row}:{letters[1]}{row}")
    paper.rows.append(list(above))
    if any(below):
        paper.rows.append(list(below))
    return above


def _cells(
    dice: random.Random, spelling: Spelling, columns: list[str], line: Line, n: int, has_twins: bool
) -> list[object]:
    loses = bool(line.series) and dice.random() < 0.1
    line.may_be_unknown = loses and has_twins
    series, number = spelling.number(line, loses)
    told: dict[str, object] = {
        "series": series, "number": number, "holder": line.holder, "paid_on": spelling.day(line.paid_on),
        "premium": spelling.sum(line.premium), "percent": spelling.percent(line.percent),
        "commission": spelling.sum(line.commission),
    }  # fmt: skip
    return [told[name] if name in told else FURTHER[name][1](dice, n) for name in columns]


def _workbook(dice: random.Random, paper: Paper, path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in paper.rows:
        sheet.append(row)
    for merged in paper.merged:
        sheet.merge_cells(merged)
    if dice.random() < 0.5:
        other = book.create_sheet("Справка", dice.choice((0, 1)))
        other.append(["Продукт", "Договоров", "Сумма КВ"])
        other.append(["КАСКО", 12, 100.5])
    if dice.random() < 0.3:
        hidden = book.create_sheet("старое")
        hidden.sheet_state = "hidden"
        for row in paper.rows:
            hidden.append(row)
    book.save(path)


def _text(dice: random.Random, paper: Paper) -> bytes:
    out = io.StringIO()
    mark = dice.choice((";", ";", "\t", "|"))
    writer = csv.writer(out, delimiter=mark, lineterminator="\r\n")
    for row in paper.rows:
        writer.writerow(row)
    name = dice.choice(("cp1251", "utf-8", "utf-8-sig", "utf-16", "cp866"))
    return out.getvalue().replace("\N{MINUS SIGN}", "-").replace("₽", "р.").encode(name, "replace")
