"""The middleware that finds out who is asking, in which language and theme; it refuses nobody."""

from __future__ import annotations

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from admin.auth import cookies
from admin.auth.sessions import Sessions
from admin.auth.tokens import form_token
from admin.i18n import LOCALES, use_locale
from models.actor import Via
from settings import settings

THEMES = ("auto", "light", "dark")
UNASKED = "/streams/here"
"""Says every few seconds what is on a screen: its form token counts, but the database is not asked, so that a page that
lies open is no sign of life."""
OPEN_TO_ALL = ("/static/", "/health/", "/metrics")


class Identify:
    """Fills `request.state`: actor (None when nobody is signed in), csrf, locale, theme, via, database."""

    def __init__(self, app: ASGIApp, sessions: Sessions) -> None:
        self.app = app
        self.sessions = sessions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(OPEN_TO_ALL):
            await self.identify(Request(scope))
        await self.app(scope, receive, send)

    async def identify(self, request: Request) -> None:
        """Ask the database once, if the request shows a cookie or a bearer token."""
        state = request.state
        state.database, state.sessions = self.sessions.database, self.sessions
        state.actor, state.csrf, state.session_token, state.session_id, state.via = None, "", "", None, Via.PANEL
        state.place = (
            request.app.state.hub.place or ""
        )  # before the page is read, so that a stream begun here misses nothing
        bearer = bearer_token(request)
        token = "" if bearer else request.cookies.get(cookies.SESSION, "")
        found = None
        if bearer:
            state.via = Via.API
            found = await self.sessions.of_api_token(bearer)
        elif token and request.url.path == UNASKED:
            state.csrf = form_token(token)
        elif token:
            found = await self.sessions.of_session(token)
        if found is not None:
            state.actor, state.session_id = found
            if token:
                state.session_token, state.csrf = token, form_token(token)
        choose_language(request)


def bearer_token(request: Request) -> str:
    """The token of `Authorization: Bearer …`."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def choose_language(request: Request) -> None:
    """The person's language, else the browser's last choice, else the installation's; and the theme."""
    state = request.state
    chosen = state.actor.locale if state.actor else request.cookies.get(cookies.LANGUAGE, "")
    state.locale = chosen if chosen in LOCALES else settings.language
    theme = request.cookies.get(cookies.THEME, "")
    state.theme = theme if theme in THEMES else THEMES[0]
    use_locale(state.locale)
