"""The pictures there are, the tabs that they stand on, and who may see which."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any, NamedTuple

from admin.dashboards.asked import Span
from admin.dashboards.pictures import (
    funnel,
    losses,
    money,
    overheads,
    people,
    plan,
    receivables,
    renewals,
    sources,
    summary,
)
from admin.dashboards.table import Picture
from models.actor import Actor, Scope
from models.errors import NotFound
from models.figures.asked import Asked
from models.rights import Rights
from models.session import Work
from models.texts import N_

Build = Callable[[Work, Asked], Awaitable[Picture]]
ALL, OF_PEOPLE = ("team", "seller", "insurer", "product"), ("team", "seller")


class Shown(NamedTuple):
    """A picture: its name (a msgid), what makes it, what one must be allowed to read, which filters it heeds."""

    slug: str
    title: str
    build: Build
    reads: tuple[str, ...]
    """`identity` or `identity.field`: what figures are made of; the first one's export is the workbook's."""
    heeds: tuple[str, ...] = ALL
    is_wide: bool = False
    """It takes the whole width where there is room for two."""
    has_period: bool = True

    def is_for(self, rights: Rights) -> bool:
        """Whether these rights read everything that it is made of."""
        split = [one.partition(".") for one in self.reads]
        return all(
            rights.may(identity, "list") and (not field or rights.may_field(identity, field, "read"))
            for identity, _dot, field in split
        )

    async def make(self, work: Work, asked: Asked) -> Picture:
        """The picture as the actor's rows make it; filters that it does not heed are left out."""
        ignored: dict[str, Any] = {name: None for name in ALL if name not in self.heeds}
        return await self.build(work, replace(asked, **ignored))

    def may_take(self, rights: Rights) -> bool:
        """Whether these rights take its workbook away."""
        return rights.may(self.reads[0].partition(".")[0], "export")


INCOME = ("income.amount", "income.received_amount")
PAYMENT = ("payment.amount", "payment.paid_amount")
EXPENSE = ("expense.amount",)
PICTURES = {
    one.slug: one
    for one in (
        Shown("summary", N_("At one look"), summary.picture,
              ("income", *INCOME, *PAYMENT, *EXPENSE, "deal-step", "policy.premium"), is_wide=True),
        Shown("funnel", N_("Funnel"), funnel.picture, ("deal", "deal-step"), OF_PEOPLE),
        Shown("renewals", N_("Calendar of renewals"), renewals.picture, ("policy", "policy.premium", "renewal"),
              is_wide=True),
        Shown("money", N_("Premiums and commission"), money.picture, ("income", *INCOME, *PAYMENT, "transit.amount"),
              is_wide=True),
        Shown("forecast", N_("What is to come"), money.coming, ("income", *INCOME, *PAYMENT), is_wide=True,
              has_period=False),
        Shown("receivables", N_("Receivables of insurers"), receivables.picture, ("income", *INCOME), is_wide=True,
              has_period=False),
        Shown("instalments", N_("Debts of clients"), receivables.instalments, ("payment", *PAYMENT, "client.name"),
              is_wide=True, has_period=False),
        Shown("people", N_("Load and speed"), people.picture, ("task", "task-return"), OF_PEOPLE, is_wide=True),
        Shown("returns", N_("Returned hand-offs"), losses.given_back, ("task", "task-return"), OF_PEOPLE),
        Shown("losses", N_("Losses"), losses.picture, ("deal", "deal.lost_reason", "renewal.lost_reason"), OF_PEOPLE),
        Shown("sources", N_("Sources of deals"), sources.picture, ("deal", "deal.source", "policy.premium", *INCOME),
              OF_PEOPLE),
        Shown("plan", N_("Plan and fact"), plan.picture, ("sales-target", *INCOME, *PAYMENT), OF_PEOPLE),
        Shown("overheads", N_("Expenses and profit"), overheads.picture, ("expense", *EXPENSE, *INCOME), is_wide=True),
    )
}  # fmt: skip
"""By the name in addresses."""


class Tab(NamedTuple):
    """A dashboard: its name (a msgid), its usual period, its pictures in their order."""

    slug: str
    title: str
    span: Span
    pictures: tuple[str, ...]


TABS = (
    Tab("sales", N_("Sales"), Span.QUARTER, ("funnel", "plan", "renewals", "sources", "losses")),
    Tab("team", N_("Team"), Span.MONTH, ("people", "plan", "returns", "funnel", "losses")),
    Tab("money", N_("Money"), Span.YEAR, ("money", "receivables", "forecast", "instalments", "overheads")),
    Tab("business", N_("Business"), Span.YEAR,
        ("summary", "money", "overheads", "plan", "forecast", "receivables", "sources", "funnel", "renewals")),
)  # fmt: skip
"""A seller's, a head's, an accountant's and an owner's: each may open the others."""
FIRST = {"seller": "sales", "executor": "team", "head": "team", "accountant": "money", "owner": "business",
         "admin": "business"}  # fmt: skip
BY_SCOPE = {Scope.OWN: "sales", Scope.TEAM: "team", Scope.ALL: "business"}


def tab_of(slug: str, actor: Actor) -> Tab:
    """The tab that is asked for, else the one that the role begins with."""
    usual = FIRST.get(actor.role, BY_SCOPE[actor.scope])
    names = {tab.slug: tab for tab in TABS}
    return names.get(slug) or names[usual]


def picture_of(slug: str, rights: Rights) -> Shown:
    """A picture by its name. Raises `NotFound` for one that these rights do not see."""
    found = PICTURES.get(slug)
    if found is None or not found.is_for(rights):
        raise NotFound
    return found
