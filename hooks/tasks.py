"""What follows when a task moves: whose turn it is, and that an open deal never stands without a next day."""

from __future__ import annotations

from sqlalchemy import select

from models.choices import OPEN_STAGES, OPEN_TASKS, Ball
from models.deal import Deal
from models.errors import Refused
from models.facts import Fact, follows
from models.inquiries import has_next_event
from models.task import Task
from models.task.returned import TaskReturn
from models.texts import N_
from models.verbs import Act


async def deal_of(act: Act, task: Task) -> Deal:
    """The task's deal, locked; who takes from a queue or has just finished may not see it themselves."""
    await act.work.widen()
    return await act.work.get_record(Deal, task.deal_id, lock=True)


@follows("task.accepted")
async def give_the_turn_to_the_taker(act: Act, fact: Fact) -> None:
    """The taker goes on; a deal without an executor has one now."""
    task: Task = fact.record
    if task.assignee_id is not None:
        (await deal_of(act, task)).be_taken(task.assignee_id, act)


@follows("task.sent")
async def give_the_turn_to_the_assignee(act: Act, fact: Fact) -> None:
    """Sent again, reworked or reassigned: the assignee's turn."""
    deal = await deal_of(act, fact.record)
    deal.pass_ball(Ball.SELLER if fact.record.assignee_id == deal.seller_id else Ball.EXECUTOR, act)


@follows("task.returned")
async def count_the_return(act: Act, fact: Fact) -> None:
    """What came back is counted by its reason."""
    task: Task = fact.record
    await act.work.widen()
    who = act.actor.id
    told = {"cause": fact.told["cause"], "reason": task.reason}
    act.work.add(TaskReturn(deal_id=task.deal_id, task_id=task.id, returned_by_id=who, **told))


@follows("task.returned", "task.done")
async def give_the_turn_to_the_seller(act: Act, fact: Fact) -> None:
    """Returned or done: the seller looks at it; a deal that waits for the client or the insurer goes on waiting."""
    deal = await deal_of(act, fact.record)
    if deal.ball == Ball.EXECUTOR:
        deal.pass_ball(Ball.SELLER, act)


@follows("task.done", "task.cancelled", "task.trashed")
async def note_the_next_day(act: Act, fact: Fact) -> None:
    """The date that came with the task is the deal's; whether one was needed is asked when all else has followed."""
    task: Task = fact.record
    if review_on := fact.told.get("review_on"):
        (await deal_of(act, task)).look_again(review_on, "", act)
    act.work.tell(Fact("deal.task_ended", task))


@follows("deal.task_ended")
async def ask_for_the_next_day(act: Act, fact: Fact) -> None:
    """Raises `Refused` for the last task of an open deal that nothing else brings back."""
    deal = await deal_of(act, fact.record)
    if deal.stage not in OPEN_STAGES or deal.deleted_at is not None:
        return
    open_tasks = select(Task.id).where(Task.deal_id == deal.id, Task.status.in_(OPEN_TASKS), Task.deleted_at.is_(None))
    if await act.work.scalar(open_tasks.limit(1)) is None and not await has_next_event(act.work, deal.id):
        raise Refused(
            N_(
                "This is the deal's last task and nothing else brings the deal back: give a review date (“Put off”) "
                "or say why it ends (“Client left”)."
            )
        )
