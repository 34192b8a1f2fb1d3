"""Insurers as people write them: by name in any spelling, by a part of it, by what the trade calls them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from uuid import UUID

from sqlalchemy import select

from models.catalogue import Insurer
from models.names import client_key
from models.session import Work

ALIASES = {
    "ргс": "росгосстрах",
    "игс": "ингосстрах",
    "ингос": "ингосстрах",
    "тинькофф": "т",
    "альфа": "альфастрахование",
    "сбер": "сберстрахование",
    "сбербанк": "сберстрахование",
}
"""What the trade says for some names; it counts where the catalogue has that name."""
FORMS = frozenset({"ооо", "ао", "пао", "оао", "зао", "сао", "спао", "ск", "сг", "страховая", "компания", "страхование"})
"""Words that do not tell one insurer from another."""
TWINS = str.maketrans("abcehkmoptxy", "авсенкмортху")
"""Latin letters that look like Cyrillic ones: ВСК is often typed with them."""
SHORTEST = 3
"""Letters of a part that may stand for a name."""


class Insurers:
    """The living insurers of the catalogue by their names."""

    def __init__(self, rows: Iterable[tuple[UUID, str]]) -> None:
        self.names = dict(rows)
        self._keys = {bare(name): key for key, name in self.names.items()}

    @classmethod
    async def read(cls, work: Work) -> Insurers:
        """All that are active: there are some dozens."""
        where = Insurer.deleted_at.is_(None), Insurer.is_active
        rows = await work.execute(select(Insurer.id, Insurer.name).where(*where).order_by(Insurer.name))
        return cls((key, name) for key, name in rows)

    def named(self, typed: str) -> UUID | None:
        """The one insurer that is meant; none where nobody or several could be."""
        wanted = bare(typed)
        if not wanted:
            return None
        if found := self._keys.get(wanted) or self._keys.get(ALIASES.get(wanted, "")):
            return found
        if len(wanted) < SHORTEST:
            return None
        begun = [key for name, key in self._keys.items() if name.startswith(wanted) or f" {wanted}" in f" {name}"]
        if len(begun) == 1:
            return begun[0]
        longer = [] if len(begun) > 1 else [key for name, key in self._keys.items() if wanted.startswith(f"{name} ")]
        return longer[0] if len(longer) == 1 else None

    def fits(self, key: UUID, typed: str) -> bool:
        """Whether an insurer is offered for what is typed so far."""
        return bare(typed) in bare(self.names[key]) or self.named(typed) == key

    def near(self, typed: str) -> list[str]:
        """Names that look like what was typed, the nearest first."""
        by_key = {bare(name): name for name in self.names.values()}
        wanted = bare(typed)
        parts = [key for key in by_key if len(wanted) >= SHORTEST and wanted in key]
        begun = {key.split()[0]: key for key in by_key}
        close = get_close_matches(wanted, [*by_key, *begun], n=3, cutoff=0.6)
        return list(dict.fromkeys(by_key[begun.get(key, key)] for key in (*parts, *close)))[:3]


def bare(name: str) -> str:
    """The key of a name without legal forms and the words that every insurer has."""
    words = client_key(name).replace("-", " ").translate(TWINS).split()
    rest = [word for word in words if word not in FORMS]
    return " ".join(rest or words)
