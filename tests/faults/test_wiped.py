"""The queue is wiped with everything in it: what stands in the database is done all the same, once."""

from __future__ import annotations

import asyncio

import pytest
from redis.asyncio import Redis

from jobs.declared import QUICK
from jobs.embedded.urls import embedded_redis_url
from jobs.embedded.valkey import Valkey
from jobs.relay import Relay
from jobs.worker import Carrier, queue_name
from models.session import Database
from tests.faults.test_worker import enter_clients, jobs_url, marks, states, until_done, valkey, wait_until, working
from tests.faults.working import SUBSCRIPTIONS
from tests.world import World

__all__ = ["jobs_url", "valkey"]
WRITERS = 4


@pytest.mark.soak
@pytest.mark.parametrize("number", [5600])
async def test_a_queue_is_wiped_with_all_that_waits_in_it(
    world: World, valkey: Valkey, jobs_url: str, number: int
) -> None:
    """Wiped before anybody works, and again when a third is done. Negative control inside: the runs were in the
    queue, then there are none, and nobody has done any."""
    redis, door = embedded_redis_url(valkey.data_dir), Database(jobs_url)
    made = sum(await asyncio.gather(*(enter_clients(world, number // WRITERS) for _writer in range(WRITERS))))
    relay = Relay(door, Carrier(redis), SUBSCRIPTIONS)
    await relay.read()
    await relay.hand_over()
    await door.close()
    async with Redis.from_url(redis) as queue:
        assert await queue.zcard(queue_name(QUICK)) == made
        await queue.flushall()
        assert await queue.zcard(queue_name(QUICK)) == 0
        assert (await states(jobs_url), await marks(world)) == ({"waiting": made}, (0, 0))

        async def third_done() -> bool:
            return (await states(jobs_url)).get("done", 0) > made / 3

        async with working(2, jobs_url, redis):
            await wait_until(third_done, 300)
            waiting = await queue.zcard(queue_name(QUICK))
            await queue.flushall()
            await until_done(jobs_url, made, 600)
    print({"runs": made, "in the queue when it was wiped": [made, waiting], "marks": await marks(world)})
    assert waiting > 0
    assert await marks(world) == (made, made)
