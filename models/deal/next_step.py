"""The one obvious next step of a deal: a verb, or the reason why nothing is to be pressed on the deal itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from models.choices import BEFORE_POLICY, DealStage
from models.texts import N_

if TYPE_CHECKING:
    from models.session import Work

HAND_OFF, OFFER, ORDER_ISSUE = "hand_off", "offer", "order_issue"
RETURNED = N_("The task came back: add what is missing and send it again.")
YOUR_CALCULATION = N_("Your turn: enter the calculations and complete the task.")
WAITS_FOR_CALCULATION = N_("Waiting for the executor: the calculation.")
YOUR_ISSUE = N_("Your turn: issue the policy and complete the task.")
WAITS_FOR_ISSUE = N_("Waiting for the executor: the policy.")
CHOOSE = N_("Confirm the variant that the client has chosen.")
ISSUE = N_("Issue the draft policy.")

FACTS = """
SELECT d.id, d.stage, c.ready, c.offered, c.confirmed, t.calculating, t.issuing, t.returned, t.mine,
       EXISTS (SELECT FROM crm.policies p
               WHERE p.deal_id = d.id AND p.status = 'draft' AND p.deleted_at IS NULL) AS drafted
FROM crm.deals d
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(c.status = 'ready'), false) AS ready,
           coalesce(bool_or(c.status = 'offered'), false) AS offered,
           coalesce(bool_or(c.status = 'confirmed' AND NOT c.is_issued), false) AS confirmed
    FROM crm.calculations c WHERE c.deal_id = d.id AND c.deleted_at IS NULL) AS c
CROSS JOIN LATERAL (
    SELECT coalesce(bool_or(k.slug = 'calculate' AND t.status <> 'returned'), false) AS calculating,
           coalesce(bool_or(k.slug = 'issue' AND t.status <> 'returned'), false) AS issuing,
           coalesce(bool_or(t.status = 'returned'), false) AS returned,
           coalesce(bool_or(t.assignee_id = $2 AND t.status <> 'returned'), false) AS mine
    FROM tasks.tasks t JOIN tasks.task_kinds k ON k.id = t.kind_id AND k.slug IN ('calculate', 'issue')
    WHERE t.deal_id = d.id AND t.status NOT IN ('done', 'cancelled') AND t.deleted_at IS NULL) AS t
WHERE d.id = ANY ($1::uuid[])"""


@dataclass(frozen=True)
class Situation:
    """What the next step depends on. Hand-off tasks count while they are open; `mine`: the person's own."""

    stage: str
    ready: bool = False
    offered: bool = False
    confirmed: bool = False
    """A confirmed variant from which no policy was made."""
    drafted: bool = False
    calculating: bool = False
    issuing: bool = False
    returned: bool = False
    mine: bool = False


class Step(NamedTuple):
    """The verb to press, or the sentence (a msgid) that says whose turn it is; neither where nothing is due."""

    verb: str = ""
    why: str = ""


def next_step(now: Situation) -> Step:
    """The first line of the table that fits: what came back, who works on it, then how far the choice has come."""
    if now.stage not in (*BEFORE_POLICY, DealStage.WON):
        return Step()
    if now.returned:
        return Step(why=RETURNED)
    if now.issuing:
        return Step(why=YOUR_ISSUE if now.mine else WAITS_FOR_ISSUE)
    if now.calculating:
        return Step(why=YOUR_CALCULATION if now.mine else WAITS_FOR_CALCULATION)
    return _of_the_choice(now)


def _of_the_choice(now: Situation) -> Step:
    """Nobody works on it: a draft to issue, a variant to order, to choose or to offer, else nothing is calculated."""
    if now.drafted and now.stage in (DealStage.POLICY_ISSUE, DealStage.WON):
        return Step(why=ISSUE)
    if now.confirmed and now.stage != DealStage.DRAFT:
        return Step(ORDER_ISSUE)
    if now.ready and now.stage == DealStage.QUOTATION:
        return Step(OFFER)
    if now.ready or now.offered:
        return Step(why=CHOOSE)
    return Step() if now.stage == DealStage.WON else Step(HAND_OFF)


async def next_steps(work: Work, deals: Iterable[UUID]) -> dict[UUID, Step]:
    """The next step of each of these deals for the actor, by the deal's key."""
    rows = await work.driver.fetch(FACTS, list(deals), work.actor.id)
    return {row.pop("id"): next_step(Situation(**row)) for row in map(dict, rows)}
