"""What a term finds among the records that one sees: one statement, bounded in each kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from markupsafe import Markup
from sqlalchemy import text

from admin.i18n import _, choice_label, show_date, show_phone
from admin.palette.marking import marked
from admin.peek.near import Near, opened_of, pins_of
from admin.views.listing.statement import SEARCHED_BY_FUNCTIONS
from admin.views.registry import view_named
from models.actor import Actor
from models.choices import DealStage, PolicyStatus
from models.session import Work

KINDS = {
    "deal": "ti ti-briefcase",
    "client": "ti ti-user",
    "policy": "ti ti-shield-check",
    "insured-object": "ti ti-car",
}
"""Kinds of records in the order of their groups, with their icons."""
EACH = 6
RECENT = 8
OPENED = 6
FOUND = text("SELECT * FROM crm.palette(:spellings, :kinds, :most)")
LATEST = text("SELECT * FROM crm.palette_recent(:kinds, :most)")


class Option(NamedTuple):
    """A line of the palette; `click` names a control of the page that is pressed instead of following `href`."""

    icon: str
    title: Markup
    href: str = ""
    beside: Markup = Markup("")
    hint: Markup = Markup("")
    state: str = ""
    click: str = ""
    key: str = ""


class Group(NamedTuple):
    """Lines under a heading."""

    title: str
    options: list[Option]


async def found(work: Work, actor: Actor, spellings: Sequence[str]) -> list[Group]:
    """Records by any of their names, in groups; the spellings are tried in turn."""
    asked = {"spellings": list(spellings), "kinds": kinds_of(actor), "most": EACH}
    return grouped((await work.execute(FOUND, asked)).mappings().all(), actor)


async def recent(work: Work, actor: Actor, opened: str = "") -> list[Group]:
    """What one has pinned, what was opened lately in this browser, and what one had to do with last; each once."""
    pins = await pins_of(work, actor)
    lines = await opened_of(work, actor, opened, pins)
    rows = (await work.execute(LATEST, {"kinds": kinds_of(actor), "most": RECENT})).mappings().all()
    known = {line.href for line in (*pins, *lines)}
    acted = [option for option in (option_of(row, actor) for row in rows) if option.href not in known]
    groups = [
        Group(_("Pinned"), [near_option(line) for line in pins]),
        Group(_("Opened lately"), [near_option(line) for line in lines[:OPENED]]),
        Group(_("Recent"), acted),
    ]
    return [group for group in groups if group.options]


def near_option(line: Near) -> Option:
    """A record at hand as a line."""
    return Option(line.icon, Markup.escape(line.title), line.href, hint=Markup.escape(line.kind))


def kinds_of(actor: Actor) -> list[str]:
    """What the person's role reads; nothing where it hides a field that the search looks into."""
    if not actor.rights.reads_all_of(SEARCHED_BY_FUNCTIONS):
        return []
    return [kind for kind in KINDS if actor.rights.may(kind, "read")]


def grouped(rows: Sequence[Any], actor: Actor) -> list[Group]:
    """The rows under the names of their kinds."""
    groups = ((kind, [option_of(row, actor) for row in rows if row["kind"] == kind]) for kind in KINDS)
    return [Group(_(view_named(kind).name_plural), options) for kind, options in groups if options]


def option_of(row: Any, actor: Actor) -> Option:
    """One record as a line."""
    kind, term = row["kind"], row["spelling"]
    beside, hint, state = SHOWN[kind](row)
    if kind in ("deal", "policy") and not actor.rights.may("client", "read"):
        hint = ""
    return Option(
        KINDS[kind],
        marked(row["title"] or _("No number"), term),
        f"/admin/{kind}/details/{row['id']}",
        marked(beside, term),
        marked(hint, term),
        state,
    )


def of_deal(row: Any) -> tuple[str, str, str]:
    """Code, client, stage."""
    return row["beside"], row["hint"], choice_label(DealStage, row["state"])


def of_client(row: Any) -> tuple[str, str, str]:
    """Telephone and day of birth, or INN."""
    born = show_date(row["day"]) if row["day"] else row["hint"] or ""
    return show_phone(row["beside"]) if row["beside"] else "", born, ""


def of_policy(row: Any) -> tuple[str, str, str]:
    """Insurer, client, until when."""
    until = _("until {day}").format(day=show_date(row["day"])) if row["day"] else ""
    return row["beside"], row["hint"], until or choice_label(PolicyStatus, row["state"])


def of_object(row: Any) -> tuple[str, str, str]:
    """Plate and VIN."""
    return row["beside"] or "", row["hint"] or "", ""


SHOWN = {"deal": of_deal, "client": of_client, "policy": of_policy, "insured-object": of_object}
