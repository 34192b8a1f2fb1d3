"""What is measured, by which path on either side, and what it may cost."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

IVANOV = quote("Иванов")
ENDING = "policy:deal_id:ends_on=next_30"
EITHER = "or.1.stage=policy_issue&or.2.next_review_at=next_7"
LISTED = ("list", "filter", "deep", "search", "last", "related", "relative", "either", "sorted")
TWICE_FOR_OWN = 2
STATEMENTS_OF_A_LIST = 5
FORM_MS = 6.0
TOUCH_MS = 15.0
"""What a touch asks for, a row, the drawer, the story of a field, the menu: its floor is below a millisecond."""
TOUCHES = ("row", "peek", "field", "menu")
PALETTE_MS = 100.0
"""By then the lines of the palette are there, at any size."""


@dataclass(frozen=True)
class Case:
    """One kind of request; `{id}` is a deal's id, `{page}` the deep page, `{stage}` the one of about 50,000 deals.

    `{team}` asks for everybody's matters where one sees all, else for one's own.
    """

    name: str
    ours: str
    floor: str
    budget: float
    """The ratio to the floor that is allowed."""
    scopes: tuple[str, ...] = ("own", "all")
    """Who is measured: exporting is no right of those who see only their own."""
    saves: bool = False
    """The form of the path is posted with a new title, then the list is read."""
    is_part: bool = False
    """It is asked for by the page that is open, after it or by a touch."""

    def path(self, who: str, facts: dict[str, str]) -> str:
        """The path for a server."""
        return (self.floor if who == "floor" else self.ours).format(**facts)

    def allowed(self, scope: str, deals: int) -> float:
        """The budget's ratio by scope and size."""
        budget = 1.0 if self.name == "search" and deals >= 100_000 else self.budget
        return budget * TWICE_FOR_OWN if scope == "own" and self.name in LISTED else budget


CASES = (
    Case("list", "/admin/deal/list", "/deals", 3),
    Case("filter", "/admin/deal/list?stage=quotation", "/deals?stage=quotation", 3),
    Case("deep", "/admin/deal/list?page={page}", "/deals?page={page}", 3),
    Case("search", f"/admin/deal/list?q={IVANOV}", f"/deals?q={IVANOV}", 3),
    Case("today", "/admin/{team}", "/today", 6),
    Case("palette", f"/admin/palette?q={IVANOV}", f"/palette?q={IVANOV}", 4),
    Case("deal", "/admin/deal/details/{id}", "/deals/{id}", 4),
    Case("save", "/admin/deal/edit/{id}", "/deals/{id}/edit", 4, saves=True),
    Case("form", "/admin/policy/create", "/policies/new", 0),
    Case("last", "/admin/deal/list?page={last}", "/deals?page={last}", 3),
    Case("related", f"/admin/deal/list?{ENDING}", "/deals/by/related", 3),
    Case("relative", "/admin/deal/list?next_review_at=next_30", "/deals/by/relative", 3),
    Case("either", f"/admin/deal/list?{EITHER}", "/deals/by/either", 3),
    Case("sorted", "/admin/deal/list?sort=next_review_at,-code", "/grid/sorted", 3),
    Case("facets", "/admin/deal/facets", "/grid/facets", 3, is_part=True),
    Case("grouped", "/admin/deal/list?group=stage", "/grid/grouped", 3),
    Case("sums", "/admin/policy/list?group=insurer_id", "/grid/sums", 3),
    Case("totals", "/admin/payment/totals", "/grid/totals", 3, is_part=True),
    Case("month", "/admin/payment/totals?due_on=this_month", "/grid/month", 3, is_part=True),
    Case("board", "/admin/deal/list?as=board", "/grid/board", 3),
    Case("heads", "/admin/deal/board/sums?as=board", "/grid/heads", 3, is_part=True),
    Case("calendar", "/admin/deal/list?as=calendar", "/grid/calendar", 3),
    Case("menu", "/admin/today/numbers?fresh=1", "/grid/menu", 3, is_part=True),
    Case("row", "/admin/deal/row/{id}", "/grid/row/{id}", 4, is_part=True),
    Case("peek", "/admin/deal/peek/{id}", "/grid/peek/{id}", 4, is_part=True),
    Case("field", "/admin/deal/field/{id}/stage", "/grid/field/{id}", 4, is_part=True),
    Case("csv", "/admin/deal/export.csv{stage}", "/deals/export.csv{stage}", 2, scopes=("all",)),
)
LIST_PATH = {"floor": "/deals", "ours": "/admin/deal/list"}


def stage_of_fifty_thousand(deals: int) -> str:
    """The query that leaves about 50,000 deals of a load: half of them are in service, a twentieth are drafts."""
    if deals >= 1_000_000:
        return "?stage=draft"
    return "?stage=won" if deals >= 100_000 else ""


def deep_page(scope: str, deals: int) -> int:
    """Page 1000, or the last one there is; who has 4,000 deals has 160 pages."""
    return min(1000, deals // 25 if scope == "all" else 150)
