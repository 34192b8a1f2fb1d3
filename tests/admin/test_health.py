"""Health and metrics."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from admin.app import build
from admin.auth import cookies
from jobs.embedded.postgres import Postgres
from models.session import Database
from settings import settings
from tests.admin.conftest import HOST, SignIn
from tests.world import World


async def test_each_part_says_how_it_is(browser: SignIn, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr("admin.health.redis_url", lambda: f"unix://{tmp_path}/nobody.sock")
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


async def test_without_its_database_the_panel_says_so_and_shows_no_details():
    away = Database("postgresql+asyncpg://nobody:s3cret@localhost/none?host=/nowhere")
    transport = httpx.ASGITransport(build(away, settings), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=HOST, cookies={cookies.SESSION: "x"}) as client:
        answer = await client.get("/health/ready")
        assert answer.status_code == 503 and answer.json()["parts"]["database"]["state"] == "down"
        assert (await client.get("/health/live")).status_code == 200
        page = await client.get("/admin/")
        assert page.status_code == 503 and "База данных не отвечает" in page.text
        assert "nowhere" not in page.text + answer.text and "s3cret" not in page.text + answer.text
        assert page.headers["x-content-type-options"] == "nosniff"


async def test_people_stay_signed_in_when_the_server_drops_its_connections(
    browser: SignIn, world: World, cluster: Postgres
):
    anna = await browser(world.anna)
    assert (await anna.get("/admin/password")).status_code == 200
    name = world.database.engine.url.database  # other workers of the run have databases of their own
    cluster.psql(
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'", database="postgres"
    )
    assert (await anna.get("/admin/password")).status_code == 200
