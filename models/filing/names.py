"""Names that every file system and every reader takes: Russian survives, what could harm does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 255
"""Bytes of a name in UTF-8 that file systems take."""
ROOM = 15
"""Bytes kept free for a number that tells namesakes apart."""
NAMELESS = "файл"
UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f<>:"/\\|?*]')
INVISIBLE = re.compile("[\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]")
"""Marks of direction make `exe.pdf` of `fdp.exe`; those without width make namesakes that nobody can tell apart."""
RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
"""Devices of Windows, from which the share is used."""
EXTENSION = re.compile(r"\.[A-Za-zА-Яа-я0-9]{1,12}$")
NUMBERED = re.compile(r" \((\d{1,4})\)$")


def safe_name(name: str) -> str:
    """A file's name without folders, signs and words that a system or a reader could stumble over."""
    last = re.split(r"[/\\]", name.strip())[-1]
    return _short(_clean(last), LONGEST - ROOM)


def safe_part(text: str) -> str:
    """Any text as one part of a path: `ХХХ 0123_45` of `ХХХ 0123/45`."""
    return _short(_clean(text), LONGEST - ROOM)


def safe_folder(path: str) -> str:
    """A path of subfolders, each part safe: `Полисы/ААА 1`; empty for none, at most four deep."""
    parts = [part.strip() for part in re.split(r"[/\\]", path)]
    return "/".join(_short(_clean(part), LONGEST - ROOM) for part in parts if part.strip(". "))[:600].rstrip("/ .")


def numbered(name: str, taken: Iterable[str]) -> str:
    """The name, or `скан (2).pdf` where others of the folder have it; letters of either case are the same."""
    others = {folded(one) for one in taken}
    stem, extension = split(name)
    stem = NUMBERED.sub("", stem) if folded(name) in others else stem
    candidate, number = name, 1
    while folded(candidate) in others:
        number += 1
        mark = f" ({number}){extension}"
        candidate = _cut(stem, LONGEST - len(mark.encode())) + mark
    return candidate


def split(name: str) -> tuple[str, str]:
    """`скан` and `.pdf`."""
    found = EXTENSION.search(name)
    return (name[: found.start()], found[0]) if found and found.start() else (name, "")


def folded(name: str) -> str:
    """The name as systems compare it that know no case."""
    return unicodedata.normalize("NFC", name).casefold()


def _clean(part: str) -> str:
    kept = INVISIBLE.sub("", unicodedata.normalize("NFC", part))
    kept = re.sub(r"\s+", " ", UNSAFE.sub("_", kept)).strip(" ").rstrip(". ")
    if kept.startswith((".", "~")):
        kept = "_" + kept.lstrip(".~")
    if not kept.strip("_ "):
        return NAMELESS
    return f"_{kept}" if RESERVED.fullmatch(kept) else kept


def _short(name: str, most: int) -> str:
    if len(name.encode()) <= most:
        return name
    stem, extension = split(name)
    return _cut(stem, most - len(extension.encode())) + extension


def _cut(text: str, most: int) -> str:
    """The beginning of a text, at most so many bytes, no letter halved."""
    return text.encode()[:most].decode("utf-8", "ignore").rstrip(" .")
