"""Colleagues as old files name them: «Анна», «Сергеева», «Сергеева А.»."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from models.names import sort_key
from models.people import User
from models.session import Work


class People:
    """Active people by their names; the one of several who fits is never guessed."""

    def __init__(self, names: dict[UUID, str]) -> None:
        self._words = {key: _words(name) for key, name in names.items()}
        self._found: dict[str, UUID | None] = {}

    def named(self, name: str) -> UUID | None:
        """Who has every word of the name, an initial counting as a word; None for nobody or several."""
        if name not in self._found:
            wanted = _words(name)
            fits = [key for key, words in self._words.items() if wanted and _fit(wanted, words)]
            self._found[name] = fits[0] if len(fits) == 1 else None
        return self._found[name]


async def read_people(work: Work) -> People:
    """Everyone who may still sign in."""
    active = await work.scalars(select(User).where(User.is_active, User.deleted_at.is_(None)))
    return People({person.id: person.full_name for person in active})


def _words(name: str) -> list[str]:
    return sort_key(name).replace(".", " ").replace(",", " ").split()


def _fit(wanted: list[str], words: list[str]) -> bool:
    left = list(words)
    for word in sorted(wanted, key=len, reverse=True):
        found = next((one for one in left if one == word or (len(word) == 1 and one.startswith(word))), None)
        if found is None:
            return False
        left.remove(found)
    return len(max(wanted, key=len)) > 1
