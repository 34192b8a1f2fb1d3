"""Verbs over HTTP: GET asks by a form, POST does it, for one record or for many."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID, uuid5

from sqlalchemy import select
from starlette.datastructures import FormData, QueryParams
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from admin.i18n import _, ngettext, say
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.record.children import anchor_of
from admin.views.record.editing import title_of
from admin.views.record.forms import as_key
from admin.views.record.inputs import asked_inputs, form_of, mark
from admin.views.record.lookups import Asked, sole
from admin.views.record.replies import back, details, posted, saved
from admin.views.record.showing import titles_of
from admin.views.registry import view_named
from models import clock
from models.asking import asked_fields, must_name_seen, read_asked
from models.changes import restore, trash
from models.errors import Denied, Invalid, NotFound, Problem, Refused
from models.log import actions, events
from models.session import Work
from models.verbs import Foreseen, Verb

BULK_AT_MOST = 500
ASIDE = {"trash": trash, "restore": restore}
TODAY = frozenset({"paid_on", "received_on", "sale_date", "cancelled_on"})


@dataclass
class Asking:
    """A verb about to be done: with which records, and the form of what it asks."""

    view: View
    verb: Verb
    keys: list[UUID]
    form: Any
    titles: list[str] = field(default_factory=list)
    within: str = ""
    loose: list[str] = field(default_factory=list)
    foreseen: list[Foreseen] = field(default_factory=list)
    lead: tuple[str, str] | None = None
    """Where that which is missing is entered: the section's title and its address."""
    once: str = field(default_factory=lambda: str(uuid7()))
    """The form's own key: sent twice, it does one thing."""

    @property
    def inputs(self) -> list[Any]:
        """The inputs in order."""
        return list(self.form)


async def verb_page(request: Request, view: View) -> Response:
    """Ask or do. Raises `NotFound` for unknown verbs and unseen records."""
    verb = view.verbs.get(request.path_params["slug"].replace("-", "_"))
    if verb is None:
        raise NotFound
    if not request.state.actor.rights.may(view.identity, verb.name):
        raise Denied if request.state.actor.rights.may(view.identity, "list") else NotFound
    data = await posted(request) if request.method == "POST" else None
    keys = keys_of(data.getlist("pk") if data is not None else request.query_params.getlist("pk"))
    if data is None:
        return await show_asking(request, await asking_of(request, view, verb, keys, None))
    return await do(request, view, verb, keys, data)


def keys_of(texts: list[Any]) -> list[UUID]:
    """The chosen records, each once. Raises `NotFound` for none or a malformed one."""
    try:
        keys = list(dict.fromkeys(UUID(part) for text in texts for part in re.split(r"[,\s]+", str(text)) if part))
    except ValueError:
        raise NotFound from None
    if not keys or len(keys) > BULK_AT_MOST:
        raise NotFound
    return keys


async def asking_of(request: Request, view: View, verb: Verb, keys: list[UUID], data: FormData | None) -> Asking:
    """The form, with what the record and the day already say."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        rows = [await work.get_record(view.record, key) for key in keys]
        start = {name: start_value(name, rows, told) for name, _kind, told in asked_fields(verb)}
        if len(rows) == 1:
            start |= await view.start_values(verb.name, rows[0], work)
        start |= days_in(request.query_params, verb)
        form = form_of(asked_inputs(verb))(data, data=start)
        deal = rows[0].id if view.identity == "deal" else getattr(rows[0], "deal_id", None)
        asking = Asking(view, verb, keys, form, [title_of(view, row, request.state.actor.rights) for row in rows])
        asking.once = str(data.get("once") or asking.once) if data is not None else asking.once
        asking.within = f"&deal_id={deal}" if deal else ""
        if insurer := getattr(rows[0], "insurer_id", None):
            asking.within += f"&insurer_id={insurer}"
        if deal and data is None:
            await choose_the_only(work, asking, deal)
        await fill_lookup_titles(work, asking)
        await propose(work, asking, rows)
        if verb.previews and len(rows) == 1:
            asking.foreseen = await rows[0].foresee(verb, work.act())
    return asking


def days_in(query: QueryParams, verb: Verb) -> dict[str, date]:
    """Days of the form that the address names: a record was put on one of a calendar's."""
    found = {}
    for name, kind, _told in asked_fields(verb):
        if kind is date and query.get(name):
            with suppress(ValueError):
                found[name] = date.fromisoformat(query[name])
    return found


