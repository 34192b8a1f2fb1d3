"""Files as programs and people spoil them: nothing is read half, nothing is left out in silence."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest

from jobs.imports.reading import WIDEST, begin, rows_of
from jobs.imports.shape import FieldShape, Shape
from models.errors import Invalid
from tests.admin.conftest import SignIn
from tests.admin.imports.conftest import brought, csv_of, send, settled
from tests.world import World

SHAPE = Shape("client", "Клиенты", {"name": FieldShape(("ФИО",)), "note": FieldShape(("Примечание",))}, (("name",),))


def told(path: Path) -> list[tuple[int, dict[str, str]]]:
    (beginning,) = begin(path, SHAPE)
    return list(rows_of(path, SHAPE, beginning.columns, lambda *_progress: None))


@pytest.mark.parametrize("mark", [";", ","])
def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path, mark: str) -> None:
    path = tmp_path / "клиенты.csv"
    rows = [("ФИО", "Примечание"), ("Иванов", '"две\nстроки"'), ("Петров", '"хвост'), ("Сидоров", "")]
    path.write_bytes(csv_of(rows, mark=mark))
    with pytest.raises(Invalid) as refused:
        told(path)
    assert refused.value.params == {"row": 3}
    path.write_bytes(csv_of([*rows[:2], ("Петров", '"хвост"'), rows[3]], mark=mark))
    assert told(path) == [
        (2, {"name": "Иванов", "note": "две\nстроки"}),
        (3, {"name": "Петров", "note": "хвост"}),
        (4, {"name": "Сидоров"}),
    ]


def test_a_zero_among_letters_is_no_text(tmp_path: Path) -> None:
    path = tmp_path / "клиенты.csv"
    for text, is_text in (("ФИО;Примечание\nИва\0нов;", False), ("ФИО;Примечание\nИванов;", True)):
        path.write_bytes(text.encode("utf-16"))
        if is_text:
            assert told(path) == [(2, {"name": "Иванов"})]
        else:
            with pytest.raises(Invalid):
                told(path)


def test_a_sheet_of_thousands_of_columns_is_looked_at_as_far_as_it_is_offered(tmp_path: Path) -> None:
    path = tmp_path / "клиенты.csv"
    titles = ("ФИО", "Примечание", *(f"столбец {n}" for n in range(5_000)))
    path.write_bytes(csv_of([titles, ("Иванов", "", *"x" * 5_000), titles, ("Петров", "да")]))
    (beginning,) = begin(path, SHAPE)
    assert len(beginning.columns.titles) == WIDEST and dict(beginning.columns.places) == {"name": 0, "note": 1}
    assert [row["name"] for _number, row in told(path)] == ["Иванов", "Петров"]


async def test_of_two_sheets_that_are_known_a_person_says_which(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    head = ("Name", "Phone")
    await brought(anna, "client", csv_of([head, ("Январский Ян", "+79298277551")]))
    book, file = openpyxl.Workbook(), io.BytesIO()
    for name, phone in (("Февральский Фёдор", "+79298277552"), ("Мартовская Мария", "+79298277553")):
        sheet = book.create_sheet(name.split()[0])
        sheet.append(head)
        sheet.append((name, phone))
    del book[book.sheetnames[0]]
    book.save(file)
    answer = await send(anna, "client", file.getvalue(), "два листа.xlsx")
    await settled(anna, answer.headers["location"])
    page = await anna.get(answer.headers["location"])
    assert page.status_code == 200 and "Февральский" in page.text and "Мартовская" in page.text
