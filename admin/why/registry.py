"""Who explains what. A column without an explainer of its own is told by its history; a figure needs one.

`explains("income", "amount")` adds chapters to a column's answer, as many functions as have something to add.
`figure("deal", "earned", N_("Earned"))` declares a sum that no column holds: the function gives it with its chapters.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Awaitable, Callable, Sequence
from decimal import Decimal
from functools import cache
from importlib import import_module
from typing import NamedTuple

from admin.why.asking import Asked
from admin.why.story import Chapter

Explainer = Callable[[Asked], Awaitable[Sequence[Chapter]]]
Counted = Callable[[Asked], Awaitable[tuple[Decimal, Sequence[Chapter]]]]


class Figure(NamedTuple):
    """A sum that is worked out; the label is a msgid. `work_out` raises `NotFound` for what the actor may not read."""

    label: str
    work_out: Counted


_explainers: dict[tuple[str, str], list[Explainer]] = {}
_figures: dict[tuple[str, str], Figure] = {}


def explains(identity: str, *names: str) -> Callable[[Explainer], Explainer]:
    """Let a function add to the answer for these columns."""

    def register(explainer: Explainer) -> Explainer:
        for name in names:
            _explainers.setdefault((identity, name), []).append(explainer)
        return explainer

    return register


def figure(identity: str, name: str, label: str) -> Callable[[Counted], Counted]:
    """Declare a sum that no column holds."""

    def register(count: Counted) -> Counted:
        _figures[identity, name] = Figure(label, count)
        return count

    return register


def explainers_of(place: tuple[str, str]) -> Sequence[Explainer]:
    """The functions that explain a column, in the order of their modules."""
    load()
    return _explainers.get(place, ())


def figure_of(place: tuple[str, str]) -> Figure | None:
    """The figure of a name, if there is one."""
    load()
    return _figures.get(place)


@cache
def load() -> None:
    """Import the explainers; each module of the folder is found by itself."""
    from admin.why import explainers

    for module in sorted(one.name for one in pkgutil.iter_modules(explainers.__path__)):
        import_module(f"{explainers.__name__}.{module}")
