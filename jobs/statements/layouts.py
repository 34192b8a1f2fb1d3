"""Layouts that have come before: columns by the fingerprint of the titles, for each insurer."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from jobs.statements.heads import Placed
from models.policy import Policy
from models.reconciling import Line
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


async def insurer_of(work: Work, placed: Sequence[Placed], lines: Sequence[Line]) -> UUID | None:
    """The one insurer whose files have these titles, if a policy of theirs is among the lines."""
    marks = {one.fingerprint for one in placed}
    found = await work.scalars(
        select(StatementLayout.insurer_id)
        .where(StatementLayout.fingerprint.in_(marks), StatementLayout.deleted_at.is_(None))
        .distinct()
    )
    insurers, numbers = list(found), {line.number.key for line in lines if line.number}
    if len(insurers) != 1:
        return None
    theirs = select(Policy.id).where(Policy.insurer_id == insurers[0], Policy.number_key.in_(numbers))
    is_theirs = await work.scalar(theirs.where(Policy.deleted_at.is_(None)).limit(1)) is not None
    return insurers[0] if is_theirs else None


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
