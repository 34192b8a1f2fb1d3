"""Making, changing and trashing a record by a form, whole page or part of one."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response
from uuid_utils.compat import uuid7

from admin.i18n import _, say
from admin.rendering import fragment, is_partial, page
from admin.views.base import View
from admin.views.listing.fields import may_read
from admin.views.record.forms import (
    RecordForm,
    choose_the_only,
    fill_titles,
    fixed_from,
    labels_of,
    needs_records,
    record_form,
    show_clashes,
)
from admin.views.record.inputs import mark
from admin.views.record.replies import back, details, merged_sentence, posted, saved
from models.changes import Change, already, apply, create, trash
from models.errors import Conflict, Invalid, NotFound, Problem, Refused
from models.rights import Rights
from models.texts import N_


async def create_page(request: Request, view: View) -> Response:
    """A new record. The key in the form makes a form sent twice one record."""
    if not view.creatable:
        raise NotFound
    actor = request.state.actor
    fixed: dict[str, str] = {}
    if request.query_params:
        async with request.state.database.transaction(actor) as work:
            fixed = await fixed_from(work, view, request.query_params)
    if request.method == "GET":
        form = record_form(view, actor, creating=True, fixed=fixed)
        return await show_form(request, view, form, key=uuid7(), is_new=True)
    data = await posted(request)
    fixed |= {name: str(data[name]) for name in fixed if data.get(name)}
    form = record_form(view, actor, creating=True, data=data, fixed=fixed)
    key = key_of(data)
    try:
        row, action = await make(request, view, form, data, key)
    except (Invalid, Refused) as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {}
        form.loose = [*mark(form.form, fields), *([] if fields else [say(problem)])]
        return await show_form(request, view, form, key=key, is_new=True, status=problem.status)
    sentence = _("Created: {what}", what=title_of(view, row, request.state.actor.rights))
    return saved(request, sentence, details(view, row.id), undo=action)


async def make(request: Request, view: View, form: RecordForm, data: FormData, key: UUID) -> tuple[Any, UUID | None]:
    """The new record and the action that made it; a look-up's new name makes that record too."""
    action = f"{view.identity}.create"
    state = request.state
    async with state.database.transaction(state.actor, state.via, action, request_id=state.request_id) as work:
        if (made := await already(work, view.record, key)) is not None:
            return made, None
        values = form.values()
        if data.get("client_id__new") and not values.get("client_id") and "client_id" in form.form:
            from models.client import Client

            values["client_id"] = str((await create(work, Client, {"name": str(data["client_id__new"])})).id)
        forged = {n: str(data[n]) for n in data if n in view.table.c and n not in values and n != "id"}
        row = await create(work, view.record, values | forged, id=key)
        return row, work.action_id


def key_of(data: FormData) -> UUID:
    """The one-time key of the form; a form without one gets its own."""
    try:
        return UUID(str(data["id"]))
    except (KeyError, ValueError):
        return uuid7()


async def edit_page(request: Request, view: View) -> Response:
    """An existing record: GET shows it, POST merges what was changed."""
    if not view.editable:
        raise NotFound
    key, state = request.path_params["pk"], request.state
    if request.method == "POST":
        return await save(request, view, key)
    async with state.database.transaction(state.actor) as work:
        row = await work.get_record(view.record, key)
        form = record_form(view, state.actor, creating=False, row=row)
        await fill_titles(work, form)
    return await show_form(request, view, form, key=key, is_new=False)


async def save(request: Request, view: View, key: UUID) -> Response:
    """Merge and save; what cannot be saved comes back with the form as it was typed."""
    state = request.state
    data = await posted(request)
    seen = posted_seen(data)
    action = f"{view.identity}.update"
    form: RecordForm | None = None
    try:
        async with state.database.transaction(state.actor, state.via, action, request_id=state.request_id) as work:
            row = await work.get_record(view.record, key, lock=True)
            form = record_form(view, state.actor, creating=False, data=data, row=row)
            form.seen = seen
            merged = await apply(work, Change(view.record, key, seen, wanted_of(view, form, data)), row)
            changed = work.action_id if merged.changed else None
    except (Conflict, Invalid, Refused) as problem:
        if form is None:
            raise
        return await refused(request, view, form, key, problem)
    return saved(request, merged_sentence(view, merged.kept, labels_of(view)), details(view, key), undo=changed)


