"""Instalments of imported policies make their premium: what the workbook leaves unsaid becomes one more, marked so."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from sqlalchemy import Date, Text, Uuid, bindparam, delete, text
from sqlalchemy.dialects.postgresql import ARRAY

from models.choices import PaymentStatus
from models.payment import Payment
from models.session import Work

UNSAID = "В таблице не расписано"
"""The note of such an instalment: data of a Russian workbook, as the deal's source is."""
BALANCE = text(Path(__file__).with_name("balance.sql").read_text(encoding="utf-8")).bindparams(
    bindparam("policies", type_=ARRAY(Uuid())), bindparam("today", type_=Date()), bindparam("note", type_=Text())
)


async def forget_rests(work: Work, policies: Iterable[UUID]) -> None:
    """Take away what stood for rows that come now, unless somebody has paid it."""
    rest = Payment.is_rest, Payment.status == PaymentStatus.PLANNED
    await work.execute(delete(Payment).where(Payment.policy_id.in_(list(policies)), *rest))


async def balance(work: Work, policies: Iterable[UUID]) -> int:
    """Make the rests of these policies; gives how many."""
    told = {"policies": list(policies), "today": work.today, "note": UNSAID}
    found = await work.execute(BALANCE, told)
    return int(found.rowcount)  # type: ignore[attr-defined]
