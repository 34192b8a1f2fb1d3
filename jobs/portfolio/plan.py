"""What of a workbook is missing here and will be made."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from jobs.portfolio.catalogue import Catalogue, read_catalogue
from jobs.portfolio.clients import Client
from jobs.portfolio.grouping import Group, group, instalments
from jobs.portfolio.known import KnownDeal, KnownPolicy, known_deals, known_policies
from jobs.portfolio.known_clients import known_clients
from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from jobs.portfolio.portfolio import Portfolio
from models.session import Work


class More(NamedTuple):
    """New instalments of a policy that is here."""

    row: Policy
    policy: KnownPolicy
    payments: list[Payment]


@dataclass
class Plan:
    """Rows to be written; `clients` are the keys of those who are here, by row, and grows while others are made."""

    catalogue: Catalogue
    clients: dict[int, UUID]
    new_clients: list[Client] = field(default_factory=list)
    deals: list[tuple[Group, KnownDeal | None]] = field(default_factory=list)
    """Policies of one deal, and the deal that they join."""
    more: list[More] = field(default_factory=list)

    @property
    def size(self) -> int:
        """How many things are to be done, for who watches."""
        return len(self.new_clients) + len(self.deals) + len(self.more)


async def make_plan(work: Work, portfolio: Portfolio) -> Plan:
    """Compare the workbook with the database; insurers and products that it lacks are made at once."""
    taken = [policy for policy in portfolio.policies if policy.verdict.taken]
    catalogue = await read_catalogue(work, taken)
    clients = [client for client in portfolio.clients if client.verdict.taken]
    plan = Plan(catalogue, await known_clients(work, clients))
    plan.new_clients = [client for client in clients if client.row not in plan.clients]
    here = await known_policies(work, catalogue, taken)
    deals = await known_deals(work, set(plan.clients.values()))
    for one in group([policy for policy in taken if policy.row not in here], portfolio.payments):
        client = plan.clients.get(one.client.row)
        plan.deals.append((one, deals.get((client, one.key)) if client else None))
    plan.more = _more(taken, here, instalments(portfolio.payments))
    return plan


def _more(policies: list[Policy], here: dict[int, KnownPolicy], payments: dict[int, list[Payment]]) -> list[More]:
    known = [More(policy, here[policy.row], payments.get(policy.row, [])) for policy in policies if policy.row in here]
    return [one for one in known if any(payment.sequence not in one.policy.sequences for payment in one.payments)]
