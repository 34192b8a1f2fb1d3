"""The text that a reader copies from a PDF: glyphs of each page through the fonts' own ToUnicode maps."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\b(.*?)\bendobj", re.DOTALL)
STREAM = re.compile(rb"stream\r?\n(.*)\r?\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|\(((?:\\.|[^\\()])*)\) Tj", re.DOTALL)
ESCAPED = re.compile(rb"\\([nrtbf()\\]|\d{1,3})", re.DOTALL)
PLAIN = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def text_of_pdf(content: bytes) -> str:
    """One line for each piece of text, in the order of drawing. Raises where a glyph has no letter."""
    objects = {int(number): body for number, body in OBJECT.findall(content)}
    fonts = {}
    for body in objects.values():
        for name, number in re.findall(rb"/(F\d+) (\d+) 0 R", body):
            assert b"/ToUnicode" in objects[int(number)], "a font without letters"
            fonts[name] = letters(stream(objects[int(re.search(rb"/ToUnicode (\d+)", objects[int(number)])[1])]))  # type: ignore[index]
    pages = [stream(body) for body in objects.values() if b"stream" in body]
    return "\n".join(line for page in pages if b" Tj" in page for line in lines(page, fonts))


def lines(page: bytes, fonts: dict[bytes, dict[int, str]]) -> list[str]:
    """The pieces of a page."""
    font: dict[int, str] = {}
    found = []
    for name, glyphs in SHOWN.findall(page):
        if name:
            font = fonts[name]
            continue
        raw = ESCAPED.sub(lambda m: PLAIN.get(m[1], m[1]) if not m[1].isdigit() else bytes([int(m[1], 8)]), glyphs)
        found.append("".join(font[int.from_bytes(raw[n : n + 2])] for n in range(0, len(raw), 2)))
    return found


def letters(cmap: bytes) -> dict[int, str]:
    """Glyph → letter."""
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*\n", cmap)
    return {int(glyph, 16): bytes.fromhex(letter.decode()).decode("utf-16-be") for glyph, letter in pairs}


def stream(body: bytes) -> bytes:
    """The content of a stream, inflated where it is packed."""
    found = STREAM.search(body)
    assert found
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]
