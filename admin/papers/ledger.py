"""The month for 1C: a workbook whose sheets the loaders of 1С:Бухгалтерия take column by column. Russian, as 1C is."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from admin.papers.making import month_of, months
from admin.papers.pages import XLSX, file_of
from admin.papers.table import Block, Column, Kind
from admin.papers.workbook import register_of
from admin.rendering import page
from models.catalogue import Entity
from models.choices import Settlement, VatMode
from models.errors import NotFound, Unauthenticated
from models.ledger import acts_of, payouts_of, receipts_of
from models.paper import Period
from models.session import Work

VAT = {VatMode.NONE: "Без НДС", VatMode.FIVE: "5%", VatMode.SEVEN: "7%", VatMode.TWENTY_TWO: "22%"}
"""Names of 1C's own list of rates."""
SETTLED = {Settlement.AFTER_ACT: "Поступление на расчётный счёт", Settlement.WITHHELD: "Удержано из премии (зачёт)"}
PAID_FOR = {
    "client_discount": "Скидка клиенту", "seller_share": "Доля продавца", "executor_share": "Доля исполнителя",
    "partner_share": "Доля партнёра", "other": "Прочее",
}  # fmt: skip
SALES = (
    Column("Дата", Kind.DAY, 22), Column("Номер", Kind.NUMBER, 14), Column("Организация", width=40),
    Column("Контрагент", width=40), Column("ИНН", width=24), Column("КПП", width=20), Column("Договор", width=28),
    Column("Дата договора", Kind.DAY, 22), Column("Номенклатура", width=60), Column("Количество", Kind.NUMBER, 16),
    Column("Цена", Kind.MONEY, 24), Column("Сумма", Kind.MONEY, 24), Column("Ставка НДС", width=18),
    Column("Сумма НДС", Kind.MONEY, 24), Column("Всего", Kind.MONEY, 24), Column("Счёт доходов", width=18),
    Column("Счёт учёта НДС", width=18),
)  # fmt: skip
"""«Реализация (акты, накладные, УПД)»; sums contain VAT («НДС в сумме»), so «Всего» is «Сумма»."""
RECEIPTS = (
    Column("Дата", Kind.DAY, 22), Column("Вид", width=44), Column("Контрагент", width=40), Column("ИНН", width=24),
    Column("КПП", width=20), Column("Договор", width=28), Column("Сумма", Kind.MONEY, 24),
    Column("Ставка НДС", width=18), Column("Сумма НДС", Kind.MONEY, 24), Column("Строк", Kind.NUMBER, 12),
    Column("Назначение платежа", width=70),
)  # fmt: skip
PAYOUTS = (
    Column("Дата", Kind.DAY, 22), Column("Получатель", width=44), Column("За что", width=34),
    Column("Период", width=30), Column("Сумма", Kind.MONEY, 24), Column("Строк", Kind.NUMBER, 12),
    Column("Назначение платежа", width=70),
)  # fmt: skip
SHEETS = ("Реализация", "Поступление", "Выплаты")


async def sheets_of(work: Work, period: Period, entity: UUID) -> list[tuple[str, Block]]:
    """The sheets of a month; of sheets that are paid out nobody knows the entity, so they stand with each."""
    sales = [sale(row) for row in await acts_of(work, period, entity)]
    receipts = [receipt(row) for row in await receipts_of(work, period, entity)]
    payouts = [payout(row) for row in await payouts_of(work, period)]
    columns = (SALES, RECEIPTS, PAYOUTS)
    rows: tuple[list[tuple[Any, ...]], ...] = (sales, receipts, payouts)
    return [(name, Block("", cols, found)) for name, cols, found in zip(SHEETS, columns, rows, strict=True)]


def sale(row: Any) -> tuple[Any, ...]:
    """A line of «Реализация»: one of an act for each rate."""
    what = f"Агентское вознаграждение за {row['period_from']:%d.%m.%Y}–{row['period_to']:%d.%m.%Y}"
    vat = row["vat"] if row["vat_mode"] != VatMode.NONE else None
    has_vat = "90.03" if vat is not None else ""
    return (
        row["signed_on"], row["number"], row["entity"], row["insurer"], row["inn"], row["kpp"], row["agreement"],
        row["agreed_on"], what, Decimal(1), row["amount"], row["amount"], VAT[VatMode(row["vat_mode"])], vat,
        row["amount"], "90.01.1", has_vat,
    )  # fmt: skip


def receipt(row: Any) -> tuple[Any, ...]:
    """A line of receipts: what a payer paid or let us keep on a day."""
    agreement = f" по договору {row['agreement']}" if row["agreement"] else ""
    vat = row["vat"] if row["vat_mode"] != VatMode.NONE else None
    return (
        row["received_on"], SETTLED[Settlement(row["settlement"])], row["insurer"], row["inn"], row["kpp"],
        row["agreement"], row["amount"], VAT[VatMode(row["vat_mode"])], vat, row["lines"],
        f"Агентское вознаграждение{agreement}",
    )  # fmt: skip


def payout(row: Any) -> tuple[Any, ...]:
    """A line of pay-outs."""
    period = f"{row['period_from']:%d.%m.%Y}–{row['period_to']:%d.%m.%Y}"
    what = PAID_FOR[row["kind"]]
    return row["paid_on"], row["payee"], what, period, row["amount"], row["lines"], f"{what} за {period}"


def must_count(request: Request) -> None:
    """Raises `Unauthenticated`, `NotFound` for those who do not sign acts."""
    if request.state.actor is None:
        raise Unauthenticated
    if not request.state.actor.rights.may("act", "export"):
        raise NotFound


async def ledger_page(request: Request) -> Response:
    """What the file of a month has in it."""
    must_count(request)
    period, state = month_of(request.query_params.get("month", "")), request.state
    async with state.database.transaction(state.actor) as work:
        entities = list(await work.scalars(select(Entity).where(Entity.deleted_at.is_(None)).order_by(Entity.name)))
        entity = entity_of(request, entities)
        sheets = await sheets_of(work, period, entity.id) if entity else []
    context: dict[str, Any] = {
        "sheets": [(name, block, total_of(block)) for name, block in sheets], "months": months(), "period": period,
        "month": f"{period.first:%Y-%m}", "entities": entities, "entity": entity,
    }  # fmt: skip
    return page(request, "papers/ledger.html", active="ledger", **context)


async def ledger_file(request: Request) -> Response:
    """The workbook."""
    must_count(request)
    period, state = month_of(request.query_params.get("month", "")), request.state
    async with state.database.transaction(state.actor) as work:
        entities = list(await work.scalars(select(Entity).where(Entity.deleted_at.is_(None)).order_by(Entity.name)))
        entity = entity_of(request, entities)
        if entity is None:
            raise NotFound
        sheets = await sheets_of(work, period, entity.id)
    content = await asyncio.to_thread(register_of, sheets)
    return file_of(content, f"1С {period.first:%Y-%m} {entity.name}.xlsx", XLSX)


def entity_of(request: Request, entities: list[Entity]) -> Entity | None:
    """The entity of the address, else the first."""
    asked = request.query_params.get("entity", "")
    return next((one for one in entities if str(one.id) == asked), entities[0] if entities else None)


def total_of(block: Block) -> Decimal:
    """What its rows come to."""
    place = next(n for n, column in enumerate(block.columns) if column.label == "Сумма")
    return sum((row[place] for row in block.rows), Decimal(0))


ROUTES = [
    Route("/ledger", ledger_page, name="ledger"),
    Route("/ledger/1c.xlsx", ledger_file, name="ledger_file"),
]
