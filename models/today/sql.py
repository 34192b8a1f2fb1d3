"""The statements of Today. The one order: what is late, what is due today, within a week, later; in each the money at
risk first, then what has waited longest."""

from __future__ import annotations

from functools import cache

from models.today.offices import MOST

PARTS = "CASE WHEN a.day < :today THEN 0 WHEN a.day > :week THEN 3 WHEN a.day > :today THEN 2 ELSE 1 END"
"""0 late, 1 today (or without a deadline), 2 within a week, 3 later; as `models.today.Part` has it."""
ORDER = "money DESC, since, record_id"

# ruff: noqa: S608 - statements are put together of our own pieces; what is asked for are their parameters.

OF_PEOPLE = f"""
    SELECT a.kind, a.record_id, a.since, a.day, a.money, {PARTS} AS part FROM crm.attention a
    WHERE a.user_id = ANY (:people) AND a.since <= :today AND a.kind = ANY (:kinds)"""
"""Of a few people: their own rows, by the index of whose they are."""
OF_EVERYBODY = f"""
    SELECT few.*, w.part FROM (VALUES (0, DATE '-infinity', :today - 1), (1, :today, :today), (2, :today + 1, :week),
                                    (3, :week + 1, DATE 'infinity')) AS w (part, first, last)
    CROSS JOIN LATERAL (
        SELECT a.kind, a.record_id, a.since, a.day, a.money FROM crm.attention a
        WHERE a.since <= :today AND a.kind = ANY (:kinds)
          AND (a.day BETWEEN w.first AND w.last OR w.part = 1 AND a.day IS NULL)
        ORDER BY {ORDER} LIMIT :most + 1) AS few"""
"""Of everybody whom the policies show: the largest of each part, by the index of money, however many there are."""
STATEMENTS = """
    UNION ALL SELECT 'statement', s.id, crm.local_day(s.created_at), NULL, coalesce(s.total, 0), 1
    FROM crm.statements s WHERE s.status <> 'posted' AND s.deleted_at IS NULL AND 'statement' = ANY (:kinds)"""
"""For those who post them."""
SHEETS = """
    UNION ALL SELECT 'sheet', s.id, crm.local_day(s.created_at), NULL, s.total, 1
    FROM crm.payouts s WHERE s.status = ANY (:sheets) AND s.total > 0 AND 'sheet' = ANY (:kinds)
      AND (s.status <> 'draft' OR s.payee_id IS DISTINCT FROM :me AND s.total <= crm.approval_limit())"""
"""Sheets for those who approve drafts or pay what is approved; nobody approves their own, none above the limit."""
WITHIN = "(a.kind <> 'approve' OR a.money <= crm.approval_limit())"
"""What is above the limit of a role waits for the owner."""
OFFICE = f"""
    UNION ALL SELECT o.*, 1 FROM unnest(:offices) AS office (kind) CROSS JOIN LATERAL (
        SELECT a.kind, a.record_id, a.since, a.day, a.money FROM crm.attention a
        WHERE a.kind = office.kind AND a.kind IN ('confirm', 'approve', 'pay_out') AND a.since <= :today
          AND {WITHIN}
        ORDER BY {ORDER} LIMIT {MOST}) AS o"""
"""For those who confirm, approve and pay out: the largest thousand of each kind, whosever deals they are."""
OWN = "a.kind NOT IN ('confirm', 'approve', 'pay_out')"


@cache
def list_of(is_everybody: bool, with_statements: bool) -> str:
    """The rows of each part, up to :most, with how many there are."""
    return f"""WITH mine AS MATERIALIZED ({source(is_everybody, with_statements)}
), placed AS MATERIALIZED (
    SELECT *, row_number() OVER (PARTITION BY part ORDER BY {ORDER}) AS place,
           count(*) OVER (PARTITION BY part) AS total
    FROM mine
), few AS MATERIALIZED (
    SELECT p.*, a.deal_id, a.user_id FROM placed p
    LEFT JOIN crm.attention a ON a.kind = p.kind AND a.record_id = p.record_id
    WHERE p.place <= :most
)
SELECT p.part, p.total, p.kind, p.record_id, p.since, p.day, p.money, p.deal_id, p.user_id,
       d.code, d.title, d.client_id, c.name AS client, u.full_name AS who,
       CASE WHEN p.kind IN ('instalment', 'renewal', 'review') AND p.user_id <> d.seller_id
            THEN (SELECT s.full_name FROM auth.users s WHERE s.id = d.seller_id) END AS for_whom
FROM few p
LEFT JOIN crm.deals d ON d.id = p.deal_id
LEFT JOIN crm.clients c ON c.id = d.client_id
LEFT JOIN auth.users u ON u.id = p.user_id
ORDER BY p.part, p.place"""


def source(is_everybody: bool, with_statements: bool) -> str:
    """What is listed, before it has its places."""
    return (OF_EVERYBODY if is_everybody else OF_PEOPLE) + (STATEMENTS if with_statements else "") + SHEETS + OFFICE


