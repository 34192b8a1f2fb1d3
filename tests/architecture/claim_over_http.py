"""What comes with a new entity, seen through the panel; run in a copy of the project that has claims."""

from tests.admin.conftest import SignIn
from tests.world import World


async def test_claims_are_in_the_menu(browser: SignIn, world: World) -> None:
    anna = await browser(world.anna)
    assert "/admin/claim/list" in (await anna.get("/admin/")).text
