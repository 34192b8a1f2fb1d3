"""Papers in three forms, read back: what stands on the page stands in the PDF and in the workbook, to the kopeck."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest

from models.act import AgentAct
from models.catalogue import Agreement, Entity
from models.changes import Change, apply
from models.choices import Settlement
from models.payment import Income
from models.payout import Payout
from tests.admin.conftest import Browser, SignIn
from tests.admin.quotes.pdf_text import text_of_pdf
from tests.papers import TODAY, draft, earned, income_of, make, sign, sold
from tests.trade import Trade, reference_rows
from tests.world import World

GAP = "\u00a0"
DETAILS = {"inn": "7701234560", "kpp": "770101001", "signatory": "Орлова Н. П."}


@pytest.fixture(scope="module")
async def trade(world: World) -> Trade:
    found = await reference_rows(world.database)
    async with world.database.transaction(world.admin, action="entity.update") as work:
        agreement = await work.get_record(Agreement, found.ingos_agreement)
        await apply(work, Change(Entity, agreement.entity_id, {}, DETAILS))
    return found


@pytest.fixture(scope="module")
async def signed(world: World, trade: Trade) -> AgentAct:
    """An act of three policies: VAT 22 %, VAT 5 %, and one without VAT that was withheld."""
    for premium, vat, settlement in (
        ("50000.00", "22", Settlement.AFTER_ACT),
        ("33333.33", "5", Settlement.AFTER_ACT),
        ("10000.00", "none", Settlement.WITHHELD),
    ):
        income = await income_of(world, await sold(world, trade, premium))
        async with world.database.transaction(world.olga, action="income.update") as work:
            await apply(work, Change(Income, income.id, {}, {"vat_mode": vat, "settlement": str(settlement)}))
    act = await draft(world, trade)
    await sign(world, act, signatory="Орлова Н. П.")
    return act


@pytest.fixture(scope="module")
async def olga(world: World, browser: SignIn) -> Browser:
    return await browser(world.olga)


def cells(content: bytes) -> list[list[object]]:
    """The first sheet without empty cells."""
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    return [[value for value in row if value is not None] for row in sheet.iter_rows(values_only=True)]


async def test_an_act_reads_the_same_on_paper_in_pdf_and_in_a_workbook(olga: Browser, signed: AgentAct) -> None:
    at = f"/admin/act/{signed.id}"
    page = (await olga.get(f"{at}/print")).text.replace(GAP, " ")
    pdf = text_of_pdf((await olga.get(f"{at}/paper.pdf")).content).replace(GAP, " ")
    book = cells((await olga.get(f"{at}/paper.xlsx")).content)
    words = "Восемнадцать тысяч шестьсот шестьдесят шесть рублей 67 копеек"
    for told in (f"№ 1 от {TODAY.day} ", "ИНН 7701234560", "КПП 770101001", "Ингосстрах", "АД-1", "Орлова Н. П.",
                 "18 666,67", words, "НДС 22%: 1 803,28 ₽", "НДС 5%: 317,46 ₽", "Без НДС: 2 000,00 ₽",
                 "К оплате страховщиком: 16 666,67 ₽", "После акта", "Удержание из премии"):  # fmt: skip
        assert told in page, told
        assert told in pdf.replace("\n", " ") or told in pdf.replace("\n", ""), told
    assert sorted(row[-2:] for row in book if row and row[0] in (1, 2)) == [[6666.67, 317.46], [10000, 1803.28]]
    assert [row[-2:] for row in book if row and row[0] == "Итого"] == [[16666.67, 2120.74], [10000, 2000]]
    assert any(words in str(value) for row in book for value in row)


async def test_a_paper_speaks_the_language_that_is_asked_for(olga: Browser, signed: AgentAct) -> None:
    english = (await olga.get(f"/admin/act/{signed.id}/print?lang=en")).text
    assert "roubles" in english
    assert "рублей" not in english


async def test_the_page_of_an_act_ties(olga: Browser, signed: AgentAct) -> None:
    page = (await olga.get(f"/admin/act/details/{signed.id}")).text.replace(GAP, " ")
    for told in ("93 333,33 ₽", "18 666,67 ₽", "10 000,00 ₽", "в том числе НДС 1 803,28 ₽", "Удержание из премии"):
        assert told in page, told
    assert "Исключить из акта" not in page


async def test_acts_are_no_page_for_sellers_and_heads(world: World, signed: AgentAct, browser: SignIn) -> None:
    for who in (world.anna, world.head):
        theirs = await browser(who)
        for path in ("print", "paper.pdf", "paper.xlsx"):
            assert (await theirs.get(f"/admin/act/{signed.id}/{path}")).status_code == 404
        for path in (f"/admin/act/details/{signed.id}", "/admin/act/list", "/admin/ledger", "/admin/ledger/1c.xlsx"):
            assert (await theirs.get(path)).status_code == 404
    stranger = await browser()
    assert (await stranger.get(f"/admin/act/{signed.id}/print")).status_code in (303, 401)


async def test_a_sheet_is_read_by_its_payee_and_nobody_elses(world: World, trade: Trade, browser: SignIn) -> None:
    share = await earned(world, trade)
    (sheet,), _action = await make(world)
    assert isinstance(sheet, Payout)
    anna, vera = await browser(world.anna), await browser(world.vera)
    at = f"/admin/payout/{sheet.id}"
    pdf = text_of_pdf((await anna.get(f"{at}/paper.pdf")).content).replace(GAP, " ")
    book = cells((await anna.get(f"{at}/paper.xlsx")).content)
    page = (await anna.get(f"{at}/print")).text.replace(GAP, " ")
    for told in ("Анна Сергеева", "Попов Максим", "Доля продавца", "3 000,00", "Три тысячи рублей 00 копеек"):
        assert told in page
        assert told in pdf.replace("\n", " ")
    assert [row[-1] for row in book if row and row[0] == 1] == [float(share.amount)]
    details = (await anna.get(f"/admin/payout/details/{sheet.id}")).text
    assert "/admin/policy/details/" in details
    assert "Исключить из листа" not in details
    for path in ("print", "paper.pdf", "paper.xlsx"):
        assert (await vera.get(f"{at}/{path}")).status_code == 404
    assert (await vera.get(f"/admin/payout/details/{sheet.id}")).status_code == 404
