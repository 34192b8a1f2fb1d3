"""Where a term stands in what it has found."""

from __future__ import annotations

import re

from markupsafe import Markup

FOLD = str.maketrans("Ёё", "Ее")
TWINS = str.maketrans("ABCEHKMOPTXY", "АВСЕНКМОРТХУ")
SIGNS = re.compile(r"[\W_]")


def marked(shown: str, term: str) -> Markup:
    """The text with the term's words marked; a number in another spelling is marked as a whole."""
    spans = [] if not term.strip() else [*merged(spans_of(shown, term))]
    if not spans and is_number(shown, term):
        spans = [(0, len(shown))]
    parts, at = [], 0
    for begin, end in spans:
        parts += [Markup.escape(shown[at:begin]), Markup("<mark>{}</mark>").format(shown[begin:end])]
        at = end
    return Markup("").join([*parts, Markup.escape(shown[at:])])


def spans_of(shown: str, term: str) -> list[tuple[int, int]]:
    """Where each word of the term begins and ends in the text."""
    folded = folded_as(shown)
    words = {folded_as(word) for word in term.split()}
    found = [(m.start(), m.end()) for word in words for m in re.finditer(re.escape(word), folded)]
    return sorted(found) if len(folded) == len(shown) else []


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans that touch or overlap as one."""
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined


def is_number(shown: str, term: str) -> bool:
    """Whether the text is the number, plate or telephone that the term spells otherwise."""
    bare, wanted = bare_of(shown), bare_of(term)
    telephone = wanted[1:] if len(wanted) == 11 and wanted[0] == "8" else wanted
    return len(wanted) > 2 and any(letter.isdigit() for letter in wanted) and (wanted in bare or telephone in bare)


def bare_of(text: str) -> str:
    """Letters and digits alone, Latin twins of Cyrillic letters as Cyrillic ones."""
    return SIGNS.sub("", text).upper().translate(TWINS)


def folded_as(text: str) -> str:
    """Lower case, ё as е."""
    return text.translate(FOLD).lower()
