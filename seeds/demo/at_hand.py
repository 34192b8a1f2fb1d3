"""What the demo's people keep at hand: busy deals of a seller, and the accountant's list of what an insurer owes."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from models.changes import create
from models.following import FollowedView
from models.people import SavedView
from models.pins import pin
from seeds.demo.ladder import Matter
from seeds.demo.story import Story

WHO = "anna"
DEALS = 2
ACCOUNTANT = "olga"
OWED = "Ингосстрах: ждём КВ"
COLUMNS = ("payment_id.policy_id", "payment_id.policy_id.client_id", "amount", "expected_on", "deal_id")


async def keep_at_hand(story: Story, matters: Sequence[Matter]) -> None:
    """The first deals of hers, and the client of the first; the commission of the insurer with most policies."""
    hers = [matter for matter in matters if matter.seller == WHO][:DEALS]
    async with story.by(WHO, "pin.create") as work:
        for matter in hers:
            await pin(work, "deal", matter.deal)
        await pin(work, "client", story.clients[hers[0].scene.client])
    async with story.by(ACCOUNTANT, "saved-view.create") as work:
        owed = await create(work, SavedView, {"identity": "income", "name": OWED, "query": owed_by(story, "ingos")})
        await create(work, FollowedView, {"saved_view_id": owed.id, "is_pinned": True, "tells": True})


def owed_by(story: Story, slug: str) -> str:
    """The address of the commission that an insurer has not paid yet: what is due first stands on top, with its sum."""
    asked = {
        "payment_id.policy_id.insurer_id": str(story.insurer(slug)), "status": "expected", "sort": "expected_on",
        "totals": "1", "col": COLUMNS,
    }  # fmt: skip
    return urlencode(asked, doseq=True)
