"""What a grid asks beside its rows: the least SQL of each part, by case and scope; `$1` is the person of scope own."""

from __future__ import annotations

from bench.floor.statements import BY_REVIEW, LIVING, ROW, SHOWN, of_all, of_one

MINE = "(d.seller_id = $1 OR d.executor_id = $1)"
OF_MINE = "{key} = ANY (ARRAY(SELECT m.deal_id FROM crm.deal_members m WHERE m.user_id = $1))"
NEAR = "BETWEEN current_date AND current_date + 30"
MONTH = """BETWEEN date_trunc('week', date_trunc('month', current_date))::date
    AND (date_trunc('week', date_trunc('month', current_date) + interval '1 month - 1 day')
         + interval '6 days')::date"""


def of_deals(pattern: str) -> dict[str, str]:
    """A statement over the deals `d`, of everybody and of one person."""
    return {scope: pattern.format(seen=f"{seen} d.{LIVING}") for scope, seen in (("all", ""), ("own", f"{MINE} AND"))}


def under_deals(pattern: str, key: str) -> dict[str, str]:
    """A statement over what hangs on deals."""
    return {"all": pattern.format(seen="true"), "own": pattern.format(seen=OF_MINE.format(key=key))}


ALL_OF = f"SELECT {ROW} FROM crm.deals WHERE {{where}} AND {LIVING} {BY_REVIEW} LIMIT 26 + $1"
OWN_OF = " UNION ".join(
    f"(SELECT {ROW} FROM crm.deals WHERE {who} = $2 AND {{where}} AND {LIVING} {BY_REVIEW} LIMIT 26 + $1)"
    for who in ("seller_id", "executor_id")
)


def either(part: str) -> str:
    """Deals that fulfil one of two conditions, each by its own index."""
    both = " UNION ".join(f"({part.format(where=where)})" for where in (ISSUED, SOON))
    return SHOWN.format(rows=f"SELECT * FROM ({both}) AS found {BY_REVIEW} LIMIT 26 OFFSET $1")


FACETS = """WITH few AS MATERIALIZED (SELECT stage, ball, seller_id, executor_id, win_back, next_review_at,
    CAST(timezone('Europe/Moscow', stage_since) AS date) AS stage_since,
    CAST(timezone('Europe/Moscow', created_at) AS date) AS created_at
    FROM crm.deals d WHERE {seen} LIMIT 10001)
SELECT stage, ball, seller_id, executor_id, win_back, next_review_at, stage_since, created_at, count(*) FROM few
GROUP BY GROUPING SETS ((stage), (ball), (seller_id), (executor_id), (win_back), (next_review_at), (stage_since),
    (created_at), ())"""
ENDING = f"""EXISTS (SELECT FROM crm.policies p WHERE p.deal_id = deals.id AND p.ends_on {NEAR}
    AND p.deleted_at IS NULL)"""
