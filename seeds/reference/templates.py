"""The first words of notifications. `{names}` are filled in; what a template does not use is left out."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from models.choices import Channel
from models.notification import Template
from models.session import Work


class TemplateSeed(NamedTuple):
    """The words of an event in the panel, in both languages: subject and body."""

    event: str
    ru: tuple[str, str]
    en: tuple[str, str]


WHERE = "{deal} · {client}, {subject}"
TEMPLATES = (
    TemplateSeed(
        "task.sent", ("{task}: {actor} просит вас, срок {due}", WHERE), ("{task}: {actor} asks you, due {due}", WHERE)
    ),
    TemplateSeed("task.queued", ("{task}: в очереди, срок {due}", WHERE), ("{task}: in the queue, due {due}", WHERE)),
    TemplateSeed(
        "task.returned",
        ("{task}: {actor} возвращает. {reason}", WHERE),
        ("{task}: {actor} returns it. {reason}", WHERE),
    ),
    TemplateSeed("task.accepted", ("{task}: {actor} принимает", WHERE), ("{task}: {actor} accepts it", WHERE)),
    TemplateSeed(
        "task.done", ("{task}: готово, {actor}. {result}", WHERE), ("{task}: done by {actor}. {result}", WHERE)
    ),
    TemplateSeed(
        "task.cancelled", ("{task}: больше не нужно. {reason}", WHERE), ("{task}: no longer needed. {reason}", WHERE)
    ),
    TemplateSeed("deal.given", ("{actor} передаёт вам сделку", WHERE), ("{actor} gives you a deal", WHERE)),
    TemplateSeed(
        "document.missing",
        ("Файл не найден на диске: {document}", WHERE),
        ("A file is not on the disk: {document}", WHERE),
    ),
)


async def ensure_templates(work: Work) -> None:
    """Make what is missing; what people have changed stays."""
    known = {(row.event, row.locale) for row in await work.execute(select(Template.event, Template.locale))}
    for seed in TEMPLATES:
        for locale, (subject, body) in (("ru", seed.ru), ("en", seed.en)):
            if (seed.event, locale) not in known:
                work.add(Template(event=seed.event, channel=Channel.PANEL, locale=locale, subject=subject, body=body))
