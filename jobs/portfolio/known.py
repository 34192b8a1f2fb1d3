"""What of the workbook is in the database already: the same file twice does nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import select

from jobs.portfolio.catalogue import Catalogue
from jobs.portfolio.clients import Client
from jobs.portfolio.policies import Policy
from models.client import Client as ClientRecord
from models.names import client_key
from models.policy import Policy as PolicyRecord
from models.session import Work


async def known_policies(work: Work, catalogue: Catalogue, policies: Iterable[Policy]) -> set[int]:
    """Rows of policies whose insurer and number are here already."""
    statement = select(PolicyRecord.insurer_id, PolicyRecord.number_key).where(
        PolicyRecord.deleted_at.is_(None), PolicyRecord.status != "annulled", PolicyRecord.number_key.is_not(None)
    )
    here = {(insurer, number) for insurer, number in await work.execute(statement)}
    return {
        policy.row
        for policy in policies
        if policy.number and (catalogue.insurer(policy.insurer), policy.number.key) in here
    }


async def known_clients(work: Work, clients: Iterable[Client]) -> dict[int, UUID]:
    """Row → the client who is here already: the same name, and nothing known of both that differs."""
    here: defaultdict[str, list[tuple[UUID, dict[str, object]]]] = defaultdict(list)
    statement = select(
        ClientRecord.id, ClientRecord.name, ClientRecord.birth_date, ClientRecord.inn, ClientRecord.phone
    ).where(ClientRecord.deleted_at.is_(None))
    for key, name, born, inn, phone in await work.execute(statement):
        here[client_key(name)].append((key, {"birth_date": born, "inn": inn, "phone": phone}))
    found = {}
    for client in clients:
        told: dict[str, object] = {
            "birth_date": client.birth_date,
            "inn": client.inn,
            "phone": next(iter(client.phones), None),
        }
        same = [key for key, theirs in here[client_key(client.name)] if _agree(told, theirs)]
        if len(same) == 1:
            found[client.row] = same[0]
    return found


def _agree(mine: dict[str, object], theirs: dict[str, object]) -> bool:
    shared = [(mine[name], theirs[name]) for name in mine if mine[name] and theirs[name]]
    return bool(shared) and all(one == other for one, other in shared)
