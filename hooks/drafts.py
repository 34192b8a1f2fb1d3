"""What follows when an issue is ordered: a draft policy with its instalments, and the executor's task."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from hooks.orders import ISSUE, end_collecting, order_task, who_executes
from hooks.schedules import plan_instalments
from models.arrears import terms_for
from models.calculation import Calculation
from models.catalogue import Agreement, Insurer
from models.choices import CalculationStatus, InsurerKind, PolicyStatus
from models.dates import last_day
from models.deal import Deal, Need
from models.errors import Invalid, Refused
from models.facts import Fact, follows
from models.inquiries import policy_of
from models.policy import Policy
from models.texts import N_
from models.verbs import Act

MONTHS_OF_COVER = 12


@follows("deal.handed_off")
async def order_issue(act: Act, fact: Fact) -> None:
    """The client pays before the policy comes, so its draft and instalments stand at once."""
    if fact.told["kind"] != ISSUE:
        return
    deal, asked = fact.record, fact.told["asked"]
    calculation = await chosen(act, deal, asked.calculation_id)
    policy = await draft_of(act, deal, calculation, asked.starts_on)
    act.work.add(policy)
    await act.work.flush()
    await plan_instalments(act, policy)
    await end_collecting(act, deal)
    await order_task(
        act,
        deal,
        ISSUE,
        asked.due_on,
        body=asked.note or None,
        calculation_id=calculation.id,
        policy_id=policy.id,
        **await who_executes(act, deal),
    )


@follows("calculation.issued")
async def issue_the_chosen(act: Act, fact: Fact) -> None:
    """Complete the calculation's draft policy, or make one and complete it: one step where nobody ordered the issue."""
    calculation: Calculation = fact.record
    deal = await act.work.get_record(Deal, calculation.deal_id, lock=True)
    policy = await draft_there(act, calculation)
    if policy is None:
        calculation = await chosen(act, deal, calculation.id)
        policy = await draft_of(act, deal, calculation, None)
        act.work.add(policy)
        await act.work.flush()
        await end_collecting(act, deal)
    await Policy.__verbs__["issue"].do(policy, act, fact.told["asked"])


async def chosen(act: Act, deal: Deal, key: UUID) -> Calculation:
    """The calculation to issue, locked. Raises unless it is this deal's, confirmed, and without a policy."""
    calculation = await act.work.get_record(Calculation, key, lock=True)
    if calculation.deal_id != deal.id:
        raise Refused(N_("This calculation belongs to another deal."))
    if calculation.status != CalculationStatus.CONFIRMED or calculation.deleted_at is not None:
        raise Refused(N_("The client has not confirmed this calculation: confirm the variant first."))
    if await policy_of(act.work, calculation.id):
        raise Refused(N_("A policy is already made from this calculation."))
    return calculation


async def draft_of(act: Act, deal: Deal, calculation: Calculation, starts_on: date | None) -> Policy:
    """The policy as the calculation has it, chained to the need's last one: a year from tomorrow or after that one."""
    need = await act.work.get_record(Need, calculation.need_id)
    effect, days = await terms_for(act.work, calculation.insurer_id, need.product_id, calculation.program)
    previous = await _previous(act, need.id)
    tomorrow = act.today + timedelta(days=1)
    first = starts_on or max(tomorrow, previous.ends_on + timedelta(days=1) if previous else tomorrow)
    return Policy(
        deal_id=deal.id,
        need_id=need.id,
        client_id=deal.client_id,
        calculation_id=calculation.id,
        insurer_id=calculation.insurer_id,
        product_id=need.product_id,
        agreement_id=await only_agreement(act, calculation.insurer_id, act.today),
        program=calculation.program,
        premium=calculation.premium,
        sum_insured=calculation.sum_insured,
        deductible=calculation.deductible,
        deductible_kind=calculation.deductible_kind,
        plan=calculation.plan,
        commission_percent=calculation.commission_percent,
        arrear_effect=effect,
        arrear_days=days,
        starts_on=first,
        ends_on=last_day(first, MONTHS_OF_COVER),
        is_renewal=previous is not None,
        previous_policy_id=previous.id if previous else None,
        previous_number=previous.number if previous else None,
    )


async def only_agreement(act: Act, insurer_id: UUID, day: date) -> UUID | None:
    """The agreement with an insurer in force on a day, where there is no choice."""
    statement = (
        select(Agreement.id)
        .where(Agreement.insurer_id == insurer_id, Agreement.deleted_at.is_(None), Agreement.starts_on <= day)
        .where(or_(Agreement.ends_on.is_(None), Agreement.ends_on >= day))
    )
    found = list(await act.work.scalars(statement.limit(2)))
    return found[0] if len(found) == 1 else None


async def must_be_paid_by(act: Act, policy: Policy, field: str) -> None:
    """Raises `Invalid` at the field for an agreement with somebody else than the policy's insurer or an aggregator,
    and for one that was not in force on the day of sale."""
    if policy.agreement_id is None:
        return
    payer = select(Agreement, Insurer).join(Insurer, Agreement.insurer_id == Insurer.id)
    found = await act.work.execute(payer.where(Agreement.id == policy.agreement_id, Agreement.deleted_at.is_(None)))
    row = found.one_or_none()
    if row is None or (row[1].id != policy.insurer_id and row[1].kind != InsurerKind.AGGREGATOR):
        raise Invalid.at(field, N_("This agreement is not with the policy's insurer."))
    agreement = row[0]
    sold_on = policy.sale_date or act.today
    if sold_on < agreement.starts_on or (agreement.ends_on is not None and sold_on > agreement.ends_on):
        raise Invalid.at(field, N_("This agreement was not in force on the day of sale, {day}."), day=sold_on)


async def draft_there(act: Act, calculation: Calculation) -> Policy | None:
    """The draft that an ordered issue has left, locked."""
    statement = select(Policy).where(
        Policy.calculation_id == calculation.id, Policy.status == PolicyStatus.DRAFT, Policy.deleted_at.is_(None)
    )
    found: Policy | None = await act.work.scalar(statement.limit(1).with_for_update(key_share=True))
    return found


async def _previous(act: Act, need_id: UUID) -> Policy | None:
    """The need's issued policy that ends last."""
    statement = select(Policy).where(
        Policy.need_id == need_id, Policy.status == PolicyStatus.ISSUED, Policy.deleted_at.is_(None)
    )
    found: Policy | None = await act.work.scalar(statement.order_by(Policy.ends_on.desc()).limit(1))
    return found
