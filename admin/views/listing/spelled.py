"""What was typed in the other keyboard layout: a term that finds nothing is meant as the other letters of its keys."""

from __future__ import annotations

from dataclasses import replace

from admin.views.listing.prepared import run
from admin.views.listing.statement import Listing
from admin.views.listing.texts import other_layout
from models.session import Work


async def spelled(work: Work, listing: Listing) -> Listing:
    """The list, or that of the other layout where only it finds something: rows, sums, boards and files agree."""
    asked = listing.asked
    if not asked.term or await finds(work, listing):
        return listing
    other = replace(listing, asked=asked.with_term(other_layout(asked.term)))
    return other if await finds(work, other) else listing


async def finds(work: Work, listing: Listing) -> bool:
    """Whether the list has any row."""
    return bool((await run(work, listing, "any", lambda: listing.count(0)))[0][0])
