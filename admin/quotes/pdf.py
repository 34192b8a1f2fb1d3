"""The client's sheet as a PDF, with its Cyrillic letters embedded."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from admin.i18n import _, current_locale, show_date
from admin.quotes.sheet import Offer, OfferedNeed, Sheet
from models import clock

FONTS = Path(__file__).parents[1] / "static" / "vendor" / "fonts"
FACE = "DejaVu"
MARGIN = 15
ABREAST = 3
"""Variants that fit beside each other on a page of A4."""
INK, QUIET, LINE, HEAD = (25, 32, 44), (90, 101, 119), (200, 206, 214), (238, 243, 250)


class Page(FPDF):
    """A page of A4 with a foot: whose, and which page of how many."""

    foot = ""

    def footer(self) -> None:
        """The sheet's owner and the number of the page."""
        self.set_y(-12)
        self.set_font(FACE, size=8)
        self.set_text_color(QUIET)
        self.cell(0, 5, self.foot)
        self.set_x(self.l_margin)
        self.cell(0, 5, f"{self.page_no()} / {{nb}}", align="R")


def pdf_of(sheet: Sheet) -> bytes:
    """The file. Takes a tenth of a second: call it in a thread."""
    pdf = Page(format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, 18)
    pdf.add_font(FACE, "", FONTS / "DejaVuSans.ttf")
    pdf.add_font(FACE, "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_title(f"{sheet.title}: {sheet.client}")
    pdf.set_lang(current_locale())
    pdf.set_creation_date(clock.now())
    pdf.foot = " · ".join(part for part in (sheet.entity, *sheet.contact) if part)
    pdf.add_page()
    _head(pdf, sheet)
    for need in sheet.needs:
        _need(pdf, need)
    return bytes(pdf.output())


def _head(pdf: Page, sheet: Sheet) -> None:
    pdf.set_text_color(QUIET)
    pdf.set_font(FACE, size=9)
    pdf.cell(0, 5, sheet.entity)
    pdf.set_x(pdf.l_margin)
    pdf.cell(0, 5, show_date(sheet.day), align="R", new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(INK)
    pdf.set_font(FACE, "B", 16)
    pdf.cell(0, 11, sheet.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FACE, size=11)
    pdf.multi_cell(0, 6, sheet.client, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(4)


def _need(pdf: Page, need: OfferedNeed) -> None:
    pdf.set_text_color(INK)
    pdf.set_draw_color(LINE)
    pdf.set_font(FACE, "B", 12)
    pdf.multi_cell(0, 8, need.title, new_x="LMARGIN", new_y="NEXT")
    lines = ceil(len(need.offers) / ABREAST)
    abreast = ceil(len(need.offers) / lines)
    for first in range(0, len(need.offers), abreast):
        _beside(pdf, need.offers[first : first + abreast])
        pdf.ln(5)


def _beside(pdf: Page, offers: Sequence[Offer]) -> None:
    """Up to three variants as columns, a row for each term that any of them has."""
    terms = [dict(offer.terms) for offer in offers]
    labels = list(dict.fromkeys(label for one in terms for label in one))
    pdf.set_font(FACE, size=9)
    head = FontFace(emphasis="BOLD", color=INK, fill_color=HEAD)
    widths = (30, *(50 for _offer in offers))
    width = 30 + 50 * len(offers)
    with pdf.table(
        borders_layout=TableBordersLayout.HORIZONTAL_LINES, col_widths=widths, width=width, align="L", line_height=5,
        padding=1.5, text_align="LEFT", headings_style=head, repeat_headings=1,
    ) as table:  # fmt: skip
        row = table.row()
        row.cell("")
        for offer in offers:
            name = offer.insurer
            row.cell(f"{name}\n✓ {_('your choice')}" if offer.is_chosen else name)
        for label in labels:
            row = table.row()
            row.cell(label, style=FontFace(color=QUIET))
            for one in terms:
                bold = label == labels[0]
                row.cell(one.get(label, "—"), style=FontFace(emphasis="BOLD") if bold else None)
