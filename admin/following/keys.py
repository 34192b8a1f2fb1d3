"""What a saved list holds for a person now: how many records, and which."""

from __future__ import annotations

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import literal_column
from starlette.datastructures import QueryParams

from admin.views.base import View
from admin.views.listing.asked import asked
from admin.views.listing.prepared import prepared
from admin.views.listing.sight import sees_little
from admin.views.listing.spelled import spelled
from admin.views.listing.statement import Listing
from admin.views.registry import view_named
from models.errors import NotFound
from models.session import Work

MOST_SHOWN = 99
"""The menu counts so far; beyond it stands a plus."""
MOST_KNOWN = 5_000
"""Records of a list that is looked through; a longer one is no list of news."""


class Kept(NamedTuple):
    """A saved list: its key, name, entity and address."""

    id: UUID
    name: str
    identity: str
    query: str

    @property
    def address(self) -> str:
        """Where it opens."""
        return f"/admin/{self.identity}/list?{self.query}{'&' if self.query else ''}view={self.id}"

    @property
    def lead(self) -> str:
        """An address that names its key alone: what it asks for stays in the house."""
        return f"/admin/following/{self.id}"


def view_of(kept: Kept, work: Work) -> View | None:
    """Its entity, as long as the person lists such records."""
    try:
        view = view_named(kept.identity)
    except NotFound:
        return None
    return view if work.actor.rights.may(view.identity, "list") else None


async def listing_of(work: Work, kept: Kept) -> Listing | None:
    """The list under the person's own rights; none where a part of what it asks for is not theirs or makes no sense."""
    view = view_of(kept, work)
    if view is None:
        return None
    wanted = asked(view, QueryParams(kept.query), work.actor.rights)
    if wanted.senseless or any(one.wrong for one in wanted.filters):
        return None
    little = await sees_little(work, view, work.actor)
    return await spelled(work, Listing(wanted, work.actor, work.today, little, is_whole=True))


async def number_of(work: Work, kept: Kept) -> int | None:
    """How many records it holds, counted up to `MOST_SHOWN` and one more; none where it cannot be told."""
    listing = await listing_of(work, kept)
    if listing is None:
        return None
    made = prepared(("followed", listing.shape), lambda: listing.count(MOST_SHOWN), work.actor.scope)
    (row,) = await work.driver.fetch(made.text, *made.given(listing.values))
    return int(row[0])


async def keys_of(work: Work, kept: Kept) -> list[UUID] | None:
    """Which records it holds; none where that cannot be told or they are more than `MOST_KNOWN`."""
    listing = await listing_of(work, kept)
    if listing is None:
        return None
    bound: Any = literal_column(str(MOST_KNOWN + 1))
    made = prepared(("entered", listing.shape), lambda: listing.everyone().limit(bound), work.actor.scope)
    found = await work.driver.fetch(made.text, *made.given(listing.values))
    return [row[0] for row in found] if len(found) <= MOST_KNOWN else None
