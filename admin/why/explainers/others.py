"""Figures of pages that are no column: what a client owes, what a deal has at stake, an agreement's month."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup
from sqlalchemy import select, text

from admin.i18n import _, choice_label, show_date
from admin.why.asking import Asked
from admin.why.explainers.earned import SHOWN
from admin.why.registry import figure
from admin.why.story import Chapter, Line, said, within
from models.attention import Matter
from models.calculation import Calculation
from models.choices import CalculationStatus as S
from models.choices import IncomeKind
from models.client.overview import owed_by, policies_of
from models.errors import NotFound
from models.texts import N_

AT_STAKE = (S.REQUESTED, S.READY, S.OFFERED, S.CONFIRMED)
"""Variants that may still become a policy (`crm.attention_of`)."""
AT_RISK = text("""
    SELECT a.kind, a.record_id, a.day, a.money, d.code
    FROM crm.attention a LEFT JOIN crm.deals d ON d.id = a.deal_id
    WHERE a.user_id = :person AND a.since <= :today AND a.kind IN ('instalment', 'renewal')
    ORDER BY a.money DESC, a.record_id LIMIT 1000
""")
OF_A_MONTH = text("""
    SELECT i.id, i.kind, i.amount, i.received_amount, i.status, coalesce(c.number, '') AS number, p.due_on
    FROM crm.policies c
    JOIN crm.payments p ON p.policy_id = c.id AND p.deleted_at IS NULL
    JOIN crm.payment_incomes i ON i.payment_id = p.id AND i.deleted_at IS NULL
    WHERE c.agreement_id = :key AND c.deleted_at IS NULL
      AND coalesce(to_char(coalesce(i.received_on, i.expected_on), 'YYYY-MM'), '') = :month
    ORDER BY p.due_on, i.id
""")


@figure("client", "owed", N_("To be paid"))
async def owed_by_client(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """Instalments that the client has not paid."""
    return await owed(asked, only_late=False)


@figure("client", "overdue", N_("Overdue"))
async def overdue_of_client(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """What should have been paid by now."""
    return await owed(asked, only_late=True)


async def owed(asked: Asked, *, only_late: bool) -> tuple[Decimal, Sequence[Chapter]]:
    """Unpaid instalments as the client's page counts them."""
    asked.must_see("payment", "amount", "paid_amount")
    found = await owed_by(asked.work, asked.key)
    lines = [
        Line(
            Markup('<a href="/admin/payment/details/{}">{}</a>').format(
                row[0].id, _("instalment {title}", title=row[0].sequence)
            ),
            row[0].amount - row[0].paid_amount,
            f"payment/{row[0].id}/owed",
            " · ".join(filter(None, [row.product, row.number, show_date(row[0].due_on)])),
        )
        for row in found.rows
        if not only_late or row[0].due_on < found.today
    ]
    makes = found.overdue if only_late else found.total
    return makes, [Chapter(_("Lines that make it"), lines=lines, makes=makes)]


@figure("client", "premium_living", N_("Premium of living policies"))
async def living(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """Premiums of the client's living policies."""
    asked.must_see("policy", "premium")
    found = await policies_of(asked.work, asked.key)
    lines = [
        Line(
            Markup('<a href="/admin/policy/details/{}">{}</a>').format(row[0].id, row[0].number or row.product),
            row[0].premium,
            f"policy/{row[0].id}/premium",
            row.insurer,
        )
        for row in found.living
    ]
    return found.premium, [Chapter(_("Lines that make it"), lines=lines, makes=found.premium)]


@figure("deal", "at_stake", N_("Money at risk"))
async def at_stake(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """The largest variant that may still become a policy."""
    asked.must_see("calculation", "premium")
    where = Calculation.deal_id == asked.key, Calculation.deleted_at.is_(None), Calculation.status.in_(AT_STAKE)
    statement = select(Calculation).where(*where, Calculation.premium.is_not(None))
    found = list(await asked.work.scalars(statement.order_by(Calculation.premium.desc()).limit(1)))
    if not found or found[0].premium is None:
        raise NotFound
    link = await asked.title("calculation", found[0].id)
    told = said(N_("The premium of the deal's largest variant, {link}."), link=link)
    line = Line(link, found[0].premium, f"calculation/{found[0].id}/premium")
    return found[0].premium, [Chapter(_("Where it comes from"), [told], lines=[line])]


@figure("user", "at_risk", N_("Money at risk"))
async def at_risk(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """What is owed of a person's instalments and what expires of their policies, as the team's page counts it."""
    asked.must_see("payment", "amount", "paid_amount")
    asked.must_see("policy", "premium")
    rows = await asked.work.execute(AT_RISK, {"person": asked.key, "today": asked.work.today})
    places = {"instalment": ("payment", "owed"), "renewal": ("renewal", "policy_id.premium")}
    lines = [
        Line(
            Markup('<a href="/admin/{}/details/{}">{}</a>').format(
                places[row.kind][0], row.record_id, choice_label(Matter, row.kind)
            ),
            row.money,
            f"{places[row.kind][0]}/{row.record_id}/{places[row.kind][1]}",
            " · ".join(filter(None, [row.code, show_date(row.day)])),
        )
        for row in rows
    ]
    total = sum((line.amount for line in lines), Decimal(0))
    first, unshown, rest = within(lines, SHOWN)
    return total, [Chapter(_("Lines that make it"), lines=first, makes=total, unshown=unshown, rest=rest)]


@figure("agreement", "month_received", N_("Received"))
async def received_in(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """What an agreement brought in a month, `month_received:2026-01`."""
    return await of_month(asked, "received_amount")


@figure("agreement", "month_expected", N_("Expected"))
async def expected_in(asked: Asked) -> tuple[Decimal, Sequence[Chapter]]:
    """What an agreement is to bring in a month, with what has come."""
    return await of_month(asked, "amount")


async def of_month(asked: Asked, column: str) -> tuple[Decimal, Sequence[Chapter]]:
    """Income lines of a month that the actor sees."""
    asked.must_see("income", column)
    asked.must_see("income", "amount", "received_on", "expected_on")
    rows = await asked.work.execute(OF_A_MONTH, {"key": asked.key, "month": asked.argument})
    lines = [
        Line(
            Markup('<a href="/admin/income/details/{}">{}</a>').format(row.id, choice_label(IncomeKind, row.kind)),
            getattr(row, column),
            f"income/{row.id}/{column}",
            " · ".join(filter(None, [row.number, show_date(row.due_on)])),
        )
        for row in rows
        if getattr(row, column) and (column != "amount" or row.status != "written_off")
    ]
    total = sum((line.amount for line in lines), Decimal(0))
    first, unshown, rest = within(lines, SHOWN)
    return total, [Chapter(_("Lines that make it"), lines=first, makes=total, unshown=unshown, rest=rest)]
