"""How a deal begins."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from models.choices import Ball, DealStage
from models.facts import Fact
from models.verbs import Act

if TYPE_CHECKING:
    from models.deal.record import Deal
    from models.session import Work

NEXT_NUMBER = text("SELECT nextval('crm.deal_numbers')")
CLIENT_NAME = text("SELECT name FROM crm.clients WHERE id = :client")


class DealOpening:
    """A new deal has a code, a title, a stage with its clock, and a day to look at it: today."""

    @classmethod
    async def open(cls, work: Work, **values: Any) -> Deal:
        """Open a deal of `client_id`; the actor sells unless another seller is named. Told as `deal.opened`."""
        from models.deal.record import Deal

        values.setdefault("seller_id", work.actor.id)
        act = work.act()
        await cls.fill_in(values, act)
        deal = Deal(**values)
        work.add(deal)
        await work.flush()
        deal.made(act)
        return deal

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """Code, title, clocks and the first review date."""
        number = await act.work.scalar(NEXT_NUMBER)
        values["code"] = f"D-{act.today:%Y}-{number:05d}"
        if not values.get("title") and values.get("client_id"):
            values["title"] = await act.work.scalar(CLIENT_NAME, {"client": values["client_id"]})
        values |= {"stage": DealStage.DRAFT.value, "ball": Ball.SELLER.value}
        values |= {
            "stage_since": act.at,
            "ball_since": act.at,
            "next_review_at": act.today,
            "next_review_reason": "stage",
        }

    def made(self, act: Act) -> None:
        """The deal stands; hooks give it its first task."""
        act.work.tell(Fact("deal.opened", self))
