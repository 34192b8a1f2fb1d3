"""Each figure leads to a list that has exactly the rows it was made of, whatever the filters and whoever looks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

import pytest
from sqlalchemy import text
from starlette.datastructures import QueryParams

from admin.dashboards.asked import Span, around, before_of
from admin.dashboards.registry import PICTURES
from admin.dashboards.table import Kind, Picture, Value
from admin.views.listing.asked import asked as read_address
from admin.views.listing.prepared import run
from admin.views.listing.statement import Listing
from admin.views.registry import view_named
from models.actor import Actor
from models.figures.asked import Asked
from models.session import Work
from seeds.reference.catalogue import key_of
from tests.admin.dashboards.conftest import TODAY
from tests.world import World

VAT = "received_amount - round(received_amount / (1 + vat_mode::numeric / 100), 2)"
MOST = 100_000
FILTERS: tuple[dict[str, Any], ...] = (
    {}, {"insurer": key_of("insurer", "vsk")}, {"product": key_of("product", "osago")}, {"seller": "anna"},
    {"team": "Партнёры"},
)  # fmt: skip


class Figure(NamedTuple):
    """A figure of a picture and where it leads."""

    place: str
    value: Value
    kind: Kind
    href: str


def asked_in(span: Span) -> Asked:
    """The period around today."""
    period = around(span, TODAY)
    return Asked(period, before_of(span, period, TODAY), TODAY)


def figures_of(picture: Picture) -> Iterator[Figure]:
    """Those that lead somewhere."""
    for said in picture.said:
        if said.cell.href:
            yield Figure(said.label, said.cell.value, said.kind, said.cell.href)
    for table in picture.tables:
        for row in table.rows:
            for cell, column in zip(row.cells, table.columns, strict=True):
                if cell.href:
                    yield Figure(f"{table.title} / {row.label} / {column.label}", cell.value, column.kind, cell.href)


def measure(slug: str, figure: Figure, identity: str, query: dict[str, str]) -> str:
    """What is counted or added up in the list."""
    if figure.kind is Kind.COUNT:
        return "count(DISTINCT task_id)" if figure.place.endswith("Задач вернулось") else "count(*)"
    if figure.kind is Kind.HOURS:
        ends = ("accepted_at", "done_at") if "done_at.from" in query else ("created_at", "accepted_at")
        seconds = f"extract(epoch FROM {ends[1]} - {ends[0]})"
        return f"round(greatest(percentile_cont(0.5) WITHIN GROUP (ORDER BY {seconds}) / 3600, 0)::numeric, 1)"
    is_owed = slug in ("forecast", "receivables", "instalments") or "просрочен" in figure.place
    sums = {
        "policy": "premium", "expense": "amount", "transit": "amount", "sales-target": "amount",
        "payment": "amount - paid_amount" if is_owed else "paid_amount" if "paid_on.from" in query else "amount",
        "income": "amount - received_amount" if is_owed else VAT if "vat_mode" in query
                  else "received_amount" if "received_on.from" in query else "amount",
    }  # fmt: skip
    if identity in ("deal", "renewal"):
        return "round(avg(lost_difference), 2)"
    return f"coalesce(sum({sums[identity]}), 0)"


async def in_the_list(work: Work, actor: Actor, slug: str, figure: Figure) -> Value:
    """The same figure of the rows that the list has."""
    parts = urlsplit(figure.href)
    identity, query = parts.path.split("/")[2], QueryParams(parse_qsl(parts.query))
    view = view_named(identity)
    wanted = read_address(view, query, actor.rights)
    assert not wanted.senseless and not any(one.wrong for one in wanted.filters), figure
    names = {name.removesuffix(".from").removesuffix(".to") for name in query}
    assert names == {one.field.name for one in wanted.filters} | ({"slice"} if wanted.slices else set()), figure
    listing = Listing(wanted, actor, TODAY)
    keys = [row[0] for row in await run(work, listing, "every key", listing.everyone)]
    told = text(f"SELECT {measure(slug, figure, identity, dict(query))} FROM {view.table.fullname} WHERE id = ANY (:k)")
    found: Value = await work.scalar(told, {"k": keys})
    return found


@pytest.mark.parametrize("slug", PICTURES)
@pytest.mark.parametrize("login", ["anna", "head", "olga"])
async def test_lists_have_the_rows_that_were_counted(past: World, slug: str, login: str) -> None:
    actor = getattr(past, login)
    seen = 0
    for given in FILTERS if login == "olga" else FILTERS[:1]:
        async with past.database.transaction(actor) as work:
            whole = asked_in(Span.QUARTER if slug in ("funnel", "people", "losses") else Span.YEAR)
            asked = replace(whole, **await keys_of(work, past, given))
            picture = await PICTURES[slug].make(work, asked)
            for figure in {one.href + one.kind + one.place: one for one in figures_of(picture)}.values():
                found = await in_the_list(work, actor, slug, figure)
                assert found == figure.value or (not found and not figure.value), (given, figure, found)
                seen += bool(figure.value)
    assert seen > 1


async def keys_of(work: Work, past: World, given: dict[str, Any]) -> dict[str, Any]:
    """Filters by their keys."""
    if "seller" in given:
        return {"seller": past.anna.id}
    if "team" in given:
        return {"team": await work.scalar(text("SELECT id FROM auth.teams WHERE name = :n"), {"n": given["team"]})}
    return given


async def test_a_wrong_measure_would_be_seen(past: World) -> None:
    """The comparison can fail: a list of other days has another sum."""
    async with past.database.transaction(past.olga) as work:
        asked = asked_in(Span.YEAR)
        picture = await PICTURES["money"].make(work, asked)
        figure = picture.said[0]
        days = replace(asked, period=asked.period._replace(last=TODAY - timedelta(days=200)))
        other = (await PICTURES["money"].make(work, days)).said[0]
        mixed = Figure(figure.label, figure.cell.value, figure.kind, other.cell.href)
        assert await in_the_list(work, past.olga, "money", mixed) != Decimal(figure.cell.value or 0)
