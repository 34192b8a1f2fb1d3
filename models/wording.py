"""Which names the words of an event may use by each channel; a template with others is refused when it is written."""

from __future__ import annotations

import re
from collections.abc import Set
from datetime import date
from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Mapper

from models.choices import Channel
from models.errors import Invalid
from models.notification import Template
from models.texts import N_

NAME = re.compile(r"\{(\w+)\}")
BRACE = re.compile(r"[{}]")
WHERE = frozenset({"deal", "client", "subject"})
OF_TASK = WHERE | {"task", "due", "reason", "result", "actor"}
OF_COVER = WHERE | {"product", "policy", "number", "count", "due"}
OUTSIDE_OF_TASK, OUTSIDE_OF_COVER = frozenset({"deal", "kind", "due"}), frozenset({"deal", "due", "number", "count"})
DIGEST = "digest"
OF_DIGEST = frozenset({"count", "overdue", "unread"})
NAMES: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    **{f"task.{part}": (OF_TASK, OUTSIDE_OF_TASK) for part in ("sent", "queued", "accepted", "returned", "done")},
    **{f"task.{part}": (OF_TASK, OUTSIDE_OF_TASK) for part in ("cancelled", "due", "overdue")},
    **{f"instalment.{part}": (OF_COVER, OUTSIDE_OF_COVER) for part in ("soon", "overdue")},
    "policy.expiring": (OF_COVER, OUTSIDE_OF_COVER),
    "deal.given": (WHERE | {"actor"}, frozenset({"deal"})),
    "document.missing": (WHERE | {"document"}, frozenset({"deal"})),
    "view.entered": (frozenset({"list", "count", "records"}), frozenset({"count", "kind"})),
    "recalculation.found": (frozenset({"count", "change"}), frozenset()),
    DIGEST: (OF_DIGEST, OF_DIGEST),
}
"""By event: what is known in the panel, and what may leave the house: no personal data and no sums."""
EXAMPLE: dict[str, Any] = {
    "deal": "D-2026-00042",
    "client": "Попов Максим Сергеевич",
    "subject": "КАСКО Kia Sportage",
    "task": "Расчёт КАСКО",
    "kind": "Расчёт",
    "due": date(2026, 12, 4),
    "reason": "нет стажа водителей",
    "result": "три варианта",
    "actor": "Анна Смирнова",
    "product": "КАСКО",
    "policy": "AA 123456789",
    "number": 2,
    "count": 4,
    "document": "полис.pdf",
    "overdue": 3,
    "unread": 5,
    "change": "+1 240,50 ₽",
    "list": "Пролонгации ноября",
    "records": "D-2026-00042, D-2026-00043, D-2026-00044, …",
}
"""What a preview fills in."""


def names_of(event: str, channel: str) -> frozenset[str]:
    """The names that words may use; none for an event that nobody sends."""
    inside, outside = NAMES.get(event, (frozenset(), frozenset()))
    return inside if channel == Channel.PANEL else outside


def check_words(template: Template) -> None:
    """Raises `Invalid` for an event that is not sent, for unknown names and for braces around none."""
    if template.event not in NAMES:
        known = ", ".join(sorted(NAMES))
        raise Invalid.at("event", N_("Nothing is sent under this name. There are: {events}."), events=known)
    allowed = names_of(template.event, template.channel or Channel.PANEL)
    for field in ("subject", "body"):
        check_part(field, str(getattr(template, field) or ""), allowed)


def check_part(field: str, words: str, allowed: frozenset[str]) -> None:
    """One of a template's two parts. Raises `Invalid`."""
    names, unknown = braced(allowed), braced(set(NAME.findall(words)) - allowed)
    if unknown:
        sentence = N_("{unknown} is not known for this event and channel. There are: {names}.")
        raise Invalid.at(field, sentence, unknown=unknown, names=names)
    if BRACE.search(NAME.sub("", words)):
        raise Invalid.at(field, N_("A brace stands alone. Names are written like this: {names}."), names=names)


def braced(names: Set[str]) -> str:
    """`{deal} {due}`"""
    return " ".join(f"{{{name}}}" for name in sorted(names))


@sqlalchemy_event.listens_for(Template, "before_insert")
@sqlalchemy_event.listens_for(Template, "before_update")
def _written(_mapper: Mapper[Any], _connection: Any, template: Template) -> None:
    if template.deleted_at is None:
        check_words(template)