async def refused(request: Request, view: View, form: RecordForm, key: UUID, problem: Problem) -> Response:
    """The form with its problems: marked fields, or mine and theirs."""
    state = request.state
    async with state.database.transaction(state.actor) as work:
        if isinstance(problem, Conflict):
            await show_clashes(work, form, problem.fields)
            form.loose = [" ".join((say(problem), _("Choose what stays; nothing is lost.")))]
        else:
            fields = problem.fields if isinstance(problem, Invalid) else {}
            form.loose = [*mark(form.form, fields), *([] if fields else [say(problem)])]
    return await show_form(request, view, form, key=key, is_new=False, status=problem.status)


def posted_seen(data: FormData) -> dict[str, Any]:
    """What the writer saw. Raises `Invalid` where that is not what the form held."""
    try:
        seen = json.loads(str(data.get("seen") or "{}"))
        json.dumps(seen, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Invalid(N_("This page is out of date. Load it again and repeat the step.")) from None
    return {str(name): str(value) for name, value in seen.items()} if isinstance(seen, dict) else {}


def wanted_of(view: View, form: RecordForm, data: FormData) -> dict[str, str]:
    """The posted values, without those where the writer chose the other's."""
    values = form.values()
    values |= {n: str(data[n]) for n in data if n in view.table.c and n not in values}
    return {name: value for name, value in values.items() if data.get(f"{name}__take") != "theirs"}


async def delete_page(request: Request, view: View) -> Response:
    """Into the trash, or out of it."""
    data = await posted(request)
    keys = [UUID(str(pk)) for pk in data.getlist("pk")] if all_keys(data) else []
    if not keys:
        raise NotFound
    state = request.state
    async with state.database.transaction(
        state.actor, state.via, f"{view.identity}.trash", request_id=state.request_id
    ) as work:
        rows = [await trash(work, view.record, key) for key in keys]
        action = work.action_id
    sentence = (
        _("In the trash: {what}", what=title_of(view, rows[0], request.state.actor.rights))
        if len(rows) == 1
        else _("Moved to the trash")
    )
    return saved(request, sentence, f"/admin/{view.identity}/list", undo=action)


def all_keys(data: FormData) -> bool:
    """Whether every `pk` is a key."""
    try:
        return bool([UUID(str(pk)) for pk in data.getlist("pk")])
    except ValueError:
        return False


async def show_form(
    request: Request, view: View, form: RecordForm, *, key: UUID, is_new: bool, status: int = 200
) -> Response:
    """The form as a page, or as a part for htmx."""
    state = request.state
    if (is_new or status != 200) and needs_records(form):
        async with state.database.transaction(state.actor) as work:
            if is_new and status == 200:
                await choose_the_only(work, form)
            await fill_titles(work, form)
    path = f"/admin/{view.identity}/" + ("create" if is_new else f"edit/{key}")
    query = f"?{request.url.query}" if request.url.query else ""
    context: dict[str, Any] = {
        "view": view,
        "form": form,
        "key": key,
        "is_new": is_new,
        "action": path + query,
        "back": back(request) or (f"/admin/{view.identity}/list" if is_new else details(view, key)),
        "may_create_client": view.identity == "deal" and state.actor.rights.may("client", "create"),
    }
    if is_partial(request):
        return fragment(request, "parts/form.html", status=status, **context)
    return page(request, "form.html", status=status, **context)


def title_of(view: View, row: Any, rights: Rights) -> str:
    """What a record is called in a sentence; its kind to those who may not read its title."""
    value = getattr(row, view.title, None) if may_read(view, view.title, rights) else None
    if view.title == view.state:
        return _(view.name)
    if view.named and value:
        return _(view.named, title=value)
    choices = view.table.c[view.title].info.get("choices")
    if choices and value:
        return _(choices(value).label)
    return str(value) if value and not isinstance(value, UUID) else _(view.name)
