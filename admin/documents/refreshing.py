"""The button that looks into the folder at once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from admin.documents.uploading import key_in
from admin.i18n import _, ngettext
from admin.views.record.replies import details, saved
from admin.views.registry import view_named
from jobs.clients.storage import storage
from models.errors import Denied, Unauthenticated
from models.filing.settling import settle
from models.filing.stock import Tally, take_stock
from models.filing.taking import owner_of


async def refresh(request: Request) -> Response:
    """Compare the folder of one deal or client with what the panel shows."""
    state, query = request.state, request.query_params
    if state.actor is None:
        raise Unauthenticated
    if not state.actor.rights.may("document", "list"):
        raise Denied
    deal_id, client_id = key_in(query, "deal_id"), key_in(query, "client_id")
    async with state.database.transaction(state.actor) as work:
        owner = await owner_of(work, deal_id, client_id)
    await settle(state.database, storage(), owner)
    tally = await take_stock(state.database, storage(), owner)
    view = view_named("deal" if deal_id else "client")
    return saved(request, sentence_of(tally), details(view, owner.deal_id or owner.client_id))


def sentence_of(tally: Tally) -> str:
    """What was found, in words."""
    said = [
        ngettext("{n} new file", "{n} new files", tally.added) if tally.added else "",
        ngettext("{n} moved", "{n} moved", tally.moved) if tally.moved else "",
        ngettext("{n} changed", "{n} changed", tally.changed) if tally.changed else "",
        ngettext("{n} missing", "{n} missing", tally.missing) if tally.missing else "",
        ngettext("{n} back again", "{n} back again", tally.back) if tally.back else "",
    ]
    found = ", ".join(part for part in said if part)
    return _("The folder: {found}.", found=found) if found else _("The folder and the list agree.")
