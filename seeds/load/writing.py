"""Writes the rows as the owner, set by set: clients, deals with all that hangs on them, then who sees them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from models import clock

SQL = Path(__file__).with_name("sql")
WATCHED = (
    "crm.clients",
    "crm.insured_objects",
    "crm.deals",
    "crm.deal_steps",
    "crm.needs",
    "crm.calculations",
    "crm.policies",
    "crm.renewals",
    "crm.payments",
    "crm.payment_incomes",
    "crm.payment_expenses",
    "tasks.tasks",
)
MEMBERSHIP = ("crm.deal_members", "crm.client_members")
ATTENTION = ("crm.attention",)
RESERVE = text("SELECT setval('crm.deal_numbers', nextval('crm.deal_numbers') + :deals) - :deals")
OF_A_DEAL = (
    "deals",
    "steps",
    "needs",
    "calculations",
    "policies",
    "renewals",
    "payments",
    "incomes",
    "expenses",
    "tasks",
)
OF_A_BATCH = ("batch", "covers", "dues")


class Writer:
    """The load's temporary tables and the numbers that its statements are told."""

    def __init__(self, connection: AsyncConnection, deals: int) -> None:
        self._connection = connection
        self._told: dict[str, Any] = {"clients": max(1, deals // 3), "today": clock.today()}

    async def set_up(self, deals: int) -> None:
        """Make the temporary tables, and take the deals' numbers from the sequence that the panel takes them from."""
        raw = await self._connection.get_raw_connection()
        await raw.driver_connection.execute((SQL / "setup.sql").read_text(encoding="utf-8"))  # type: ignore[union-attr]
        for table in ("products", "insurers", "sellers"):
            self._told[table] = await self._connection.scalar(text(f"SELECT count(*) FROM {table}"))  # noqa: S608
        self._told["numbers"] = await self._connection.scalar(RESERVE, {"deals": deals})

    async def clients(self, first: int, last: int) -> None:
        """Clients by number, each with a car."""
        self._told |= {"first": first, "last": last}
        await self._run("clients", "objects")

    async def deals(self, first: int, last: int) -> None:
        """Deals by number, with everything that hangs on them."""
        self._told |= {"first": first, "last": last}
        await self._run(*OF_A_BATCH)
        await self._connection.execute(text(f"ANALYZE {', '.join(OF_A_BATCH)}"))
        await self._run(*OF_A_DEAL)
        await self._connection.execute(text(f"DROP TABLE {', '.join(OF_A_BATCH)}"))

    async def members(self) -> None:
        """Who sees each deal and each client; sorted, so that the keys grow in order."""
        await self._run("deal_members", "client_members", "alone")

    async def attention(self, first: int, last: int) -> None:
        """What needs whom, as every commit works it out; after the indexes, by which it is found."""
        self._told |= {"first": first, "last": last}
        await self._run("attention")

    async def _run(self, *names: str) -> None:
        for name in names:
            statement = text((SQL / f"{name}.sql").read_text(encoding="utf-8"))
            told = {key: self._told[key] for key in statement.compile().params}
            await self._connection.execute(statement, told)
