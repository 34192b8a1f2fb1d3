"""What the page of the bank shows: operations with what they look like, why, and what confirming will do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, text

from admin.i18n import choice_label
from models.bank import BankAccount, BankKind, BankOperation, BankReason, BankStatus
from models.bank.kinds import DOUBTS
from models.catalogue import Insurer
from models.session import Work

LINKS = text(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
SHOWN = 100
"""Operations on a page; the list of operations has them all."""


@dataclass
class Row:
    """One operation."""

    operation: BankOperation
    account: str
    insurer: str
    links: Sequence[Any] = field(default_factory=list)

    @property
    def reasons(self) -> str:
        """What spoke for it, in words."""
        known = [BankReason(one) for one in self.operation.reasons if one in set(BankReason)]
        return ", ".join(choice_label(BankReason, one) for one in known if one not in DOUBTS)

    @property
    def doubts(self) -> str:
        """What speaks against it."""
        known = [BankReason(one) for one in self.operation.reasons if one in DOUBTS]
        return ", ".join(choice_label(BankReason, one) for one in known)

    @property
    def kind(self) -> str:
        """What it is taken for."""
        return choice_label(BankKind, self.operation.kind)

    @property
    def is_ready(self) -> bool:
        """Whether it is known what confirming will do."""
        return self.operation.status == BankStatus.NEW and bool(self.links) and not self.doubts

    @property
    def difference(self) -> Decimal:
        """Roubles by which the statement's total is another than the money; 0 where there is no statement."""
        totals = [link.statement_total for link in self.links if link.statement_id is not None]
        return self.operation.amount - sum(totals, Decimal(0)) if totals else Decimal(0)


async def counts_of(work: Work) -> dict[str, int]:
    """Operations by state."""
    statement = select(BankOperation.status, func.count().label("operations")).group_by(BankOperation.status)
    return {row.status: row.operations for row in await work.execute(statement)}


async def rows_of(work: Work, status: str, term: str) -> list[Row]:
    """The newest operations of a state, narrowed by a term in purpose or counterparty, or by a sum."""
    statement = (
        select(BankOperation, BankAccount.number, Insurer.name)
        .join(BankAccount, BankAccount.id == BankOperation.account_id)
        .outerjoin(Insurer, Insurer.id == BankOperation.insurer_id)
        .where(BankOperation.status == status)
        .order_by(BankOperation.day.desc(), BankOperation.id.desc())
        .limit(SHOWN)
    )
    if term:
        like = f"%{term.replace('%', '').replace('_', '')}%"
        columns = (BankOperation.purpose, BankOperation.counterparty_name, BankOperation.counterparty_inn)
        statement = statement.where(or_(*(column.ilike(like) for column in columns)))
    found = [Row(*row) for row in (await work.execute(statement)).all()]
    links = await links_of(work, [row.operation.id for row in found])
    for row in found:
        row.insurer = row.insurer or ""
        row.links = links[row.operation.id]
    return found


async def links_of(work: Work, operations: Sequence[UUID]) -> dict[UUID, list[Any]]:
    """What these are linked to."""
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in await work.execute(LINKS, {"operations": list(operations)}):
        found[row.operation_id].append(row)
    return found
