"""Writes the catalogue: rows are known by keys made of their slugs, so that renamed ones are not made twice."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import or_, select

from models.base import Record
from models.catalogue import Insurer, Product
from models.session import Work
from models.task import TaskKind
from seeds.reference.insurers import INSURERS
from seeds.reference.products import PRODUCTS
from seeds.reference.task_kinds import TASK_KINDS

SEEDS = UUID("6f0b7a52-9d43-5c1e-8a57-0d5a1c9b3e10")


def key_of(table: str, slug: str) -> UUID:
    """The key of a seeded row."""
    return uuid5(SEEDS, f"{table}:{slug}")


async def ensure_catalogue(work: Work) -> None:
    """Make the insurers, products and task kinds that are missing."""
    await _ensure(work, Insurer, "name", [_insurer(**seed._asdict()) for seed in INSURERS])
    await _ensure(work, Product, "slug", [{"id": key_of("product", seed.slug), **seed._asdict()} for seed in PRODUCTS])
    await _ensure(work, TaskKind, "slug", [_kind(**seed._asdict()) for seed in TASK_KINDS])


def _insurer(*, slug: str, **values: Any) -> dict[str, Any]:
    return {"id": key_of("insurer", slug), **values}


def _kind(*, slug: str, checklist: tuple[str, ...], **values: Any) -> dict[str, Any]:
    return {"id": key_of("task-kind", slug), "slug": slug, "checklist": list(checklist), **values}


async def _ensure(work: Work, record: type[Record], unique: str, seeds: Iterable[dict[str, Any]]) -> None:
    """Add what is neither there by its key nor by its unique column (people may have entered it first)."""
    for values in seeds:
        column = getattr(record, unique)
        there = select(record.id).where(or_(record.id == values["id"], column == values[unique]))
        if await work.scalar(there.limit(1)) is None:
            work.add(record(**values))
            await work.flush()
