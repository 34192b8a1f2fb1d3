"""Policies that a line may mean although its number is not theirs: a slip of the pen, the same premium and holder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, or_, select

from models.catalogue import Insurer
from models.choices import PaymentStatus, PolicyStatus
from models.client import Client
from models.names import client_key
from models.payment import Payment
from models.policy import Policy
from models.reconciling.choices import LineCause
from models.reconciling.expecting import pays_for
from models.reconciling.line import Line
from models.session import Work
from models.texts import N_

SEEN = 60
"""Candidates that are weighed."""
OFFERED = 5
SLIPS = 2
"""Signs by which a number that was typed by hand is off."""


@dataclass(frozen=True)
class Likely:
    """A policy that may be meant, and why: msgids."""

    policy: UUID
    number: str
    client: str
    insurer: str
    premiums: tuple[Decimal, ...]
    is_draft: bool
    weight: int
    reasons: tuple[str, ...] = field(default=())


async def likely_policies(work: Work, payer: UUID, line: Line, cause: str | None = None) -> list[Likely]:
    """A few policies, the likeliest first; none that has nothing but a similar number or the premium alone."""
    key = line.number.key if line.number else ""
    premium = abs(line.premium) if line.premium else None
    of_premium = select(Payment.policy_id).where(Payment.amount == premium, Payment.deleted_at.is_(None))
    alike = [Policy.number_key.op("%")(key), Policy.number_key == key] if key else []
    wanted = or_(*alike, Policy.id.in_(of_premium) & pays_for(payer))
    amounts = func.array_agg(Payment.amount).filter(Payment.status != PaymentStatus.CANCELLED)
    statement = (
        select(Policy.id, Policy.number, Policy.number_key, Policy.insurer_id, Policy.status, Client.name, Insurer.name)
        .add_columns(amounts)
        .join(Client, Client.id == Policy.client_id)
        .join(Insurer, Insurer.id == Policy.insurer_id)
        .outerjoin(Payment, (Payment.policy_id == Policy.id) & Payment.deleted_at.is_(None))
        .where(wanted, Policy.deleted_at.is_(None), Policy.status != PolicyStatus.ANNULLED.value)
        .group_by(Policy.id, Client.id, Insurer.id)
        .order_by(func.similarity(Policy.number_key, key).desc(), Policy.id)
        .limit(SEEN)
    )
    found = []
    for policy, number, known, insurer, status, client, name, premiums in await work.execute(statement):
        weight, reasons = weigh(line, key, premium, known or "", insurer == payer, client, tuple(premiums or ()))
        if weight >= 4 or (cause == LineCause.AMBIGUOUS and reasons):
            is_draft = status == PolicyStatus.DRAFT
            found.append(Likely(policy, number or "", client, name, tuple(premiums or ()), is_draft, weight, reasons))
    return sorted(found, key=lambda one: -one.weight)[:OFFERED]


def weigh(
    line: Line, key: str, premium: Decimal | None, known: str, is_own: bool, client: str, premiums: Sequence[Decimal]
) -> tuple[int, tuple[str, ...]]:
    """How likely a policy is meant, and what speaks for it."""
    told: list[tuple[int, str]] = []
    slips = distance(key, known) if key and known else SLIPS + 1
    if slips == 0:
        told.append((5, N_("the same number")))
    elif slips <= SLIPS and len(key) > SLIPS * 2:
        told.append(
            (4 if slips == 1 else 2, N_("the number differs by a sign") if slips == 1 else N_("a similar number"))
        )
    if line.holder and is_same_name(line.holder, client):
        told.append((2, N_("the same holder")))
    if premium is not None and premium in premiums:
        told.append((2, N_("the same premium")))
    weight = sum(points for points, _reason in told)
    if told and not is_own:
        told.append((0, N_("of another insurer")))
        weight -= 1
    return weight, tuple(reason for _points, reason in told)


def is_same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name, or one has initials where the other has names."""
    first, second = client_key(one).split(), client_key(other).split()
    if not first or not second or first[0] != second[0]:
        return first == second
    return all(a.startswith(b) or b.startswith(a) for a, b in zip(first[1:], second[1:], strict=False))


def distance(one: str, other: str) -> int:
    """Signs to change, add, drop or swap to make one of the other; counted up to one above `SLIPS`."""
    if abs(len(one) - len(other)) > SLIPS:
        return SLIPS + 1
    above: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        row = [i]
        for j, b in enumerate(other, start=1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, above[j - 2] + 1)
            row.append(cost)
        above, last = last, row
    return last[-1]
