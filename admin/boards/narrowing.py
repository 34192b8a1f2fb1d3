"""A list narrowed by one more condition, which its address does not hold: a column of a board, days of a calendar."""

from __future__ import annotations

from dataclasses import replace

from starlette.datastructures import QueryParams

from admin.views.listing.asked import Asked
from admin.views.listing.filters import EMPTY, filters_of
from admin.views.listing.parameters import FROM, TO


def with_value(asked: Asked, name: str, value: str, *, page: int = 1, size: int = 0) -> Asked:
    """The rows whose choice has this value, or none where the value is empty."""
    return narrowed(asked, [(name, value or EMPTY)], page=page, size=size)


def within_days(asked: Asked, name: str, first: str, last: str) -> Asked:
    """The rows whose date lies between two days, both included."""
    return narrowed(asked, [(name + FROM, first), (name + TO, last)])


def narrowed(asked: Asked, more: list[tuple[str, str]], *, page: int = 1, size: int = 0) -> Asked:
    """The same list with more conditions, from its beginning or from a page by number."""
    filters = (*asked.filters, *filters_of(asked.view, QueryParams(more))[""])
    return replace(asked, filters=filters, page=page, size=size or asked.size, cursor=None)
