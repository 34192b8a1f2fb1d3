"""Pay-out sheets for everyone at once: who is owed something at the end of a month, and a sheet for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select, text

from models import paying
from models.paper import PayoutStatus, Period
from models.payout import Payout
from models.session import Work

OWED = text(
    "SELECT payee_id, payee, payee_key, count(*) AS line_count, sum(amount) AS total,"
    " count(*) FILTER (WHERE status = 'expected') AS unapproved FROM crm.payable(:until)"
    " WHERE NOT for_client OR CAST(:with_clients AS boolean)"
    " GROUP BY payee_id, payee, payee_key ORDER BY payee, payee_key"
)


@dataclass(frozen=True)
class Owed:
    """What is payable to somebody and stands on no sheet, in roubles; how much of it nobody has approved yet."""

    payee_id: UUID | None
    payee: str
    payee_key: str
    line_count: int
    total: Decimal
    unapproved: int


async def owed_until(work: Work, until: date, *, with_clients: bool = False) -> list[Owed]:
    """Who is owed something at the end of a day; less than nothing where a share is to come back."""
    found = await work.execute(OWED, {"until": until, "with_clients": with_clients})
    return [Owed(**row) for row in found.mappings()]


async def make_sheets(
    work: Work, period: Period, *, only: Sequence[str] | None = None, with_clients: bool = False
) -> list[Payout]:
    """A sheet for each payee who is owed more than nothing at the period's end, or more lines for the draft they have.

    `only` names payees by their keys. Who is owed less than nothing waits for the next time, with all lines.
    """
    await paying.one_at_a_time(work)
    drafts = {sheet.payee_key: sheet for sheet in await work.scalars(_drafts_of(period))}
    owed = await owed_until(work, period.last, with_clients=with_clients)
    due = [one for one in owed if one.total > 0 or one.payee_key in drafts]
    wanted = [one for one in due if only is None or one.payee_key in only]
    sheets = [drafts.get(one.payee_key) or _new(one, period) for one in wanted]
    work.add_all(sheets)
    await work.flush()
    await paying.fill_all(work, sheets)
    return sheets


def _drafts_of(period: Period) -> Any:
    same = Payout.period_from == period.first, Payout.period_to == period.last
    return select(Payout).where(*same, Payout.status == PayoutStatus.DRAFT)


def _new(one: Owed, period: Period) -> Payout:
    who = {"payee_id": one.payee_id, "payee": one.payee, "payee_key": one.payee_key}
    return Payout(period_from=period.first, period_to=period.last, **who)
