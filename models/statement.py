"""Insurers' commission statements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Record, Rows, Trashable, choice, reference
from models.choices import IncomeStatus, LineVerdict, StatementStatus
from models.clock import today
from models.errors import Invalid, Refused
from models.payment import Income
from models.reconciling.choices import TAKES_MONEY, LineCause, LineDecision, decisions_for
from models.reconciling.matching_again import match_again
from models.reconciling.settling import foreseen, put_aside, settle
from models.texts import N_
from models.verbs import Act, Foreseen, Verb, ask, is_in_trash, verb

if TYPE_CHECKING:
    from models.session import Work

S = StatementStatus
STILL_OPEN = (IncomeStatus.PARTLY.value, IncomeStatus.DISPUTED.value, IncomeStatus.IN_STATEMENT.value)


@dataclass
class Post:
    """When the money came, and whether what nobody has decided is put aside for good."""

    money_on: date = ask(N_("Money came on"), start="money_day")
    rest_aside: bool = ask(N_("Put aside what is not decided"), default=False)


@dataclass
class Payer:
    """Whose statement it is."""

    insurer_id: UUID = ask(N_("Insurer"), lookup="insurer")


@dataclass
class Decide:
    """What becomes of the line, and why."""

    decision: str = ask(N_("Decision"), choices=LineDecision)
    note: str = ask(N_("Note"), required=False, default="", long=True)


@dataclass
class Link:
    """The policy that the line means."""

    policy_id: UUID = ask(N_("Policy"), lookup="policy")


class Statement(Trashable, Record):
    """Ведомость: one file of an insurer; its sums are in roubles. `told_total` is what the file itself states."""

    __tablename__ = "statements"
    __table_args__: Any = (
        Index("uq_statements_file", "file_sha256", unique=True, postgresql_where=text("deleted_at IS NULL")),
        Index("ix_statements_lines", "lines_sha256"),
        {"schema": "crm"},
    )
    __identity__ = "statement"
    __event__ = "crm.statement"
    __rows__ = Rows.OFFICE
    __title__ = "title"
    __search__ = ("title", "file_name")
    __state__ = "status"
    __by_verb__ = frozenset(
        {"insurer_id", "file_name", "file_sha256", "lines_sha256", "total", "told_total", "upload_id"}
    )
    __settled__ = frozenset({S.PARTLY, S.POSTED})

    insurer_id: Mapped[UUID] = reference("crm.insurers")
    agreement_id: Mapped[UUID | None] = reference("crm.agreements")
    title: Mapped[str]
    file_name: Mapped[str]
    file_sha256: Mapped[str] = mapped_column(info={"quiet": True})
    lines_sha256: Mapped[str | None] = mapped_column(info={"quiet": True})
    upload_id: Mapped[UUID | None] = mapped_column(info={"quiet": True})
    statement_on: Mapped[date | None]
    period_from: Mapped[date | None]
    period_to: Mapped[date | None]
    status: Mapped[str] = choice(StatementStatus, S.DRAFT)
    total: Mapped[Decimal | None]
    told_total: Mapped[Decimal | None]

    @property
    def money_day(self) -> date:
        """The statement's own day, as long as it has come."""
        return min(self.statement_on or today(), today())

    async def open_lines(self, work: Work) -> list[StatementLine]:
        """The lines that are not posted, in their order."""
        mine = select(StatementLine).where(StatementLine.statement_id == self.id, StatementLine.posted_on.is_(None))
        return list(await work.scalars(mine.order_by(StatementLine.sheet, StatementLine.row)))

    async def match_again(self, work: Work) -> list[StatementLine]:
        """Judge the open lines by what is expected now; gives them."""
        lines = await self.open_lines(work)
        await match_again(work, self.insurer_id, lines, await self.settled(work, lines))
        return lines

    async def settled(self, work: Work, lines: list[StatementLine]) -> list[StatementLine]:
        """Posted lines whose income is open yet: this statement's own, and parts that came by others."""
        keys = {line.number_key for line in lines if line.number_key}
        is_part = (StatementLine.decision == LineDecision.PART) & StatementLine.number_key.in_(keys)
        settled = select(StatementLine).join(Income, Income.id == StatementLine.income_id)
        settled = settled.where(StatementLine.posted_on.is_not(None), Income.status.in_(STILL_OPEN))
        return list(await work.scalars(settled.where((StatementLine.statement_id == self.id) | is_part)))

    async def foresee(self, verb: Verb, act: Act) -> list[Foreseen]:
        """How many lines are posted, what is received, what stays open."""
        return foreseen(await self.open_lines(act.work)) if verb.name == "post" else []

    @verb(
        N_("Post what is decided"),
        when=(S.DRAFT, S.PARTLY),
        asks=Post,
        letter="p",
        primary=True,
        previews=True,
        to=(S.PARTLY, S.POSTED),
    )
    async def post(self, act: Act, asked: Post) -> None:
        """Receive, dispute and write off as decided; open lines stay. Raises for a day ahead and a closed month."""
        if asked.money_on > act.today:
            raise Invalid.at("money_on", N_("This day has not come yet."))
        lines = await self.match_again(act.work)
        if asked.rest_aside:
            put_aside(lines)
        if all(line.decision is None for line in lines):
            raise Refused(N_("Nothing is decided yet: decide on the lines first."))
        await settle(act, lines, asked.money_on)
        lines = await self.match_again(act.work)
        self.status = S.PARTLY if lines else S.POSTED

    @verb(N_("Match again"), when=(S.DRAFT, S.PARTLY))
    async def rematch(self, act: Act) -> None:
        """Judge the lines that are not posted by what is expected now; decisions that still fit stay."""
        await self.match_again(act.work)

    @verb(N_("Another insurer"), when=(S.DRAFT,), asks=Payer)
    async def readdress(self, act: Act, asked: Payer) -> None:
        """It is another insurer's statement: its lines are judged anew."""
        self.insurer_id, self.agreement_id = asked.insurer_id, None
        await self.match_again(act.work)


