"""What grants say, in every spelling that they admit."""

from __future__ import annotations

import pytest

from models.rights import Rights


@pytest.mark.parametrize(
    ("grant", "is_hidden"),
    [
        ("-client.phone:read", True),
        ("-client.phone:*", True),
        ("-cl*.phone:read", True),
        ("-*.phone:r*", True),
        ("-client.phone:write", False),
        ("-task.result:*", False),
        ("-client:read", False),
    ],
)
def test_a_hidden_field_is_known_in_every_spelling(grant: str, is_hidden: bool) -> None:
    """Searches that look into such fields are then not to be had; where the field itself is asked for, too."""
    rights = Rights(("*:*", grant))
    assert rights.hides({"client", "deal"}) is is_hidden
    assert rights.may_field("client", "phone", "read") is not is_hidden
