"""What the dialogs begin with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from sqlalchemy import select

from hooks.schedules import collector_of
from hooks.terminating import next_number
from models.choices import DifferencePaid, PaymentStatus
from models.payment import Payment
from models.session import Work


async def of_issue(work: Work, policy: Any) -> Mapping[str, Any]:
    """Who collects as the draft's instalments have it."""
    return {"collected_by": await collector_of(work, policy.id)}


async def of_endorsement(work: Work, policy: Any) -> Mapping[str, Any]:
    """The next number, from today on; the difference over what is unpaid, where anything is."""
    unpaid = select(Payment.id).where(
        Payment.policy_id == policy.id,
        Payment.status == PaymentStatus.PLANNED,
        Payment.amount > 0,
        Payment.deleted_at.is_(None),
    )
    paid = DifferencePaid.SPREAD if await work.scalar(unpaid.limit(1)) else DifferencePaid.ONE_MORE
    return {
        "paper": await next_number(work.act(), policy),
        "effective_on": min(max(work.today, policy.starts_on), policy.ends_on),
        "difference_paid": paid.value,
    }


async def of_termination(work: Work, policy: Any) -> Mapping[str, Any]:
    """The next number, from today on."""
    day = min(max(work.today, min(policy.starts_on, policy.sale_date or policy.starts_on)), policy.ends_on)
    return {"paper": await next_number(work.act(), policy), "cancelled_on": day}


START: dict[str, Callable[[Work, Any], Awaitable[Mapping[str, Any]]]] = {
    "issue": of_issue,
    "endorse": of_endorsement,
    "cancel": of_termination,
}
"""By the verb."""
