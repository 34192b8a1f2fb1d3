"""Lists in the menu of those who measure, so that their counters have something to count."""

from __future__ import annotations

import asyncpg

LISTS = {"Расчёты": "stage=quotation", "Просроченные": "next_review_at=overdue"}
SAVED = """INSERT INTO auth.saved_views (id, user_id, identity, name, query, lent_to, is_first)
SELECT uuidv7(), u.id, 'deal', $2, $3, 'nobody', false FROM auth.users u WHERE u.username = $1
  AND NOT EXISTS (SELECT FROM auth.saved_views v WHERE v.user_id = u.id AND v.name = $2)"""
PINNED = """INSERT INTO auth.followed_views (id, user_id, saved_view_id, is_pinned, tells, known_query)
SELECT uuidv7(), v.user_id, v.id, true, false, '' FROM auth.saved_views v JOIN auth.users u ON u.id = v.user_id
WHERE u.username = $1 ON CONFLICT (user_id, saved_view_id) DO NOTHING"""


async def pin(administrator: asyncpg.Connection, username: str) -> None:
    """Two lists of deals in the person's menu, once; past the log, as a load is."""
    async with administrator.transaction():
        await administrator.execute("SET LOCAL session_replication_role = replica")
        for name, query in LISTS.items():
            await administrator.execute(SAVED, username, name, query)
        await administrator.execute(PINNED, username)
