"""What a step asks, once for all: the verb's own form, or fields that get one value or are emptied."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from uuid_utils.compat import uuid7
from wtforms import Form

from admin.i18n import _, current_locale, say
from admin.many.offers import bulk_fields, bulk_verbs
from admin.rendering import page
from admin.views.base import View
from admin.views.record.editing import key_of
from admin.views.record.forms import Section, as_key, form_class, sections_of
from admin.views.record.inputs import asked_inputs, form_of, mark
from admin.views.record.replies import posted
from admin.views.record.showing import titles_of
from admin.views.record.verbing import start_value
from admin.views.registry import view_named
from jobs.bulk import order_work
from models.asking import asked_fields
from models.errors import Invalid, NotFound
from models.many import selection as frozen
from models.many.change import EDIT, BulkChange, open_change
from models.many.selection import Selection
from models.many.steps import step_of
from models.many.working import run_through
from models.session import Work
from models.texts import N_
from models.verbs import Verb
from settings import settings

CHECKED_AT_ONCE = 4
"""What would become of so many times `bulk_at_once` records is found out in the request."""
NO_FIELD = N_("Fill in at least one field, or mark one to be emptied.")
BOTH = N_("Either a value or empty, not both.")


@dataclass
class Asking:
    """The form of a step for a selection."""

    view: View
    chosen: Selection
    what: str
    verb: Verb | None
    form: Form
    sections: list[Section]
    emptied: frozenset[str] = frozenset()
    loose: list[str] = field(default_factory=list)
    key: UUID = field(default_factory=uuid7)
    """The key of the bulk change: a form sent twice makes one."""

    @property
    def may_be_empty(self) -> frozenset[str]:
        """Fields that can be emptied."""
        names = (one.name for section in self.sections for one in section.inputs) if self.verb is None else ()
        return frozenset(name for name in names if self.view.table.c[name].nullable)


async def step_page(request: Request, view: View) -> Response:
    """Ask, or begin with what was answered. Raises `NotFound` for a step that is not offered."""
    state, what = request.state, request.path_params["what"]
    async with state.database.transaction(state.actor) as work:
        chosen = await frozen.find(work, request.path_params["token"], view.identity)
    if request.method == "GET":
        return await show(request, asking_of(request, view, chosen, what, None))
    data = await posted(request)
    asking = asking_of(request, view, chosen, what, data)
    try:
        return await begin(request, view, chosen, what, told_of(asking, data), asking.key)
    except Invalid as invalid:
        asking.loose = [*mark(asking.form, invalid.fields), *([] if invalid.fields else [say(invalid)])]
        return await show(request, asking, invalid.status)


def asking_of(request: Request, view: View, chosen: Selection, what: str, data: FormData | None) -> Asking:
    """The form of a verb for many, or of the fields that may be changed."""
    actor = request.state.actor
    key = key_of(data) if data is not None else uuid7()
    if what == EDIT and (names := bulk_fields(view, actor.rights)):
        form, sections = edit_form(view, names, actor.rights, data)
        emptied = frozenset(str(name) for name in data.getlist("empty")) if data is not None else frozenset()
        return Asking(view, chosen, what, None, form, sections, emptied, key=key)
    verb = next((one for one in bulk_verbs(view, actor, in_trash=False) if one.name == what and one.asks), None)
    if verb is None:
        raise NotFound
    start = {name: start_value(name, [], told) for name, _kind, told in asked_fields(verb)}
    form = form_of(asked_inputs(verb))(data, data=start)
    return Asking(view, chosen, what, verb, form, [Section("", list(form))], key=key)


def edit_form(view: View, names: tuple[str, ...], rights: Any, data: FormData | None) -> tuple[Form, list[Section]]:
    """Inputs of the fields in the sections of the record's form; what stays empty stays as it is in every record."""
    form = form_class(view, names, current_locale())(data)
    for one in form:
        one.needed = False  # type: ignore[attr-defined]
        if one.kind == "bool":  # type: ignore[attr-defined]
            one.kind = "tri"  # type: ignore[attr-defined]
    known = set(names)
    sections = [
        Section(_(label) if label else "", [form[name] for name in fields if name in known])
        for label, fields in sections_of(view, rights, False, frozenset())
    ]
    return form, [section for section in sections if section.inputs]


def told_of(asking: Asking, data: FormData) -> dict[str, Any]:
    """What was answered, as text by field. Raises `Invalid` where nothing was, or a field is filled and emptied."""
    values = {one.name: str(one.data or "") for section in asking.sections for one in section.inputs}
    if asking.verb is not None:
        return values
    filled = {name: value for name, value in values.items() if value.strip()}
    emptied = asking.emptied & asking.may_be_empty
    if both := emptied & filled.keys():
        raise Invalid.at(min(both), BOTH)
    if not filled and not emptied:
        raise Invalid(NO_FIELD)
    return filled | dict.fromkeys(sorted(emptied), "")


async def begin(
    request: Request, view: View, chosen: Selection, what: str, told: dict[str, Any], key: UUID | None = None
) -> Response:
    """Find out what would become of each record: at once for a few, by the worker for many; then the page of it."""
    state = request.state
    step_of(view.identity, what, told, state.actor)
    async with state.database.transaction(state.actor, state.via, "bulk-change.open") as work:
        change = await open_change(work, chosen, what, told, title_of(view, what), key)
        is_small = change.number <= settings.bulk_at_once * CHECKED_AT_ONCE
        if not is_small:
            await order_work(work, change)
    if is_small:
        await run_through(state.database, state.actor, change)
    return RedirectResponse(change_address(change), 303)


def title_of(view: View, what: str) -> str:
    """The step in words: of which records, and what."""
    label = N_("Change fields") if what == EDIT else view.verbs[what].label
    return f"{_(view.name_plural)}: {_(label).rstrip('…')}"


def change_address(change: BulkChange) -> str:
    """The page of a bulk change."""
    return f"/admin/bulk-change/details/{change.id}"


def step_address(view: View, chosen: Selection, what: str) -> str:
    """The form of a step for a selection."""
    return f"/admin/{view.identity}/bulk/{chosen.id}/{what}"


def list_address(identity: str, query: str) -> str:
    """The list that rows were chosen in, as it stood."""
    return f"/admin/{identity}/list" + (f"?{query}" if query else "")


async def show(request: Request, asking: Asking, status: int = 200) -> Response:
    """The form as a page."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        await fill_titles(work, asking)
    context: dict[str, Any] = {
        "asking": asking,
        "view": asking.view,
        "title": title_of(asking.view, asking.what),
        "action": step_address(asking.view, asking.chosen, asking.what),
        "back": list_address(asking.view.identity, asking.chosen.asked),
        "lookup": f"/admin/{asking.view.identity}/lookup?" + (f"verb={asking.verb.name}" if asking.verb else ""),
    }
    return page(request, "many/step.html", status=status, **context)


async def fill_titles(work: Work, asking: Asking) -> None:
    """The titles of what is chosen in look-ups already."""
    for one in asking.form:
        lookup = one.lookup  # type: ignore[attr-defined]
        if lookup and (key := as_key(one.data)):
            one.shown = (await titles_of(work, {view_named(lookup): [key]})).get(key, "")  # type: ignore[attr-defined]
