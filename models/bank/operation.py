"""What came and went on an own account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from models.bank import confirming, finding
from models.bank.kinds import BankKind, BankReason, BankStatus
from models.base import Record, Rows, choice, reference
from models.errors import Invalid, Refused
from models.texts import N_
from models.verbs import Act, ask, verb

S = BankStatus


@dataclass
class Resolve:
    """What the operation is, said by a person; a policy names the instalment, the transit or the share."""

    kind: str = ask(N_("What it is"), choices=BankKind)
    insurer_id: UUID | None = ask(N_("Insurer"), lookup="insurer", required=False)
    statement_id: UUID | None = ask(N_("Statement"), lookup="statement", required=False)
    policy_id: UUID | None = ask(N_("Policy"), lookup="policy", required=False)


class BankOperation(Record):
    """One line of a bank's statement, in roubles: above zero it came, below it went; what it is waits for a person."""

    __tablename__ = "bank_operations"
    __table_args__: Any = (
        UniqueConstraint("account_id", "fingerprint"),
        CheckConstraint("amount <> 0", name="amount"),
        Index("ix_bank_operations_day", "day"),
        Index("ix_bank_operations_new", "day", postgresql_where=text("status = 'new'")),
        {"schema": "crm"},
    )
    __identity__ = "bank-operation"
    __event__ = "crm.bank.operation"
    __rows__ = Rows.OFFICE
    __title__ = "purpose"
    __search__ = ("purpose", "counterparty_name", "number")
    __state__ = "status"
    __by_verb__ = frozenset(
        {
            "account_id", "day", "amount", "number", "document_on", "counterparty_name", "counterparty_inn",
            "counterparty_account", "purpose", "fingerprint", "file_name", "kind", "insurer_id", "reasons",
        }
    )  # fmt: skip
    __settled__ = frozenset({S.MATCHED})

    account_id: Mapped[UUID] = reference("crm.bank_accounts", index=False)
    day: Mapped[date]
    amount: Mapped[Decimal]
    number: Mapped[str | None]
    document_on: Mapped[date | None]
    counterparty_name: Mapped[str | None]
    counterparty_inn: Mapped[str | None]
    counterparty_account: Mapped[str | None]
    purpose: Mapped[str]
    fingerprint: Mapped[str] = mapped_column(info={"quiet": True})
    file_name: Mapped[str | None]
    status: Mapped[str] = choice(BankStatus, S.NEW)
    kind: Mapped[str] = choice(BankKind, BankKind.OTHER)
    insurer_id: Mapped[UUID | None] = reference("crm.insurers")
    reasons: Mapped[list[str]] = mapped_column(server_default=text("'{}'"), info={"quiet": True})
    note: Mapped[str | None]

    @verb(N_("Say what it is"), when=(S.NEW,), asks=Resolve)
    async def resolve(self, act: Act, asked: Resolve) -> None:
        """A person decides. Raises `Invalid` where the kind does not go with the direction or nothing fits."""
        incoming = asked.kind in (BankKind.COMMISSION, BankKind.PREMIUM)
        if asked.kind != BankKind.OTHER and incoming != (self.amount > 0):
            raise Invalid.at("kind", N_("Money that came is commission or a client's premium, money that went is not."))
        self.kind, self.insurer_id, self.reasons = asked.kind, asked.insurer_id, [BankReason.BY_HAND]
        links: list[finding.Found] = []
        if asked.kind == BankKind.COMMISSION and asked.statement_id is not None:
            found = await finding.statement(act.work, asked.statement_id)
            self.insurer_id = found.insurer_id
            links = [finding.Found("statement_id", found.id, self.amount)]
        elif asked.kind in finding.BY_POLICY and asked.policy_id is not None:
            links = await finding.of_policy(act.work, asked.kind, asked.policy_id, abs(self.amount))
            if not links:
                raise Invalid.at("policy_id", N_("Nothing of this policy waits for this money."))
        elif asked.kind in (BankKind.COMMISSION, BankKind.PASSED_ON) and asked.insurer_id is None:
            raise Invalid.at("insurer_id", N_("Say which insurer it is."))
        await self.link(act, links)

    @verb(N_("Confirm the operation"), when=(S.NEW,), letter="y", primary=True, bulk=True, to=S.MATCHED)
    async def confirm(self, act: Act) -> None:
        """It is so: commission is seen, payments are confirmed, premium has gone on, shares are paid.

        Raises `Refused` where it is not known what it is, `Invalid` and `Refused` as the verbs that it calls.
        """
        links = await links_of(act, self)
        if self.kind == BankKind.OTHER or (self.kind != BankKind.COMMISSION and not links):
            raise Refused(N_("It is not said yet what this operation is."))
        for link in links:
            for more in await confirming.carry_out(act, self.day, link):
                act.work.add(BankLink(operation_id=self.id, **{more.column: more.id}, amount=more.amount))
        self.status = S.MATCHED

    @verb(N_("Set aside"), when=(S.NEW,), letter="x", bulk=True, to=S.IGNORED)
    def ignore(self, act: Act) -> None:
        """It has nothing to do with policies: rent, taxes, a bank's fee."""
        self.status = S.IGNORED

    @verb(N_("Look at it again"), when=(S.IGNORED,), bulk=True, to=S.NEW)
    def look_again(self, act: Act) -> None:
        """It was set aside too early."""
        self.status = S.NEW

    async def link(self, act: Act, found: list[finding.Found]) -> None:
        """Put these in place of what it was linked to."""
        await act.work.execute(delete(BankLink).where(BankLink.operation_id == self.id))
        act.work.add_all(BankLink(operation_id=self.id, **{one.column: one.id}, amount=one.amount) for one in found)

    def take_for(self, kind: BankKind, insurer: UUID | None, reasons: list[BankReason]) -> None:
        """What it looks like, and why; called by recognition."""
        self.kind, self.insurer_id, self.reasons = kind, insurer, [reason.value for reason in reasons]


class BankLink(Record):
    """What an operation is money of, in roubles of it: a statement, an income, an instalment, a transit, an expense."""

    __tablename__ = "bank_links"
    __table_args__: Any = (
        CheckConstraint(
            "num_nonnulls(statement_id, income_id, payment_id, transit_id, expense_id) <= 1", name="one_target"
        ),
        {"schema": "crm"},
    )
    __identity__ = "bank-link"
    __event__ = "crm.bank.link"
    __rows__ = Rows.OFFICE
    __title__ = "amount"
    __once__ = frozenset({"operation_id", "statement_id", "income_id", "payment_id", "transit_id", "expense_id"})

    operation_id: Mapped[UUID] = reference("crm.bank_operations")
    amount: Mapped[Decimal]
    statement_id: Mapped[UUID | None] = reference("crm.statements")
    income_id: Mapped[UUID | None] = reference("crm.payment_incomes")
    payment_id: Mapped[UUID | None] = reference("crm.payments")
    transit_id: Mapped[UUID | None] = reference("crm.transits")
    expense_id: Mapped[UUID | None] = reference("crm.payment_expenses")


async def links_of(act: Act, operation: BankOperation) -> list[BankLink]:
    """What an operation is linked to, in the order in which it was found."""
    await act.work.flush()
    statement = select(BankLink).where(BankLink.operation_id == operation.id).order_by(BankLink.id)
    return list(await act.work.scalars(statement))
