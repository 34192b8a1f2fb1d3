"""Tasks beside the ladder: a call of Anna's own, one that is no longer needed, one that was done again."""

from __future__ import annotations

from models.calculation import Calculation, Unwanted
from models.choices import JournalKind
from models.deal import Deal, JournalEntry
from models.deal.stages import PutOff
from models.task import Task, TaskComment
from models.task.record import NoMore, Result, Why
from seeds.demo.ladder import Matter


async def fill_desks(matters: list[Matter]) -> None:
    """Put a few more tasks on the desks."""
    story = matters[0].story
    issued = [matter for matter in matters if matter.scene.until == "issued" and matter.seller == "anna"]
    first, second, third, *_ = issued
    call = _task(first, "call", "anna", "anna", 0)
    call.title = "Позвонить: рассказать о продлении"
    await story.add("anna", call)
    papers = _task(second, "documents", "anna", "boris", 2)
    await story.add("anna", papers)
    await story.do("boris", Task, papers.id, "accept")
    remark = TaskComment(
        deal_id=second.deal, task_id=papers.id, author_id=story.people["boris"].id, body="Акт осмотра уже запросил."
    )
    await story.add("boris", remark)
    needless = _task(second, "call", "anna", "anna", 1)
    await story.add("anna", needless)
    await story.do("anna", Task, needless.id, "cancel", NoMore(reason="Клиент перезвонил сам"))
    again = _task(third, "endorsement", "anna", "boris", 1)
    await story.add("anna", again)
    await story.do("boris", Task, again.id, "accept")
    await story.do("boris", Task, again.id, "complete", Result(result="Допсоглашение отправлено"))
    await story.do("anna", Task, again.id, "rework", Why(reason="В допсоглашении опечатка в фамилии водителя"))
    later = PutOff(review_on=story.today, note="Спросить про страхование дачи")
    await story.do("anna", Deal, issued[3].deal, "put_off", later, ago=5)
    offered = next(matter for matter in matters if matter.scene.until == "offered")
    await story.do(
        offered.seller, Calculation, offered.calculations[-2], "decline", Unwanted(reason="Дилер не работает")
    )
    await _write_down(first, "Клиент доволен урегулированием, просил напомнить за месяц до конца полиса.")


def _task(matter: Matter, kind: str, author: str, assignee: str, due: int) -> Task:
    story = matter.story
    return Task(
        deal_id=matter.deal,
        kind_id=story.kinds[kind],
        title={"call": "Позвонить клиенту", "documents": "Собрать документы", "endorsement": "Внести водителя"}[kind],
        author_id=story.people[author].id,
        assignee_id=story.people[assignee].id,
        due_on=story.day(due),
    )


async def _write_down(matter: Matter, what: str) -> None:
    author = matter.story.people[matter.seller].id
    entry = JournalEntry(deal_id=matter.deal, author_id=author, body=what, happened_at=matter.story.moment(-3))
    entry.kind = JournalKind.MEETING
    await matter.story.add(matter.seller, entry)
