"""What the demo's people keep at hand: two of the busiest deals of a seller, a client beside them."""

from __future__ import annotations

from collections.abc import Sequence

from models.pins import pin
from seeds.demo.ladder import Matter
from seeds.demo.story import Story

WHO = "anna"
DEALS = 2


async def keep_at_hand(story: Story, matters: Sequence[Matter]) -> None:
    """The first deals of hers, and the client of the first."""
    hers = [matter for matter in matters if matter.seller == WHO][:DEALS]
    async with story.by(WHO, "pin.create") as work:
        for matter in hers:
            await pin(work, "deal", matter.deal)
        await pin(work, "client", story.clients[hers[0].scene.client])
