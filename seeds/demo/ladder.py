"""How a deal of the demo climbs from the first call to the policy; each step is somebody's verb."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

from models.calculation import Calculation, Chosen, Refusal
from models.choices import JournalKind
from models.dates import last_day
from models.deal import Deal, JournalEntry, Need
from models.deal.stages import HandOff, OrderIssue
from models.payment import Payment
from models.payment.record import Paid
from models.policy import Policy
from models.policy.record import Issue
from models.task import Task
from models.task.record import Result
from seeds.demo.clients import CLIENTS, THINGS
from seeds.demo.scene import Scene, Variant
from seeds.demo.story import Story

SERIES = {"osago": "ХХХ", "kasko": "АС", "mortgage": "ИП", "travel": "ВЗР", "health": "ДМС"}


@dataclass
class Matter:
    """A scene on its way: its deal, and the day on which the next step is taken."""

    story: Story
    scene: Scene
    deal: UUID
    need: UUID
    ago: int
    calculations: list[UUID] = field(default_factory=list)
    policy: UUID | None = None

    @property
    def seller(self) -> str:
        """Who sells."""
        return CLIENTS[self.scene.client].seller

    def a_day_later(self) -> int:
        """Steps are a day apart while there are days left."""
        self.ago = max(0, self.ago - 1)
        return self.ago

    async def task(self, slug: str) -> UUID:
        """The newest task of a kind."""
        return (await self.story.of_deal(Task, self.deal, Task.kind_id == self.story.kinds[slug]))[-1].id

    async def instalments(self) -> list[Payment]:
        """The policy's payments in their order."""
        found = await self.story.of_deal(Payment, self.deal)
        return sorted(found, key=lambda payment: payment.sequence)


Step = Callable[[Matter], Awaitable[None]]


async def open_deal(story: Story, scene: Scene) -> Matter:
    """The seller opens the deal with its need and writes down what matters."""
    seller = CLIENTS[scene.client].seller
    product = story.products[scene.product]
    title = f"{product.name} {THINGS[scene.thing].title if scene.thing else CLIENTS[scene.client].name}"
    async with story.by(seller, "deal.create", scene.ago) as work:
        deal = await Deal.open(
            work, client_id=story.clients[scene.client], title=title, source=CLIENTS[scene.client].source
        )
        thing = story.things.get((scene.client, scene.thing))
        need = Need(deal_id=deal.id, product_id=product.id, insured_object_id=thing, title=title)
        work.add(need)
        if scene.note:
            author = story.people[seller].id
            entry = JournalEntry(deal_id=deal.id, author_id=author, body=scene.note, happened_at=work.at)
            entry.kind = JournalKind.CALL
            work.add(entry)
    return Matter(story, scene, deal.id, need.id, scene.ago)


async def hand_off(matter: Matter) -> None:
    """The executor is asked for calculations."""
    asked = HandOff(executor_id=matter.story.people["boris"].id, note="Три варианта, с рассрочкой и без")
    await matter.story.do(matter.seller, Deal, matter.deal, "hand_off", asked, ago=matter.ago)


async def accept(matter: Matter) -> None:
    """The executor takes it on."""
    await matter.story.do("boris", Task, await matter.task("calculate"), "accept", ago=matter.ago)


async def calculate(matter: Matter) -> None:
    """The executor enters the variants, marks them ready and is done."""
    ago = matter.a_day_later()
    await enter(matter, matter.scene.variants, ago)
    for calculation, variant in zip(matter.calculations, matter.scene.variants, strict=True):
        refused = Refusal(reason=variant.refused) if variant.refused else None
        await matter.story.do("boris", Calculation, calculation, "refuse" if refused else "ready", refused, ago=ago)
    done = Result(result=f"Вариантов: {len(matter.calculations)}")
    await matter.story.do("boris", Task, await matter.task("calculate"), "complete", done, ago=ago)


async def enter(matter: Matter, variants: tuple[Variant, ...], ago: int) -> None:
    """Calculations as the insurers gave them."""
    made = [
        Calculation(
            deal_id=matter.deal,
            need_id=matter.need,
            insurer_id=matter.story.insurer(variant.insurer),
            program=variant.program or None,
            premium=None if variant.refused else Decimal(variant.premium),
            sum_insured=None if variant.refused else Decimal(variant.premium) * 25,
            deductible=Decimal(variant.deductible) if variant.deductible else None,
            deductible_kind="unconditional" if variant.deductible else "none",
            plan=matter.scene.plan,
            valid_until=matter.story.day(variant.valid - ago),
        )
        for variant in variants
    ]
    await matter.story.add("boris", *made, ago=ago)
    matter.calculations += [calculation.id for calculation in made]


async def offer(matter: Matter) -> None:
    """The client has the variants; those that have expired by then go stale."""
    await matter.story.do(matter.seller, Deal, matter.deal, "offer", ago=matter.a_day_later())


async def confirm(matter: Matter) -> None:
    """The client has chosen the first."""
    ago = matter.a_day_later()
    asked = Chosen(why="Дороже при тех же условиях")
    await matter.story.do(matter.seller, Calculation, matter.calculations[0], "confirm", asked, ago=ago)


async def order(matter: Matter) -> None:
    """The issue is ordered; a draft policy stands."""
    starts_on = matter.story.day(matter.scene.starts)
    boris = matter.story.people["boris"].id
    asked = OrderIssue(calculation_id=matter.calculations[0], executor_id=boris, starts_on=starts_on)
    await matter.story.do(matter.seller, Deal, matter.deal, "order_issue", asked, ago=matter.ago)
    matter.policy = (await matter.story.of_deal(Policy, matter.deal))[-1].id


async def pay(matter: Matter) -> None:
    """The client has paid what the scene says: on the day, or ahead of it."""
    for payment in (await matter.instalments())[: matter.scene.paid]:
        paid_on = min(payment.due_on, matter.story.today)
        await matter.story.do(matter.seller, Payment, payment.id, "pay", Paid(paid_on=paid_on))


async def issue(matter: Matter) -> None:
    """The executor enters the insurer's paper; lines appear by rule."""
    assert matter.policy is not None
    story, scene = matter.story, matter.scene
    ago, task = matter.a_day_later(), await matter.task("issue")
    await story.do("boris", Task, task, "accept", ago=ago)
    story.policies_issued += 1
    starts_on = story.day(scene.starts)
    paper = Issue(
        number=f"{SERIES.get(scene.product, 'АП')} {7410023000 + 37 * story.policies_issued}",
        sale_date=min(starts_on, story.day(-ago)),
        starts_on=starts_on,
        ends_on=starts_on + timedelta(days=scene.days - 1) if scene.days else last_day(starts_on, 12),
    )
    await story.do("boris", Policy, matter.policy, "issue", paper, ago=ago)
