"""Layouts that have come before: columns by the fingerprint of the titles, for each insurer."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from jobs.statements.heads import Placed
from models.session import Work
from models.statement import StatementLayout

SHOWN = 8
"""Titles by which a layout is called."""


async def remembered(work: Work, insurer: UUID | None) -> dict[str, dict[str, int]]:
    """Columns by fingerprint: the insurer's own, then those that all insurers' files agree on."""
    rows = await work.scalars(
        select(StatementLayout).where(StatementLayout.deleted_at.is_(None)).order_by(StatementLayout.id)
    )
    own: dict[str, dict[str, int]] = {}
    others: dict[str, list[dict[str, int]]] = {}
    for row in rows:
        if insurer is not None and row.insurer_id == insurer:
            own[row.fingerprint] = row.places
        else:
            others.setdefault(row.fingerprint, []).append(row.places)
    agreed = {mark: places[0] for mark, places in others.items() if all(one == places[0] for one in places)}
    return agreed | own


async def insurer_of(work: Work, placed: list[Placed]) -> UUID | None:
    """The one insurer whose files have these titles."""
    marks = {one.fingerprint for one in placed}
    found = await work.scalars(
        select(StatementLayout.insurer_id)
        .where(StatementLayout.fingerprint.in_(marks), StatementLayout.deleted_at.is_(None))
        .distinct()
    )
    keys = list(found)
    return keys[0] if len(keys) == 1 else None


async def remember(work: Work, insurer: UUID, placed: Placed, *, by_hand: bool = False) -> None:
    """Keep where the columns are; what a person has said is not replaced by what was recognised."""
    if not any(placed.titles):
        return
    row = await work.scalar(
        select(StatementLayout).where(
            StatementLayout.insurer_id == insurer,
            StatementLayout.fingerprint == placed.fingerprint,
            StatementLayout.deleted_at.is_(None),
        )
    )
    titles = ", ".join([title for title in placed.titles if title][:SHOWN])
    if row is None:
        work.add(StatementLayout(
            insurer_id=insurer, fingerprint=placed.fingerprint, titles=titles, places=dict(placed.places),
            is_by_hand=by_hand,
        ))  # fmt: skip
    elif by_hand:
        row.places, row.is_by_hand = dict(placed.places), True
    await work.flush()
