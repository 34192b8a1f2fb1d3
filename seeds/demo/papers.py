"""Papers of the demo: a signed act and a draft of one, a pay-out sheet that is paid and one that waits."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from models.act import AgentAct, Signed
from models.catalogue import Agreement, Entity
from models.changes import create
from models.paper import Period
from models.payment.expense import PaidOut
from models.payout import Payout
from models.sheets import make_sheets
from seeds.demo.story import Story

DETAILS = {
    "inn": "7701234560",
    "kpp": "770101001",
    "address": "101000, г. Москва, ул. Мясницкая, д. 1, оф. 12",
    "signatory": "Руднева Е. А., генеральный директор",
    "bank_account": "40702810100000012345",
    "bank_name": "АО «Банк»",
    "bank_bik": "044525000",
    "bank_correspondent": "30101810100000000000",
}
LONG_AGO = timedelta(days=150)


async def papers(story: Story) -> None:
    """Olga's month: acts with two insurers, and the shares of two people."""
    await introduce(story)
    over = Period.month_before(story.today)
    act = await draft(story, "ingos", over)
    await story.do("olga", AgentAct, act, "sign", Signed(signed_on=over.last, signatory=DETAILS["signatory"]))
    await draft(story, "vsk", Period(story.today.replace(day=1), story.today))
    for sheet in await sheets_for(story, "anna", Period.month_of(story.today - LONG_AGO)):
        await story.do("head", Payout, sheet, "approve")
        await story.do("olga", Payout, sheet, "pay", PaidOut(paid_on=story.today - timedelta(days=90)))
    await sheets_for(story, "boris", over)


async def introduce(story: Story) -> None:
    """The own entity has its details."""
    async with story.by("admin", "entity.update") as work:
        for entity in await work.scalars(select(Entity).where(Entity.inn.is_(None))):
            for name, value in DETAILS.items():
                setattr(entity, name, value)


async def draft(story: Story, insurer: str, period: Period) -> UUID:
    """An act with an insurer, with what no earlier act has taken."""
    async with story.by("olga", "act.create") as work:
        agreement = await work.scalar(select(Agreement.id).where(Agreement.insurer_id == story.insurer(insurer)))
        days = {"period_from": period.first, "period_to": period.last, "takes_earlier": True}
        act = await create(work, AgentAct, {"agreement_id": agreement, **days})
        return act.id


async def sheets_for(story: Story, who: str, period: Period) -> list[UUID]:
    """The pay-out sheet of one person."""
    async with story.by("olga", "payout.make") as work:
        return [sheet.id for sheet in await make_sheets(work, period, only=[str(story.people[who].id)])]
