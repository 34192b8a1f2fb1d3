"""What follows when a renewal asks for a calculation: last year's terms, asked anew, and the executor's task."""

from __future__ import annotations

from sqlalchemy import select

from hooks.orders import CALCULATE, order_task, who_executes
from models.calculation import Calculation
from models.choices import Ball, CalculationStatus
from models.deal import Deal
from models.errors import Refused
from models.facts import Fact, follows
from models.policy import Policy, Renewal
from models.texts import N_
from models.verbs import Act


@follows("renewal.calculation_asked")
async def carry_the_terms_over(act: Act, fact: Fact) -> None:
    """The old policy's data go into a requested calculation; the renewal comes back when the task is due."""
    renewal: Renewal = fact.record
    asked = fact.told["asked"]
    policy = await act.work.get_record(Policy, renewal.policy_id)
    deal = await act.work.get_record(Deal, renewal.deal_id, lock=True)
    await must_be_the_first(act, policy)
    deal.executor_id = asked.executor_id or deal.executor_id
    calculation = on_the_terms_of(policy)
    act.work.add(calculation)
    await act.work.flush()
    task = await order_task(
        act,
        deal,
        CALCULATE,
        asked.due_on,
        body=asked.note or None,
        calculation_id=calculation.id,
        **await who_executes(act, deal),
    )
    deal.pass_ball(Ball.EXECUTOR, act)
    if task.due_on is not None and task.due_on > act.today:
        renewal.remind_on = task.due_on


def on_the_terms_of(policy: Policy) -> Calculation:
    """What the insurer is asked: the same need, program, sum insured, deductible, plan; the premium is theirs."""
    return Calculation(
        deal_id=policy.deal_id,
        need_id=policy.need_id,
        insurer_id=policy.insurer_id,
        program=policy.program,
        sum_insured=policy.sum_insured,
        deductible=policy.deductible,
        deductible_kind=policy.deductible_kind,
        commission_percent=policy.commission_percent,
        plan=policy.plan,
    )


async def must_be_the_first(act: Act, policy: Policy) -> None:
    """Raises `Refused` while a calculation of the same need is on its way from the same insurer."""
    asked = select(Calculation.id).where(
        Calculation.need_id == policy.need_id,
        Calculation.insurer_id == policy.insurer_id,
        Calculation.status == CalculationStatus.REQUESTED,
        Calculation.deleted_at.is_(None),
    )
    if await act.work.scalar(asked.limit(1)) is not None:
        raise Refused(N_("A calculation of this insurer is asked for already."))
