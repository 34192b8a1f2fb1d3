"""Whose statement it is: by the tax number or the name in its texts, by its titles, by whose policies it lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import func, select

from models.catalogue import Insurer
from models.names import client_key
from models.policy import Policy
from models.reconciling import Line
from models.session import Work

FORMS = frozenset({"ооо", "пао", "оао", "зао", "ао", "сао", "спао", "ск", "нсо", "со", "ип", "страховая", "компания"})
"""Words that say what a company is, not which."""
MOST = 0.5
"""The share of a statement's numbers that must be one insurer's policies."""
_INN = re.compile(r"(?<!\d)(\d{10}|\d{12})(?!\d)")
_WORD = re.compile(r"[^\W_]+")


async def guess_insurer(work: Work, words: Sequence[str], name: str, lines: Sequence[Line]) -> UUID | None:
    """The insurer that is named, else the one whose policies the lines list; none where that is not sure."""
    rows = (await work.execute(select(Insurer.id, Insurer.name, Insurer.inn).where(Insurer.deleted_at.is_(None)))).all()
    numbers = {inn for text in words for inn in _INN.findall(text)}
    if (found := only(row.id for row in rows if row.inn and row.inn in numbers)) is not None:
        return found
    for texts in (words, [name]):
        if (found := named([(row.id, row.name) for row in rows], texts)) is not None:
            return found
    return await by_policies(work, lines)


def named(insurers: Iterable[tuple[UUID, str]], texts: Sequence[str]) -> UUID | None:
    """The one insurer whose name stands in the texts as whole words; the longer where one name is a part of another."""
    said = [f" {' '.join(words_of(text))} " for text in texts]
    found = {key: core for key, name in insurers if (core := " ".join(words_of(name))) and _is_said(core, said)}
    longest = {key: core for key, core in found.items() if not any(core in o and core != o for o in found.values())}
    return only(longest)


def _is_said(core: str, said: Sequence[str]) -> bool:
    return any(f" {core} " in text for text in said)


def words_of(text: str) -> list[str]:
    """The words of a name or a text, look-alike letters one, without legal forms."""
    return [word for word in _WORD.findall(client_key(text)) if word not in FORMS]


async def by_policies(work: Work, lines: Sequence[Line]) -> UUID | None:
    """The insurer of most policies that the lines name."""
    keys = {line.number.key for line in lines if line.number}
    if not keys:
        return None
    counted = select(Policy.insurer_id, func.count()).where(Policy.number_key.in_(keys), Policy.deleted_at.is_(None))
    counts: Counter[UUID] = Counter()
    for insurer, number in await work.execute(counted.group_by(Policy.insurer_id)):
        counts[insurer] = number
    best = counts.most_common(1)
    return best[0][0] if best and best[0][1] >= MOST * len(keys) else None


def only(keys: Iterable[UUID]) -> UUID | None:
    """The one key, none where there are several or none."""
    found = list(keys)
    return found[0] if len(found) == 1 else None
