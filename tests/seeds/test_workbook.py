import random
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter

from jobs.portfolio import read_portfolio, totals
from jobs.portfolio.workbook import open_workbook
from models.errors import Invalid, NotFound, Problem

TODAY = date(2026, 11, 1)
CLIENTS = [["ФИО", "Дата рождения", "ИНН", "Телефон"], ["Соснин Лев Ильич", "01.02.1980", "", "+79161234567"]]
POLICIES = [
    ["Страхователь", "Компания", "Вид", "Номер полиса", "Начало", "Окончание", "Премия"],
    ["Соснин Лев Ильич", "Маяк", "ОСАГО", "ХХХ 1234567890", "01.02.2026", "31.01.2027", "5 000,10"],
]
PAYMENTS = [["Полис", "№", "Дата (план)", "Сумма"], ["ХХХ1234567890", 1, "01.02.2026", 5000.1]]
Rows = list[list[object]]


def book(path: Path, **sheets: list[list[object]] | list[list[str]]) -> Path:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in {"Клиенты": CLIENTS, "Полисы": POLICIES, "Взносы": PAYMENTS, **sheets}.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append(row)
    workbook.save(path)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(Problem) as refused:
        read_portfolio(path, TODAY)
    return str(refused.value)


def test_a_small_book_is_read(tmp_path: Path) -> None:
    portfolio = read_portfolio(book(tmp_path / "a.xlsx"), TODAY)
    assert totals(portfolio)["premium"] == "5000.10"
    assert [payment.verdict for payment in portfolio.payments] == ["ok"]


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
BROKEN: list[tuple[str, Callable[[Path], object]]] = [
    ("PDF", lambda path: path.write_bytes(b"%PDF-1.7\n...")),
    ("empty", lambda path: path.write_bytes(b"")),
    ("not an Excel workbook", lambda path: path.write_text("ФИО;ИНН\n")),
    ("not an Excel workbook", lambda path: path.write_text("<html><table></table></html>")),
    ("password", lambda path: path.write_bytes(OLE + "EncryptedPackage".encode("utf-16-le"))),
    ("damaged", lambda path: path.write_bytes(OLE)),
    ("damaged", lambda path: path.write_bytes(b"PK\x03\x04" + b"\0" * 100)),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "write"), BROKEN)
def test_what_is_no_workbook_is_refused_in_a_sentence(
    sentence: str, write: Callable[[Path], object], tmp_path: Path
) -> None:
    write(tmp_path / "file.xlsx")
    assert sentence in refusal(tmp_path / "file.xlsx")


