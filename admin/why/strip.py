"""What was earned in a row of figures, on the pages of deals, policies and clients; each figure by its own rights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.rendering import fragment
from admin.views.registry import view_named
from admin.why.explainers.earned import NEEDS
from models.actor import Actor
from models.earnings import OF, Earnings, earnings_of, months_of
from models.errors import NotFound, Unauthenticated
from models.texts import N_


class More(NamedTuple):
    """A second figure below one; the label has `{sum}` in it."""

    label: str
    amount: Decimal
    address: str


class Shown(NamedTuple):
    """A figure of the row."""

    label: str
    amount: Decimal
    address: str
    more: Sequence[More] = ()
    word: str = ""
    is_apart: bool = False
    """Not the brokerage's own money."""


FIGURES = (
    ("premium", N_("Premium"), (("premium_paid", N_("paid {sum}")),)),
    ("incomes_expected", N_("Incomes"), (("incomes_received", N_("received {sum}")), ("vat", N_("VAT within {sum}")))),
    ("expenses_expected", N_("Expenses"), (("expenses_paid", N_("paid out {sum}")),)),
    ("earned", N_("Earned"), (("earned_so_far", N_("so far {sum}")),)),
    ("transit", N_("Premium in transit"), (("transit_passed", N_("passed on {sum}")),)),
)
"""The figures in their order, each with those below it."""


async def earned_page(request: Request) -> Response:
    """The row for a record. Raises `NotFound` for what has none, and for what the actor does not see."""
    state, identity, key = request.state, request.path_params["identity"], request.path_params["pk"]
    if state.actor is None:
        raise Unauthenticated
    if identity not in OF or not state.actor.rights.may(identity, "read"):
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        await work.get_record(view_named(identity).record, key)
        found = await earnings_of(work, identity, key)
    context: dict[str, Any] = {
        "here": f"/admin/earned/{identity}/{key}",
        "figures": list(figures_of(state.actor, identity, key, found)),
    }
    return fragment(request, "parts/earned.html", **context)


def figures_of(actor: Actor, identity: str, key: UUID, found: Earnings) -> Iterator[Shown]:
    """The figures that the actor may read; nothing where there is no money yet."""
    if not any((found.premium, found.incomes_expected, found.expenses_expected, found.transit)):
        return
    for name, label, below in FIGURES:
        amount = getattr(found, name)
        if not may_see(actor, name) or (name == "transit" and not amount):
            continue
        more = [
            More(said, getattr(found, other), address(identity, key, other))
            for other, said in below
            if may_see(actor, other) and (other != "vat" or found.vat)
        ]
        word = N_("the insurer's, not ours") if name == "transit" else ""
        yield Shown(label, amount, address(identity, key, name), more, word, is_apart=name == "transit")


def may_see(actor: Actor, name: str) -> bool:
    """Whether the role shows all that a figure is made of."""
    rights = actor.rights
    return all(rights.may(of, "read") and rights.may_field(of, field, "read") for of, field in NEEDS[name])


def address(identity: str, key: UUID, name: str) -> str:
    """Where a figure answers."""
    return f"{identity}/{key}/{name}"


async def months_page(request: Request) -> Response:
    """An agreement's incomes by month, as far as the actor sees them. Raises `NotFound`."""
    state, key = request.state, request.path_params["pk"]
    if state.actor is None:
        raise Unauthenticated
    if not (state.actor.rights.may("agreement", "read") and may_see(state.actor, "incomes_expected")):
        raise NotFound
    async with state.database.transaction(state.actor) as work:
        await work.get_record(view_named("agreement").record, key)
        months = await months_of(work, key)
    context: dict[str, Any] = {
        "here": f"/admin/agreement/{key}/months",
        "key": key,
        "months": months,
        "may_see_received": may_see(state.actor, "incomes_received"),
    }
    return fragment(request, "parts/months.html", **context)


ROUTES = (
    Route("/earned/{identity}/{pk:uuid}", earned_page, name="earned"),
    Route("/agreement/{pk:uuid}/months", months_page, name="agreement_months"),
)
