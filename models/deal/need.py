"""What a deal is about: an insured object and a product."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import UniqueConstraint, text
from sqlalchemy.orm import Mapped

from models.base import Record, Rows, Trashable, reference
from models.verbs import Act

NEED_TITLE = text(
    "SELECT concat_ws(', ', p.name, o.title) FROM crm.products p"
    " LEFT JOIN crm.insured_objects o ON o.id = CAST(:object AS uuid) WHERE p.id = :product"
)


class Need(Trashable, Record):
    """Потребность: ОСАГО and КАСКО of one car are two needs."""

    __tablename__ = "needs"
    __table_args__: Any = (UniqueConstraint("id", "deal_id"), {"schema": "crm"})
    __identity__ = "need"
    __event__ = "crm.deal.need"
    __rows__ = Rows.UNDER_DEAL
    __title__ = "title"
    __search__ = ("title",)

    deal_id: Mapped[UUID] = reference("crm.deals")
    product_id: Mapped[UUID] = reference("crm.products")
    insured_object_id: Mapped[UUID | None] = reference("crm.insured_objects")
    title: Mapped[str]
    note: Mapped[str | None]

    @classmethod
    async def fill_in(cls, values: dict[str, Any], act: Act) -> None:
        """Without a title: the product and what is insured."""
        if not values.get("title") and values.get("product_id"):
            keys = {"product": values["product_id"], "object": values.get("insured_object_id")}
            values["title"] = await act.work.scalar(NEED_TITLE, keys)
