"""A role takes rights that mean something, and no others."""

from __future__ import annotations

import pytest

from models.errors import Invalid
from models.granting import check_role
from models.people import Role
from seeds.reference.roles import ROLES

RIGHT = (
    "*",
    "deal:*",
    "deal:update",
    "-client.phone:read",
    "*:list",
    "-session:*",
    "audit:undo_others",
    "client*:read",
)
WRONG = ("сделки: всё", "deal", "deal:", ":read", "deals:read", "deal read", "", "*deal*:x y")


@pytest.mark.parametrize("grant", RIGHT)
def test_what_means_something_is_taken(grant: str) -> None:
    check_role(Role(slug="some", name="Some", scope="own", grants=[grant]))


@pytest.mark.parametrize("grant", WRONG)
def test_what_means_nothing_is_refused(grant: str) -> None:
    with pytest.raises(Invalid) as told:
        check_role(Role(slug="some", name="Some", scope="own", grants=["deal:*", grant]))
    assert "grants" in told.value.fields


def test_a_scope_is_one_of_three() -> None:
    with pytest.raises(Invalid):
        check_role(Role(slug="some", name="Some", scope="mine", grants=[]))


def test_our_own_roles_are_right() -> None:
    for seed in ROLES:
        check_role(Role(slug=seed.slug, name=seed.slug, scope=seed.scope, grants=list(seed.grants)))
