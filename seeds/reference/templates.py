"""The first words of notifications. `{names}` are filled in; what a template does not use is left out."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select

from models.choices import Channel
from models.notification import Template
from models.session import Work
from models.wording import DIGEST


class TemplateSeed(NamedTuple):
    """The words of an event by a channel, in both languages: subject and body."""

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
    TemplateSeed(
        "instalment.soon",
        ("{product}: взнос {number} из {count} до {due}", WHERE),
        ("{product}: instalment {number} of {count} due {due}", WHERE),
    ),
    TemplateSeed(
        "instalment.overdue",
        ("{product}: взнос {number} из {count} просрочен, срок был {due}", WHERE),
        ("{product}: instalment {number} of {count} is overdue since {due}", WHERE),
    ),
    TemplateSeed(
        "policy.expiring",
        ("{product}: полис {policy} заканчивается {due}", WHERE),
        ("{product}: policy {policy} ends on {due}", WHERE),
    ),
    TemplateSeed(
        "recalculation.found",
        ("Ожидаемые строки расходятся с правилами: {count}", "Комиссия изменится на {change}. Посмотрите и примените"),
        ("Expected lines differ from the rules: {count}", "Commission would change by {change}. Look and apply"),
    ),
    TemplateSeed(
        "view.entered", ("{list}: новых записей {count}", "{records}"), ("{list}: new records {count}", "{records}")
    ),
    TemplateSeed("task.due", ("{task}: срок сегодня", WHERE), ("{task}: due today", WHERE)),
    TemplateSeed("task.overdue", ("{task}: просрочено, срок был {due}", WHERE), ("{task}: overdue since {due}", WHERE)),
)

BEYOND = (Channel.TELEGRAM, Channel.WEB_PUSH, Channel.EMAIL)
OUTSIDE = (
    TemplateSeed(
        "task.sent", ("{deal} · {kind}", "Ждёт вас, срок {due}"), ("{deal} · {kind}", "Waits for you, due {due}")
    ),
    TemplateSeed(
        "task.queued",
        ("{deal} · {kind}", "В очереди команды, срок {due}"),
        ("{deal} · {kind}", "In the queue, due {due}"),
    ),
    TemplateSeed(
        "task.returned",
        ("{deal} · {kind}", "Возвращено, причина в панели"),
        ("{deal} · {kind}", "Returned, the reason is in the panel"),
    ),
    TemplateSeed("task.accepted", ("{deal} · {kind}", "Принято в работу"), ("{deal} · {kind}", "Accepted")),
    TemplateSeed("task.done", ("{deal} · {kind}", "Готово"), ("{deal} · {kind}", "Done")),
    TemplateSeed("task.cancelled", ("{deal} · {kind}", "Больше не нужно"), ("{deal} · {kind}", "No longer needed")),
    TemplateSeed("deal.given", ("{deal}", "Сделка передана вам"), ("{deal}", "This deal is yours now")),
    TemplateSeed(
        "view.entered",
        ("{kind}: новых в вашем списке {count}", "Что именно, видно в панели"),
        ("{kind}: new in your list {count}", "What they are is in the panel"),
    ),
    TemplateSeed(
        "instalment.soon",
        ("{deal}", "Взнос {number} из {count}, срок {due}"),
        ("{deal}", "Instalment {number} of {count}, due {due}"),
    ),
    TemplateSeed(
        "instalment.overdue",
        ("{deal}", "Взнос {number} из {count} просрочен, срок был {due}"),
        ("{deal}", "Instalment {number} of {count} is overdue since {due}"),
    ),
    TemplateSeed("policy.expiring", ("{deal}", "Полис заканчивается {due}"), ("{deal}", "The policy ends on {due}")),
    TemplateSeed("task.due", ("{deal} · {kind}", "Срок сегодня"), ("{deal} · {kind}", "Due today")),
    TemplateSeed(
        "task.overdue",
        ("{deal} · {kind}", "Просрочено, срок был {due}"),
        ("{deal} · {kind}", "Overdue since {due}"),
    ),
    TemplateSeed(
        DIGEST,
        ("На сегодня дел: {count}", "Просрочено: {overdue}. Непрочитано в колокольчике: {unread}"),
        ("To do today: {count}", "Overdue: {overdue}. Unread in the bell: {unread}"),
    ),
)
"""For chats and letters: what they may name (`models.wording`) holds no personal data and no sums."""


async def ensure_templates(work: Work) -> None:
    """Make what is missing; what people have changed stays."""
    known = {
        (row.event, row.channel, row.locale)
        for row in await work.execute(select(Template.event, Template.channel, Template.locale))
    }
    for channel, seeds in ((Channel.PANEL, TEMPLATES), *((channel, OUTSIDE) for channel in BEYOND)):
        for seed in seeds:
            for locale, (subject, body) in (("ru", seed.ru), ("en", seed.en)):
                if (seed.event, channel, locale) not in known:
                    work.add(Template(event=seed.event, channel=channel, locale=locale, subject=subject, body=body))
