"""A list leaves as a workbook too, in a process of its own where it is large, once; a role takes so much a day."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import time
from collections.abc import AsyncIterator
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

import openpyxl
import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import text

from admin.views.listing import export, package
from jobs import uploads
from models.client import Client
from tests.admin.conftest import HOST, Browser, SignIn
from tests.admin.listing.conftest import Shelf

QUERY = "sort=name&per=200"


def rows_in(content: bytes) -> list[list[object]]:
    """The cells of a workbook."""
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.fixture
async def few_at_once(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    """Three rows are many."""
    monkeypatch.setattr(export, "AT_ONCE", {"csv": 3, "xlsx": 3})
    yield


async def ordered(browser: Browser, address: str) -> str:
    """A large export up to its file; the page's address."""
    answer = await browser.get(address)
    assert answer.status_code == 303, answer.text
    page, until = answer.headers["location"].removeprefix(HOST), time.monotonic() + 60
    while (answer := await browser.get(f"{page}/status", headers={"HX-Request": "true"})).status_code == 200:
        assert time.monotonic() < until, answer.text
        await asyncio.sleep(0.05)
    return str(page)


async def test_a_workbook_has_the_rows_and_columns_of_the_list(shelf: Shelf, browser: SignIn) -> None:
    admin = await browser(shelf.world.admin)
    assert "/admin/client/export.xlsx" in (await admin.get("/admin/client/list")).text
    answer = await admin.get(f"/admin/client/export.xlsx?{QUERY}&col=name&col=created_at")
    heads, *rows = rows_in(answer.content)
    shown = await shelf.titles(shelf.world.admin, "client", QUERY)
    assert len(heads) == 2 and [row[0] for row in rows] == shown
    assert all(isinstance(row[1], datetime) for row in rows)
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert any(str(row[0]).startswith("=") for row in rows), "the text is as it is"
    assert all(cell.data_type != "f" for row in book.active.iter_rows() for cell in row), "and no formula"


HOSTILE = "=1&<b>\\\x07 _x000A_ \n\t\ufffe конец "


async def test_a_workbook_holds_any_text_and_days_before_excel(shelf: Shelf, browser: SignIn) -> None:
    made = Client(name="Яковлев Враг", note=HOSTILE, birth_date=date(1899, 1, 2), created_by_id=shelf.world.admin.id)
    async with shelf.database.transaction(shelf.world.admin) as work:
        work.add(made)
    admin = await browser(shelf.world.admin)
    asked = "q=Яковлев Враг&col=name&col=note&col=birth_date&col=email"
    content = (await admin.get(f"/admin/client/export.xlsx?{asked}")).content
    said = HOSTILE.replace("\x07", "").replace("\ufffe", "")
    (row,) = rows_in(content)[1:]
    assert row[:3] == ["Яковлев Враг", said.replace("_x000A_", "_x005F_x000A_"), "1899-01-02"], "openpyxl leaves x005F"
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert sheet[1][:3] == ["Яковлев Враг", said, "1899-01-02"]


def test_more_rows_than_a_sheet_takes_go_on_in_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(package, "MOST_IN_SHEET", 3)
    book = package.LargeBook(tmp_path / "book.xlsx", "Клиенты: все", ["Число"])
    lines = [f'<row r="{n % 3 + 2}"><c r="A{n % 3 + 2}"><v>{n}</v></c></row>\n'.encode() for n in range(7)]
    book.add(b"".join(lines[:2]))
    book.add(b"".join(lines[2:]))
    book.close()
    found = openpyxl.load_workbook(tmp_path / "book.xlsx")
    assert found.sheetnames == ["Клиенты все", "Клиенты все 2", "Клиенты все 3"]
    assert [[row[0] for row in sheet.values] for sheet in found] == [
        ["Число", 0, 1, 2],
        ["Число", 3, 4, 5],
        ["Число", 6],
    ]


async def test_a_large_one_is_taken_once_by_its_person(shelf: Shelf, browser: SignIn, few_at_once: None) -> None:
    admin = await browser(shelf.world.admin)
    page = await ordered(admin, f"/admin/client/export.csv?{QUERY}")
    assert "Файл готов" in (await admin.get(page)).text
    assert (await (await browser(shelf.world.olga)).post(f"{page}/take")).status_code == 404
    taken = await admin.post(f"{page}/take")
    rows = list(csv.reader(io.StringIO(taken.content.decode("utf-8-sig")), delimiter=";"))
    assert len(rows) - 1 == len(await shelf.titles(shelf.world.admin, "client", QUERY))
    assert not any(cell[:1] in ("=", "@") for row in rows for cell in row)
    assert (await admin.post(f"{page}/take")).status_code == 409
    assert "уже забрали" in (await admin.get(page)).text
    page = await ordered(admin, f"/admin/client/export.xlsx?{QUERY}&col=name")
    file = uploads.find(UUID(page.rpartition("/")[2]), shelf.world.admin.id, uploads.EXPORT).workbook
    os.utime(file, (0, 0))
    assert (await admin.post(f"{page}/take")).status_code == 409, "a day later it is too old"
    os.utime(file)
    assert len(rows_in((await admin.post(f"{page}/take")).content)) == len(rows)


async def test_a_role_takes_so_many_rows_a_day(shelf: Shelf, browser: SignIn) -> None:
    olga = await browser(shelf.world.olga)
    rows = len((await olga.get("/admin/client/export.csv")).text.splitlines()) - 1
    await limit(shelf, rows + 1)
    try:
        answer = await olga.get("/admin/client/export.csv")
        assert answer.status_code == 409 and "может выгрузить" in answer.text
        assert (await olga.get("/admin/client/export.xlsx")).status_code == 409
        assert (await (await browser(shelf.world.admin)).get("/admin/client/export.csv")).status_code == 200
        await limit(shelf, rows * 2)
        assert (await olga.get("/admin/client/export.csv")).status_code == 200
        assert (await olga.get("/admin/client/export.csv")).status_code == 409
    finally:
        await limit(shelf, None)


async def limit(shelf: Shelf, rows: int | None) -> None:
    async with shelf.database.transaction(shelf.world.admin, action="role.update") as work:
        await work.execute(text("UPDATE auth.roles SET export_limit = :n WHERE slug = 'accountant'"), {"n": rows})
