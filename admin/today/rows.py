"""Rows of Today as the template draws them: the reason, the deal, the client, and the next verbs in place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from markupsafe import Markup

from admin.amounts import BUTTON
from admin.i18n import current_locale
from admin.rendering import part
from admin.today.words import Reader, Sum, When, reason_of
from admin.views.base import View
from admin.views.record.offers import offers_of
from admin.views.record.replies import details
from admin.views.registry import view_named
from models.actor import Actor
from models.attention import Matter
from models.texts import N_
from models.today import Facts, Found, Part
from models.verbs import Verb

IDENTITY = {
    Matter.TASK: "task",
    Matter.RETURNED: "task",
    Matter.INSTALMENT: "payment",
    Matter.RENEWAL: "renewal",
    Matter.REVIEW: "deal",
    Matter.STATEMENT: "statement",
    Matter.CONFIRM: "payment",
    Matter.APPROVE: "expense",
    Matter.PAY_OUT: "expense",
    Matter.SHEET: "payout",
}
FIRST = {
    Matter.TASK: ("return",),
    Matter.INSTALMENT: ("put_off",),
    Matter.RENEWAL: ("ask_calculation",),
    Matter.REVIEW: ("put_off",),
    Matter.CONFIRM: ("confirm",),
    Matter.APPROVE: ("approve",),
}
"""Verbs beside the obvious one; the others are behind the dots."""
PARTS = {Part.LATE: N_("Late"), Part.TODAY: N_("Today"), Part.WEEK: N_("This week"), Part.LATER: N_("Later")}
TAKE = N_("Take")
DOT = " · "
LATE, DUE = "late", "due"


class Button(NamedTuple):
    """A verb of a row, by the name that it has here."""

    verb: Verb
    label: str


@dataclass(frozen=True)
class Row:
    """One matter."""

    id: UUID
    kind: Matter
    view: View
    reason: Markup
    money: Markup
    title: str
    """The whole reason without marks, for who points at it."""
    tone: str
    found: Found
    address: str
    """Where Enter leads: the deal, else the record itself."""
    subject: str
    verbs: Markup


@dataclass
class Group:
    """A part of the list: its name, how many it has, and those that are shown."""

    part: Part
    label: str
    total: int
    rows: list[Row] = field(default_factory=list)


def groups_of(found: Iterable[Found], facts: Mapping[UUID, Facts], actor: Actor, reader: Reader) -> list[Group]:
    """The parts that have rows, in their order. A record that the person may not see has no row."""
    groups: dict[Part, Group] = {}
    for one in found:
        if one.record_id in facts:
            part = Part.TODAY if reader.in_queue else one.part
            group = groups.setdefault(part, Group(part, PARTS[part], one.total))
            group.rows.append(row_of(one, facts[one.record_id], actor, reader))
    return list(groups.values())


def row_of(found: Found, facts: Facts, actor: Actor, reader: Reader) -> Row:
    """A matter in words, with what can be done about it."""
    view = view_named(IDENTITY[found.kind])
    reason = reason_of(found, facts, reader)
    buttons, more = buttons_of(view, found.kind, facts, actor, in_queue=reader.in_queue)
    is_due = found.part == Part.TODAY and found.day == reader.today
    return Row(
        found.record_id,
        found.kind,
        view,
        marked(reason),
        next((asked(one) for one in reason if isinstance(one, Sum)), Markup("")),
        DOT.join(reason),
        LATE if found.part == Part.LATE else DUE if is_due else "",
        found,
        details(view_named("deal"), found.deal_id) if found.code and found.deal_id else details(view, found.record_id),
        subject_of(found, facts, reader),
        verbs_html(view.identity, buttons, more, current_locale(), found.record_id),
    )


def asked(money: Sum) -> Markup:
    """The sum as a button that asks why it is this one."""
    return BUTTON.format(money.why, money)


def marked(reason: list[str]) -> Markup:
    """The reason with its day set off, without the money."""
    said = [Markup('<span class="when">{}</span>').format(one) if isinstance(one, When) else one for one in reason]
    return Markup(DOT).join(one for one in said if not isinstance(one, Sum))  # noqa: S704 - a constant, what is joined is escaped


def subject_of(found: Found, facts: Facts, reader: Reader) -> str:
    """What the matter is about beside the client: the policy's product, else the deal's title, or what was written."""
    if reader.in_queue and not found.code:
        return str(facts.record.body or "").partition("\n")[0]
    product = facts.told.get("product")
    told: Any = product or found.title or getattr(facts.record, "title", "")
    return "" if told == found.client else str(told)


def buttons_of(
    view: View, kind: Matter, facts: Facts, actor: Actor, *, in_queue: bool
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """The obvious verb and one or two more; and the rest."""
    offers = offers_of(view, facts.record, actor, facts.step)
    by_name = {verb.name: verb for verb in [*offers.quiet, *offers.danger]}
    first = [offers.primary] if offers.primary else []
    if not in_queue:
        first += [by_name.pop(name) for name in FIRST.get(kind, ()) if name in by_name]
    rest = () if in_queue else by_name.values()
    return tuple(named(verb, in_queue) for verb in first), tuple(named(verb, in_queue) for verb in rest)


def verbs_html(identity: str, buttons: tuple[Button, ...], more: tuple[Button, ...], locale: str, key: UUID) -> Markup:
    """The buttons of a row: drawn once for all rows with the same verbs, but for the key."""
    return Markup(drawn_verbs(identity, buttons, more, locale).replace("KEY", str(key)))  # noqa: S704 - our own


@lru_cache(maxsize=512)
def drawn_verbs(identity: str, buttons: tuple[Button, ...], more: tuple[Button, ...], locale: str) -> str:
    """The buttons with KEY in place of the record's."""
    return str(part("parts/today_verbs.html", identity=identity, buttons=buttons, more=more, locale=locale))


def named(verb: Verb, in_queue: bool) -> Button:
    """A verb as it is called here: what lies in the queue is taken, not accepted."""
    return Button(verb, TAKE if in_queue and verb.name == "accept" else verb.label)
