"""Where figures lead: lists with the filters that their statements have as conditions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode

from models.figures.asked import Asked
from models.task.report import Period

EMPTY = "empty"
OF_DEAL = {"seller": "deal_id.seller_id", "team": "deal_id.seller_id.team_id"}
OF_POLICY = OF_DEAL | {"insurer": "policy_id.insurer_id", "product": "policy_id.product_id"}
OF_LINE = OF_DEAL | {"insurer": "payment_id.policy_id.insurer_id", "product": "payment_id.policy_id.product_id"}
FILTERS: dict[str, dict[str, str]] = {
    "deal": {"seller": "seller_id", "team": "seller_id.team_id"},
    "deal-step": OF_DEAL,
    "policy": OF_DEAL | {"insurer": "insurer_id", "product": "product_id"},
    "renewal": OF_POLICY,
    "payment": OF_POLICY,
    "income": OF_LINE,
    "expense": OF_LINE,
    "transit": OF_LINE,
    "task": {"seller": "deal_id.seller_id", "team": "assignee_id.team_id"},
    "task-return": {"seller": "deal_id.seller_id", "team": "returned_by_id.team_id"},
    "sales-target": {"seller": "user_id"},
}
"""What lists call the filters of dashboards; `models.figures.asked` has the same as conditions."""


class Days(NamedTuple):
    """Days from the first to the last, both counted; None is open."""

    first: date | None
    last: date | None


def rows(identity: str, asked: Asked, **told: Any) -> str:
    """The address of the rows: days, a value, several, None for what is empty; `__` in names stands for a dot."""
    pairs = [pair for name, value in told.items() for pair in spelled(name.replace("__", "."), value)]
    given = {name: getattr(asked, name) for name in FILTERS[identity]}
    pairs += [(FILTERS[identity][name], str(value)) for name, value in given.items() if value is not None]
    return f"/admin/{identity}/list?{urlencode(pairs)}"


def spelled(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """A filter as it stands in an address."""
    if isinstance(value, Days | Period):
        ends = ((f"{name}.from", value.first), (f"{name}.to", value.last))
        yield from ((end, day.isoformat()) for end, day in ends if day is not None)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        yield from ((name, str(one)) for one in value)
    else:
        yield name, EMPTY if value is None else str(value)


def exactly(words: str | None) -> str | None:
    """All of a text and nothing but it."""
    return None if words is None else f"={words}"
