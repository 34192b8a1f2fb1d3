"""What a file is, told from its bytes; its name is only what somebody calls it."""

from __future__ import annotations

import hashlib
import os
import re
import zipfile
from typing import IO, Final

import puremagic

from models.filing.store import Content

BLOCK: Final = 1024 * 1024
HEAD: Final = 4096
UNKNOWN: Final = "application/octet-stream"
PROGRAM: Final = "application/x-executable"
SCRIPT: Final = "text/x-script"
INLINE: Final = frozenset({"application/pdf", "image/png", "image/jpeg", "image/gif", "image/webp"})
"""Kinds that a browser may show from our address: none of them can run anything there."""
SIGNATURES: Final = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"#!", SCRIPT),
    (b"{\\rtf", "application/rtf"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
)
HEIC: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1"})
OFFICE: Final = {
    "word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
OPEN_DOCUMENT: Final = re.compile(r"application/vnd\.oasis\.opendocument\.[a-z-]+")
LONGEST_LIST, LIST_END = 4 * 1024 * 1024, 22 + 65535
"""Bytes of an archive's list of names, and of its end, in which its size stands."""
MARKUP: Final = (
    (re.compile(rb"<svg[\s>]", re.IGNORECASE), "image/svg+xml"),
    (re.compile(rb"<(!doctype\s+html|html|head|body|script|iframe)[\s>]", re.IGNORECASE), "text/html"),
    (re.compile(rb"^\s*<\?xml", re.IGNORECASE), "application/xml"),
)
TEXTS: Final = ("utf-8", "cp1251")


def read_through(file: IO[bytes]) -> Content:
    """The digest and the kind of a file, in flat memory; blocking."""
    digest, head = hashlib.sha256(), b""
    while block := file.read(BLOCK):
        digest.update(block)
        head = head or block[:HEAD]
    return Content(digest.hexdigest(), media_type(head, file))


def media_type(head: bytes, file: IO[bytes] | None = None) -> str:
    """The kind of a file by its beginning and, for archives, by what they hold."""
    for signature, kind in SIGNATURES:
        if head.startswith(signature):
            return kind
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp" and head[8:12] in HEIC:
        return "image/heic"
    if head.startswith(b"PK\x03\x04"):
        return _archive(file) if file is not None else "application/zip"
    return _text(head) or _guess(head)


def may_run(kind: str) -> bool:
    """Whether a file of the kind is a program, which no deal needs."""
    return kind in (PROGRAM, SCRIPT)


def _archive(file: IO[bytes]) -> str:
    """Office documents are archives with known folders in them."""
    if not _has_short_list(file):
        return "application/zip"
    try:
        with zipfile.ZipFile(file) as archive:
            names = archive.namelist()[:1000]
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 100:
                said = archive.read("mimetype").decode("ascii", "replace").strip()
                return said if OPEN_DOCUMENT.fullmatch(said) else "application/zip"
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        return "application/zip"
    return next((kind for name, kind in OFFICE.items() if any(n.startswith(name) for n in names)), "application/zip")


def _has_short_list(file: IO[bytes]) -> bool:
    """Whether an archive's list of names may be read: a list of 200 MB would take gigabytes of memory."""
    file.seek(max(0, file.seek(0, os.SEEK_END) - LIST_END))
    tail = file.read(LIST_END)
    sizes = [
        int.from_bytes(tail[at.start() + 12 : at.start() + 16], "little") for at in re.finditer(b"PK\x05\x06", tail)
    ]
    return bool(sizes) and max(sizes) <= LONGEST_LIST and b"PK\x06\x07" not in tail


def _text(head: bytes) -> str:
    if not head or b"\x00" in head:
        return ""
    for pattern, kind in MARKUP:
        if pattern.search(head):
            return kind
    controls = sum(1 for byte in head if byte < 32 and byte not in b"\t\n\r\f\x1b")
    return "text/plain" if not controls and any(_reads(head, name) for name in TEXTS) else ""


def _reads(head: bytes, encoding: str) -> bool:
    try:
        head.decode(encoding)
    except UnicodeDecodeError as broken:
        return broken.start > len(head) - 4 and len(head) == HEAD
    return True


def _guess(head: bytes) -> str:
    """What puremagic is sure of; never a kind that is shown or run, which are told above."""
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return UNKNOWN
    kinds = [one.mime_type for one in found if one.mime_type and one.confidence >= 0.4]
    return next((kind for kind in kinds if kind not in INLINE and not kind.startswith("text/")), UNKNOWN)
