"""One-time ways into the panel: a code that leads one person to one record, once and for ten minutes."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import update

from models.base import Record
from models.errors import Problem
from models.people import OneTimeCode
from models.telegram import CODE_BYTES, LONGEST_CODE, digest

if TYPE_CHECKING:
    from models.session import Work

GOOD_FOR = timedelta(minutes=10)


class Over(Problem):
    """This link has been used, is older than ten minutes or was made for somebody else. Ask the bot for a new one."""

    status = 410


async def new_way(work: Work, record: Record) -> str:
    """A code that leads the actor to a record that they see, instead of earlier ones; its digest is stored."""
    code = secrets.token_urlsafe(CODE_BYTES)
    purpose = f"{record.__identity__}:{record.id}"
    ends = work.at + GOOD_FOR
    earlier = update(OneTimeCode).where(OneTimeCode.user_id == work.actor.id, OneTimeCode.purpose == purpose)
    await work.execute(earlier.where(OneTimeCode.used_at.is_(None)).values(used_at=work.at))
    work.add(OneTimeCode(user_id=work.actor.id, purpose=purpose, code_hash=digest(code), expires_at=ends))
    return code


async def follow(work: Work, code: str) -> tuple[str, UUID]:
    """Use a code up; gives the record's identity and key. Raises `Over`, also for what leads to no record."""
    statement = (
        update(OneTimeCode)
        .where(
            OneTimeCode.code_hash == digest(code[:LONGEST_CODE]),
            OneTimeCode.user_id == work.actor.id,
            OneTimeCode.purpose.contains(":"),
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > work.at,
        )
        .values(used_at=work.at)
        .returning(OneTimeCode.purpose)
    )
    purpose = await work.scalar(statement)
    if purpose is None:
        raise Over
    identity, _, key = purpose.partition(":")
    return identity, UUID(key)
