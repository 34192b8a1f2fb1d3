"""Names of the workbook found in the brokerage's catalogue: insurers, products, people."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from jobs.portfolio.policies import Policy
from models.catalogue import Insurer, Product
from models.choices import ObjectKind
from models.names import client_key, sort_key
from models.people import User
from models.session import Work


class Catalogue:
    """What the workbook's words mean here; an insurer or a product that is not known is made."""

    def __init__(self, insurers: dict[str, UUID], products: dict[str, UUID], people: dict[str, UUID]) -> None:
        self._insurers = insurers
        self._products = products
        self._people = people

    def insurer(self, name: str) -> UUID:
        """The insurer by its name in any spelling."""
        return self._insurers[client_key(name)]

    def product(self, name: str) -> UUID:
        """The product by its name."""
        return self._products[sort_key(name)]

    def person(self, name: str) -> UUID | None:
        """A colleague by full name, by first or by last name where only one has it."""
        return self._people.get(sort_key(name))


async def read_catalogue(work: Work, policies: Iterable[Policy]) -> Catalogue:
    """Read the catalogue and add what the policies name and it lacks."""
    insurers = {client_key(name): key for key, name in await work.execute(select(Insurer.id, Insurer.name))}
    products = {sort_key(name): key for key, name in await work.execute(select(Product.id, Product.name))}
    for policy in policies:
        if client_key(policy.insurer) not in insurers:
            insurer = Insurer(name=policy.insurer)
            work.add(insurer)
            insurers[client_key(policy.insurer)] = insurer.id
        if sort_key(policy.product) not in products:
            slug = f"imported-{sort_key(policy.product)}"
            product = Product(slug=slug, name=policy.product, object_kind=ObjectKind.OTHER)
            work.add(product)
            products[sort_key(policy.product)] = product.id
    await work.flush()
    return Catalogue(insurers, products, await _people(work))


async def _people(work: Work) -> dict[str, UUID]:
    found: dict[str, set[UUID]] = {}
    for key, name in await work.execute(select(User.id, User.full_name).where(User.is_active)):
        for word in {name, *name.split()}:
            found.setdefault(sort_key(word), set()).add(key)
    return {word: next(iter(keys)) for word, keys in found.items() if len(keys) == 1}
