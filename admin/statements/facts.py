"""The lines of a statement with what their reasons are told from: one statement for a page of lines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.catalogue import Insurer
from models.choices import PolicyStatus
from models.client import Client
from models.payment import Income, Payment
from models.policy import Policy
from models.reconciling.choices import LineCause, LineDecision
from models.reconciling.expecting import KEYS
from models.session import Work
from models.statement import Statement, StatementLine

C = LineCause


@dataclass(frozen=True)
class Facts:
    """A line and what it is about."""

    line: StatementLine
    income: Income | None = None
    payment: Payment | None = None
    policy: Policy | None = None
    client: str = ""
    elsewhere: str = ""
    """Whose policy has the number, where it is another insurer's, or a draft."""
    is_draft: bool = False
    came_by: Statement | None = None
    """The statement by which its commission came already."""

    @property
    def difference(self) -> Any:
        """Roubles that the line tells more or less than is expected; none where nothing is."""
        line = self.line
        if line.commission is None or line.expected_amount is None:
            return None
        return line.commission - line.expected_amount

    @property
    def decision(self) -> LineDecision | None:
        """What is decided."""
        return LineDecision(self.line.decision) if self.line.decision else None


@dataclass
class Beside:
    """What a few lines need beyond their own keys."""

    policies: dict[str, tuple[str, bool]] = field(default_factory=dict)
    statements: dict[UUID, Statement] = field(default_factory=dict)


async def facts_of(work: Work, lines: Sequence[StatementLine]) -> list[Facts]:
    """The lines in their order, each with its facts."""
    rows = {row[0]: row[1:] for row in await work.execute(_joined(), {"keys": [line.id for line in lines]})}
    beside = Beside(await _elsewhere(work, lines), await _came_by(work, lines))
    return [_facts(line, rows.get(line.id), beside) for line in lines]


def _joined() -> Any:
    linked = aliased(Policy)
    return (
        select(StatementLine.id, Income, Payment, Policy, linked, Client.name)
        .outerjoin(Income, Income.id == StatementLine.income_id)
        .outerjoin(Payment, Payment.id == StatementLine.payment_id)
        .outerjoin(Policy, Policy.id == Payment.policy_id)
        .outerjoin(linked, linked.id == StatementLine.policy_id)
        .outerjoin(Client, Client.id == Policy.client_id)
        .where(StatementLine.id == KEYS)
    )


def _facts(line: StatementLine, row: Any, beside: Beside) -> Facts:
    income, payment, policy, linked, client = row or (None, None, None, None, "")
    elsewhere, is_draft = beside.policies.get(line.number_key or "", ("", False))
    came_by = beside.statements.get(income.id) if income is not None else None
    return Facts(line, income, payment, policy or linked, client or "", elsewhere, is_draft, came_by)


async def _elsewhere(work: Work, lines: Sequence[StatementLine]) -> dict[str, tuple[str, bool]]:
    """Of numbers that the insurer does not know: who has them, and whether the policy is a draft yet."""
    keys = {line.number_key for line in lines if line.cause == C.NO_POLICY and line.number_key}
    if not keys:
        return {}
    found = select(Policy.number_key, Insurer.name, Policy.status).join(Insurer, Insurer.id == Policy.insurer_id)
    found = found.where(Policy.number_key.in_(keys), Policy.deleted_at.is_(None))
    rows = await work.execute(found.where(Policy.status != PolicyStatus.ANNULLED))
    return {str(key): (name, status == PolicyStatus.DRAFT) for key, name, status in rows}


async def _came_by(work: Work, lines: Sequence[StatementLine]) -> dict[UUID, Statement]:
    """The statements by which commission came that is told of again."""
    keys = {line.income_id for line in lines if line.cause == C.ALREADY_RECEIVED and line.income_id}
    if not keys:
        return {}
    found = select(StatementLine.income_id, Statement).join(Statement, Statement.id == StatementLine.statement_id)
    found = found.where(StatementLine.income_id.in_(keys), StatementLine.posted_on.is_not(None))
    return {key: statement for key, statement in await work.execute(found) if key is not None}
