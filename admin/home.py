"""What the bar above every page looks for."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.errors import NotFound

SEARCHED = ("deal", "client", "policy")


async def search(request: Request) -> Response:
    """What was typed into the bar above, looked for among deals, else among what one may list."""
    may = request.state.actor.rights.may
    where = next((identity for identity in SEARCHED if may(identity, "list")), None)
    if where is None:
        raise NotFound
    return RedirectResponse(f"/admin/{where}/list?" + urlencode({"q": request.query_params.get("q", "")}), 303)
