"""How a policy stands, on its own page: the word, the clock of an arrear, the days to think it over."""

from __future__ import annotations

from typing import Any

from sqlalchemy import text

from admin.arrears import clock_words
from admin.i18n import _, choice_label, show_date
from admin.views.base import Told
from models.arrears import Arrear, standing_of
from models.choices import ClientKind, PolicyStatus, Standing
from models.refunds import cooling_off_until
from models.session import Work

ASKED = text(
    "SELECT crm.unpaid_since(c.id) AS unpaid_since, k.is_compulsory, k.cooling_off_days, l.kind,"
    " EXISTS (SELECT FROM crm.policies later WHERE later.previous_policy_id = c.id AND later.status = 'issued'"
    " AND later.deleted_at IS NULL) AS is_followed"
    " FROM crm.policies c JOIN crm.products k ON k.id = c.product_id JOIN crm.clients l ON l.id = c.client_id"
    " WHERE c.id = :policy"
)
TONES = {Standing.AT_RISK: "due", Standing.SUSPENDED: "late", Standing.TO_TERMINATE: "late", Standing.IN_FORCE: "good"}


async def told_of(work: Work, policy: Any) -> Told:
    """The policy's standing today, with what runs."""
    found = (await work.execute(ASKED, {"policy": policy.id})).first()
    if found is None or policy.status != PolicyStatus.ISSUED:
        return Told(choice_label(Standing, policy.status))
    standing = standing_of(policy, found.unpaid_since, work.today, is_followed=found.is_followed)
    notes = []
    if found.unpaid_since is not None and policy.ends_on >= work.today:
        arrear = Arrear(found.unpaid_since, policy.arrear_effect, policy.arrear_days)
        of_day = _("The instalment of {day}", day=show_date(arrear.due_on))
        notes.append(f"{of_day}: {clock_words(arrear, work.today)}")
    if found.kind == ClientKind.PERSON and not found.is_compulsory:
        until = cooling_off_until(policy.sale_date or policy.starts_on, found.cooling_off_days)
        if until >= work.today:
            notes.append(_("The client may think it over until {day}: the commission is at risk", day=show_date(until)))
    return Told(choice_label(Standing, standing), TONES.get(standing, ""), tuple(notes))
