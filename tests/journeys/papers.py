"""What the people of a journey carry in: small PDFs and a block of a workbook."""

from __future__ import annotations

from datetime import timedelta

from models import clock

UNTIL = f"{clock.today() + timedelta(days=20):%d.%m.%Y}"
BLOCK = (
    "СК\tПрограмма\tПремия\tФраншиза\tКВ, %\tДействует до\tРассрочка\n"
    f"РЕСО-Гарантия\tРЕСОавто\t101250\tбез\t20%\t{UNTIL}\tЕдиновременно\n"
    f"ВСК\tКлассика\t98 400\t15 000\t18%\t{UNTIL}\t2 равных взноса\n"
)
"""Two variants as they are copied from a workbook."""


def pdf(words: str) -> bytes:
    """A PDF that differs from others by its words."""
    tree = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    return b"%PDF-1.4\n%" + words.encode() + b"\n" + tree + b"trailer<</Root 1 0 R>>\n%%EOF\n"
