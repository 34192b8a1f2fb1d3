"""A template as the person will read it, while it is being written."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.i18n import say
from admin.rendering import page
from jobs.filling import filled
from models.choices import Channel
from models.errors import Denied, Invalid, Unauthenticated
from models.notification import Template
from models.texts import Text
from models.wording import EXAMPLE, braced, check_words, names_of

FIELDS = 20
CHANNELS = frozenset(channel.value for channel in Channel)
LONGEST = 4_000
"""Characters of a part that are looked at."""


async def preview(request: Request) -> Response:
    """The words of the form with an example's facts, the names that there are, or what is wrong with them."""
    actor = request.state.actor
    if actor is None:
        raise Unauthenticated
    if not actor.rights.may("template", "update"):
        raise Denied
    form = await request.form(max_files=0, max_fields=FIELDS)
    given = {name: str(form.get(name, ""))[:LONGEST] for name in ("event", "channel", "locale", "subject", "body")}
    channel = given["channel"] if given["channel"] in CHANNELS else Channel.PANEL
    template = Template(**given | {"channel": channel})
    locale = given["locale"] if given["locale"] in ("ru", "en") else "ru"
    return page(
        request,
        "parts/wording.html",
        said=[filled(part, EXAMPLE, locale) for part in (template.subject, template.body)],
        names=braced(names_of(template.event, channel)),
        problems=[say(text) for text in problems_of(template)],
        channel=Channel(channel),
        locale=locale,
    )


def problems_of(template: Template) -> list[Text]:
    """What would be refused."""
    try:
        check_words(template)
    except Invalid as problem:
        return [problem.fields[name].text for name in problem.fields]
    return []


ROUTES = (Route("/wording/preview", preview, methods=["POST"], name="wording_preview"),)
