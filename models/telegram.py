"""Whose chat it is: a code from the panel links a chat to a person, once and for ten minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import delete, or_, select, update

from models.actor import Actor, Scope
from models.people import OneTimeCode, Role, TelegramLink, User
from models.rights import rights

if TYPE_CHECKING:
    from models.session import Work

CODE_LASTS = timedelta(minutes=10)
PURPOSE = "telegram"
CODE_BYTES = 16
LONGEST_CODE = 64


def digest(code: str) -> bytes:
    """What is stored of a code."""
    return hashlib.sha256(code.encode()).digest()


async def new_code(work: Work) -> str:
    """A code for the actor; earlier ones of theirs work no more."""
    mine = (OneTimeCode.user_id == work.actor.id, OneTimeCode.purpose == PURPOSE, OneTimeCode.used_at.is_(None))
    await work.execute(update(OneTimeCode).where(*mine).values(used_at=work.at))
    code = secrets.token_urlsafe(CODE_BYTES)
    ends = work.at + CODE_LASTS
    work.add(OneTimeCode(user_id=work.actor.id, purpose=PURPOSE, code_hash=digest(code), expires_at=ends))
    return code


async def link(work: Work, code: str, chat: int) -> bool:
    """Use a code up for a chat; nothing for one that is used, too old or of somebody who no longer works here."""
    works_here = select(User.id).where(User.is_active, User.deleted_at.is_(None))
    statement = (
        update(OneTimeCode)
        .where(
            OneTimeCode.code_hash == digest(code[:LONGEST_CODE]),
            OneTimeCode.purpose == PURPOSE,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.expires_at > work.at,
            OneTimeCode.user_id.in_(works_here),
        )
        .values(used_at=work.at)
        .returning(OneTimeCode.user_id)
    )
    person = await work.scalar(statement)
    if person is None:
        return False
    await work.execute(delete(TelegramLink).where(or_(TelegramLink.chat_id == chat, TelegramLink.user_id == person)))
    work.add(TelegramLink(user_id=person, chat_id=chat))
    return True


async def unlink(work: Work, person: UUID) -> None:
    """The person's chat is nobody's any more."""
    await work.execute(delete(TelegramLink).where(TelegramLink.user_id == person))


async def link_of(work: Work, person: UUID) -> TelegramLink | None:
    """The person's link."""
    return (await work.scalars(select(TelegramLink).where(TelegramLink.user_id == person))).first()


async def person_of(work: Work, chat: int) -> Actor | None:
    """Whose chat it is, as the door needs them; nobody for an unknown chat and for who no longer works here."""
    statement = (
        select(User, Role)
        .join(Role, Role.id == User.role_id)
        .join(TelegramLink, TelegramLink.user_id == User.id)
        .where(TelegramLink.chat_id == chat, User.is_active, User.deleted_at.is_(None))
    )
    found = (await work.execute(statement)).first()
    return actor_of(found[0], found[1]) if found else None


def actor_of(user: User, role: Role) -> Actor:
    """A person with the scope and the rights of their role."""
    return Actor(
        user.id, user.full_name, Scope(role.scope), rights(tuple(role.grants)), role.slug, user.team_id, user.locale
    )


async def block(work: Work, chat: int) -> UUID | None:
    """The person has shut the bot out; gives whose chat it is where that is news."""
    statement = update(TelegramLink).where(TelegramLink.chat_id == chat, TelegramLink.blocked_at.is_(None))
    found: UUID | None = await work.scalar(statement.values(blocked_at=work.at).returning(TelegramLink.user_id))
    return found


async def unblock(work: Work, chat: int) -> None:
    """The person writes to the bot again."""
    statement = update(TelegramLink).where(TelegramLink.chat_id == chat, TelegramLink.blocked_at.is_not(None))
    await work.execute(statement.values(blocked_at=None))
