"""A workbook brought through the panel: verdicts first, then written, then taken back."""

import asyncio
import html
import json
import re
from pathlib import Path

import pytest

from seeds import reference
from tests.admin.conftest import Browser, SignIn
from tests.admin.importing.conftest import brought, send, settled, words
from tests.seeds.brokerage import number, picture
from tests.world import World


@pytest.fixture(scope="module")
async def admin(browser: SignIn, world: World) -> Browser:
    await reference.plant(world.database)
    return await browser(world.admin)


@pytest.fixture
def truth(workbook: Path) -> dict[str, dict[str, list[dict[str, object]]]]:
    told: dict[str, dict[str, list[dict[str, object]]]] = json.loads((workbook.parent / "truth.json").read_text())
    return told


async def test_the_menu_leads_there_for_those_who_may(browser: SignIn, admin: Browser, world: World) -> None:
    assert 'href="/admin/import"' in (await admin.get("/admin/import")).text
    anna = await browser(world.anna)
    assert 'href="/admin/import"' not in (await anna.get("/admin/")).text
    assert (await anna.get("/admin/import")).status_code == 403
    assert (await send(anna, b"PK")).status_code == 403
    stranger = await browser()
    assert (await stranger.get("/admin/import")).status_code == 303


async def test_every_refused_row_stands_there_with_its_reason_and_its_cells(
    admin: Browser, workbook: Path, truth: dict[str, dict[str, list[dict[str, object]]]]
) -> None:
    address = await brought(admin, workbook.read_bytes())
    for sheet, kind in enumerate(("clients", "policies", "payments")):
        shown = await admin.get(address, params={"sheet": sheet, "show": "refused"})
        assert shown.status_code == 200, shown.text
        told = {int(row) for row in re.findall(r'<th scope="row" class="num">(\d+)</th>', shown.text)}
        left = {row["row"] for row in truth[kind]["rows"] if row["verdict"] not in ("ok", "duplicate")}
        left -= {row["row"] for row in truth[kind]["rows"] if str(row["verdict"]).startswith("bad ")}
        assert told == left, kind
    policies = await admin.get(address, params={"sheet": 1, "show": "ambiguous client"})
    assert "Клиентов с таким именем несколько" in words(policies)
    assert re.search(r"Строки клиентов: \d+, \d+", words(policies))
    assert "незнакомцев никто никтович" in words(await admin.get(address, params={"sheet": 1})).casefold()


async def test_rows_come_in_pages(admin: Browser, workbook: Path) -> None:
    address = await brought(admin, workbook.read_bytes())
    seen, after = 0, "0"
    while after:
        shown = await admin.get(address, params={"sheet": 2, "show": "all", "after": after})
        seen += shown.text.count('<th scope="row"')
        following = re.search(r"after=(\d+)", shown.text)
        after = following[1] if following else ""
    told = re.search(r"Все строки (\d+)", words(await admin.get(address, params={"sheet": 2})))
    assert told and seen == int(told[1]) > 50
    for nonsense in ({"sheet": "9"}, {"sheet": "x", "after": "-1"}, {"show": "<b>"}, {"after": "9" * 30}):
        assert (await admin.get(address, params=nonsense)).status_code == 200


async def test_it_is_written_once_and_taken_back(admin: Browser, world: World, workbook: Path) -> None:
    before = await picture(world.database, world.admin)
    address = await brought(admin, workbook.read_bytes())
    token = {"csrf_token": admin.headers["X-CSRF-Token"]}
    twice = await asyncio.gather(*(admin.post(f"{address}/write", data=token) for _ in range(2)))
    assert {answer.status_code for answer in twice} == {303}
    await settled(admin, address)
    result = await admin.get(address)
    policies = await number(world.database, world.admin, "SELECT count(*) FROM crm.policies")
    assert f"Полисы {policies}" in words(result)
    undo = re.search(r'action="(/admin/undo/[^"]+)"', result.text)
    assert undo is not None
    assert (await admin.post(undo[1], data=token)).status_code == 303
    assert "Загрузка отменена" in words(await admin.get(address))
    assert await picture(world.database, world.admin) == before


async def test_an_upload_is_its_owners(browser: SignIn, admin: Browser, world: World, workbook: Path) -> None:
    address = await brought(admin, workbook.read_bytes())
    head = await browser(world.head)
    for path in (address, f"{address}/status"):
        assert (await head.get(path)).status_code == 404
    assert (await head.post(f"{address}/write")).status_code == 404
    assert (await admin.get("/admin/import/00000000-0000-7000-8000-00000000dead")).status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7 ...", "PDF"),
        (b"", "Файл пуст"),
        (b"plain text", "не книга Excel"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + "EncryptedPackage".encode("utf-16-le"), "паролем"),
        (b"PK\3\4 broken", "повреждена"),
    ],
)
async def test_what_is_no_workbook_comes_back_with_a_sentence(admin: Browser, content: bytes, said: str) -> None:
    answer = await send(admin, content)
    assert answer.status_code == 422
    assert said in words(answer)
    assert 'type="file"' in answer.text


async def test_nothing_chosen_and_too_much(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    token = {"csrf_token": admin.headers["X-CSRF-Token"]}
    assert (await admin.post("/admin/import", data=token)).status_code == 422
    monkeypatch.setattr("jobs.uploads.LARGEST", 1024)
    answer = await send(admin, b"PK" + bytes(200_000))
    assert answer.status_code == 422
    assert "Файл больше" in words(answer)


async def test_a_name_cannot_leave_its_folder_nor_its_page(admin: Browser, workbook: Path) -> None:
    answer = await send(admin, workbook.read_bytes(), name="../../<b>злой</b>.xlsx")
    page = await admin.get(answer.headers["location"])
    assert html.escape("b>.xlsx") in page.text or "&lt;" in page.text
    assert "<b>" not in page.text
