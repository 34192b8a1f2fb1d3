"""A verb's own address with a selection in place of keys: the same step, begun by a script."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from admin.many.asking import begin
from admin.many.choosing import chosen_by
from admin.views.base import View
from admin.views.record.replies import posted
from admin.views.record.verbing import verb_page as verb_of_keys
from models.asking import asked_fields
from models.errors import NotFound


async def verb_page(request: Request, view: View) -> Response:
    """Try the verb with a frozen selection and lead to what would become of it; with keys it is done at once."""
    data = await posted(request) if request.method == "POST" else None
    if data is None or not data.get("selection"):
        return await verb_of_keys(request, view)
    verb = view.verbs.get(request.path_params["slug"].replace("-", "_"))
    if verb is None:
        raise NotFound
    async with request.state.database.transaction(request.state.actor) as work:
        chosen = await chosen_by(work, view, data)
    told = {name: str(data.get(name) or "") for name, _kind, _told in asked_fields(verb)}
    return await begin(request, view, chosen, verb.name, told)
