"""Insurers' statements: what stood in the file, what it matched, and the totals of the lines."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import func, select

from admin.i18n import _, choice_label
from admin.why.asking import Asked
from admin.why.registry import explains
from admin.why.story import Chapter, Line, said
from models.choices import LineVerdict
from models.payment import Income
from models.statement import Statement, StatementLine
from models.texts import N_

SHOWN = 30


@explains("statement", "total")
async def lines_of_the_file(asked: Asked) -> Sequence[Chapter]:
    """The commission of every line."""
    asked.must_see("statement-line", "commission")
    mine = StatementLine.statement_id == asked.key
    first = select(StatementLine).where(mine, StatementLine.commission.is_not(None)).order_by(StatementLine.row)
    found = list(await asked.work.scalars(first.limit(SHOWN)))
    whole = select(func.count(StatementLine.commission), func.sum(StatementLine.commission)).where(mine)
    number, total = (await asked.work.execute(whole)).one()
    total = total or Decimal(0)
    lines = [
        Line(
            Markup('<a href="/admin/statement-line/details/{}">{}</a>').format(
                one.id, _("row {n} · {number}", n=one.row, number=one.number or "—")
            ),
            one.commission,
            f"statement-line/{one.id}/commission",
        )
        for one in found
        if one.commission is not None
    ]
    chapter = Chapter(_("Lines that make it"), lines=lines, makes=asked.row.total)
    chapter.unshown = number - len(lines)
    if chapter.unshown:
        chapter.rest = total - sum((line.amount for line in lines), Decimal(0))
    if asked.row.total is None:
        chapter.lines = []
    return [chapter]


@explains("statement-line", "commission", "premium")
async def line_of_the_file(asked: Asked) -> Sequence[Chapter]:
    """File and row, the verdict, and what is expected where it matched."""
    row = asked.row
    statement = await asked.work.get_record(Statement, row.statement_id)
    link = await asked.title("statement", statement.id)
    told = [said(N_("Row {n} of the file {file}, statement {link}."), n=row.row, file=statement.file_name, link=link)]
    if row.verdict:
        told.append(said(N_("Verdict: {verdict}."), verdict=choice_label(LineVerdict, row.verdict).lower()))
    chapter = Chapter(_("Where it comes from"), told)
    if asked.name == "commission" and row.income_id is not None and asked.sees("income", "amount"):
        income = await asked.work.get(Income, row.income_id)
        if income is not None:
            chapter.said.append(
                said(
                    N_("It matched the line {line}, {amount}."),
                    line=await asked.title("income", income.id),
                    amount=income.amount,
                )
            )
    return [chapter]
