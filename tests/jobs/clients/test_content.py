"""What files are, by their bytes."""

from __future__ import annotations

import io
import tracemalloc
import zipfile

import pytest

from jobs.clients.storage.content import INLINE, may_run, media_type, read_through


def archive(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        for name in names:
            target.writestr(name, b"x" if name != "mimetype" else b"application/vnd.oasis.opendocument.text")
    return made.getvalue()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.4 ...", "application/pdf"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00", "image/heic"),
        ("Просто текст.\n".encode(), "text/plain"),
        ("Просто текст.\n".encode("cp1251"), "text/plain"),
        (b"<svg xmlns='a' onload='x'/>", "image/svg+xml"),
        (b"  <!DOCTYPE html><p>", "text/html"),
        (b"GIF89a<script>alert(1)</script>", "image/gif"),
        (b"text <script >alert(1)</script>", "text/html"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"MZ\x90\x00", "application/x-executable"),
        (b"\x7fELF\x02", "application/x-executable"),
        (b"#!/usr/bin/env python", "text/x-script"),
        (archive("[Content_Types].xml", "word/document.xml"),
         "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (archive("a.txt"), "application/zip"),
        (b"PK\x03\x04 broken", "application/zip"),
        (b"\x00\x01\x02\x03" * 10, "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(body: bytes, kind: str) -> None:
    assert read_through(io.BytesIO(body)).media_type == kind


@pytest.mark.parametrize("said", ["image/png", "application/pdf", "text/html\r\nX-Evil: 1", "a\x00b"])
def test_an_archive_cannot_say_that_it_is_something_else(said: str) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as target:
        target.writestr("mimetype", said)
    assert read_through(io.BytesIO(made.getvalue())).media_type == "application/zip"


@pytest.mark.parametrize("comment", [b"", b"PK\x05\x06" + bytes(18)])
def test_a_list_of_names_without_end_is_not_read(comment: bytes) -> None:
    """Half a million names in 40 MB made half a gigabyte of memory; here a tenth of that, weighed."""
    entry = b"PK\x01\x02" + bytes(24) + (40).to_bytes(2, "little") + bytes(16) + b"word/" + b"a" * 35
    number = 50_000
    size = len(entry) * number
    end = b"PK\x05\x06" + bytes(8) + size.to_bytes(4, "little") + (4).to_bytes(4, "little")
    file = io.BytesIO(b"PK\x03\x04" + entry * number + end + len(comment).to_bytes(2, "little") + comment)
    tracemalloc.start()
    kind = read_through(file).media_type
    heaviest = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (kind, heaviest < 8 * 1024 * 1024) == ("application/zip", True)


def test_programs_are_known_and_nothing_that_runs_is_shown() -> None:
    assert all(may_run(media_type(head)) for head in (b"MZ", b"\x7fELF", b"#!/bin/sh"))
    assert not {kind for kind in INLINE if may_run(kind) or "svg" in kind or "html" in kind or "xml" in kind}
