"""The schemas of what goes out, for whoever receives it: they tell of nobody's records."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from jobs.events.catalogue import BY_TYPE
from jobs.events.schemas import schema
from settings import settings


async def schemas(_request: Request) -> Response:
    """Every type, where it goes, and the address of its schema."""
    found = [
        {
            "type": one.type,
            "exchange": one.family.exchange,
            "routing_key": one.routing_key,
            "dataschema": f"{settings.address}/schemas/{one.type}.json",
        }
        for one in BY_TYPE.values()
    ]
    return JSONResponse({"events": found})


async def one_schema(request: Request) -> Response:
    """The JSON Schema of a type's data."""
    outgoing = BY_TYPE.get(request.path_params["type"])
    if outgoing is None:
        raise HTTPException(404)
    return JSONResponse(schema(outgoing, settings.address), media_type="application/schema+json")


ROUTES = (
    Route("/schemas/", schemas, name="schemas"),
    Route("/schemas/{type}.json", one_schema, name="schema"),
)
