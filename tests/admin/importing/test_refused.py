"""Workbooks that cannot be read, and work that broke off: a sentence, the form, nothing written."""

import os
from pathlib import Path

import openpyxl
import pytest

from jobs import uploads
from jobs.embedded.postgres import Postgres
from jobs.uploads.folder import root
from seeds import reference
from tests.admin.conftest import Browser, SignIn
from tests.admin.importing.conftest import brought, settled, words
from tests.seeds.brokerage import picture
from tests.world import World


@pytest.fixture(scope="module")
async def admin(browser: SignIn, world: World) -> Browser:
    await reference.plant(world.database)
    return await browser(world.admin)


def without_a_sheet(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    del book[next(name for name in book.sheetnames if name in ("Взносы", "Платежи", "График платежей"))]
    book.save(path)


def with_a_formula(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = next(book[name] for name in book.sheetnames if name in ("Взносы", "Платежи", "График платежей"))
    row = sheet.max_row - 2
    for cell in sheet[row]:
        if cell.value is not None:
            cell.value = "=1+1"
    book.save(path)


@pytest.mark.parametrize(
    ("spoil", "said"), [(without_a_sheet, "Нужного листа нет"), (with_a_formula, "формула без результата")]
)
async def test_a_workbook_that_cannot_be_read_is_told_of(
    admin: Browser, world: World, workbook: Path, tmp_path: Path, spoil: object, said: str
) -> None:
    before = await picture(world.database, world.admin)
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(workbook.read_bytes())
    assert callable(spoil)
    spoil(copy)
    page = await admin.get(await brought(admin, copy.read_bytes()))
    assert said in words(page)
    assert 'type="file"' in page.text
    assert await picture(world.database, world.admin) == before


async def test_work_that_fell_silent_is_told_of(admin: Browser, workbook: Path) -> None:
    address = await brought(admin, workbook.read_bytes())
    folder = root() / address.rpartition("/")[2]
    (folder / "state.json").write_text('{"phase": "reading"}')
    os.utime(folder / "alive", (0, 0))
    assert "прервалась" in words(await admin.get(address))


async def test_a_failure_while_writing_leaves_nothing(
    admin: Browser, world: World, workbook: Path, cluster: Postgres
) -> None:
    before = await picture(world.database, world.admin)
    address = await brought(admin, workbook.read_bytes())
    name = world.database.engine.url.database
    spoil = (
        "CREATE FUNCTION public.spoil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE check_violation; END $$;"
        " CREATE TRIGGER spoil AFTER INSERT ON crm.deals FOR EACH STATEMENT EXECUTE FUNCTION public.spoil()"
    )
    cluster.psql(spoil, database=name)
    try:
        await admin.post(f"{address}/write")
        await settled(admin, address)
    finally:
        cluster.psql("DROP TRIGGER spoil ON crm.deals; DROP FUNCTION public.spoil()", database=name)
    assert "не завершена" in words(await admin.get(address))
    assert await picture(world.database, world.admin) == before


async def test_old_uploads_are_removed(admin: Browser, workbook: Path) -> None:
    address = await brought(admin, workbook.read_bytes())
    folder = root() / address.rpartition("/")[2]
    os.utime(folder, (0, 0))
    assert uploads.sweep() == 1
    assert (await admin.get(address)).status_code == 404
