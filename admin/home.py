"""The first page."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from admin.rendering import page


async def home(request: Request) -> Response:
    """What there is to do, in short."""
    return page(request, "home.html")
