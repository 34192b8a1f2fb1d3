"""Answers after a change: a redirect for a plain form, an event for a part of a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit
from uuid import UUID

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import _
from admin.rendering import is_partial
from admin.toasts import toast
from admin.views.base import View
from models.changes import Kept
from models.texts import Text

MOST_FIELDS = 2_000
SAVED = "saved"


async def posted(request: Request) -> FormData:
    """The form that was sent; more than two thousand fields are refused."""
    return await request.form(max_fields=MOST_FIELDS, max_files=0)


def saved(request: Request, sentence: Text | str, to: str, *, undo: UUID | None = None, away: bool = False) -> Response:
    """It is done: say so with Undo. A part of a page hears `saved`; `away` leaves a page whose record is gone."""
    if not is_partial(request):
        return toast(request, RedirectResponse(back(request) or to, 303), sentence, undo=undo)
    if away:
        response = toast(request, Response(headers={"HX-Redirect": to, "location": to}), sentence, undo=undo)
        del response.headers["location"]
        return response
    response = toast(request, Response(headers={"content-type": "text/html; charset=utf-8"}), sentence, undo=undo)
    response.headers["HX-Trigger-After-Swap"] = json.dumps({SAVED: {"to": to}})
    return response


def back(request: Request) -> str:
    """The page of this panel that the form asks to go back to, or nothing."""
    target = request.query_params.get("back", "")
    parts = urlsplit(target)
    inside = target.startswith("/admin/") and not parts.netloc and "\\" not in target and "//" not in target
    return target if inside else ""


def details(view: View, key: UUID) -> str:
    """The address of a record's page."""
    return f"/admin/{view.identity}/details/{key}"


def merged_sentence(view: View, kept: tuple[Kept, ...], label: Mapping[str, str]) -> str:
    """ "Saved", and what others changed meanwhile."""
    if not kept:
        return _("Saved")
    names = ", ".join(dict.fromkeys(one.who for one in kept if one.who)) or _("somebody")
    fields = ", ".join(label.get(one.field, one.field) for one in kept)
    return _("Saved. Meanwhile {who} changed: {fields}; that stays.", who=names, fields=fields)
