"""The workbench over HTTP: why a line is what it is, decisions in place, policies linked and entered, posting, undo."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import select

from models import clock
from models.client import Client
from models.deal import Deal
from models.policy import Policy
from models.statement import Statement, StatementLine
from tests.admin.conftest import Browser
from tests.admin.statements.conftest import brought, csv_of, words
from tests.statements.conftest import HEAD, Insured, incomes_of, insured, lines_of
from tests.trade import Trade, get, undo
from tests.world import World

PART = {"HX-Request": "true"}


@pytest.fixture
async def desk(olga: Browser, world: World, trade: Trade, request: pytest.FixtureRequest) -> tuple[str, list[Insured]]:
    """A statement with a match, a wrong rate, a part, the match again and an unknown policy."""
    known = [await insured(world, trade, premium) for premium in ("25000", "35000", "45000")]
    match, wrong, part = known
    digits = str(match.policy.number)
    slip = digits[:-1] + str((int(digits[-1]) + 5) % 10)
    lines = [
        match.line(), wrong.line("6300", percent="18"), part.line("4000", premium="20000"), match.line(),
        f"{slip};Попов Максим;18340;20;3668",
    ]  # fmt: skip
    return await brought(olga, f"{request.node.name}.csv", csv_of(HEAD, lines), insurer=str(trade.ingos)), known


async def statement_at(world: World, address: str) -> tuple[Statement, list[StatementLine]]:
    """The statement of an address, and its lines."""
    statement = await get(world, world.olga, Statement, UUID(address.rpartition("/")[2]))
    return statement, await lines_of(world, statement)


async def test_each_line_says_why_and_what_to_do(olga: Browser, desk: tuple[str, list[Insured]]) -> None:
    address, _known = desk
    page = words(await olga.get(address, params={"show": "all"}))
    for said in (
        "В ведомости 18 %, по договору 20 %: 6 300,00 ₽ вместо 7 000,00 ₽",
        "Оплачена часть взноса: 20 000,00 ₽ из 45 000,00 ₽",
        "То же, что в строке 2",
        "нет полиса с таким номером",
        "Принять сумму ведомости", "Получить часть", "Найти или внести полис",
    ):  # fmt: skip
        assert said in page, said
    for show in ("open", "match", "wrong rate", "unknown policy", "<b>", ""):
        assert (await olga.get(address, params={"show": show, "from": "x"}, headers=PART)).status_code == 200
    detail = await olga.get(address.replace("/statements/", "/statement/details/"))
    assert detail.headers["location"].endswith(address)


async def test_decided_in_place_posted_in_one_step_and_taken_back(
    olga: Browser, world: World, desk: tuple[str, list[Insured]]
) -> None:
    address, (match, wrong, part) = desk
    statement, lines = await statement_at(world, address)

    async def decide(decision: str, *rows: int, **more: str) -> int:
        told = {"decision": decision, "pk": [str(lines[row].id) for row in rows], **more}
        return (await olga.post(f"{address}/decide", data=told, headers=PART)).status_code

    assert await decide("difference", 1) == 200
    assert await decide("part", 2) == 200
    assert await decide("part", 1) == 409
    assert await decide("nothing", 1) == 422
    assert await decide("ignored", 3, note="повтор") == 200
    assert await decide("undecide", 3) == 200
    assert await decide("ignored", all="duplicate") == 200
    stray = await olga.post(f"{address}/decide", data={"decision": "ignored", "pk": str(statement.id)}, headers=PART)
    assert stray.status_code == 404
    asked = words(await olga.get(f"/admin/statement/verb/post?pk={statement.id}", headers=PART))
    assert "15 300,00" in asked and "Останется нерешённых строк 1" in asked
    day = (clock.today() - timedelta(days=1)).isoformat()
    told = {"pk": str(statement.id), "money_on": day}
    posted = await olga.post("/admin/statement/verb/post", data=told, headers=PART)
    assert posted.status_code == 200, posted.text
    statement, lines = await statement_at(world, address)
    assert (statement.status, [line.posted_on is not None for line in lines]) == ("partly", [True] * 4 + [False])
    assert await incomes_of(world, wrong) == [("received", Decimal(6300), Decimal(6300))]
    assert await incomes_of(world, part) == [("partly", Decimal(9000), Decimal(4000))]
    assert "уже получено: 15 300,00 ₽" in words(await olga.get(address, params={"show": "all"}))
    (action,) = re.findall(r'"undo": ?"([0-9a-f-]{36})"', posted.headers["HX-Trigger"])
    await undo(world, world.olga, UUID(action))
    statement, lines = await statement_at(world, address)
    assert (statement.status, {line.posted_on for line in lines}) == ("draft", {None})
    assert await incomes_of(world, match) == [("expected", Decimal(5000), Decimal(0))]


async def test_a_slip_of_the_pen_is_proposed_and_linked(
    olga: Browser, world: World, desk: tuple[str, list[Insured]]
) -> None:
    address, (match, _wrong, _part) = desk
    _statement, lines = await statement_at(world, address)
    dialog = await olga.get(f"{address}/lines/{lines[4].id}/policy", headers=PART)
    assert "номер отличается одним знаком" in words(dialog) and str(match.policy.id) in dialog.text
    told = {"pk": str(lines[4].id), "policy_id": str(match.policy.id)}
    assert (await olga.post("/admin/statement-line/verb/link", data=told, headers=PART)).status_code == 200
    _statement, lines = await statement_at(world, address)
    assert (lines[4].policy_id, lines[4].verdict) == (match.policy.id, "duplicate")
    elsewhere = await olga.get(f"/admin/statements/{lines[0].id}/lines/{lines[4].id}/policy", headers=PART)
    assert elsewhere.status_code == 404


async def test_a_policy_is_entered_from_the_line_and_the_line_matches(
    olga: Browser, world: World, trade: Trade, desk: tuple[str, list[Insured]]
) -> None:
    address, _known = desk
    _statement, lines = await statement_at(world, address)
    form = f"{address}/lines/{lines[4].id}/policy"
    today = clock.today()
    told = {
        "number": lines[4].number or "", "client_name": "Сафин Тимур", "premium": "18 340,00", "percent": "20",
        "starts_on": today.isoformat(), "ends_on": (today + timedelta(days=364)).isoformat(),
        "paid_on": today.isoformat(), "seller_id": str(world.anna.id),
    }  # fmt: skip
    lacking = await olga.post(form, data=told | {"premium": "много"}, headers=PART)
    assert lacking.status_code == 422 and 'value="Сафин Тимур"' in lacking.text
    assert "«много» не читается" in words(lacking)
    made = await olga.post(form, data=told | {"product_id": str(trade.kasko)}, headers=PART)
    assert made.status_code == 200, made.text
    _statement, lines = await statement_at(world, address)
    assert (lines[4].verdict, lines[4].decision) == ("match", "received")
    async with world.database.transaction(world.olga) as work:
        policy = await work.get_record(Policy, lines[4].policy_id)
        deal = await work.get_record(Deal, policy.deal_id)
        client = await work.scalar(select(Client.name).where(Client.id == policy.client_id))
    assert (policy.status, deal.stage, deal.seller_id, client) == ("issued", "won", world.anna.id, "Сафин Тимур")
    (action,) = re.findall(r'"undo": ?"([0-9a-f-]{36})"', made.headers["HX-Trigger"])
    await undo(world, world.olga, UUID(action))
    _statement, lines = await statement_at(world, address)
    assert (lines[4].verdict, lines[4].policy_id) == ("unknown policy", None)


async def test_a_statement_is_another_insurers_and_its_columns_are_mapped_anew(
    olga: Browser, world: World, trade: Trade, desk: tuple[str, list[Insured]]
) -> None:
    address, _known = desk
    statement, _lines = await statement_at(world, address)
    told = {"pk": str(statement.id), "insurer_id": str(trade.reso)}
    assert (await olga.post("/admin/statement/verb/readdress", data=told, headers=PART)).status_code == 200
    _statement, lines = await statement_at(world, address)
    assert {line.verdict for line in lines} == {"unknown policy"}
    page = await olga.get(address)
    (columns,) = re.findall(r'href="(/admin/statements/uploads/[0-9a-f-]{36}/columns)"', page.text)
    assert "Вознаграждение" in words(await olga.get(columns))