def test_no_file_no_folder_no_other_archive(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read_portfolio(tmp_path / "nothing.xlsx", TODAY)
    with pytest.raises(Invalid):
        read_portfolio(tmp_path, TODAY)
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "not an Excel workbook" in refusal(tmp_path / "letter.docx")


def test_a_damaged_workbook_never_ends_in_anything_but_a_sentence(tmp_path: Path) -> None:
    whole = book(tmp_path / "whole.xlsx").read_bytes()
    dice = random.Random(7)
    for _ in range(60):
        broken = bytearray(whole[: dice.randint(10, len(whole))] if dice.random() < 0.5 else whole)
        for _ in range(dice.randint(0, 20)):
            broken[dice.randrange(len(broken))] = dice.randrange(256)
        (tmp_path / "broken.xlsx").write_bytes(broken)
        try:
            read_portfolio(tmp_path / "broken.xlsx", TODAY)
        except Problem as refused:
            assert str(refused)


def test_a_missing_sheet_and_a_missing_column_are_named(tmp_path: Path) -> None:
    assert "Instalments" in refusal(book(tmp_path / "a.xlsx", Взносы=[["пусто"]]))
    assert "Premium" in refusal(book(tmp_path / "b.xlsx", Полисы=[row[:-1] for row in POLICIES]))
    workbook = openpyxl.Workbook()
    workbook.save(tmp_path / "c.xlsx")
    assert "Clients" in refusal(tmp_path / "c.xlsx")


def test_sheets_are_found_by_their_titles_when_their_names_say_nothing(tmp_path: Path) -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    for name, rows in (("Лист1", PAYMENTS), ("Лист2", POLICIES), ("Лист3", CLIENTS)):
        for row in rows:
            (workbook[name] if name in workbook else workbook.create_sheet(name)).append(row)
    workbook.save(tmp_path / "a.xlsx")
    assert read_portfolio(tmp_path / "a.xlsx", TODAY).sheets == ("Лист3", "Лист2", "Лист1")


def test_a_formula_counts_by_its_saved_value(tmp_path: Path) -> None:
    unsaved: Rows = [*PAYMENTS, ["ХХХ1234567890", 2, "01.03.2026", "=2+2"]]
    sentence = refusal(book(tmp_path / "unsaved.xlsx", Взносы=unsaved))
    assert "Взносы" in sentence and "D3" in sentence
    total: Rows = [*PAYMENTS, ["Итого", None, None, "=SUM(D2:D2)"]]
    assert totals(read_portfolio(book(tmp_path / "total.xlsx", Взносы=total), TODAY))["payments"] == 1

    with xlsxwriter.Workbook(tmp_path / "saved.xlsx") as workbook:
        for name, rows in {"Клиенты": CLIENTS, "Полисы": POLICIES, "Взносы": PAYMENTS}.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
        sheet.write_formula(1, 3, "=4000+1000.1", None, 5000.1)
    payment = read_portfolio(tmp_path / "saved.xlsx", TODAY).payments[0]
    assert str(payment.amount) == "5000.10"


def test_headings_and_repeated_headers_are_no_rows(tmp_path: Path) -> None:
    rows: Rows = [
        ["Журнал за 2026 год"],
        [],
        *POLICIES,
        ["Февраль"],
        [*POLICIES[0]],
        ["ИТОГО", "", "", "", "", "", 5000.1],
    ]
    portfolio = read_portfolio(book(tmp_path / "a.xlsx", Полисы=rows), TODAY)
    assert [policy.row for policy in portfolio.policies] == [4]


def test_something_far_away_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = book(tmp_path / "a.xlsx")
    workbook = openpyxl.load_workbook(path)
    workbook["Взносы"]["XFD1048576"] = "!"
    workbook.save(path)
    assert "too large" in refusal(path)


def test_odd_rows_have_reasons_of_their_own(tmp_path: Path) -> None:
    odd: Rows = [
        *POLICIES,
        ["Соснин Лев Ильич", "Маяк", "ОСАГО", "ХХХ 2", "когда-то", "31.01.2027", 5000],
        ["Соснин Лев Ильич", "Маяк", "ОСАГО", "ХХХ 3", "01.02.2026", "31.01.2027", "много"],
        ["Соснин Лев Ильич", "Маяк", "ОСАГО", "ХХХ 4", "01.02.2026", "31.01.2027", 0],
        ["Соснин Лев Ильич", "Другая", "ОСАГО", "ХХХ 1234567890", "01.02.2026", "01.02.2026", 100],
    ]
    portfolio = read_portfolio(book(tmp_path / "a.xlsx", Полисы=odd), TODAY)
    assert [policy.verdict for policy in portfolio.policies] == ["ok", "bad dates", "bad premium", "bad premium", "ok"]
    assert [payment.verdict for payment in portfolio.payments] == ["ambiguous policy"]


def test_rows_are_numbered_as_excel_does_even_when_the_first_are_empty(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        for name, rows in {"Клиенты": CLIENTS, "Полисы": POLICIES, "Взносы": PAYMENTS}.items():
            sheet = workbook.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at + 4, 2, row)
    portfolio = read_portfolio(path, TODAY)
    assert [portfolio.clients[0].row, portfolio.policies[0].row, portfolio.payments[0].row] == [6, 6, 6]
    assert portfolio.payments[0].verdict == "ok"


def test_what_is_packed_to_burst_is_refused_unread(tmp_path: Path) -> None:
    bomb = tmp_path / "бомба.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/sharedStrings.xml", bytes(80 * 1024 * 1024))
    assert bomb.stat().st_size < 1024 * 1024
    with pytest.raises(Invalid, match="too large when unpacked"):
        open_workbook(bomb)
