"""What the contracts of the demo say of arrears, and an endorsement that adds a car to a fleet."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from models.arrears import ArrearTerms
from models.choices import ArrearEffect
from models.policy import Policy
from models.policy.record import Endorse
from seeds.demo.ladder import Matter
from seeds.demo.story import Story

FLEET = "lider"
A_CAR_MORE = Decimal("58400.00")


async def agree(story: Story) -> None:
    """By insurer and product: suspended at once, a grace, an end after thirty days."""
    kasko, health = (story.products[slug].id for slug in ("kasko", "health"))
    terms = (
        ArrearTerms(insurer_id=story.insurer("reso"), product_id=kasko, effect=ArrearEffect.GRACE.value, days=30),
        ArrearTerms(insurer_id=story.insurer("ingos"), product_id=health, effect=ArrearEffect.SUSPENDED.value),
        ArrearTerms(insurer_id=story.insurer("alfa"), effect=ArrearEffect.TERMINATION.value, days=30),
        ArrearTerms(insurer_id=story.insurer("vsk"), product_id=kasko, effect=ArrearEffect.REINSPECTION.value),
    )
    await story.add("admin", *terms)


async def add_a_car(matters: list[Matter]) -> None:
    """The fleet has one car more: the difference goes over what is not paid yet."""
    for matter in matters:
        if matter.scene.client == FLEET and matter.policy is not None:
            asked = Endorse(
                paper="ДС-1",
                effective_on=matter.story.today - timedelta(days=9),
                difference=A_CAR_MORE,
                what_changed="Добавлен автомобиль Haval Jolion, М404ОР799",
            )
            await matter.story.do(matter.seller, Policy, matter.policy, "endorse", asked, ago=9)
