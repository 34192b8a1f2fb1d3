"""Who may enter calculations."""

from __future__ import annotations

from starlette.requests import Request

from models.errors import Denied, NotFound, Unauthenticated


def must_enter(request: Request) -> None:
    """Raises `Unauthenticated` for a stranger, `Denied` without the right to make calculations."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("calculation", "create"):
        raise Denied if request.state.actor.rights.may("calculation", "list") else NotFound