def start_value(name: str, rows: list[Any], told: Any) -> Any:
    """What the record holds already, today for days of money, else the verb's default."""
    if name in TODAY:
        return clock.today()
    return getattr(rows[0], told.get("start") or name, None) if len(rows) == 1 else None


async def choose_the_only(work: Work, asking: Asking, deal: UUID) -> None:
    """Where a needed key can mean one record of the deal only, it is chosen already."""
    for one in asking.form:
        if one.lookup and one.needed and not one.data:
            one.data = await sole(work, Asked(view_named(one.lookup), {"deal_id": deal}, one.among))


async def propose(work: Work, asking: Asking, rows: list[Any]) -> None:
    """What the record proposes for its fields; the first day fills an empty field, or one that has passed."""
    for name, _kind, told in asked_fields(asking.verb):
        if not told.get("proposals") or len(rows) != 1:
            continue
        one = asking.form[name]
        one.proposals = await getattr(rows[0], told["proposals"])(work.act())
        is_past = isinstance(one.data, date) and one.data <= work.today
        if one.proposals and (not one.data or is_past):
            one.data = one.proposals[0].day


async def fill_lookup_titles(work: Work, asking: Asking) -> None:
    """Titles of what is chosen already."""
    for one in asking.form:
        if one.lookup and (key := as_key(one.data)):
            one.shown = (await titles_of(work, {view_named(one.lookup): [key]})).get(key, "")


async def do(request: Request, view: View, verb: Verb, keys: list[UUID], data: FormData) -> Response:
    """Do it with each record in a transaction of its own, all under one action, so that one Undo takes all back."""
    action = await action_of(request, view, verb, str(data.get("once") or ""))
    done: list[str] = []
    skipped: list[tuple[UUID, Problem]] = []
    for key in keys:
        try:
            done.append(await do_one(request, view, verb, key, data, action))
        except NotFound:
            if len(keys) == 1:
                raise
            skipped.append((key, NotFound()))
        except Problem as problem:
            skipped.append((key, problem))
    if len(keys) == 1 and skipped:
        return await show_refusal(request, view, verb, keys, data, skipped[0][1])
    return await report(request, view, verb, keys, done, skipped, action)


async def action_of(request: Request, view: View, verb: Verb, once: str) -> UUID:
    """The action of a form: the same when the form comes twice, a new one where none was named or it was undone."""
    if not once:
        return uuid7()
    state = request.state
    action = uuid5(state.actor.id, f"{view.identity}.{verb.name} {once}")
    async with state.database.transaction(state.actor) as work:
        undone = await work.scalar(select(actions.c.undone_by).where(actions.c.id == action))
    return uuid7() if undone else action


async def is_done(work: Work, action: UUID, key: UUID) -> bool:
    """Whether this form has changed the record already."""
    mine = select(events.c.id).where(events.c.action_id == action, events.c.record_id == key).limit(1)
    return await work.scalar(mine) is not None


