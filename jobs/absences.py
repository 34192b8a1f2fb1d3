"""Substitutes begin and end by the calendar."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import select

from models import clock
from models.absence import Absence
from models.actor import SYSTEM, Via
from models.choices import AbsenceKind, AbsenceStatus
from models.errors import Problem
from models.session import Database

LOG = logging.getLogger(__name__)


async def change_over(database: Database) -> None:
    """Begin what starts today, end what ended yesterday; safe to repeat. One that cannot begin is logged and waits."""
    for verb, key in await due(database):
        try:
            async with database.transaction(SYSTEM, Via.JOB, f"absence.{verb}") as work:
                absence = await work.get_record(Absence, key, lock=True)
                await Absence.__verbs__[verb].do(absence, work.act())
        except Problem as problem:
            LOG.warning("absence %s: %s refused: %s", key, verb, problem)


async def due(database: Database) -> list[tuple[str, UUID]]:
    """The verbs whose day has come: returns first, since who comes back may stand in for the next."""
    today = clock.today()
    temporary = (Absence.kind == AbsenceKind.TEMPORARY, Absence.deleted_at.is_(None))
    over = select(Absence.id).where(*temporary, Absence.status == AbsenceStatus.RUNNING, Absence.ends_on < today)
    begins = select(Absence.id).where(
        *temporary, Absence.status == AbsenceStatus.PLANNED, Absence.starts_on <= today, Absence.ends_on >= today
    )
    async with database.transaction(SYSTEM, Via.JOB) as work:
        return [
            *(("come_back", key) for key in await work.scalars(over.order_by(Absence.id))),
            *(("begin", key) for key in await work.scalars(begins.order_by(Absence.id))),
        ]
