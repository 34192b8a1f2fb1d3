"""What follows when a deal is opened, handed off, offered, lost."""

from __future__ import annotations

from sqlalchemy import select

from hooks.orders import CALCULATE, COLLECT, end_collecting, order_task, who_executes
from models.calculation import Calculation
from models.choices import OPEN_TASKS, CalculationStatus, PolicyStatus
from models.deal import Deal
from models.errors import Invalid, Refused
from models.facts import Fact, follows
from models.inquiries import keeps_another_client
from models.payment import Payment
from models.policy import Policy
from models.task import Task
from models.task.record import NoMore
from models.texts import N_
from models.verbs import Act

WITH_THE_CLIENT = (CalculationStatus.OFFERED, CalculationStatus.CONFIRMED)


@follows("deal.opened")
async def give_the_first_task(act: Act, fact: Fact) -> None:
    """A new deal begins with the seller's own task: collect the client's data."""
    deal: Deal = fact.record
    await order_task(act, deal, COLLECT, assignee_id=deal.seller_id)


@follows("deal.edited")
async def keep_the_client(act: Act, fact: Fact) -> None:
    """A deal goes to another client only while nothing in it is the first one's. Raises `Invalid`."""
    deal: Deal = fact.record
    if "client_id" in fact.told["fields"] and await keeps_another_client(act.work, deal.id, deal.client_id):
        raise Invalid.at("client_id", N_("Policies and insured things here are another client's: open a new deal."))


@follows("deal.handed_off")
async def order_calculation(act: Act, fact: Fact) -> None:
    """A calculation is asked of the executor or of the team's queue."""
    if fact.told["kind"] != CALCULATE:
        return
    deal, asked = fact.record, fact.told["asked"]
    await end_collecting(act, deal)
    await order_task(act, deal, CALCULATE, asked.due_on, body=asked.note or None, **await who_executes(act, deal))


@follows("deal.offered")
async def offer_calculations(act: Act, fact: Fact) -> None:
    """Ready variants go to the client; those that have expired go stale. Raises where nothing is left to offer."""
    found = await act.work.scalars(
        select(Calculation).where(Calculation.deal_id == fact.record.id, Calculation.deleted_at.is_(None))
    )
    calculations = list(found)
    for calculation in calculations:
        if calculation.status != CalculationStatus.READY:
            continue
        if calculation.has_expired(act):
            calculation.go_stale(act)
        else:
            calculation.offer(act)
    if not any(calculation.status in WITH_THE_CLIENT for calculation in calculations):
        raise Refused(N_("There is no calculation to offer: none is ready, or they have expired."))


@follows("deal.lost")
async def let_go(act: Act, fact: Fact) -> None:
    """Nothing more is done for a client who left: tasks are cancelled, drafts annulled. Raises where they have paid."""
    deal: Deal = fact.record
    drafts = Policy.deal_id == deal.id, Policy.status == PolicyStatus.DRAFT, Policy.deleted_at.is_(None)
    paid = select(Payment.id).join(Policy, Policy.id == Payment.policy_id).where(*drafts, Payment.paid_amount > 0)
    if await act.work.scalar(paid.limit(1)) is not None:
        raise Refused(N_("The client has paid for a draft policy: reverse the payment first."))
    for policy in await act.work.scalars(select(Policy).where(*drafts)):
        policy.annul(act)
    tasks = select(Task).where(Task.deal_id == deal.id, Task.status.in_(OPEN_TASKS), Task.deleted_at.is_(None))
    for task in await act.work.scalars(tasks):
        task.cancel(act, NoMore(reason=deal.lost_reason or ""))
