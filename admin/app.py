"""The whole web application: panel, sign-in, static files, health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

import hooks
import models
from admin.auth.csrf import Guard
from admin.auth.identify import Identify
from admin.auth.pages import ROUTES as SIGN_IN
from admin.auth.sessions import Sessions
from admin.bank.pages import ROUTES as BANK
from admin.bell.pages import ROUTES as BELL
from admin.changing.pages import ROUTES as CHANGING
from admin.clients.pages import ROUTES as CLIENTS
from admin.dashboards.pages import ROUTES as DASHBOARDS
from admin.documents.links import ROUTES as LINKS
from admin.documents.routes import ROUTES as DOCUMENTS
from admin.entry.pages import ROUTES as ENTRY
from admin.errors import HANDLERS
from admin.events.pages import ROUTES as SCHEMAS
from admin.exports.pages import ROUTES as EXPORTS
from admin.following.lookout import Lookout
from admin.following.pages import ROUTES as FOLLOWING
from admin.health import ROUTES as HEALTH
from admin.importing.pages import ROUTES as IMPORT
from admin.imports.fixing import ROUTES as FIXING
from admin.intake.pages import ROUTES as INTAKE
from admin.issuing.pages import ROUTES as ISSUING
from admin.many.pages import ROUTES as MANY
from admin.months.pages import ROUTES as MONTHS
from admin.operations.pages import ROUTES as OPERATIONS
from admin.panel import Panel, add_views
from admin.papers.ledger import ROUTES as LEDGER
from admin.papers.making import ROUTES as MAKING
from admin.papers.pages import ROUTES as PAPERS
from admin.peek.pinning import ROUTES as PINS
from admin.preferences.browsers import ROUTES as BROWSERS
from admin.preferences.pages import ROUTES as PREFERENCES
from admin.quotes.pages import ROUTES as QUOTES
from admin.recalculation.pages import ROUTES as RECALCULATION
from admin.reconciliation.pages import ROUTES as RECONCILIATION
from admin.reports.pages import ROUTES as REPORTS
from admin.security import Envelope
from admin.statements.pages import ROUTES as INSURERS_STATEMENTS
from admin.static_files import static_app
from admin.streams.hub import Hub
from admin.streams.pages import ROUTES as STREAMS
from admin.telegram.pages import ROUTES as TELEGRAM
from admin.telegram.ways import ROUTES as WAYS
from admin.telegram.webhook import ROUTES as WEBHOOK
from admin.why.pages import ROUTES as WHY
from admin.why.strip import ROUTES as EARNED
from admin.wording.pages import ROUTES as WORDING
from jobs.embedded import redis_url
from models.session import Database
from settings import Settings


class Application(Starlette):
    """Starlette in an envelope that its error pages are in, too."""

    def build_middleware_stack(self) -> ASGIApp:
        """What a request goes through."""
        return Envelope(super().build_middleware_stack())


IN_THE_PANEL = (
    *SIGN_IN,
    *BELL,
    *IMPORT,
    *INSURERS_STATEMENTS,
    *INTAKE,
    *CLIENTS,
    *QUOTES,
    *ENTRY,
    *ISSUING,
    *CHANGING,
    *DOCUMENTS,
    *DASHBOARDS,
    *REPORTS,
    *PAPERS,
    *MAKING,
    *LEDGER,
    *MONTHS,
    *BANK,
    *RECONCILIATION,
    *RECALCULATION,
    *OPERATIONS,
    *PREFERENCES,
    *BROWSERS,
    *WORDING,
    *TELEGRAM,
    *WAYS,
    *WHY,
    *EARNED,
    *MANY,
    *FIXING,
    *EXPORTS,
    *PINS,
    *FOLLOWING,
)
"""Pages inside the panel beside those of the entities."""


def build(database: Database, settings: Settings) -> Application:
    """The application over a database; its lifespan closes what it opened, the database included."""
    models.load()
    hooks.load()
    sessions = Sessions(database, settings)
    hub = Hub(sessions.dsn, sessions.idle, redis_url)
    lookout = Lookout(database)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        hub.start()
        lookout.start()
        yield
        await lookout.close()
        await hub.close()
        await sessions.close()
        await database.close()

    app = Application(
        routes=[
            Route("/", to_the_panel),
            Mount("/static", static_app(), name="static"),
            *SIGN_IN,
            *HEALTH,
            *SCHEMAS,
            *STREAMS,
            *LINKS,
            *WEBHOOK,
        ],
        middleware=[Middleware(Identify, sessions=sessions), Middleware(Guard)],
        exception_handlers=HANDLERS,
        lifespan=lifespan,
    )
    app.state.sessions, app.state.hub = sessions, hub
    panel = Panel(app, database, IN_THE_PANEL)
    add_views(panel)
    return app


async def to_the_panel(_request: Request) -> Response:
    """The panel is what there is."""
    return RedirectResponse("/admin/", 303)