async def do_one(request: Request, view: View, verb: Verb, key: UUID, data: FormData, action: UUID) -> str:
    """One record: read what was asked, check it, do it. Gives the record's title."""
    state = request.state
    slug = f"{view.identity}.{verb.name}"
    asked = read_asked(verb, data)
    async with state.database.transaction(
        state.actor, state.via, slug, asked=asked, action_id=action, request_id=state.request_id
    ) as work:
        row = await work.get_record(view.record, key, lock=True)
        if await is_done(work, action, key):
            return title_of(view, row, request.state.actor.rights)
        if verb.name in ASIDE:
            return title_of(view, await ASIDE[verb.name](work, view.record, key), request.state.actor.rights)
        await must_name_seen(work, verb, row, asked)
        await verb.do(row, work.act(), asked)
        await view.after_verb(verb.name, row, data, work)
        return title_of(view, row, request.state.actor.rights)


async def report(
    request: Request, view: View, verb: Verb, keys: list[UUID], done: list[str],
    skipped: list[tuple[UUID, Problem]], action: UUID,
) -> Response:  # fmt: skip
    """A toast with Undo; where some were skipped, each with its reason."""
    undo = action if done and verb.undoable else None
    if len(keys) == 1:
        is_gone = verb.gives_away and not await is_seen(request, view, keys[0]) and not is_on_list(request, view)
        to = f"/admin/{view.identity}/list" if is_gone else details(view, keys[0])
        sentence = f"{_(verb.label).rstrip('…')}: {done[0]}"
        return saved(request, sentence, to, undo=undo, away=is_gone)
    sentence = ngettext("Done with {n} record", "Done with {n} records", len(done))
    if not skipped:
        return saved(request, sentence, f"/admin/{view.identity}/list", undo=undo)
    state = request.state
    async with state.database.transaction(state.actor) as work:
        names = await titles_of(work, {view: [key for key, _problem in skipped]})
    rows = [(names.get(key, str(key)), say(problem)) for key, problem in skipped]
    context: dict[str, Any] = {"view": view, "verb": verb, "sentence": sentence, "skipped": rows, "undo": undo}
    if is_partial(request):
        return fragment(request, "parts/bulk_result.html", **context)
    return page(request, "bulk_result.html", **context)


def is_on_list(request: Request, view: View) -> bool:
    """Whether the step was asked for on the entity's list, board or calendar, which stays where a record leaves."""
    here = urlsplit(request.headers.get("hx-current-url", "")).path
    return is_partial(request) and here == f"/admin/{view.identity}/list"


async def is_seen(request: Request, view: View, key: UUID) -> bool:
    """Whether the record is still in the actor's sight."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        return await work.get(view.record, key) is not None


async def show_refusal(
    request: Request, view: View, verb: Verb, keys: list[UUID], data: FormData, problem: Problem
) -> Response:
    """The form as it was typed, with the sentence."""
    asking = await asking_of(request, view, verb, keys, data)
    fields = problem.fields if isinstance(problem, Invalid) else {}
    asking.loose = [*mark(asking.form, fields), *([] if fields else [say(problem)])]
    asking.lead = lead_of(problem, asking.within)
    return await show_asking(request, asking, problem.status)


def lead_of(problem: Problem, within: str) -> tuple[str, str] | None:
    """The section of the deal's page where a refusal says that something is missing."""
    deal = within.partition("deal_id=")[2]
    if not isinstance(problem, Refused) or not problem.lead or not deal:
        return None
    parent = view_named("deal")
    child = next(child for child in parent.children if child.identity == problem.lead)
    title = _(child.title or view_named(child.identity).name_plural)
    return title, f"{details(parent, UUID(deal))}#{anchor_of(child, UUID(deal))}"


async def show_asking(request: Request, asking: Asking, status: int = 200) -> Response:
    """The form as a dialog's content, or as a page."""
    context: dict[str, Any] = {
        "asking": asking,
        "view": asking.view,
        "action": request.url.path + (f"?back={quote(back(request))}" if back(request) else ""),
        "back": back(request) or details(asking.view, asking.keys[0]),
    }
    if is_partial(request):
        template = asking.view.dialogs.get(asking.verb.name, "parts/verb.html")
        return fragment(request, template, status=status, **context)
    return page(request, "verb.html", status=status, **context)
