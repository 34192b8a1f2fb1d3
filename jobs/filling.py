"""Words of a template with what they name filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from jobs.words import day
from models.choices import Channel
from models.notification import Template
from models.wording import NAME

EMPTY_END = re.compile(r"[\s.·,:]+$")


def templates(*names: str, channel: Channel = Channel.PANEL) -> Any:
    """The words of these events by a channel."""
    return select(Template).where(Template.event.in_(names), Template.channel == channel, Template.deleted_at.is_(None))


def filled(template: str, facts: Mapping[str, Any], locale: str) -> str:
    """The words with their names filled in; names that nobody knows and what they leave at the end go."""

    def fact(found: re.Match[str]) -> str:
        value = facts.get(found[1])
        if value is None or value == "":
            return ""
        return day(value, locale) if hasattr(value, "year") else str(value)

    text = NAME.sub(fact, template).strip()
    return text if text.endswith(".") and not NAME.search(template[-12:]) else EMPTY_END.sub("", text)
