"""A browser that tells what happens while the panel is closed: its worker stays, a click leads to the deal."""

from __future__ import annotations

import pytest
from playwright.async_api import Worker, expect

from admin.static_files import version
from settings import settings
from tests.journeys.conftest import SetUp

CLICK = """async (url) => {
  const asked = [];
  self.clients.openWindow = async (href) => asked.push(`open ${new URL(href).pathname}`);
  WindowClient.prototype.focus = async function () { asked.push(`focus ${new URL(this.url).pathname}`); return this; };
  let end;
  const told = { notification: { close() {}, data: { url } }, waitUntil(promise) { end = promise; } };
  self.dispatchEvent(Object.assign(new Event("notificationclick"), told));
  await end;
  return asked;
}"""
"""What the worker asks the browser for when its notification is clicked; the browser itself obeys people only."""


@pytest.fixture
async def worker(at_desk: SetUp, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """Anna's, who has the page of her notifications open."""
    monkeypatch.setitem(settings.__dict__, "web_push_contact", "mailto:desk@polis.example")
    anna = await at_desk("anna", permissions=["notifications"])
    await anna.page.goto("/admin/preferences")
    async with anna.page.context.expect_event("serviceworker") as coming:
        await anna.page.get_by_role("button", name="Включить в этом браузере").click()
    await expect(anna.page.get_by_role("alert")).to_be_visible()
    anna.complaints.clear()  # this Chromium has no push service to subscribe at, and says so
    found: Worker = await coming.value
    return found


async def test_the_worker_stays_the_same_with_the_next_release(worker: Worker) -> None:
    """Another address would be another worker: the browser would be told twice, the old one never renewed."""
    assert version() not in worker.url
    assert (await worker.evaluate("self.registration.scope")).endswith("/static/js/")


@pytest.mark.parametrize(
    ("url", "asked"),
    [("/admin/deal/details/1", "open /admin/deal/details/1"), ("/admin/preferences", "focus /admin/preferences")],
)
async def test_a_click_opens_the_page_or_the_window_that_shows_it(worker: Worker, url: str, asked: str) -> None:
    """A browser grants one window for a click, and leads none elsewhere that is not the worker's own."""
    assert await worker.evaluate(CLICK, url) == [asked]