ISSUED, SOON = "stage = 'policy_issue'", "next_review_at BETWEEN current_date AND current_date + 7"
LANES = """SELECT lane.stage AS lane, few.*, c.name AS client, u.full_name AS seller
FROM unnest('{{draft,quotation,client_decision,policy_issue,won,closed,lost}}'::text[]) AS lane (stage)
CROSS JOIN LATERAL ({rows}) AS few
JOIN crm.clients c ON c.id = few.client_id JOIN auth.users u ON u.id = few.seller_id"""
LANE = f"SELECT {ROW} FROM crm.deals d WHERE stage = lane.stage AND {{who}} {LIVING} {BY_REVIEW} LIMIT 21"
BOARD = {
    "all": LANES.format(rows=LANE.format(who="")),
    "own": LANES.format(
        rows=f"""SELECT * FROM (({LANE.format(who="seller_id = $1 AND")})
        UNION ({LANE.format(who="executor_id = $1 AND")})) AS mine {BY_REVIEW} LIMIT 21"""
    ),
}
CALENDAR = f"""SELECT k.number, d.code, d.title, d.stage, d.next_review_at, c.name FROM (
    SELECT d.id, row_number() OVER w AS place, count(*) OVER (PARTITION BY d.next_review_at) AS number
    FROM crm.deals d WHERE {{seen}} AND d.next_review_at {MONTH}
    WINDOW w AS (PARTITION BY d.next_review_at ORDER BY d.id)) AS k
JOIN crm.deals d ON d.id = k.id JOIN crm.clients c ON c.id = d.client_id WHERE k.place <= 3
ORDER BY d.next_review_at, k.place"""
BY_STAGE = "SELECT d.stage, count(*) FROM crm.deals d WHERE {seen} GROUP BY d.stage"
BY_INSURER = """SELECT i.name, f.* FROM (SELECT p.insurer_id, count(*), sum(p.premium) FROM crm.policies p
    WHERE p.deleted_at IS NULL AND {seen} GROUP BY p.insurer_id) AS f LEFT JOIN crm.insurers i ON i.id = f.insurer_id"""
TOTALS = """SELECT count(*), sum(p.amount), sum(p.paid_amount) FROM crm.payments p
WHERE p.deleted_at IS NULL AND {seen}"""
OF_MONTH = f"""{TOTALS} AND p.due_on >= date_trunc('month', current_date)::date
    AND p.due_on < (date_trunc('month', current_date) + interval '1 month')::date"""
SORTED = """SELECT d.id, d.code, d.title, c.name AS client, u.full_name AS seller, d.stage, d.next_review_at
FROM crm.deals d JOIN crm.clients c ON c.id = d.client_id JOIN auth.users u ON u.id = d.seller_id
WHERE {seen} ORDER BY d.next_review_at, d.code DESC, d.id LIMIT 26"""
FEW = "(SELECT count(*) FROM (SELECT FROM crm.deals d WHERE {{seen}} AND {which} LIMIT 100) AS few)"
PINNED = "SELECT " + ", ".join(
    FEW.format(which=which) for which in ("d.stage = 'quotation'", "d.next_review_at < current_date")
)
ONE = """SELECT d.id, d.code, d.title, c.name, d.stage, d.ball, d.next_review_at, s.full_name, e.full_name
FROM crm.deals d JOIN crm.clients c ON c.id = d.client_id JOIN auth.users s ON s.id = d.seller_id
LEFT JOIN auth.users e ON e.id = d.executor_id WHERE d.id = $1"""
STORY = """SELECT e.at, e.changes, u.full_name FROM audit.events e LEFT JOIN auth.users u ON u.id = e.actor_id
WHERE e.record_id = $1 ORDER BY e.at LIMIT 40"""

LISTS: dict[str, dict[str, str]] = {
    name: {"all": of_all(f"{where} AND {LIVING}"), "own": of_one(f"{where} AND {LIVING}")}
    for name, where in (("related", ENDING), ("relative", f"next_review_at {NEAR}"))
} | {"either": {"all": either(ALL_OF), "own": either(OWN_OF)}}
"""Pages of deals that fulfil a condition; `$1` is how many are skipped, `$2` the person of scope own."""
GRID: dict[str, dict[str, str]] = {
    "sorted": of_deals(SORTED),
    "facets": of_deals(FACETS),
    "grouped": of_deals(BY_STAGE),
    "sums": under_deals(BY_INSURER, "p.deal_id"),
    "totals": under_deals(TOTALS, "p.deal_id"),
    "month": under_deals(OF_MONTH, "p.deal_id"),
    "board": BOARD,
    "heads": of_deals(BY_STAGE),
    "calendar": of_deals(CALENDAR),
    "menu": of_deals(PINNED),
}
"""What else a list is asked; `$1` is the person of scope own."""
OF_ONE = {"row": ONE, "peek": ONE, "field": STORY}
"""What is asked of one record, `$1`."""
