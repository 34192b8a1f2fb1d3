"""What is asked of figures: the days, the days before to compare with, and whose and what business."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from models.actor import Scope
from models.dates import add_months
from models.plain_sql import fetch
from models.session import Work
from models.task.report import Period

PATIENCE = 5_000
"""Milliseconds that a picture may take; then a sentence says that it is too much."""
BE_PATIENT = (
    "SELECT set_config('statement_timeout', $1, true), set_config('jit', 'off', true),"
    " set_config('work_mem', '32MB', true)"
)


@dataclass(frozen=True)
class Asked:
    """The days (both counted), those before, and filters; what is None asks for everything."""

    period: Period
    before: Period
    today: date
    team: UUID | None = None
    seller: UUID | None = None
    insurer: UUID | None = None
    product: UUID | None = None

    @property
    def earlier(self) -> Asked:
        """The same of the days before."""
        return replace(self, period=self.before)

    @property
    def yesterday(self) -> date:
        """What was due up to it is late."""
        return self.today - timedelta(days=1)

    def within(self, month: date) -> Period:
        """The days of a month, as far as they lie in the period."""
        first, last = month_of(month)
        return Period(max(first, self.period.first), min(last, self.period.last))

    @property
    def months(self) -> list[date]:
        """The first days of the period's months."""
        return months_between(self.period.first, self.period.last)

    @property
    def told(self) -> dict[str, Any]:
        """The values of statements by their names."""
        begins, ends = self.period.moments
        return {
            "first": self.period.first, "last": self.period.last, "begins": begins, "ends": ends, "today": self.today,
            "team": self.team, "seller": self.seller, "insurer": self.insurer, "product": self.product,
        }  # fmt: skip


def months_between(first: date, last: date) -> list[date]:
    """The first days of the months that a span touches."""
    start = first.replace(day=1)
    count = (last.year - start.year) * 12 + last.month - start.month + 1
    return [add_months(start, n) for n in range(count)]


def month_of(month: date) -> Period:
    """The days of the month that begins on this day."""
    return Period(month, add_months(month, 1) - timedelta(days=1))


OF_DEAL = {
    "seller": "{t}.deal_id IN (SELECT id FROM crm.deals WHERE seller_id = :seller)",
    "team": "{t}.deal_id IN (SELECT d.id FROM crm.deals d JOIN auth.users u ON u.id = d.seller_id"
    " WHERE u.team_id = :team)",
}
NOT_THROWN_AWAY = " AND {t}.deleted_at IS NULL AND {t}.deal_id NOT IN (SELECT crm.trashed_deals())"
OF_PAYMENT = {
    **OF_DEAL,
    "insurer": "{t}.policy_id IN (SELECT id FROM crm.policies WHERE insurer_id = :insurer)",
    "product": "{t}.policy_id IN (SELECT id FROM crm.policies WHERE product_id = :product)",
}
OF_COVER = "{t}.payment_id IN (SELECT p.id FROM crm.payments p JOIN crm.policies c ON c.id = p.policy_id WHERE c."
OF_LINE = OF_DEAL | {
    "insurer": OF_COVER + "insurer_id = :insurer)",
    "product": OF_COVER + "product_id = :product)",
}
NARROWED: Mapping[str, Mapping[str, str]] = {
    "deals": {
        "seller": "{t}.seller_id = :seller",
        "team": "{t}.seller_id IN (SELECT id FROM auth.users WHERE team_id = :team)",
    },
    "deal_steps": OF_DEAL,
    "policies": OF_DEAL | {"insurer": "{t}.insurer_id = :insurer", "product": "{t}.product_id = :product"},
    "renewals": OF_PAYMENT,
    "payments": OF_PAYMENT,
    "payment_incomes": OF_LINE,
    "payment_expenses": OF_LINE,
    "transits": OF_LINE,
    "tasks": {
        "seller": OF_DEAL["seller"],
        "team": "{t}.assignee_id IN (SELECT id FROM auth.users WHERE team_id = :team)",
    },
    "task_returns": {
        "seller": OF_DEAL["seller"],
        "team": "{t}.returned_by_id IN (SELECT id FROM auth.users WHERE team_id = :team)",
    },
}
"""How each table is narrowed by what is asked; filters of lists say the same in addresses."""
THROWN_AWAY = {
    "deals": " AND {t}.deleted_at IS NULL",
    "deal_steps": " AND {t}.deal_id NOT IN (SELECT crm.trashed_deals())",
    "task_returns": " AND {t}.deal_id NOT IN (SELECT crm.trashed_deals())",
}
MINE = "{t}.{key} = ANY (ARRAY(SELECT m.deal_id FROM crm.deal_members m WHERE m.user_id = (SELECT auth.actor_id())))"
"""A way to one's own rows for who sees little else; the policies decide."""


def narrowed(asked: Asked, scope: Scope, table: str, t: str) -> str:
    """The conditions, each with its AND, on a table's rows: out of the trash, and what is asked of them."""
    told = asked.told
    parts = [THROWN_AWAY.get(table, NOT_THROWN_AWAY)]
    parts += [f" AND {part}" for name, part in NARROWED[table].items() if told[name] is not None]
    if scope is Scope.OWN and table not in ("tasks", "task_returns"):
        parts.append(" AND " + MINE.replace("{key}", "id" if table == "deals" else "deal_id"))
    return "".join(parts).format(t=t)


PLACE = re.compile(r"\{(\w+) (\w+)\}")


async def ask(work: Work, statement: str, asked: Asked, **more: Any) -> Sequence[Any]:
    """The rows of a statement in which `{table alias}` stands for the conditions on a table."""
    scope = work.actor.scope
    text = PLACE.sub(lambda place: narrowed(asked, scope, place[1], place[2]).strip(), statement)
    return await fetch(work, f"/* {scope} */ {text}", asked.told | more)


async def be_patient(work: Work) -> None:
    """Give up after a while: the statement ends with `Refused`, which says so."""
    await work.driver.fetch(BE_PATIENT, str(PATIENCE))
