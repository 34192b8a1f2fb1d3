"""What may stand in a role: rights that are spelled right and name an entity that there is."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import Any

from sqlalchemy import event as sqlalchemy_event
from sqlalchemy.orm import Mapper

from models.actor import Scope
from models.base import Record
from models.errors import Invalid
from models.people import Role
from models.texts import N_

GRANT = re.compile(r"-?(?P<identity>\*|[a-z-]+\*?)((\.[a-z_*]+)?:[a-z_*]+)?")
NO_RIGHT = N_("“{grant}” is no right. Rights are written like these: deal:update, policy:*, -client.phone:read.")
SCOPES = frozenset(scope.value for scope in Scope)
EVERYTHING = ("*", "-*")
BESIDE = ("audit", "operations")
"""What is granted and is no entity."""


def check_role(role: Role) -> None:
    """Raises `Invalid` for a right that means nothing: it would take away in silence what the role had."""
    known = {str(mapper.class_.__identity__) for mapper in Record.registry.mappers} | set(BESIDE)
    for grant in role.grants or ():
        found = GRANT.fullmatch(grant)
        if (
            found is None
            or (":" not in grant and grant not in EVERYTHING)
            or not any(fnmatchcase(identity, found["identity"]) for identity in known)
        ):
            raise Invalid.at("grants", NO_RIGHT, grant=grant)
    if role.scope and role.scope not in SCOPES:
        raise Invalid.at("scope", N_("Write own, team or all."))


@sqlalchemy_event.listens_for(Role, "before_insert")
@sqlalchemy_event.listens_for(Role, "before_update")
def _written(_mapper: Mapper[Any], _connection: Any, role: Role) -> None:
    check_role(role)
