"""Papers as PDF: a head, tables with their heads on every page, what is said below, places to sign."""

from __future__ import annotations

from collections.abc import Sequence

from fpdf import FPDF

from admin.i18n import current_locale
from admin.papers.paper import Paper
from admin.papers.table import Block
from admin.quotes.pdf import FACE, FONTS, HEAD, INK, LINE, MARGIN, QUIET, Page
from models import clock

SMALL, ROW = 8, 5.5


def pdf_of(paper: Paper) -> bytes:
    """The file. A thousand lines take a second: call it in a thread."""
    pdf = Page(orientation="landscape", format="A4")
    pdf.set_margins(MARGIN, MARGIN)
    pdf.set_auto_page_break(True, 18)
    pdf.add_font(FACE, "", FONTS / "DejaVuSans.ttf")
    pdf.add_font(FACE, "B", FONTS / "DejaVuSans-Bold.ttf")
    pdf.set_title(paper.title)
    pdf.set_lang(current_locale())
    pdf.set_creation_date(clock.now())
    pdf.foot = paper.title
    pdf.add_page()
    _head(pdf, paper)
    for block in paper.blocks:
        _block(pdf, block)
    _below(pdf, paper)
    return bytes(pdf.output())


def _head(pdf: FPDF, paper: Paper) -> None:
    pdf.set_text_color(INK)
    pdf.set_font(FACE, "B", 14)
    pdf.multi_cell(0, 8, paper.title, new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FACE, size=9)
    for label, text in paper.facts:
        pdf.set_text_color(QUIET)
        pdf.cell(45, 5, label)
        pdf.set_text_color(INK)
        pdf.multi_cell(0, 5, text, new_x="LMARGIN", new_y="NEXT")
    pdf.ln(3)


def _block(pdf: FPDF, block: Block) -> None:
    pdf.set_draw_color(LINE)
    if block.title:
        pdf.set_font(FACE, "B", 10)
        pdf.cell(0, 7, block.title, new_x="LMARGIN", new_y="NEXT")
    widths = _widths(pdf, block)
    _labels(pdf, block, widths)
    for row in block.shown():
        if pdf.will_page_break(ROW):
            pdf.add_page()
            _labels(pdf, block, widths)
        _row(pdf, block, widths, row)
    if block.sums:
        pdf.set_font(FACE, "B", SMALL)
        _row(pdf, block, widths, block.words(block.sums))
    pdf.ln(4)


def _widths(pdf: FPDF, block: Block) -> list[float]:
    whole = sum(column.width for column in block.columns)
    return [column.width * pdf.epw / whole for column in block.columns]


def _labels(pdf: FPDF, block: Block, widths: Sequence[float]) -> None:
    pdf.set_font(FACE, "B", SMALL)
    pdf.set_fill_color(HEAD)
    _row(pdf, block, widths, [column.label for column in block.columns], is_filled=True)
    pdf.set_font(FACE, size=SMALL)


def _row(pdf: FPDF, block: Block, widths: Sequence[float], texts: Sequence[str], *, is_filled: bool = False) -> None:
    for column, width, text in zip(block.columns, widths, texts, strict=True):
        align = "R" if column.is_number else "L"
        pdf.cell(width, ROW, _fitting(pdf, text, width - 2), border="B", align=align, fill=is_filled)
    pdf.ln(ROW)


def _fitting(pdf: FPDF, text: str, width: float) -> str:
    """What fits into a cell, with an ellipsis where something is left off."""
    if pdf.get_string_width(text) <= width:
        return text
    while text and pdf.get_string_width(f"{text}…") > width:
        text = text[:-1]
    return f"{text}…"


def _below(pdf: FPDF, paper: Paper) -> None:
    pdf.set_font(FACE, size=9)
    for sentence in paper.sentences:
        pdf.multi_cell(0, 5.5, sentence, new_x="LMARGIN", new_y="NEXT")
    if pdf.will_page_break(22):
        pdf.add_page()
    pdf.ln(8)
    width = pdf.epw / max(1, len(paper.signatures))
    for role, name in paper.signatures:
        pdf.cell(width, 6, f"{role} __________________ {name}".rstrip())
    pdf.ln(6)
