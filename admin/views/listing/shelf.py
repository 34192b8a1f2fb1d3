"""Lists that people have saved: tabs above the list, their own first, and where one is saved."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from admin.i18n import _, say
from admin.toasts import toast
from admin.views.base import View
from admin.views.listing.asked import PLACES, Asked
from admin.views.record.replies import posted
from models.actor import Actor
from models.changes import Change, apply, create
from models.choices import LentTo
from models.errors import Problem
from models.people import SavedView
from models.session import Work
from models.texts import N_

FIND = (
    "SELECT * FROM (SELECT v.id, v.name, v.query, v.lent_to, v.is_first, v.user_id, u.full_name, v.for_role_id,"
    " r.slug AS for_role, r.name AS role_name, coalesce(f.is_pinned, false) AS is_pinned,"
    " coalesce(f.tells, false) AS tells, v.user_id <> (SELECT auth.actor_id()) AS is_lent FROM auth.saved_views v"
    " JOIN auth.users u ON u.id = v.user_id"
    " LEFT JOIN auth.roles r ON r.id = v.for_role_id"
    " LEFT JOIN auth.followed_views f ON f.saved_view_id = v.id AND f.user_id = (SELECT auth.actor_id())"
    " WHERE v.identity = $1 AND v.deleted_at IS NULL"
    " UNION ALL SELECT r.id, r.name, '', '', false, NULL, '', NULL, '', '', false, false, false"
    " FROM auth.roles r WHERE $2"
    ") found ORDER BY is_lent, name, id"
)
"""The saved lists; where they are wanted, the roles too, which have no owner: one question is sooner than two."""
WHOLE = "all"
"""The value of `view` that opens the list as it is, whatever was saved as the first one."""


class Tab(NamedTuple):
    """A saved list above the list: whose it is where it is another's."""

    key: UUID
    name: str
    address: str
    is_open: bool
    is_own: bool
    lent_to: str
    is_first: bool
    owner: str
    is_pinned: bool
    """Whether it stands in the person's menu."""
    tells: bool
    """Whether the person hears of what enters it."""
    for_role_id: UUID | None
    role_name: str
    is_roles: bool
    """Whether it opens first for the person's role."""


class Shelf(NamedTuple):
    """The tabs of a list, the one that is open, and the address that would be saved now."""

    tabs: list[Tab]
    open: Tab | None
    query: str
    lends: list[tuple[str, str]]
    is_whole: bool
    roles: Sequence[Any] = ()
    """Those that the person may give a list to."""


async def saved_views(work: Work, view: View, actor: Actor) -> tuple[Sequence[Any], Sequence[Any]]:
    """The saved lists of an entity that the actor sees, one's own first; and the roles to which they may give one."""
    found = await work.driver.fetch(FIND, view.identity, actor.rights.may("saved-view", "assign"))
    return [row for row in found if row["user_id"]], [row for row in found if not row["user_id"]]


def first_of(saved: Sequence[Any], actor: Actor, query: str, view: View) -> Any | None:
    """The saved list that opens in place of the bare one: one's own, else the role's, the team's before everyone's."""
    if query not in ("", view.first_look):
        return None
    own = (row for row in saved if row["is_first"] and row["user_id"] == actor.id)
    given = [row for row in saved if row["for_role"] == actor.role]
    return next(own, None) or min(given, key=nearness, default=None)


def nearness(row: Any) -> tuple[bool, int]:
    """What orders the lists of a role: the team's first, the newest first."""
    return row["lent_to"] != LentTo.TEAM, -row["id"].int


def shelf_of(saved: Sequence[Any], wanted: Asked, actor: Actor, roles: Sequence[Any] = ()) -> Shelf:
    """What stands above the list."""
    opened = wanted.query.get("view", "")
    tabs = [
        Tab(
            row["id"], row["name"], address_of(row), str(row["id"]) == opened, row["user_id"] == actor.id,
            row["lent_to"], row["is_first"], "" if row["user_id"] == actor.id else row["full_name"],
            row["is_pinned"], row["tells"], row["for_role_id"], row["role_name"] or "", row["for_role"] == actor.role,
        )
        for row in saved
    ]  # fmt: skip
    may_lend = actor.rights.may("saved-view", "lend")
    lends = [(one.value, one.label) for one in LentTo if may_lend or one is not LentTo.EVERYONE]
    now = next((tab for tab in tabs if tab.is_open), None)
    return Shelf(tabs, now, kept(wanted.address()), lends, now is None and not wanted.is_narrowed, roles)


def address_of(row: Any) -> str:
    """Where a saved list is."""
    query = row["query"]
    return f"?{query}{'&' if query else ''}view={row['id']}"


def kept(query: str) -> str:
    """What of an address is worth keeping: no place in the list, no other saved list."""
    pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=False)
    return urlencode([(name, value) for name, value in pairs if name not in (*PLACES, "view")])


async def save_view(request: Request, view: View) -> Response:
    """Keep the list as it stands, under a new name or in place of an own one; it is open afterwards."""
    data, state = await posted(request), request.state
    query = kept(str(data.get("query") or ""))
    values = {
        "name": str(data.get("name") or ""), "lent_to": str(data.get("lent_to") or LentTo.NOBODY.value),
        "is_first": data.get("is_first") == "1", "query": query,
    }  # fmt: skip
    if state.actor.rights.may("saved-view", "assign"):
        values["for_role_id"] = str(data.get("for_role_id") or "") or None
    key = as_key(str(data.get("key") or ""))
    verb = "update" if key else "create"
    try:
        async with state.database.transaction(state.actor, action=f"saved-view.{verb}") as work:
            row = await written(work, view, key, values)
            await alone_first(work, row)
    except Problem as problem:
        fields = getattr(problem, "fields", {})
        told = " ".join(say(one) for one in fields.values()) or say(problem)
        return toast(request, RedirectResponse(f"/admin/{view.identity}/list?{query}", 303), told)
    to = f"/admin/{view.identity}/list{address_of({'id': row.id, 'query': row.query})}"
    return toast(request, RedirectResponse(to, 303), _(KEPT), undo=work.action_id)


KEPT = N_("The list is kept.")


async def written(work: Work, view: View, key: UUID | None, values: dict[str, Any]) -> SavedView:
    """The saved list, new or changed. Raises what the change set raises."""
    if key is None:
        return await create(work, SavedView, values | {"identity": view.identity})
    merged = await apply(work, Change(SavedView, key, {}, values))
    row: SavedView = merged.record
    return row


async def alone_first(work: Work, row: SavedView) -> None:
    """Only one of a person's lists of an entity opens first, and one for each role."""
    others = select(SavedView).where(
        SavedView.user_id == row.user_id, SavedView.identity == row.identity, SavedView.id != row.id
    )
    if row.is_first:
        for other in await work.scalars(others.where(SavedView.is_first)):
            other.is_first = False
    if row.for_role_id:
        for other in await work.scalars(others.where(SavedView.for_role_id == row.for_role_id)):
            other.for_role_id = None


def as_key(text: str) -> UUID | None:
    """A key, or nothing."""
    try:
        return UUID(text)
    except ValueError:
        return None
