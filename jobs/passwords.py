"""Passwords: argon2id, in a bounded pool off the event loop."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
"""OWASP's floor for argon2id: 19 MiB, two passes; about 20 ms."""
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="argon2")
_nobody = HASHER.hash("nobody has this password")


async def hash_password(password: str) -> str:
    """The hash to store."""
    return await asyncio.get_running_loop().run_in_executor(_pool, HASHER.hash, password)


async def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is right; an unknown user takes as long as a known one."""
    return await asyncio.get_running_loop().run_in_executor(_pool, _verify, stored or _nobody, password) and bool(
        stored
    )


def _verify(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except VerificationError:
        return False
