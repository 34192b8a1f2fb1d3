"""A file into any list over HTTP: its columns guessed, each row judged by doing it, corrected, written, taken back."""

from __future__ import annotations

import re

from sqlalchemy import select

from models.client import Client
from models.log import actions
from models.many.change import BulkChange
from tests.admin.conftest import SignIn
from tests.admin.imports.conftest import brought, chosen_in, csv_of, send, settled, tabs, under, xlsx_of
from tests.world import World

HEAD = ("ФИО / название", "Телефон", "ИНН", "Дата рождения", "Тип")


async def clients(world: World) -> dict[str, Client]:
    async with world.database.transaction(world.admin) as work:
        return {row.name: row for row in await work.scalars(select(Client).where(Client.deleted_at.is_(None)))}


async def test_rows_are_made_changed_left_and_refused(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    assert 'href="/admin/client/import"' in (await anna.get("/admin/client/list")).text
    first = csv_of([("Name", "Phone", "Birth date"), ("Иванов Иван", "+7 929 827-75-34", "31.12.1980")], "cp1251")
    address = await brought(anna, "client", first)
    page = (await anna.get(address)).text
    assert tabs(page) == {"create": 1} and "Иванов Иван" in page and "31.12.1980" in page
    assert "Иванов Иван" not in await clients(world), "a dry run writes nothing"
    assert (await anna.post(under(address, "apply"))).status_code == 303
    made = (await clients(world))["Иванов Иван"]
    assert (made.phone, str(made.birth_date), made.created_by_id) == ("+79298277534", "1980-12-31", world.anna.id)

    rows = [
        ("Name", "Phone", "Birth date"),
        ("Иванов Иван", "+7 929 827-75-35", "31.12.1980"),
        ("Петрова Анна", "8 (929) 827-75-36", "01.02.1990"),
        ("Кузьмин Пётр", "нет телефона", "05.06.1970"),
        ("Петрова Анна", "", "01.02.1990"),
    ]
    content = xlsx_of(rows)
    address = await brought(anna, "client", content, "клиенты.xlsx")
    page = (await anna.get(address)).text
    assert tabs(page) == {"create": 1, "update": 1, "wrong": 2}
    assert "Это не телефон" in page and "Строка 3 файла — о той же записи." in page
    changed = (await anna.get(f"{address}?show=update")).text
    assert "75‑34" in changed and "75‑35" in changed

    (place,) = [
        row for row in re.findall(r'id="row-(\d+)"', page) if "Кузьмин" in page.split(f'id="row-{row}"')[1][:400]
    ]
    fixed = await anna.post(
        under(address, f"row/{place}"), data={"f-phone": "89298277537"}, headers={"HX-Request": "true"}
    )
    assert fixed.status_code == 200 and "verdict-word create" in fixed.text
    assert tabs((await anna.get(address)).text) == {"create": 2, "update": 1, "wrong": 1}
    assert (await anna.post(under(address, "apply"))).status_code == 303
    found = await clients(world)
    assert found["Иванов Иван"].phone == "+79298277535" and found["Кузьмин Пётр"].phone == "+79298277537"

    again = await brought(anna, "client", content, "клиенты.xlsx")
    page = (await anna.get(again)).text
    assert "Ничего не изменится." in page and "Этот файл уже загружали:" in page
    assert tabs(page)["same"] == 2 and "create" not in tabs(page) and "update" not in tabs(page)

    assert (await anna.post(under(address, "undo"))).status_code == 303
    found = await clients(world)
    assert "Кузьмин Пётр" not in found and "Петрова Анна" not in found
    assert found["Иванов Иван"].phone == "+79298277534"


async def test_columns_are_asked_once_for_each_shape(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    rows = [("Кто это", "Связь", "Прочее"), ("Сидоров Олег", "+79298277538", "—")]
    answer = await send(anna, "client", csv_of(rows, mark=","))
    address = answer.headers["location"]
    await settled(anna, address)
    page = (await anna.get(address)).text
    assert chosen_in(page)["head"] == "1" and "Скажите, что в каком столбце" in page
    told = chosen_in(page)
    twice = await anna.post(address, data=told | {"column-0": "name", "column-1": "name"})
    assert twice.status_code == 422 and "Два столбца" in twice.text
    assert (await anna.post(address, data={"sheet": told["sheet"], "head": "1"})).status_code == 422
    assert (await anna.post(address, data=told | {"column-0": "name", "column-1": "phone"})).status_code == 303
    await settled(anna, address)
    assert tabs((await anna.get((await anna.get(address)).headers["location"])).text) == {"create": 1}
    next_file = await send(anna, "client", csv_of([rows[0], ("Орлова Ева", "+79298277539", "")], mark=","))
    await settled(anna, next_file.headers["location"])
    page = await anna.get(next_file.headers["location"])
    assert page.status_code == 303, "the same titles ask nothing"
    assert "Орлова Ева" in (await anna.get(page.headers["location"])).text


async def test_what_is_no_table_is_refused_in_words(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    for content, said in ((b"%PDF-1.4", "PDF"), (b"", "пуст"), (b"<html><table>", "веб-страница")):
        answer = await send(anna, "client", content)
        address = answer.headers["location"]
        await settled(anna, address)
        assert said in (await anna.get(address)).text.replace("Веб", "веб")
    empty = await anna.post("/admin/client/import", files={"csrf_token": (None, anna.headers["X-CSRF-Token"])})
    assert empty.status_code == 422


async def test_it_is_a_right_and_ones_own(world: World, browser: SignIn) -> None:
    anna, boris, vera = await browser(world.anna), await browser(world.boris), await browser(world.vera)
    assert (await anna.get("/admin/user/import")).status_code in (403, 404)
    assert (await send(anna, "insurer", b"x")).status_code == 403
    assert (await anna.get("/admin/bulk-change/import")).status_code in (403, 404)
    content = csv_of([("ФИО", "Телефон"), ("Чужая Анна", "+79298277540")])
    answer = await send(anna, "client", content)
    upload = answer.headers["location"]
    await settled(anna, upload)
    address = await brought(anna, "client", csv_of([("Name", "Phone"), ("Чужая Ада", "+79298277541")]))
    for other in (boris, vera, await browser(world.admin)):
        assert (await other.get(upload)).status_code in (403, 404)
        assert (await other.get(address)).status_code == 404
        assert (await other.post(under(address, "apply"))).status_code == 404
        assert (await other.post(under(address, "row/1"), data={"f-name": "Ха"})).status_code == 404
    assert (await anna.get(upload.replace("/client/", "/deal/"))).status_code == 404


async def test_the_log_tells_of_a_file(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    address = await brought(anna, "client", csv_of([("Name", "Phone"), ("Записанный Лев", "+79298277542")]))
    await anna.post(under(address, "apply"))
    async with world.database.transaction(world.admin) as work:
        change = await work.get_record(BulkChange, address.rpartition("/")[2])
        logged = (await work.execute(select(actions).where(actions.c.id == change.action_id))).one()
    assert (logged.slug, logged.via, logged.actor_id) == ("client.import", "import", world.anna.id)
    record = (await clients(world))["Записанный Лев"]
    assert "импорт — клиент" in (await anna.get(f"/admin/client/history/{record.id}")).text


async def test_by_what_records_are_found_and_what_an_empty_cell_does(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    rows = [("Кто", "Сотовый", "Откуда"), ("Разный Пётр", "+79298277550", "Сайт"), ("Разный Олег", "+79298277551", "")]
    columns = {"column-0": "name", "column-1": "phone", "column-2": "source"}
    address = await brought(anna, "client", csv_of(rows), **columns)
    assert "Искать записи по" not in (await anna.get(address)).text, "as usual"
    await anna.post(under(address, "apply"))
    again = [rows[0], ("Пётр Переименованный", "89298277550", ""), ("Новый Лев", "+79298277552", "")]
    answer = await send(anna, "client", csv_of(again))
    await settled(anna, answer.headers["location"])
    asked = f"{answer.headers['location']}?columns=1"
    told = chosen_in((await anna.get(asked)).text)
    assert "key" not in told and "empty" not in told, "nothing but the usual is chosen"
    lacking = await anna.post(asked, data=told | {"key": "inn"})
    assert lacking.status_code == 422 and "такого столбца нет: ИНН" in lacking.text
    assert (await anna.post(asked, data=told | {"key": "phone", "empty": "clear"})).status_code == 303
    await settled(anna, answer.headers["location"])
    address = (await anna.get(answer.headers["location"])).headers["location"]
    page = (await anna.get(f"{address}?show=update")).text
    assert tabs(page) == {"create": 1, "update": 1} and "стирает поле" in page and "Сайт" in page
    await anna.post(under(address, "apply"))
    found = await clients(world)
    assert found["Пётр Переименованный"].source is None and "Разный Пётр" not in found
    assert found["Новый Лев"].source is None
    more = await brought(anna, "client", csv_of([rows[0], ("Пётр Переименованный", "+79298277550", "")]))
    page = (await anna.get(more)).text
    assert tabs(page) == {"same": 1} and "стирает поле" in page, "remembered, and the same again does nothing"
