"""The rule that made a line: as it was at that moment, what has become of it, and what it would make now."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from markupsafe import Markup
from sqlalchemy import select

from admin.i18n import _, show_datetime
from admin.labels import label_of
from admin.views.base import View
from admin.views.listing.fields import may_read, target_or_none
from admin.views.record.facts import is_trivial
from admin.views.record.showing import NOTHING, Titles, show, titles_of
from admin.views.registry import view_named
from admin.why.asking import Asked
from admin.why.story import Chapter, linked, said
from models.choices import PaymentStatus
from models.payment import Payment
from models.reasons import Terms
from models.texts import N_
from models.versions import Version, as_it_was

UNSAID = frozenset({"id", "name", "created_at", "deleted_at", "kind"})


async def of_rule(asked: Asked, identity: str, key: UUID, moment: datetime, now: Decimal | None) -> Chapter:
    """A chapter about a rule; nothing where the actor may not read rules. `now` is what it would make today."""
    chapter = Chapter(_("Rule"))
    if not asked.sees(identity, "name"):
        return chapter
    version = await version_of(asked, identity, key, moment)
    view = view_named(identity)
    link = linked(view, key, version.now["name"])
    chapter.said.append(said(N_("By the rule “{rule}” as it stood on {when}:"), rule=link, when=show_datetime(moment)))
    titles = await titles_in(asked, view, version)
    chapter.facts = [
        (_(view.labels.get(name) or label_of(view.table.c[name])), worded(view, name, value, titles))
        for name, value in version.then.items()
        if is_told(asked, view, name) and not is_trivial(view.table.c[name], value)
    ]
    chapter.after = since(asked, view, version, titles)
    if now is not None and version.changes:
        chapter.after.append(said(N_("By the rule as it stands now it would be {amount}."), amount=now))
    return chapter


async def version_of(asked: Asked, identity: str, key: UUID, moment: datetime) -> Version:
    """The rule then and now, read once for an answer."""
    if "rule" not in asked.known:
        asked.known["rule"] = await as_it_was(asked.work, view_named(identity).record, key, moment)
    found: Version = asked.known["rule"]
    return found


def since(asked: Asked, view: View, version: Version, titles: Titles) -> list[Markup]:
    """What has been changed of the rule since the line was made; of the trash, too."""
    told = [
        said(
            N_("Since then: {when}, {who}: {field} {old} → {new}."),
            when=show_datetime(change.at),
            who=change.actor or _("Somebody"),
            field=_("Trash") if change.field == "deleted_at" else label(view, change.field).lower(),
            old=worded(view, change.field, change.old, titles) or NOTHING,
            new=worded(view, change.field, change.new, titles) or NOTHING,
        )
        for change in version.changes
        if change.field == "deleted_at" or is_told(asked, view, change.field)
    ]
    return told or [said(N_("The rule has not changed since."))]


def is_told(asked: Asked, view: View, name: str) -> bool:
    """Whether a column of the rule is told: what its name says already is not, nor what the actor may not read."""
    column = view.table.c[name]
    return name not in UNSAID and not column.info.get("quiet") and may_read(view, name, asked.actor.rights)


def label(view: View, name: str) -> str:
    """A column's label."""
    return _(view.labels.get(name) or label_of(view.table.c[name]))


def worded(view: View, name: str, value: Any, titles: Titles) -> str:
    """A value of the rule as people read it."""
    return show(view.table.c[name], value, titles)


async def titles_in(asked: Asked, view: View, version: Version) -> Titles:
    """Titles of what the rule's keys point to, then and now."""
    wanted: dict[View, list[UUID]] = {}
    for column in view.table.c:
        target = target_or_none(view.table, column.name) if column.foreign_keys else None
        if target is not None:
            values = [version.then[column.name], version.now[column.name]]
            values += [value for c in version.changes if c.field == column.name for value in (c.old, c.new)]
            wanted.setdefault(target, []).extend(value for value in values if value is not None)
    return await titles_of(asked.work, wanted)


async def instalments_of(asked: Asked, payment: Payment) -> list[Payment]:
    """The living instalments of a payment's policy in their order, itself among them."""
    if "instalments" not in asked.known:
        statement = select(Payment).where(Payment.policy_id == payment.policy_id, Payment.deleted_at.is_(None))
        living = statement.where(Payment.status != PaymentStatus.CANCELLED).order_by(Payment.sequence)
        asked.known["instalments"] = list(await asked.work.scalars(living))
    found: list[Payment] = asked.known["instalments"]
    return found


def terms_of(values: Any) -> Terms:
    """Percent, fixed sum and minimum of a rule's values."""
    return Terms(values["percent"], values["fixed_amount"], values.get("minimum_amount"))
