"""What a role may do: grants for an identity, an action and a field. What it may see is the row policies' matter."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase
from functools import cached_property, lru_cache


class Rights:
    """Grants such as `deal:*`, `policy:read`, `client.phone:write`; one that begins with `-` takes away.

    A field is readable and writable where its identity is, unless a grant with its name takes that away.
    """

    def __init__(self, grants: Iterable[str]) -> None:
        self.grants = tuple(grants)

    @cached_property
    def _given(self) -> tuple[str, ...]:
        return tuple(g for g in self.grants if not g.startswith("-"))

    @cached_property
    def _taken(self) -> tuple[str, ...]:
        return tuple(g[1:] for g in self.grants if g.startswith("-"))

    @cached_property
    def _known(self) -> dict[str, bool]:
        return {}

    @cached_property
    def _left(self) -> dict[str, bool]:
        return {}

    def may(self, identity: str, action: str) -> bool:
        """Whether the action (list, read, create, update, trash, export, or a verb's name) is granted."""
        return self._holds(f"{identity}:{action}")

    def may_field(self, identity: str, field: str, action: str) -> bool:
        """Whether a field may be read or written; `write` also needs `update` or `create` of the identity."""
        wanted = f"{identity}.{field}:{action}"
        if wanted not in self._left:
            self._left[wanted] = not any(fnmatchcase(wanted, pattern) for pattern in self._taken)
        return self._left[wanted]

    @cached_property
    def hidden(self) -> frozenset[str]:
        """Identities, as the grants spell them, some of whose fields may not be read."""
        taken = [(g.partition(".")[0], g.rpartition(":")[2]) for g in self._taken if "." in g]
        return frozenset(identity for identity, action in taken if fnmatchcase("read", action))

    def hides(self, identities: Iterable[str]) -> bool:
        """Whether some field of one of these identities may not be read."""
        return any(fnmatchcase(identity, spelled) for identity in identities for spelled in self.hidden)

    def reads_all_of(self, identities: Iterable[str]) -> bool:
        """Whether every field of every one of these identities may be read."""
        wanted = tuple(identities)
        return all(self.may(identity, "read") for identity in wanted) and not self.hides(wanted)

    def _holds(self, wanted: str) -> bool:
        if wanted not in self._known:
            given = any(fnmatchcase(wanted, pattern) for pattern in self._given)
            self._known[wanted] = given and not any(fnmatchcase(wanted, pattern) for pattern in self._taken)
        return self._known[wanted]


@lru_cache(maxsize=256)
def rights(grants: tuple[str, ...]) -> Rights:
    """Rights for a tuple of grants, worked out once."""
    return Rights(grants)