class StatementLine(Record):
    """One line of a statement, what it matched and what was decided; `policy_id` is a policy that a person linked."""

    __tablename__ = "statement_lines"
    __table_args__: Any = (
        UniqueConstraint("statement_id", "sheet", "row"),
        Index("ix_statement_lines_verdict", "statement_id", "verdict"),
        {"schema": "crm"},
    )
    __identity__ = "statement-line"
    __event__ = "crm.statement.line"
    __rows__ = Rows.OFFICE
    __title__ = "number"
    __search__ = ("number", "number_key")
    __by_verb__ = frozenset(
        {
            "statement_id", "sheet", "row", "number_key", "verdict", "cause", "decision", "income_id", "payment_id",
            "policy_id", "expected_amount", "expected_percent", "twin_row", "posted_on", "cells",
        }
    )  # fmt: skip

    statement_id: Mapped[UUID] = reference("crm.statements", index=False)
    sheet: Mapped[str] = mapped_column(default="")
    row: Mapped[int]
    number: Mapped[str | None]
    number_key: Mapped[str | None] = mapped_column(index=True)
    holder: Mapped[str | None]
    paid_on: Mapped[date | None]
    premium: Mapped[Decimal | None]
    percent: Mapped[Decimal | None]
    commission: Mapped[Decimal | None]
    verdict: Mapped[str | None] = choice(LineVerdict)
    cause: Mapped[str | None] = choice(LineCause)
    twin_row: Mapped[int | None]
    expected_amount: Mapped[Decimal | None]
    expected_percent: Mapped[Decimal | None]
    decision: Mapped[str | None] = choice(LineDecision)
    note: Mapped[str | None]
    posted_on: Mapped[date | None]
    policy_id: Mapped[UUID | None] = reference("crm.policies")
    payment_id: Mapped[UUID | None] = reference("crm.payments")
    income_id: Mapped[UUID | None] = reference("crm.payment_incomes")
    cells: Mapped[dict[str, Any] | None] = mapped_column(info={"quiet": True})

    @property
    def choices(self) -> tuple[LineDecision, ...]:
        """What may be decided, the proposed one first; nothing of a line that is posted."""
        if self.posted_on is not None:
            return ()
        allowed = decisions_for(self.verdict, self.cause, self.income_id is not None)
        return allowed if self.commission else tuple(one for one in allowed if one not in TAKES_MONEY)

    @verb(N_("Decide"), asks=Decide, bulk=True)
    async def decide(self, act: Act, asked: Decide) -> None:
        """Say what becomes of the line when the statement is posted. Raises where it does not admit that."""
        await self._must_be_open(act)
        decision = LineDecision(asked.decision)
        if decision not in self.choices:
            raise Refused(N_("Row {row} does not admit this: {decision}."), row=self.row, decision=decision.label)
        if decision is LineDecision.DISPUTED and self.income_id:
            income = await act.work.get_record(Income, self.income_id)
            if income.status == IncomeStatus.PARTLY:
                raise Refused(
                    N_("Row {row}: a part has been received; dispute the rest by its difference."), row=self.row
                )
        self.decision, self.note = decision, asked.note or None

    @verb(N_("Take the decision back"), only=lambda line, _actor: line.decision is not None, bulk=True)
    async def undecide(self, act: Act) -> None:
        """Nothing is decided of the line."""
        await self._must_be_open(act)
        self.decision, self.note = None, None

    @verb(N_("Link a policy"), asks=Link)
    async def link(self, act: Act, asked: Link) -> None:
        """The line means this policy: it is judged anew."""
        statement = await self._must_be_open(act)
        self.policy_id = asked.policy_id
        await act.work.flush()
        await statement.match_again(act.work)

    @verb(N_("Unlink the policy"), only=lambda line, _actor: line.policy_id is not None)
    async def unlink(self, act: Act) -> None:
        """The line is judged by its number again."""
        statement = await self._must_be_open(act)
        self.policy_id = None
        await act.work.flush()
        await statement.match_again(act.work)

    async def _must_be_open(self, act: Act) -> Statement:
        """Its statement, locked. Raises `Refused` for a line that is posted, and where the statement is thrown away."""
        statement = await act.work.get_record(Statement, self.statement_id, lock=True)
        if self.posted_on is not None:
            raise Refused(N_("Row {row} is posted: undo the posting first."), row=self.row)
        if is_in_trash(statement):
            raise Refused(N_("The statement is in the trash; restore it first."))
        return statement


class StatementLayout(Trashable, Record):
    """How an insurer's statements are laid out: columns by field for titles that have come before."""

    __tablename__ = "statement_layouts"
    __table_args__: Any = (
        Index(
            "uq_statement_layouts_titles",
            "insurer_id",
            "fingerprint",
            unique=True,
            postgresql_where=text("deleted_at IS NULL"),
        ),
        {"schema": "crm"},
    )
    __identity__ = "statement-layout"
    __event__ = "crm.statement_layout"
    __rows__ = Rows.OFFICE
    __title__ = "titles"
    __by_verb__ = frozenset({"insurer_id", "fingerprint", "titles", "places", "is_by_hand"})

    insurer_id: Mapped[UUID] = reference("crm.insurers")
    fingerprint: Mapped[str] = mapped_column(info={"quiet": True})
    titles: Mapped[str]
    places: Mapped[dict[str, Any]]
    is_by_hand: Mapped[bool] = mapped_column(default=False)
