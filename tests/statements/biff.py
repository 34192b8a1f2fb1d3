"""A minimal workbook of Excel 97: one BIFF8 stream in a compound file, for what still comes as xls."""

from __future__ import annotations

import struct
from collections.abc import Sequence

SECTOR = 512
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def xls(name: str, rows: Sequence[Sequence[object]]) -> bytes:
    """The file: texts and numbers, empty cells for None."""
    return compound(workbook(name, rows))


def record(kind: int, body: bytes = b"") -> bytes:
    """A record of the stream."""
    return struct.pack("<HH", kind, len(body)) + body


def workbook(name: str, rows: Sequence[Sequence[object]]) -> bytes:
    """Globals and one sheet."""
    begin = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    codepage = record(0x0042, struct.pack("<H", 1200))
    titled = struct.pack("<BB", len(name), 1) + name.encode("utf-16-le")
    size = 4 + 6 + len(titled)
    offset = len(begin) + len(codepage) + size + 4
    bound = record(0x0085, struct.pack("<IH", offset, 0) + titled)
    return begin + codepage + bound + record(0x000A) + sheet(rows)


def sheet(rows: Sequence[Sequence[object]]) -> bytes:
    """The cells."""
    width = max((len(row) for row in rows), default=0)
    out = record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    out += record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for at, row in enumerate(rows):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and cell:
                text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
                out += record(0x0204, struct.pack("<HHH", at, place, 0) + text)
            elif isinstance(cell, (int, float)):
                out += record(0x0203, struct.pack("<HHHd", at, place, 0, float(cell)))
    return out + record(0x000A)


def compound(stream: bytes) -> bytes:
    """The stream in an OLE file: a header, the stream's sectors, the directory, the table of sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // SECTOR) * SECTOR), b"\0")
    sectors = len(stream) // SECTOR
    directory, table = sectors, sectors + 1
    chain = [*range(1, sectors), END, END, FAT]
    assert len(chain) <= 128, "one sector of the table is enough for a test"
    fat = struct.pack(f"<{len(chain)}I", *chain).ljust(SECTOR, b"\xff")
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, directory, 0, 4096, END, 0, END, 0)
    header += struct.pack("<I", table) + b"\xff" * (4 * 108)
    entries = entry("Root Entry", 5, END, 0, child=1) + entry("Workbook", 2, 0, len(stream)) + entry("", 0, 0, 0) * 2
    return header + stream + entries + fat


def entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    """An entry of the directory."""
    written = (name + "\0").encode("utf-16-le") if name else b""
    told = written.ljust(64, b"\0") + struct.pack("<HBB", len(written), kind, 1)
    told += struct.pack("<III", 0xFFFFFFFF, 0xFFFFFFFF, child) + bytes(36)
    return told + struct.pack("<IQ", start, size)
