"""At night: do the expected lines still say what the rules say? The accountant hears of it, or it is put right."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select, text

from jobs.declared import Run, job
from jobs.filling import filled, templates
from jobs.notifications import who_want
from jobs.words import money
from models.actor import SYSTEM, SYSTEM_ID, Via
from models.choices import RecalculationStatus
from models.notification import Notification
from models.people import Role, User
from models.recalculation import Recalculation
from models.session import Database, Work
from settings import settings

FOUND = "recalculation.found"
GRANT = "recalculation:*"
OLD = text(
    "DELETE FROM crm.recalculation_differences d USING crm.recalculations r WHERE r.id = d.recalculation_id"
    " AND r.status IN ('done', 'undone', 'cancelled') AND r.created_at < now() - interval '180 days'"
)
"""Lines of runs that are long over; the runs themselves stay with their sums."""


async def look_for_differences(database: Database) -> None:
    """Order a preview of everything, the last night's one anew where nobody has taken it up."""
    if settings.nightly_recalculation == "off":
        return
    async with database.transaction(SYSTEM, Via.JOB, "recalculation.nightly") as work:
        await work.execute(OLD)
        waiting = select(Recalculation).where(
            Recalculation.created_by_id == SYSTEM_ID, Recalculation.status == RecalculationStatus.PREVIEWED
        )
        found = (await work.scalars(waiting.order_by(Recalculation.id.desc()).limit(1).with_for_update())).first()
        if found is None:
            work.add(Recalculation(created_by_id=SYSTEM_ID, ordered_by_id=SYSTEM_ID))
        else:
            await Recalculation.__verbs__["preview"].do(found, work.act())


@job(tries=5)
async def tell_of_recalculation(work: Work, run: Run) -> None:
    """What the night has found: nothing leaves no trace, else it is applied or told, as the setting says."""
    found = await work.get(Recalculation, run.cause.record_id)
    if found is None or found.created_by_id != SYSTEM_ID or found.status != RecalculationStatus.PREVIEWED:
        return
    if not found.lines:
        await work.delete(found)
    elif settings.nightly_recalculation == "apply":
        await Recalculation.__verbs__["apply"].do(found, work.act())
    else:
        await tell_accountants(work, found)


async def tell_accountants(work: Work, found: Recalculation) -> None:
    """A bell for each whose role recalculates, once for a day's preview."""
    keys = select(User.id).join(Role, Role.id == User.role_id).where(Role.grants.contains([GRANT]))
    words = {row.locale: row for row in await work.scalars(templates(FOUND))}
    change = found.incomes_after - found.incomes_before
    for person in await work.scalars(who_want(FOUND, list(await work.scalars(keys)))):
        template = words.get(person.locale) or words.get("ru")
        if template is None:
            continue
        told = {"count": found.lines, "change": signed(change, person.locale)}
        notice = Notification(
            user_id=person.id,
            event=FOUND,
            title=filled(template.subject, told, person.locale),
            body=filled(template.body, told, person.locale),
            url=f"/admin/recalculation/details/{found.id}",
        )
        work.add(notice)


def signed(change: Decimal, locale: str) -> str:
    """A difference in roubles, its sign said."""
    return ("+" if change > 0 else "") + money(change, locale)
