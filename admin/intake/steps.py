"""Steps within a call that change the form: whom it is with, how many things it is about."""

from __future__ import annotations

from uuid import UUID

from models.client.heirs import living
from models.deal import Deal
from models.errors import NotFound
from models.intake.call import CLIENT_FIELDS, Fields, numbers
from models.session import Work

Form = dict[str, list[str]]


async def stepped(work: Work, fields: Fields, step: str) -> tuple[Form, str]:
    """The fields after a step, and the name of the field to go on with. Raises `NotFound` for an unknown step."""
    form = {name: list(values) for name, values in fields.items()}
    what, _colon, which = step.partition(":")
    match what:
        case "pick":
            return await picked(work, form, key(which))
        case "unpick":
            drop = {"client_id", "client_title", "deal_id"}
            kept = {n: v for n, v in form.items() if n not in drop and ".object_id." not in n}
            return kept, "client.phone"
        case "deal":
            form["deal_id"] = [str((await work.get_record(Deal, key(which))).id)] if which else [""]
            return form, "thing.0.products"
        case "add":
            number = max(numbers(form)) + 1
            return form | {f"thing.{number}.kind": ["vehicle"]}, f"thing.{number}.products"
        case "drop":
            kept = {n: v for n, v in form.items() if not n.startswith(f"thing.{which}.")}
            return kept, f"thing.{numbers(kept)[-1]}.products"
    raise NotFound


async def picked(work: Work, form: Form, client: UUID) -> tuple[Form, str]:
    """The call is with this client; what was typed to find them has done its work."""
    found = await living(work, client)
    kept = {n: v for n, v in form.items() if n not in {f"client.{name}" for name in CLIENT_FIELDS}}
    return kept | {"client_id": [str(found.id)], "client_title": [found.name], "deal_id": [""]}, "thing.0.products"


def key(text: str) -> UUID:
    """A key. Raises `NotFound` for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
