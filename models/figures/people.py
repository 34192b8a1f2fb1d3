"""Load and speed of those who do tasks: what they have open, what they did, how long it took, what they gave back."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from models.figures.asked import Asked, ask
from models.session import Work

TASKS = """
WITH open AS (
    SELECT t.assignee_id AS id, count(*) AS open, count(*) FILTER (WHERE t.due_on < :today) AS late
    FROM tasks.tasks t
    WHERE t.assignee_id IS NOT NULL AND t.status IN ('new', 'accepted', 'waiting', 'scheduled', 'returned') {tasks t}
    GROUP BY GROUPING SETS ((t.assignee_id), ())
), accepted AS (
    SELECT t.assignee_id AS id, count(*) AS accepted,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.accepted_at - t.created_at)) AS seconds
    FROM tasks.tasks t
    WHERE t.accepted_at >= :begins AND t.accepted_at < :ends {tasks t}
    GROUP BY GROUPING SETS ((t.assignee_id), ())
), done AS (
    SELECT t.assignee_id AS id, count(*) AS done,
           percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM t.done_at - t.accepted_at)) AS seconds
    FROM tasks.tasks t
    WHERE t.status = 'done' AND t.done_at >= :begins AND t.done_at < :ends {tasks t}
    GROUP BY GROUPING SETS ((t.assignee_id), ())
), returned AS (
    SELECT r.returned_by_id AS id, count(*) AS returns
    FROM tasks.task_returns r
    WHERE r.created_at >= :begins AND r.created_at < :ends {task_returns r}
    GROUP BY GROUPING SETS ((r.returned_by_id), ())
), people AS (
    SELECT id FROM open UNION SELECT id FROM accepted UNION SELECT id FROM done UNION SELECT id FROM returned
)
SELECT p.id, u.full_name AS name, coalesce(o.open, 0) AS open, coalesce(o.late, 0) AS late,
       coalesce(d.done, 0) AS done, coalesce(r.returns, 0) AS returns,
       round((CASE WHEN a.seconds > 0 THEN a.seconds ELSE a.seconds * 0 END / 3600)::numeric, 1) AS hours_to_accept,
       round((CASE WHEN d.seconds > 0 THEN d.seconds ELSE d.seconds * 0 END / 3600)::numeric, 1) AS hours_to_finish
FROM people p
LEFT JOIN auth.users u ON u.id = p.id
LEFT JOIN open o ON o.id IS NOT DISTINCT FROM p.id
LEFT JOIN accepted a ON a.id IS NOT DISTINCT FROM p.id
LEFT JOIN done d ON d.id IS NOT DISTINCT FROM p.id
LEFT JOIN returned r ON r.id IS NOT DISTINCT FROM p.id
ORDER BY p.id IS NULL, open DESC, done DESC, u.full_name"""


class Worker(NamedTuple):
    """A person's tasks: open and late now; done and given back in the period; median hours. Nobody is everybody."""

    id: UUID | None
    name: str
    open: int
    late: int
    done: int
    returns: int
    hours_to_accept: Decimal | None
    """From when a task was given to when it was accepted, of those accepted in the period."""
    hours_to_finish: Decimal | None
    """From when a task was accepted to when it was done, of those done in the period."""


async def workers(work: Work, asked: Asked) -> list[Worker]:
    """Who has most open first; all together last, where there is anybody."""
    found = [Worker(**row) for row in await ask(work, TASKS, asked)]
    return [one._replace(name=one.name or "") for one in found] if len(found) > 1 else []
