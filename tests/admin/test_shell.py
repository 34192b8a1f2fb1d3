"""The shell around every page."""

from tests.admin.conftest import SignIn
from tests.world import World


async def test_a_signed_in_person_gets_the_home_page(browser: SignIn, world: World):
    anna = await browser(world.anna)
    answer = await anna.get("/admin/")
    assert answer.status_code == 200, answer.text
    assert world.anna.name in answer.text
