import random
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from jobs.statements import Expected, Line, judge_lines, read_statement
from models.errors import Invalid, NotFound
from models.identifiers import parse_policy_number


def expected(number: str, sequence: int, premium: str, percent: int = 10, **marks: bool) -> Expected:
    return Expected(parse_policy_number(number), sequence, Decimal(premium), Decimal(percent), None, **marks)


def write_workbook(path: Path, rows: list[list[object]]) -> Path:
    workbook = openpyxl.Workbook()
    sheet = workbook.worksheets[0]
    sheet.merge_cells("A1:C1")
    for row in rows:
        sheet.append(row)
    workbook.save(path)
    return path


ONE_CELL: list[list[object]] = [
    ["Отчёт агента"], [],
    ["№ п/п", "Договор (серия, номер)", "Дата оплаты", "Премия, руб.", "Ставка КВ, %", "КВ, руб."],
    [1, "XXX № 0123456789", "01.10.2026", 1000.5, 10, 100.05], [2, "МТ 77", "02.10.2026", -500, 10, -50],
    ["Итого", None, None, None, None, 50.05],
]  # fmt: skip
TWO_CELLS: list[list[object]] = [
    ["Серия", "Номер", "Клиент", "Оплачен", "Премия", "% КВ", "Сумма КВ"],
    ["ХХХ", 123456789, "Соснин Лев", "01.10.2026", "1\u00a0000,50", "10%", "100,05"],
    ["МТ", "77", "Дубов Егор", "02.10.2026", "-500,00", "10%", "-50,00"],
]
TEXT = (
    "Договор;Страхователь;Оплата;Премия;Ставка;Вознаграждение\r\n"
    'ххх-0123456789;"ООО ""Луч""";01.10.2026;1000,50;10;100,05\r\n'
    "MT 77;;02.10.2026;-500;10;-50\r\n"
)


def told(lines: list[Line]) -> list[tuple[object, ...]]:
    return [
        (line.number and line.number.key, line.premium, line.percent, line.commission, line.paid_on) for line in lines
    ]


def test_three_layouts_say_the_same(tmp_path: Path) -> None:
    (tmp_path / "c.csv").write_bytes(TEXT.encode("cp1251"))
    (tmp_path / "d.csv").write_text(TEXT.replace(";", "\t"), encoding="utf-8-sig")
    one = told(read_statement(write_workbook(tmp_path / "a.xlsx", ONE_CELL)))
    assert one[0][:4] == ("ХХХ123456789", Decimal("1000.50"), 10, Decimal("100.05"))
    assert len(one) == 2
    for path in (write_workbook(tmp_path / "b.xlsx", TWO_CELLS), tmp_path / "c.csv", tmp_path / "d.csv"):
        assert told(read_statement(path)) == one
    assert [line.row for line in read_statement(tmp_path / "a.xlsx")] == [5, 6]


def test_what_is_no_statement_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\0\1\2")
    (tmp_path / "b.csv").write_text("Привет;мир\n")
    (tmp_path / "c.xlsx").write_bytes(b"%PDF-1.4")
    (tmp_path / "d.csv").write_bytes(b"")
    for name in "a.csv", "b.csv", "c.xlsx", "d.csv":
        with pytest.raises(Invalid):
            read_statement(tmp_path / name)
    with pytest.raises(NotFound):
        read_statement(tmp_path / "e.csv")


def line(row: int, number: str, premium: str, percent: int, commission: str) -> Line:
    return Line(
        row, parse_policy_number(number), number, "", None, Decimal(premium), Decimal(percent), Decimal(commission)
    )


def verdicts(lines: list[Line], known: list[Expected]) -> list[str]:
    return [str(judged.verdict) for judged in judge_lines(lines, known)]


def test_each_kind_of_line() -> None:
    known = [
        expected("ХХХ 1", 1, "1000"), expected("ХХХ 2", 1, "1000"), expected("ХХХ 3", 1, "1000"),
        expected("ХХХ 4", 1, "1000", received=True), expected("5", 1, "1000"), expected("ХХХ 6", 1, "1000", paid=False),
    ]  # fmt: skip
    lines = [
        line(1, "ХХХ 1", "1000", 10, "100"), line(2, "XXX-1", "1000", 10, "100"), line(3, "ХХХ 2", "1000", 9, "90"),
        line(4, "ХХХ 3", "1000", 10, "50"), line(5, "ХХХ 4", "1000", 10, "100"), line(6, "МТ 5", "1000", 10, "100"),
        line(7, "ХХХ 4", "-1000", 10, "-100"), line(8, "ХХХ 9", "1000", 10, "100"), line(9, "ХХХ 6", "1000", 10, "100"),
    ]  # fmt: skip
    assert verdicts(lines, known) == [
        "match", "duplicate", "wrong rate", "partial", "duplicate", "match", "reversal", "unknown policy", "match",
    ]  # fmt: skip


def test_equal_instalments_take_a_line_each() -> None:
    known = [expected("ХХХ 1", sequence, "1000") for sequence in (1, 2)]
    pair = [line(row, "ХХХ 1", "1000", 10, "100") for row in (1, 2, 5)]
    judged = judge_lines(pair[:2], known)
    assert [(str(one.verdict), one.expected and one.expected.sequence) for one in judged] == [
        ("match", 1),
        ("match", 2),
    ]
    between = line(3, "ХХХ 8", "1000", 10, "100")
    assert verdicts([pair[0], pair[1], between, pair[2]], known) == ["match", "duplicate", "unknown policy", "match"]


@pytest.mark.parametrize("seed", range(20))
def test_a_statement_of_all_open_instalments_matches_in_any_order(seed: int) -> None:
    dice = random.Random(seed)
    known = [
        expected(f"ХХХ {policy}", sequence, f"{dice.randint(1, 3)}000.10", dice.choice([10, 25]))
        for policy in range(30)
        for sequence in range(1, dice.randint(2, 5))
    ]
    lines = [
        Line(row, one.number, "", "", None, one.premium, one.percent, one.due)
        for row, one in enumerate(dice.sample(known, len(known)))
    ]
    by_policy = {one.number.key: one.percent for one in known}
    fair = [one for one in lines if by_policy[one.number.key if one.number else ""] == one.percent]
    assert set(verdicts(fair, [one for one in known if by_policy[one.number.key] == one.percent])) == {"match"}
