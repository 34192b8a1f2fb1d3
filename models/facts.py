"""What has happened to a record: said by verbs, followed by hooks in the same transaction."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from models.verbs import Act

Hook = Callable[["Act", "Fact"], Awaitable[None]]
_hooks: dict[str, list[Hook]] = {}


@dataclass(frozen=True)
class Fact:
    """`name` is the identity and what happened: `policy.issued`."""

    name: str
    record: Any
    told: dict[str, Any] = field(default_factory=dict)


def follows(*names: str) -> Callable[[Hook], Hook]:
    """Declare a hook that runs before the commit of the transaction in which one of these facts is told."""

    def declare(hook: Hook) -> Hook:
        for name in names:
            _hooks.setdefault(name, []).append(hook)
        return hook

    return declare


def hooks_of(name: str) -> list[Hook]:
    """The hooks of a fact, in the order of their declaration. `RuntimeError` at a door that has loaded none."""
    if not _hooks:
        raise RuntimeError("Call hooks.load() before the first transaction: what should follow would be forgotten")
    return _hooks.get(name, [])
