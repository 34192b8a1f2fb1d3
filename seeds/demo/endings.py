"""How scenes end: where each ladder leads, and the turns that stories take aside from it."""

from __future__ import annotations

from decimal import Decimal

from models.calculation import Calculation, Refusal
from models.deal import Deal
from models.deal.stages import HandOff, Lose, PutOff
from models.policy import Policy, Renewal
from models.policy.record import Cancel
from models.policy.renewal import LostRenewal
from models.task import Task
from models.task.record import Return, Until
from seeds.demo.ladder import Matter, Step, accept, calculate, confirm, enter, hand_off, issue, offer, order, pay
from seeds.demo.money import receive, settle_all


async def hand_to_queue(matter: Matter) -> None:
    """Nobody is named: the team's queue has it."""
    await matter.story.do(matter.seller, Deal, matter.deal, "hand_off", HandOff(note=matter.scene.note), ago=matter.ago)


async def send_back(matter: Matter) -> None:
    """The executor cannot work with what there is."""
    why = Return(cause="data", reason="Нет площади и года постройки: без них не считают. Нужна выписка ЕГРН.")
    await matter.story.do("boris", Task, await matter.task("calculate"), "return", why)


async def work_on(matter: Matter) -> None:
    """One variant is there, one is asked for, one insurer has refused."""
    await enter(matter, matter.scene.variants, matter.ago)
    ready, refused, _ = matter.calculations
    await matter.story.do("boris", Calculation, ready, "ready")
    refusal = Refusal(reason="Дом старше 1970 года с деревянными перекрытиями")
    await matter.story.do("boris", Calculation, refused, "refuse", refusal)


async def wait(matter: Matter) -> None:
    """The insurer must answer first."""
    until = Until(wakes_on=matter.story.day(2), waiting_for="Решение андеррайтера")
    await matter.story.do("boris", Task, await matter.task("calculate"), "wait", until)


async def schedule(matter: Matter) -> None:
    """Its time has not come."""
    await matter.story.do(
        "boris", Task, await matter.task("calculate"), "schedule", Until(wakes_on=matter.story.day(4))
    )


async def lose(matter: Matter) -> None:
    """The client bought elsewhere."""
    why = Lose(reason="Дешевле у другого", competitor="Банк при ипотеке", difference=Decimal("1350.00"))
    await matter.story.do(matter.seller, Deal, matter.deal, "lose", why)


async def close(matter: Matter) -> None:
    """Nothing lives and nothing is owed."""
    await settle_all(matter)
    await matter.story.do(matter.seller, Deal, matter.deal, "close")


async def put_off(matter: Matter, days: int, note: str) -> None:
    """Nothing computed brings the deal back, so a person says when."""
    later = PutOff(review_on=matter.story.day(days), note=note)
    await matter.story.do(matter.seller, Deal, matter.deal, "put_off", later)


async def cancel(matter: Matter) -> None:
    """The car was sold: the policy ends early, commission goes back in part."""
    assert matter.policy is not None
    day = matter.story.day(-7)
    asked = Cancel(cancelled_on=day, reason="Продажа автомобиля", paper="ДС-1")
    await matter.story.do(matter.seller, Policy, matter.policy, "cancel", asked)
    await put_off(matter, 14, "Клиент ищет новую машину")


async def renewal_lost(matter: Matter) -> None:
    """The old policy has run out, the client renewed with another insurer."""
    assert matter.policy is not None
    renewal = Renewal(deal_id=matter.deal, policy_id=matter.policy)
    await matter.story.add(matter.seller, renewal)
    await matter.story.do(matter.seller, Renewal, renewal.id, "contact")
    why = LostRenewal(reason="Скидка дилера", competitor="Автосалон", difference=Decimal("12000.00"))
    await matter.story.do(matter.seller, Renewal, renewal.id, "lose", why)
    await put_off(matter, 45, "Позвонить до конца полиса в автосалоне")


async def renewal_begun(matter: Matter) -> None:
    """A policy that ends soon is being renewed."""
    assert matter.policy is not None
    ends_on = (await matter.story.of_deal(Policy, matter.deal))[-1].ends_on
    if not 0 <= (ends_on - matter.story.today).days <= 60:
        return
    renewal = Renewal(deal_id=matter.deal, policy_id=matter.policy)
    await matter.story.add(matter.seller, renewal)
    if matter.seller == "anna":
        await matter.story.do(matter.seller, Renewal, renewal.id, "contact")


ASKED: tuple[Step, ...] = (hand_off, accept)
CALCULATED = (*ASKED, calculate)
OFFERED = (*CALCULATED, offer)
ORDERED = (*OFFERED, confirm, order)
ISSUED = (*ORDERED, issue, pay, receive)

LADDERS: dict[str, tuple[Step, ...]] = {
    "draft": (),
    "handed": (hand_off,),
    "overdue": ASKED,
    "queue": (hand_to_queue,),
    "returned": (*ASKED, send_back),
    "waiting": (*ASKED, wait),
    "scheduled": (*ASKED, schedule),
    "working": (*ASKED, work_on),
    "ready": CALCULATED,
    "offered": OFFERED,
    "confirmed": (*OFFERED, confirm),
    "ordered": ORDERED,
    "prepaid": (*ORDERED, pay),
    "issued": (*ISSUED, renewal_begun),
    "lapsed": (*ISSUED, renewal_lost),
    "cancelled": (*ISSUED, cancel),
    "closed": (*ISSUED, close),
    "lost": (*OFFERED, lose),
}
"""What follows the opening, by where a scene ends."""
