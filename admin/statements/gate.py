"""Who may work with statements; to others they do not exist."""

from __future__ import annotations

from starlette.requests import Request

from jobs import uploads
from jobs.uploads import Upload
from models.actor import Scope
from models.errors import NotFound, Unauthenticated


def must_see_statements(request: Request) -> None:
    """Raises `Unauthenticated` for a stranger, `NotFound` for whose role or scope has no statements."""
    actor = request.state.actor
    if actor is None:
        raise Unauthenticated
    if not actor.rights.may("statement", "read") or actor.scope is not Scope.ALL:
        raise NotFound


def must_bring_statements(request: Request) -> None:
    """Raises `NotFound` also without the right to bring one in."""
    must_see_statements(request)
    if not request.state.actor.rights.may("statement", "create"):
        raise NotFound


def own_upload(request: Request) -> Upload:
    """The upload of the address, if it is one's own. Raises `NotFound`."""
    must_bring_statements(request)
    return uploads.find(request.path_params["key"], request.state.actor.id, uploads.STATEMENT)
