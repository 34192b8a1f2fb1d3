"""The client's sheet: Cyrillic letters that can be read and copied, and nothing of what the brokerage earns."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from fpdf import FPDF

from admin.i18n import show_percent
from admin.quotes.pdf import FONTS, pdf_of
from admin.quotes.sheet import Offer, OfferedNeed, Sheet
from models.calculation import Calculation
from models.money import percent_of
from tests.admin.conftest import SignIn
from tests.admin.quotes.conftest import COMMISSION, Offered
from tests.admin.quotes.pdf_text import text_of_pdf
from tests.trade import get
from tests.world import World

EARNED = re.compile(r"комисси|\bКВ\b|commission", re.IGNORECASE)


def tells_of_commission(text: str, *premiums: Decimal) -> bool:
    """Whether a text has the word, the percentage or the sum."""
    sums = [f"{percent_of(premium, COMMISSION)}".replace(".", ",") for premium in premiums]
    bare = text.replace("\u00a0", "").replace(" ", "")
    return bool(EARNED.search(text)) or any(said in bare for said in ("17,77", *sums))


async def test_three_forms_say_the_variants_and_no_commission(world: World, offered: Offered, browser: SignIn) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{offered.begun.deal}/sheet"
    page, text, pdf = [await anna.get(at + form) for form in ("", ".txt", ".pdf")]
    assert (page.status_code, text.status_code, pdf.status_code) == (200, 200, 200)
    assert pdf.headers["content-type"] == "application/pdf" and b"/FontFile2" in pdf.content
    read = text_of_pdf(pdf.content)
    for shown in (said.replace("\u00a0", " ") for said in (page.text, text.text, read)):
        for words in (
            "ВСК",
            "Ингосстрах",
            "Классика",
            "98 400,50 ₽",
            "Анна Сергеева",
            "ООО «Полис»",
        ):
            assert words in shown, words
        assert "машина старше" not in shown and "90 000" not in shown and "РЕСО" not in shown
        assert not tells_of_commission(shown, Decimal("98400.50"), Decimal(101250))
    assert "Щёкина Юлия Ивановна" in page.text and "Щёкина Юлия Ивановна" in read
    row = await get(world, world.anna, Calculation, offered.cheap)
    assert row.commission_percent == COMMISSION, "there was something to leave out"


async def test_only_the_chosen_variants_in_the_language_that_is_asked(
    world: World, offered: Offered, browser: SignIn
) -> None:
    anna = await browser(world.anna)
    at = f"/admin/deal/{offered.begun.deal}/sheet"
    answer = await anna.get(f"{at}.txt?v={offered.dear}&lang=en")
    assert "Ингосстрах" in answer.text and "ВСК" not in answer.text and "Sum insured" not in answer.text
    assert "Insurance variants" in answer.text and "₽101,250.00" in answer.text
    assert (await anna.get(f"{at}.pdf?v=x")).status_code == 404
    assert "₽101,250.00" in text_of_pdf((await anna.get(f"{at}.pdf?v={offered.dear}&lang=en")).content)


async def test_another_team_and_a_stranger_get_nothing(world: World, offered: Offered, browser: SignIn) -> None:
    vera, nobody = await browser(world.vera), await browser()
    for form in ("sheet", "sheet.pdf", "sheet.txt", "compare", f"choose/{offered.cheap}"):
        assert (await vera.get(f"/admin/deal/{offered.begun.deal}/{form}")).status_code == 404
        assert (await nobody.get(f"/admin/deal/{offered.begun.deal}/{form}")).status_code in (303, 401)


def test_the_check_sees_a_commission_that_is_told() -> None:
    """The negative control: the same reader and the same check over a sheet that gives the commission away."""
    told = f"{show_percent(COMMISSION)} — КВ"
    offer = Offer("Ингосстрах", told, "1 000,00 ₽", "", "", "50/50", (), "", False)
    sheet = Sheet("ООО «Полис»", "Щёкина", date(2026, 2, 1), (OfferedNeed("КАСКО", (offer,)),), (), "D-1")
    assert tells_of_commission(text_of_pdf(pdf_of(sheet)), Decimal(1000))
    blind = Sheet(sheet.entity, sheet.client, sheet.day, (), (), sheet.code)
    assert not tells_of_commission(text_of_pdf(pdf_of(blind)), Decimal(1000))


def test_the_reader_reads_what_is_drawn() -> None:
    pdf = FPDF()
    pdf.add_font("D", "", FONTS / "DejaVuSans.ttf")
    pdf.set_font("D")
    pdf.add_page()
    pdf.cell(text="Съешь (ещё) этих \\ булок, №7 ₽")
    assert text_of_pdf(bytes(pdf.output())) == "Съешь (ещё) этих \\ булок, №7 ₽"
