"""Health and metrics."""

from __future__ import annotations

from tests.admin.conftest import SignIn


async def test_each_part_says_how_it_is(browser: SignIn):
    client = await browser()
    assert (await client.get("/health/live")).status_code == 200
    answer = await client.get("/health/ready")
    parts = answer.json()["parts"]
    assert parts["database"]["state"] == parts["migrations"]["state"] == "up"
    assert parts["redis"]["state"] == "down" and answer.json()["state"] == "degraded"
    assert answer.status_code == 200


async def test_requests_are_counted_without_keys_of_records(browser: SignIn):
    client = await browser()
    await client.get("/admin/deal/details/0192f0c1-2b3c-7000-8000-000000000001")
    said = (await client.get("/metrics")).text
    assert 'page="details"' in said and "0192f0c1" not in said
    assert 'le="+Inf"' in said
