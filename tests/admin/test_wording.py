"""Words of notifications: looked at while they are written, refused where they name what nobody knows."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from jobs.filling import filled
from models.actor import SYSTEM, Via
from models.choices import Channel
from models.notification import Template
from models.wishes import KINDS
from models.wording import EXAMPLE, NAMES, check_words
from seeds.reference.templates import ensure_templates
from tests.admin.conftest import SignIn
from tests.world import World

GIVEN = {"event": "task.sent", "channel": "panel", "locale": "ru", "subject": "{task} до {due}", "body": "{deal}"}
PREVIEW = "/admin/wording/preview"


async def test_a_preview_shows_an_example_and_the_names(world: World, browser: SignIn) -> None:
    admin = await browser(world.admin)
    page = (await admin.post(PREVIEW, data=GIVEN)).text
    assert "Расчёт КАСКО до 04.12.2026" in page and "{client}" in page
    outside = (await admin.post(PREVIEW, data=GIVEN | {"channel": "telegram"})).text
    assert "{task} не известно" in outside and "{client}" not in outside
    assert "<script>" not in (await admin.post(PREVIEW, data=GIVEN | {"subject": "<script>"})).text


async def test_who_may_not_edit_words_sees_no_preview(world: World, browser: SignIn) -> None:
    anna = await browser(world.anna)
    assert (await anna.post(PREVIEW, data=GIVEN)).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"subject": "{premium}"}, "{premium} не известно"),
        ({"channel": "email", "subject": "{deal}", "body": "{client}"}, "{client} не известно"),
        ({"subject": "{task"}, "Скобка стоит без пары"),
        ({"event": "task.lost"}, "Под этим именем ничего не отправляется"),
    ],
)
async def test_what_nobody_knows_is_refused_and_the_form_stays(
    world: World, browser: SignIn, wrong: dict[str, str], sentence: str
) -> None:
    admin = await browser(world.admin)
    answer = await admin.post("/admin/template/create", data=GIVEN | {"locale": "en"} | wrong)
    assert answer.status_code == 422 and sentence in answer.text
    assert wrong.get("body", wrong.get("subject", "")) in answer.text
    async with world.database.transaction(world.admin) as work:
        assert (await work.scalars(select(Template).where(Template.locale == "en"))).all() == []


async def test_our_own_words_are_right_and_whole(world: World) -> None:
    """Every kind that people may choose has words for each of its channels, in both languages; none leaves a name."""
    async with world.database.transaction(SYSTEM, Via.JOB, "seeds.reference") as work:
        await ensure_templates(work)
        await work.flush()
        known = list(await work.scalars(select(Template)))
    assert {kind.event for kind in KINDS} == set(NAMES)
    said = {(one.event, one.channel, one.locale) for one in known}
    for kind in KINDS:
        assert {(kind.event, channel, locale) for channel in kind.channels for locale in ("ru", "en")} <= said
    for one in known:
        check_words(one)
        for part in (one.subject, one.body):
            assert "{" not in filled(part, EXAMPLE, one.locale)
    assert not any(
        name in one.body for one in known if one.channel != Channel.PANEL for name in ("{client}", "{actor}")
    )
