"""The routes of insurers' statements."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from admin.statements.columns import columns
from admin.statements.deciding import decide
from admin.statements.gate import must_bring_statements
from admin.statements.policies import policy
from admin.statements.uploading import choose, go_on, show, status
from admin.statements.workbench import details, workbench


async def create(request: Request) -> Response:
    """A statement is brought as a file, not typed."""
    must_bring_statements(request)
    return RedirectResponse("/admin/statements/new", 303)


ROUTES = (
    Route("/statement/create", create, methods=["GET", "POST"], name="statement_create"),
    Route("/statement/details/{pk:uuid}", details, name="statement_details"),
    Route("/statements/new", choose, methods=["GET", "POST"], name="statements_new"),
    Route("/statements/uploads", show, name="statements_uploads"),
    Route("/statements/uploads/status", status, name="statements_status"),
    Route("/statements/uploads/{key:uuid}/columns", columns, methods=["GET", "POST"], name="statements_columns"),
    Route("/statements/uploads/{key:uuid}/go-on", go_on, methods=["POST"], name="statements_go_on"),
    Route("/statements/{pk:uuid}", workbench, name="statements_workbench"),
    Route("/statements/{pk:uuid}/decide", decide, methods=["POST"], name="statements_decide"),
    Route("/statements/{pk:uuid}/lines/{line:uuid}/policy", policy, methods=["GET", "POST"], name="statements_policy"),
)