@cache
def counts_of(is_everybody: bool, with_statements: bool) -> str:
    """How many matters of each kind each part has; of everybody's the first :counted rows."""
    inner = OF_PEOPLE
    if is_everybody:
        inner = f"""
    (SELECT a.kind, a.record_id, a.since, a.day, a.money, {PARTS} AS part FROM crm.attention a
     WHERE a.since <= :today AND a.kind = ANY (:kinds) LIMIT :counted)"""
    more = (STATEMENTS if with_statements else "") + SHEETS + OFFICE
    return f"SELECT part, kind, count(*) AS number FROM ({inner}{more}) AS matters GROUP BY part, kind"


QUEUE = f"""SELECT {PARTS.replace("a.day", "t.due_on")} AS part, count(*) OVER () AS total, 'task' AS kind,
       t.id AS record_id, crm.local_day(t.created_at) AS since, t.due_on AS day, coalesce(stake.money, 0) AS money,
       t.deal_id, NULL AS user_id, d.code, d.title, d.client_id, c.name AS client, NULL AS who,
       NULL AS for_whom
FROM tasks.tasks t
LEFT JOIN crm.deals d ON d.id = t.deal_id
LEFT JOIN crm.clients c ON c.id = d.client_id
LEFT JOIN LATERAL (SELECT max(v.premium) AS money FROM crm.calculations v
                   WHERE v.deal_id = t.deal_id AND v.deleted_at IS NULL) AS stake ON true
WHERE t.assignee_id IS NULL AND t.status = 'new' AND t.deleted_at IS NULL
  AND t.deal_id NOT IN (SELECT crm.trashed_deals()) AND (:team IS NULL OR t.team_id = :team)
ORDER BY part, money DESC, t.created_at, t.id LIMIT :most"""
"""What nobody has taken yet: the team's, or every team's for who has none. Until then a deal may be out of sight."""

NUMBERS = f"""SELECT
    (SELECT count(*) FROM (SELECT FROM crm.attention a WHERE a.user_id = :me AND a.since <= :today AND {OWN}
                           LIMIT :most) AS x)
    + (SELECT count(*) FROM (SELECT FROM crm.attention a WHERE a.kind = ANY (:offices)
                               AND a.kind IN ('confirm', 'approve', 'pay_out') AND a.since <= :today AND {WITHIN}
                             LIMIT :most) AS x) AS today,
    (SELECT count(*) FROM (SELECT FROM crm.attention a WHERE a.user_id = :me AND a.since <= :today AND a.day < :today
                           LIMIT :most) AS x) AS late,
    (SELECT count(*) FROM (SELECT FROM crm.attention a WHERE a.user_id = :me AND a.since <= :today
                             AND a.kind = 'returned' LIMIT :most) AS x) AS returned,
    (SELECT count(*) FROM (SELECT FROM tasks.tasks t WHERE t.team_id = :team AND t.assignee_id IS NULL
                             AND t.status = 'new' AND t.deleted_at IS NULL
                             AND t.deal_id NOT IN (SELECT crm.trashed_deals()) LIMIT :most) AS x) AS queue"""
"""The menu's counters, each counted up to :most."""

LOADS = f"""SELECT u.id, u.full_name, h.tasks, h.late, h.money, h.matters, d.deals
FROM (SELECT u.id, u.full_name FROM auth.users u
      WHERE u.is_active AND u.deleted_at IS NULL AND u.id = ANY (:people)) AS u
CROSS JOIN LATERAL (
    SELECT count(*) AS matters, count(*) FILTER (WHERE m.kind IN ('task', 'returned')) AS tasks,
           count(*) FILTER (WHERE m.day < :today) AS late,
           coalesce(sum(m.money) FILTER (WHERE m.kind IN ('instalment', 'renewal')), 0) AS money
    FROM (SELECT a.kind, a.day, a.money FROM crm.attention a
          WHERE a.user_id = u.id AND a.since <= :today AND {OWN} LIMIT :most) AS m
) AS h
CROSS JOIN LATERAL (
    SELECT count(*) AS deals FROM (
        (SELECT FROM crm.deals d WHERE d.seller_id = u.id AND d.deleted_at IS NULL
           AND d.stage NOT IN ('closed', 'lost') LIMIT :most_deals)
        UNION ALL
        (SELECT FROM crm.deals d WHERE d.executor_id = u.id AND d.seller_id <> u.id AND d.deleted_at IS NULL
           AND d.stage NOT IN ('closed', 'lost') LIMIT :most_deals)
        LIMIT :most_deals) AS x
) AS d
ORDER BY h.late DESC, h.money DESC, u.full_name"""
"""What each person has on their hands, counted up to :most; money is what is owed and what expires."""

TEAMMATES = """SELECT u.id FROM auth.users u WHERE u.is_active AND u.deleted_at IS NULL
AND (CAST(:team AS uuid) IS NULL OR u.team_id = :team)
AND EXISTS (SELECT FROM crm.attention a WHERE a.user_id = u.id OR u.team_id = :team)
ORDER BY u.full_name LIMIT :most"""

TURNS = """SELECT b.ball, (SELECT count(*) FROM (
    SELECT FROM crm.deals d WHERE d.ball = b.ball AND d.{side} = :person AND d.deleted_at IS NULL
      AND d.stage NOT IN ('closed', 'lost') LIMIT :most) AS x) AS number
FROM unnest(:balls) AS b (ball)"""
"""A person's open deals by whose turn it is, each counted up to :most."""
