"""A brokerage's workbook read whole: every row with its verdict, nothing written anywhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from jobs.portfolio.clients import Client, read_client
from jobs.portfolio.columns import Progress, Row, Table, find_tables
from jobs.portfolio.layouts import CLIENTS, PAYMENTS, POLICIES
from jobs.portfolio.namesakes import Clients
from jobs.portfolio.payments import Payment, Payments
from jobs.portfolio.policies import Policies, Policy
from jobs.portfolio.workbook import open_workbook
from models.texts import N_, Text


@dataclass(frozen=True)
class Portfolio:
    """Rows in the workbook's order; `sheets` are its names for clients, policies and payments."""

    sheets: tuple[str, str, str]
    clients: list[Client]
    policies: list[Policy]
    payments: list[Payment]


class Keeps(Protocol):
    """Who wants the rows as they were typed; sheets are numbered from 0: clients, policies, payments."""

    def begin(self, sheet: int, name: str, titles: Row) -> None: ...

    def keep(self, sheet: int, row: int, cells: Row) -> None: ...


def read_portfolio(path: Path, today: date, progress: Progress | None = None, keeper: Keeps | None = None) -> Portfolio:
    """Read and judge a workbook. Raises Invalid or NotFound with one sentence where it cannot be read at all.

    `progress` is called with a sheet's name, the rows done and the rows in all.
    """
    sheets = open_workbook(path)
    client_table, policy_table, payment_table = tables = find_tables(sheets, (CLIENTS, POLICIES, PAYMENTS))
    reading = _Reading(progress, keeper)
    clients = Clients(read_client(number, row, today) for number, row in reading.rows(0, client_table))
    policies = Policies(clients)
    for number, row in reading.rows(1, policy_table):
        policies.add(number, row)
    payments = Payments(policies)
    for number, row in reading.rows(2, payment_table):
        payments.add(number, row)
    _warn_of_odd_sums(payments.rows)
    first, second, third = (table.sheet.name for table in tables)
    return Portfolio((first, second, third), clients.rows, policies.rows, payments.rows)


@dataclass(frozen=True)
class _Reading:
    """Who hears of the rows on their way."""

    progress: Progress | None
    keeper: Keeps | None

    def rows(self, sheet: int, table: Table) -> Iterator[tuple[int, Row]]:
        """The rows of a table, shown to the keeper first."""
        if self.keeper is None:
            yield from table.rows(self.progress)
            return
        self.keeper.begin(sheet, table.sheet.name, table.titles)
        for number, row in table.rows(self.progress):
            self.keeper.keep(sheet, number, row)
            yield number, row


def _warn_of_odd_sums(payments: list[Payment]) -> None:
    """A policy whose instalments do not make its premium is taken with a warning."""
    sums: dict[Policy, Decimal] = {}
    for payment in payments:
        if payment.verdict.taken and payment.policy and payment.amount is not None:
            sums[payment.policy] = sums.get(payment.policy, Decimal(0)) + payment.amount
    for policy, total in sums.items():
        if total != policy.premium:
            text = N_("The instalments make {total}, the premium is {premium}")
            policy.warnings.append(Text(text, total=total, premium=policy.premium))
