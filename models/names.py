"""Names of clients: how they sort, and when two spellings are one name."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"), None)
_QUOTES = dict.fromkeys(map(ord, "\"'`´«»„“”‟‘’‚‹›″′"), " ")
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
_LATIN_TWINS = str.maketrans("ABCEHKMOPTXYË", "АВСЕНКМОРТХУЁ")
_LEGAL_FORMS = {
    "общество с ограниченной ответственностью": "ооо",
    "публичное акционерное общество": "пао",
    "открытое акционерное общество": "оао",
    "закрытое акционерное общество": "зао",
    "непубличное акционерное общество": "нао",
    "акционерное общество": "ао",
    "индивидуальный предприниматель": "ип",
}
_SHORT_FORMS = frozenset(_LEGAL_FORMS.values()) | {"ано", "нко", "гуп", "муп", "фгуп", "тсж", "снт"}
_ORGANISATIONS = _SHORT_FORMS - {"ип"}
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_LATIN = re.compile("[a-z]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def tidy(name: str) -> str:
    """The name as it is shown: composed letters, no invisible ones, single spaces."""
    return " ".join(unicodedata.normalize("NFC", name).translate(_INVISIBLE).split())


@lru_cache(maxsize=16384)
def sort_key(name: str) -> str:
    """The key by which names are ordered and searched: case folded, ё as е, without quotes, single spaces."""
    bare = tidy(name).translate(_DASHES).translate(_QUOTES)
    return " ".join(bare.casefold().replace("ё", "е").split())


@lru_cache(maxsize=65536)
def client_key(name: str) -> str:
    """The key under which two spellings are one client's name: look-alike letters, dots and legal forms made one."""
    words = _one_alphabet(sort_key(name)).replace(".", " ").replace(",", " ").replace(" - ", "-")
    plain = " ".join(words.split())
    for long, short in _LEGAL_FORMS.items():
        if long in plain:
            plain = re.sub(rf"\b{long}\b", short, plain)
    parts = plain.split()
    forms = [part for part in parts if part in _SHORT_FORMS]
    rest = [part for part in parts if part not in _SHORT_FORMS]
    return " ".join(rest + forms) if rest else plain


def is_organisation(name: str) -> bool:
    """Whether the name carries the legal form of an organisation (a sole trader is a person)."""
    return any(word in _ORGANISATIONS for word in client_key(name).split())


def _one_alphabet(text: str) -> str:
    """Latin letters inside Cyrillic words, typed by mistake, become their Cyrillic twins."""
    if not _LATIN.search(text):
        return text
    return " ".join(
        word.upper().translate(_LATIN_TWINS).casefold().replace("ё", "е")
        if _CYRILLIC.search(word) and _LATIN.search(word)
        else word
        for word in text.split(" ")
    )
