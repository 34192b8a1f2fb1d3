"""A role's grants in words: what may be done with what, and what is taken away."""

from __future__ import annotations

from collections.abc import Iterable

from admin.i18n import _
from admin.labels import label_of
from admin.views.registry import load
from models.texts import N_, NC_

ANYTHING = "*"
ACTIONS = {
    ANYTHING: NC_("grant", "everything"),
    "list": NC_("grant", "lists"),
    "read": NC_("grant", "reading"),
    "write": NC_("grant", "writing"),
    "create": NC_("grant", "creating"),
    "update": NC_("grant", "changing"),
    "trash": NC_("grant", "moving to the trash"),
    "restore": NC_("grant", "taking out of the trash"),
    "export": NC_("grant", "exporting"),
    "import": NC_("grant", "importing"),
    "ask_elsewhere": NC_("grant", "asking whether a colleague has such a client"),
    "set_refund": NC_("grant", "changing what the insurer keeps and returns"),
    "act_for_others": NC_("grant", "acting for others"),
    "undo_others": NC_("grant", "undoing what others did"),
    "lend": NC_("grant", "lending to everyone"),
    "assign": NC_("grant", "giving a list to a role"),
    "watch": NC_("grant", "watching the program's work"),
}
"""What a grant names after its colon; the names of verbs have labels of their own."""
PLACES = {ANYTHING: NC_("grant", "All records"), "audit": N_("Log"), "operations": NC_("grant", "Operations")}
"""What a grant names before its colon where that is no entity."""


def grants_in_words(grants: Iterable[str]) -> str:
    """`deal:create`, `deal:update`, `-user.phone:read` as "Deal: creating, changing; except User, Phone: reading"."""
    found: dict[str, list[str]] = {}
    for grant in grants:
        place, _colon, action = grant.removeprefix("-").partition(":")
        said = place_in_words(place)
        key = _("except {what}", what=said) if grant.startswith("-") else said
        found.setdefault(key, []).append(action_in_words(place, action or ANYTHING))
    return "; ".join(f"{place}: {', '.join(dict.fromkeys(actions))}" for place, actions in found.items())


def place_in_words(place: str) -> str:
    """An entity's name, with the field's where there is one; as it is spelled where nothing is called so."""
    identity, _dot, field = place.partition(".")
    view = load().get(identity)
    name = _(view.name) if view is not None else _(PLACES.get(identity, identity))
    if not field:
        return name
    label = view.labels.get(field) or label_of(view.table.c[field]) if view and field in view.table.c else field
    return f"{name}, {_(label)}"


def action_in_words(identity: str, action: str) -> str:
    """An action, or a verb by its label."""
    view = load().get(identity)
    verb = view.verbs.get(action) if view is not None and action not in ACTIONS else None
    return _(verb.label).lower() if verb is not None else _(ACTIONS.get(action, action))
