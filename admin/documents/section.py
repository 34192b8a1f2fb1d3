"""The section of files on the pages of deals, clients, policies and calculations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select

from admin.i18n import _, choice_label, show_datetime, show_number
from admin.views.record.children import Table
from admin.views.record.offers import Offers, offers_of
from jobs.clients.storage import INLINE, storage
from models.actor import Actor
from models.choices import DocumentKind
from models.deal import Deal
from models.document import Document
from models.filing.places import CLIENTS_OWN
from models.people import User
from models.session import Work
from models.texts import N_

AT_MOST = 500
UNITS = (N_("B"), N_("KB"), N_("MB"), N_("GB"))
ICONS = (
    ("application/pdf", "file-type-pdf"),
    ("image/", "photo"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml", "file-spreadsheet"),
    ("application/vnd.openxmlformats-officedocument", "file-text"),
    ("application/zip", "file-zip"),
    ("text/plain", "file-text"),
)


@dataclass(frozen=True)
class Line:
    """A file as the section shows it."""

    document: Document
    kind: str
    size: str
    who: str
    when: str
    icon: str
    preview: str
    missing: str
    offers: Offers


@dataclass(frozen=True)
class Group:
    """The files of one subfolder; of another deal or of the client where that is named."""

    title: str
    href: str
    lines: list[Line]


async def load(work: Work, actor: Actor, table: Table) -> Mapping[str, Any]:
    """What `parts/documents.html` needs: groups of files, the trash, where dropped files go."""
    parent, key = table.parent.identity, table.parent_id
    deal_id = await _deal_of(work, table)
    found = (await work.execute(_statement(parent, table.child.by, key))).all()
    lines = [(document, code, _line(table, actor, document, who)) for document, who, code in found]
    here = [one for one in lines if one[0].deleted_at is None]
    return {
        "groups": _groups(parent, deal_id, here),
        "count": len(here),
        "gone": [line for document, _code, line in lines if document.deleted_at is not None],
        "missing": sum(1 for document, _code, _line in here if document.missing_since),
        "query": _query(table, deal_id),
        "may_upload": actor.rights.may("document", "create"),
        "may_refresh": parent in ("deal", "client") and storage().follows_names,
        "owner": f"{'deal_id' if parent == 'deal' else 'client_id'}={key}",
        "has_more": len(found) == AT_MOST,
    }


def _statement(parent: str, by: str, key: UUID) -> Select[Document, str, str]:
    """A deal's page has the client's own files too, a client's page those of all deals that one sees."""
    which: ColumnElement[bool] = Document.__table__.c[by] == key
    if parent == "deal":
        client = select(Deal.client_id).where(Deal.id == key).scalar_subquery()
        which = or_(
            which, and_(Document.client_id == client, Document.deal_id.is_(None), Document.deleted_at.is_(None))
        )
    if parent == "client":
        which = or_(which, and_(Deal.client_id == key, Document.deleted_at.is_(None)))
    wanted = select(Document, User.full_name, Deal.code)
    return (
        wanted.outerjoin(User, User.id == Document.uploaded_by_id)
        .outerjoin(Deal, Deal.id == Document.deal_id)
        .where(which)
        .order_by(Deal.code.desc().nulls_first(), Document.folder, Document.created_at.desc(), Document.id)
        .limit(AT_MOST)
    )


async def _deal_of(work: Work, table: Table) -> UUID | None:
    """The deal that the page is of or in."""
    if table.parent.identity == "deal":
        return table.parent_id
    if "deal_id" not in table.parent.table.c:
        return None
    return await work.scalar(select(table.parent.table.c.deal_id).where(table.parent.table.c.id == table.parent_id))


def _query(table: Table, deal_id: UUID | None) -> str:
    """Where dropped files go, as the address of an upload says it."""
    if deal_id is None:
        return f"client_id={table.parent_id}"
    more = f"&{table.child.by}={table.parent_id}" if table.parent.identity in ("policy", "calculation") else ""
    return f"deal_id={deal_id}{more}"


def _line(table: Table, actor: Actor, document: Document, who: str | None) -> Line:
    shown = "pdf" if document.media_type == "application/pdf" else "image"
    return Line(
        document,
        choice_label(DocumentKind, document.kind),
        show_size(document.size),
        who or "",
        show_datetime(document.created_at),
        next((icon for kind, icon in ICONS if document.media_type.startswith(kind)), "file"),
        shown if document.media_type in INLINE else "",
        _missing(document.missing_since),
        offers_of(table.view, document, actor),
    )


def _missing(since: datetime | None) -> str:
    return _("Not in the folder since {when}", when=show_datetime(since)) if since else ""


def _groups(parent: str, deal_id: UUID | None, lines: Sequence[tuple[Document, str | None, Line]]) -> list[Group]:
    groups: dict[tuple[str, str], Group] = {}
    for document, code, line in lines:
        title, href = document.folder, ""
        if parent == "deal" and document.deal_id is None:
            title, href = _("Client's documents"), f"/admin/client/details/{document.client_id}"
        elif parent == "client" and document.deal_id is not None:
            title, href = (
                " · ".join(part for part in (code, document.folder) if part),
                f"/admin/deal/details/{document.deal_id}",
            )
        elif parent == "client" and document.folder == CLIENTS_OWN:
            title = ""
        groups.setdefault((href, title), Group(title, href, [])).lines.append(line)
    return sorted(groups.values(), key=lambda group: bool(group.href) and deal_id is not None)


def show_size(size: int) -> str:
    """`1,2 МБ`."""
    unit, value = 0, size * 10
    while value >= 10240 and unit < len(UNITS) - 1:
        value, unit = value // 1024, unit + 1
    return f"{show_number(value / 10 if unit else size, 1 if unit and value < 100 else 0)}\u00a0{_(UNITS[unit])}"
