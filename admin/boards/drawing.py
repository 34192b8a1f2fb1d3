"""The list's page in another shape: what stands in the place of its rows."""

from __future__ import annotations

from markupsafe import Markup

from admin.boards.calendar import calendar_html
from admin.boards.looks import Look, Shape
from admin.boards.pages import board_html
from admin.views.listing.asked import Asked
from models.actor import Actor
from models.session import Work


async def shape_html(work: Work, wanted: Asked, look: Look, actor: Actor) -> Markup:
    """A board or a calendar of the list, with the address from which it is drawn anew."""
    at = f"/admin/{wanted.view.identity}/{look.shape.value}"
    if look.shape is Shape.BOARD:
        return await board_html(work, wanted, look, actor, at + wanted.address())
    around = {"around": look.around.isoformat()} if look.around else {}
    return await calendar_html(work, wanted, look, actor, at + wanted.address(**around))
