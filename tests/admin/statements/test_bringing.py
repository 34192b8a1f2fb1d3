"""Files become drafts: the insurer and the columns by themselves, or as a person says; the same file is the same."""

from __future__ import annotations

import re

from sqlalchemy import select

from models.statement import Statement, StatementLayout
from tests.admin.conftest import Browser, SignIn
from tests.admin.statements.conftest import brought, csv_of, read_through, send, words
from tests.statements.conftest import HEAD, insured
from tests.trade import Trade
from tests.world import World

STRANGE = "Что;Кто;Сколько;Доля;Нам"
NEW = "/admin/statements/new"


async def statements(world: World) -> list[Statement]:
    """All that are not thrown away, in their order."""
    async with world.database.transaction(world.olga) as work:
        found = await work.scalars(select(Statement).where(Statement.deleted_at.is_(None)).order_by(Statement.id))
        return list(found)


async def test_the_list_leads_to_the_place_for_files(olga: Browser) -> None:
    shown = await olga.get("/admin/statement/list")
    assert "Загрузить ведомость" in words(shown)
    assert (await olga.get("/admin/statement/create")).headers["location"].endswith(NEW)
    assert 'type="file"' in (await olga.get(NEW)).text


async def test_a_file_finds_its_insurer_and_the_same_file_does_nothing(
    olga: Browser, world: World, trade: Trade
) -> None:
    one = await insured(world, trade, "25000")
    content = csv_of("СПАО «Ингосстрах», октябрь 2026\r\n" + HEAD, [one.line()])
    address = await brought(olga, "октябрь.csv", content)
    (statement,) = [row for row in await statements(world) if row.title == "октябрь"]
    assert (address, statement.insurer_id) == (f"/admin/statements/{statement.id}", trade.ingos)
    before = len(await statements(world))
    again = await olga.get(await read_through(olga, await send(olga, ("ещё раз.csv", content))))
    assert "Этот самый файл уже загружен" in words(again) and f'href="{address}"' in again.text
    anew = await olga.get(await read_through(olga, await send(olga, ("заново.csv", content + b"\r\n\r\n"))))
    assert "Те же строки уже есть" in words(anew)
    assert len(await statements(world)) == before
    (key,) = re.findall(r"/uploads/([0-9a-f-]{36})/go-on", anew.text)
    kept = await olga.post(f"/admin/statements/uploads/{key}/go-on", data={})
    await read_through(olga, kept)
    assert len(await statements(world)) == before + 1


async def test_columns_that_nobody_knows_are_mapped_once(olga: Browser, world: World, trade: Trade) -> None:
    one, other = await insured(world, trade, "25000"), await insured(world, trade, "35000")
    address = await read_through(olga, await send(olga, ("странная.csv", csv_of(STRANGE, [one.line()]))))
    asked = await olga.get(address)
    assert "Указать столбцы" in words(asked)
    (columns,) = set(re.findall(r'href="(/admin/statements/uploads/[0-9a-f-]{36}/columns)"', asked.text))
    page = await olga.get(columns)
    assert page.status_code == 200 and one.policy.number in page.text
    said = {
        "head": "1",
        "insurer": str(trade.ingos),
        "column-1": "holder",
        "column-2": "premium",
        "column-3": "percent",
    }
    wrong = await olga.post(columns, data=said)
    assert wrong.status_code == 422 and "Укажите столбец" in words(wrong)
    twice = await olga.post(columns, data=said | {"column-0": "number", "column-3": "number", "column-4": "commission"})
    assert twice.status_code == 422 and "Два столбца" in words(twice)
    good = await olga.post(columns, data=said | {"column-0": "number", "column-4": "commission"})
    shown = await olga.get(await read_through(olga, good))
    assert shown.status_code == 303, words(shown)
    async with world.database.transaction(world.olga) as work:
        layouts = list(await work.scalars(select(StatementLayout).where(StatementLayout.is_by_hand)))
    assert [(row.insurer_id, row.places["commission"]) for row in layouts] == [(trade.ingos, 4)]
    await brought(olga, "странная-2.csv", csv_of(STRANGE, [other.line()]))


async def test_several_files_at_once_each_with_its_sentence(olga: Browser, world: World, trade: Trade) -> None:
    good = csv_of(HEAD, [(await insured(world, trade, "25000")).line()])
    files = [
        ("хорошая.csv", good),
        ("картинка.xlsx", b"%PDF-1.7"),
        ("пустая.csv", b""),
        ("чужая.csv", good + b"\r\nZZ 1;x;5;5;1"),
    ]
    answer = await send(olga, *files, ("страница.xls", b"<html><table></table></html>"))
    page = words(await olga.get(await read_through(olga, answer)))
    for said in ("хорошая.csv Прочитана и сверена", "PDF", "Файл пуст", "веб-страница под именем книги"):
        assert said in page, said
    unknown = await olga.get(
        await read_through(olga, await send(olga, ("чья.csv", csv_of(HEAD, ["ЯЯЯ 1;x;5;5;0,25"]))))
    )
    assert "Чья это ведомость" in words(unknown)
    (key,) = re.findall(r"/uploads/([0-9a-f-]{36})/go-on", unknown.text)
    await read_through(
        olga, await olga.post(f"/admin/statements/uploads/{key}/go-on", data={"insurer": str(trade.reso)})
    )
    assert (await statements(world))[-1].insurer_id == trade.reso
    assert (await send(olga)).status_code == 422
    assert (await olga.post(NEW, data={})).status_code == 422


async def test_nobody_else_knows_of_it(browser: SignIn, olga: Browser, world: World, trade: Trade) -> None:
    one = await insured(world, trade, "25000")
    waiting = await read_through(olga, await send(olga, ("тайна.csv", csv_of(HEAD, [one.line()]))))
    address = (await olga.get(waiting)).headers["location"]
    key = waiting.partition("key=")[2]
    for stranger in (world.anna, world.boris, world.head, world.vera):
        theirs = await browser(stranger)
        for path in (NEW, waiting, address, f"/admin/statements/uploads/{key}/columns", "/admin/statement/create"):
            assert (await theirs.get(path)).status_code == 404, (stranger.name, path)
        assert (await theirs.post(f"{address}/decide", data={"decision": "ignored"})).status_code == 404
        assert (await send(theirs, ("x.csv", b"x"))).status_code == 404
    admin = await browser(world.admin)
    assert (await admin.get(address)).status_code == 200
    assert (await admin.get(waiting)).status_code == 404, "an upload is its owner's"
