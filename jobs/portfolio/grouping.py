"""Which policies make one deal: a client's and an insured object's; without an object, a client's and a product's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from jobs.portfolio.clients import Client
from jobs.portfolio.payments import Payment
from jobs.portfolio.policies import Policy
from models.names import sort_key


@dataclass(slots=True)
class Group:
    """The policies of one deal to be, in the order of their start, with their instalments by policy row."""

    client: Client
    key: str
    policies: list[Policy] = field(default_factory=list)
    payments: dict[int, list[Payment]] = field(default_factory=dict)

    def has_lapsed(self, today: date) -> bool:
        """Whether no policy covers today or later."""
        return all(policy.ends_on is None or policy.ends_on < today for policy in self.policies)

    @property
    def latest(self) -> Policy:
        """The policy that starts last; its seller and executor are the deal's."""
        return self.policies[-1]


def group(policies: Iterable[Policy], payments: Iterable[Payment]) -> list[Group]:
    """Deals to be, in the workbook's order; only rows that are taken count."""
    groups: dict[tuple[int, str], Group] = {}
    for policy in policies:
        if policy.verdict.taken and policy.client is not None:
            key = _object_key(policy)
            groups.setdefault((policy.client.row, key), Group(policy.client, key)).policies.append(policy)
    by_policy = instalments(payments)
    for made in groups.values():
        made.policies.sort(key=lambda policy: (policy.starts_on or date.min, policy.row))
        made.payments = {policy.row: by_policy.get(policy.row, []) for policy in made.policies}
    return list(groups.values())


def instalments(payments: Iterable[Payment]) -> dict[int, list[Payment]]:
    """The instalments that are taken, by the row of their policy."""
    by_policy: dict[int, list[Payment]] = {}
    for payment in payments:
        if payment.verdict.taken and payment.policy is not None:
            by_policy.setdefault(payment.policy.row, []).append(payment)
    return by_policy


def _object_key(policy: Policy) -> str:
    return next(iter(object_keys(policy.vin, policy.plate, policy.insured_object)), product_key(policy.product))


def object_keys(vin: str | None, plate: str | None, title: str | None) -> list[str]:
    """The spellings under which an insured object is known, the surest first."""
    return [key for key in (vin, plate, sort_key(title or "")) if key]


def product_key(product: str) -> str:
    """The key of what has no object."""
    return f"product {sort_key(product)}"
