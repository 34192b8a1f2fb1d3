"""Begin a large export, as whoever asked, in a process that outlives the request."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import _, current_locale
from admin.views.base import View
from jobs import uploads
from jobs.uploads.starting import start

MODULE = "admin.exports"


async def order_export(request: Request, view: View, kind: str, rows: int) -> Response:
    """The page that tells how far it is; the log has the rows already."""
    name = f"{_(view.name_plural)}.{kind}"
    export = uploads.make(request.state.actor.id, name, uploads.EXPORT)
    query = str(request.query_params)
    export.tell_more(identity=view.identity, query=query, kind=kind, locale=current_locale(), rows=str(rows))
    await start("export", export, request.state.database, request.state.actor, module=MODULE)
    return RedirectResponse(f"/admin/exports/{export.id}", 303)
