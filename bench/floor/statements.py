"""The fewest statements that fill each page, each by an index; no counts."""

from __future__ import annotations

ROW = "id, code, title, client_id, seller_id, stage, next_review_at"
LIVING = "deleted_at IS NULL"
SHOWN = """SELECT d.id, d.code, d.title, c.name AS client, u.full_name AS seller, d.stage, d.next_review_at
FROM ({rows}) AS d JOIN crm.clients c ON c.id = d.client_id JOIN auth.users u ON u.id = d.seller_id
ORDER BY d.next_review_at, d.id"""
BY_REVIEW = "ORDER BY next_review_at, id"


def of_all(where: str) -> str:
    """26 rows of everybody, from $1 on."""
    keys = f"SELECT id FROM crm.deals WHERE {where} {BY_REVIEW} LIMIT 26 OFFSET $1"
    return SHOWN.format(rows=f"SELECT {ROW} FROM crm.deals JOIN ({keys}) AS page USING (id)")


def of_one(where: str) -> str:
    """26 rows of the seller or executor $2, from $1 on: each index gives its own, merged."""
    part = f"(SELECT {ROW} FROM crm.deals WHERE {{who}} = $2 AND {where} {BY_REVIEW} LIMIT 26 + $1)"
    both = f"{part.format(who='seller_id')} UNION {part.format(who='executor_id')}"
    return SHOWN.format(rows=f"SELECT * FROM ({both}) AS mine {BY_REVIEW} LIMIT 26 OFFSET $1")


LIST = {"all": of_all(LIVING), "own": of_one(LIVING)}
FILTER = {"all": of_all(f"stage = $2 AND {LIVING}"), "own": of_one(f"stage = $3 AND {LIVING}")}
TITLE = "lower(translate(title, 'Ёё', 'Ее'))"
"""As `ix_deals_search` has it."""
SEARCH = {
    "all": SHOWN.format(
        rows=f"""SELECT {ROW} FROM crm.deals WHERE {LIVING} AND id IN (
            SELECT id FROM crm.deals WHERE {TITLE} LIKE $1 UNION
            SELECT x.id FROM crm.clients y JOIN crm.deals x ON x.client_id = y.id WHERE y.sort_key LIKE $1)
        {BY_REVIEW} LIMIT 26"""
    ),
    "own": f"""WITH mine AS MATERIALIZED (
        SELECT {ROW} FROM crm.deals WHERE (seller_id = $2 OR executor_id = $2) AND {LIVING}) """
    + SHOWN.format(
        rows=f"""SELECT mine.* FROM mine JOIN crm.clients y ON y.id = mine.client_id
        WHERE y.sort_key LIKE $1 OR {TITLE} LIKE $1 {BY_REVIEW.replace(" id", " mine.id")} LIMIT 26"""
    ),
}
PARTS = """(VALUES (0, DATE '-infinity', current_date - 1), (1, current_date, current_date),
    (2, current_date + 1, current_date + 7), (3, current_date + 8, DATE 'infinity')) AS w (part, first, last)"""
TODAY_ROWS = f"""SELECT w.part, few.* FROM {PARTS} CROSS JOIN LATERAL (
    SELECT a.* FROM crm.attention a WHERE {{whose}} a.since <= current_date
      AND (a.day BETWEEN w.first AND w.last OR w.part = 1 AND a.day IS NULL)
    ORDER BY a.money DESC, a.since, a.record_id LIMIT 20) AS few"""
TODAY_SHOWN = """SELECT f.part, f.kind, f.record_id, f.day, f.money, d.id, d.code, d.title, c.name AS client,
       p.sequence, (SELECT count(*) FROM crm.payments o WHERE o.policy_id = p.policy_id) AS instalments,
       t.title AS task, t.status, t.created_at, r.status AS renewal, y.number, y.ends_on
FROM ({rows}) AS f JOIN crm.deals d ON d.id = f.deal_id JOIN crm.clients c ON c.id = d.client_id
LEFT JOIN crm.payments p ON f.kind = 'instalment' AND p.id = f.record_id
LEFT JOIN tasks.tasks t ON f.kind IN ('task', 'returned') AND t.id = f.record_id
LEFT JOIN crm.renewals r ON f.kind = 'renewal' AND r.id = f.record_id
LEFT JOIN crm.policies y ON y.id = coalesce(r.policy_id, p.policy_id)
ORDER BY f.part, f.money DESC, f.since, f.record_id"""
TODAY = {
    "all": TODAY_SHOWN.format(rows=TODAY_ROWS.format(whose="")),
    "own": TODAY_SHOWN.format(rows=TODAY_ROWS.format(whose="a.user_id = $1 AND")),
}
DEAL = """SELECT d.*, c.name AS client, s.full_name AS seller, e.full_name AS executor FROM crm.deals d
JOIN crm.clients c ON c.id = d.client_id JOIN auth.users s ON s.id = d.seller_id
LEFT JOIN auth.users e ON e.id = d.executor_id WHERE d.id = $1"""
CALCULATIONS = "SELECT title, premium, status, plan, valid_until FROM crm.calculations WHERE deal_id = $1"
POLICIES = "SELECT number, premium, starts_on, ends_on, status FROM crm.policies WHERE deal_id = $1"
PAYMENTS = "SELECT sequence, due_on, amount, status, paid_on, incomes_expected FROM crm.payments WHERE deal_id = $1"
SAVE = "UPDATE crm.deals SET title = $2, source = $3 WHERE id = $1"
EXPORT = """SELECT d.id, d.code, d.title, c.name, u.full_name, d.stage, d.next_review_at
FROM (SELECT {row} FROM crm.deals WHERE {where} {order} LIMIT 50000) AS d
JOIN crm.clients c ON c.id = d.client_id JOIN auth.users u ON u.id = d.seller_id""".replace("{row}", ROW).replace(
    "{order}", BY_REVIEW
)
USER = "SELECT id FROM auth.users WHERE username = $1"

FEW = "AND {seen} AND deleted_at IS NULL LIMIT 6"
NAMED = f"SELECT id, name, phone, NULL AS client FROM crm.clients c WHERE sort_key LIKE $1 {FEW}"
TITLED = f"SELECT id, title, code, client_id FROM crm.deals d WHERE {TITLE} LIKE $1 {FEW}"
THEIRS = f"SELECT id, title, code, client_id FROM crm.deals d WHERE client_id IN (SELECT id FROM named) {FEW}"
NUMBERED = f"SELECT id, number, status, client_id FROM crm.policies p WHERE number_key LIKE $1 {FEW}"


def palette(clients: str, deals: str, under: str) -> str:
    """A few of each kind by a word; conditions of sight for clients, deals and what hangs on a deal."""
    parts = [TITLED.format(seen=deals), THEIRS.format(seen=deals), NUMBERED.format(seen=under)]
    return f"WITH named AS MATERIALIZED ({NAMED.format(seen=clients)}) SELECT * FROM named" + "".join(
        f" UNION ALL (SELECT f.id, f.title, f.beside, c.name FROM ({part}) AS f (id, title, beside, client_id)"
        " JOIN crm.clients c ON c.id = f.client_id)"
        for part in parts
    )


PALETTE = {
    "all": palette("true", "true", "true"),
    "own": palette(
        "EXISTS (SELECT FROM crm.client_members m WHERE m.user_id = $2 AND m.client_id = c.id)",
        "(d.seller_id = $2 OR d.executor_id = $2)",
        "EXISTS (SELECT FROM crm.deal_members m WHERE m.user_id = $2 AND m.deal_id = p.deal_id)",
    ),
}
