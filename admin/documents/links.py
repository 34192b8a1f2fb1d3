"""Links that hand a file out once: made on the page, opened without signing in, used up by a button only.

Chats open every link to show a preview; that is a `GET` and uses nothing up. The page before the button names neither
the file nor the client.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.auth.sessions import signed_in
from admin.auth.tokens import digest, new_token
from admin.documents.serving import hand_out, seen
from admin.rendering import fragment, page
from jobs.clients.storage import storage
from models import clock
from models.actor import SYSTEM, Actor
from models.document import Document, DocumentLink, Spent
from models.errors import NotFound
from models.filing.store import Gone
from models.people import User
from models.session import Work
from settings import settings

GOOD_FOR: Final = timedelta(days=1)


async def make(request: Request) -> Response:
    """A link for the person who asks; its secret is shown here and kept nowhere."""
    document, state, token = await seen(request), request.state, new_token()
    async with state.database.transaction(state.actor, state.via, "document.link", request_id=state.request_id) as work:
        expires_at = work.at + GOOD_FOR
        link = DocumentLink(
            user_id=state.actor.id, document_id=document.id, token_hash=digest(token), expires_at=expires_at
        )
        work.add(link)
    address = f"{settings.address}/d/{token}"
    return fragment(request, "parts/document_link.html", document=document, address=address, expires_at=expires_at)


async def ask(request: Request) -> Response:
    """The page with the button; it says the same to a person and to a previewer."""
    link = await link_of(request)
    link.must_be_good(clock.now())
    return page(request, "document_link.html", expires_at=link.expires_at)


async def redeem(request: Request) -> Response:
    """Hand the file out and use the link up, in this order: a file that is not there costs no link."""
    state, link = request.state, await link_of(request)
    link.must_be_good(clock.now())
    maker = await maker_of(request, link)
    async with state.database.transaction(maker) as work:
        document: Document = await work.get_record(Document, link.document_id)
    if await storage().stat(document.storage_key) is None:
        raise Gone
    async with state.database.transaction(SYSTEM, state.via, "document.redeem", request_id=state.request_id) as work:
        (await locked(work, link)).redeem(work.at)
    return await hand_out(request, document, maker, state.via)


async def link_of(request: Request) -> DocumentLink:
    """The link of the address. Raises `Spent` for an unknown one: nobody learns which ones there were."""
    state = request.state
    async with state.database.transaction(SYSTEM) as work:
        wanted = select(DocumentLink).where(DocumentLink.token_hash == digest(request.path_params["token"]))
        link: DocumentLink | None = await work.scalar(wanted)
    if link is None:
        raise Spent
    return link


async def locked(work: Work, link: DocumentLink) -> DocumentLink:
    """The same link, for this transaction alone."""
    return await work.get_record(DocumentLink, link.id, lock=True)


async def maker_of(request: Request, link: DocumentLink) -> Actor:
    """Who made the link, with the rights that they have now. Raises `NotFound` where they work here no more."""
    state = request.state
    async with state.database.transaction(SYSTEM) as work:
        login = await work.scalar(select(User.username).where(User.id == link.user_id))
    row = await state.sessions.row("SELECT * FROM auth.actor_named($1)", login)
    if row is None or not (actor := signed_in(row).actor).rights.may("document", "read"):
        raise NotFound
    return actor


ROUTES = (
    Route("/d/{token:str}", ask, methods=["GET"], name="link"),
    Route("/d/{token:str}", redeem, methods=["POST"], name="link_redeem"),
)
"""Outside of the panel: who opens it need not be signed in."""
