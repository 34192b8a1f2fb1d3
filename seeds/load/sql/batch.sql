-- What deals :first to :last are: stage, people, product, cover; all that their rows are made of.
CREATE TEMPORARY TABLE batch AS
WITH stages AS MATERIALIZED (
    SELECT i, pg_temp.h(i, 31) % 100 AS s FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)) AS i
), facts AS MATERIALIZED (
    SELECT i, pg_temp.key(1, i) AS id, 1 + pg_temp.h(i, 32) % CAST(:clients AS bigint) AS client,
           CASE WHEN s < 5 THEN 'draft' WHEN s < 15 THEN 'quotation' WHEN s < 23 THEN 'client_decision'
                WHEN s < 30 THEN 'policy_issue' WHEN s < 80 THEN 'won' WHEN s < 88 THEN 'closed' ELSE 'lost' END AS stage,
           CASE WHEN s < 23 OR s >= 88 THEN NULL
                WHEN s < 30 THEN CAST(:today AS date) + (pg_temp.h(i, 33) % 10)::int
                WHEN s < 80 THEN CAST(:today AS date) - 1 - (pg_temp.h(i, 33) % 350)::int
                ELSE CAST(:today AS date) - 380 - (pg_temp.h(i, 33) % 600)::int END AS starts_on,
           s BETWEEN 30 AND 79 AND pg_temp.h(i, 34) % 10 < 3 AS is_renewal,
           (3000 + pg_temp.h(i, 35) % 12000000 / 100.0)::numeric(14, 2) AS premium,
           (pg_temp.h(i, 36) % 30)::int AS age
    FROM stages
), cover AS MATERIALIZED (
    SELECT f.*, (starts_on + interval '1 year')::date - 1 AS ends_on, (starts_on + interval '6 months')::date AS second_due,
           stage IN ('won', 'closed') AS first_paid,
           coalesce(stage = 'closed' OR stage = 'won' AND (starts_on + interval '6 months')::date < CAST(:today AS date)
                    AND pg_temp.h(i, 37) % 20 <> 0, false) AS second_paid,
           CASE WHEN stage IN ('quotation', 'policy_issue') THEN CAST(:today AS date) - 3 + (pg_temp.h(i, 38) % 9)::int END AS task_due,
           CASE WHEN stage = 'client_decision' OR stage = 'quotation' AND i % 2 = 0
                THEN CAST(:today AS date) - 2 + (pg_temp.h(i, 39) % 30)::int END AS valid_until,
           CASE WHEN stage NOT IN ('closed', 'lost') AND pg_temp.h(i, 40) % 5 = 0
                THEN CAST(:today AS date) - 5 + (pg_temp.h(i, 41) % 60)::int END AS review_on,
           CASE WHEN stage IN ('won', 'closed') THEN starts_on ELSE CAST(:today AS date) - age END AS since
    FROM facts f
)
SELECT c.*, seller.id AS seller_id, executor.id AS executor_id, p.id AS product_id, p.name AS product, p.slug, p.object_kind,
       pg_temp.key(2, c.client) AS client_id, insurer.id AS insurer_id, insurer.name AS insurer,
       other.id AS other_insurer_id, other.name AS other_insurer,
       rate.agreement_id, rate.rule_id, coalesce(rate.percent, 10) AS rate, coalesce(r.day, since) AS day, coalesce(r.reason, 'stage') AS reason
FROM cover c
JOIN products p ON p.n = pg_temp.h(c.i, 42) % CAST(:products AS bigint)
JOIN insurers insurer ON insurer.n = pg_temp.h(c.i, 43) % CAST(:insurers AS bigint)
JOIN insurers other ON other.n = (pg_temp.h(c.i, 43) + 1) % CAST(:insurers AS bigint)
JOIN sellers seller ON seller.n = pg_temp.h(c.i, 44) % CAST(:sellers AS bigint)
JOIN sellers executor ON executor.n = (pg_temp.h(c.i, 44) % CAST(:sellers AS bigint) + 1 + pg_temp.h(c.i, 45) % (CAST(:sellers AS bigint) - 1)) % CAST(:sellers AS bigint)
LEFT JOIN rates rate ON rate.insurer_id = insurer.id AND rate.product_id = p.id
LEFT JOIN LATERAL (
    SELECT day, reason
    FROM (VALUES (CASE WHEN NOT c.first_paid THEN c.starts_on - p.instalment_lead END, 'instalment', false),
                 (CASE WHEN NOT c.second_paid THEN c.second_due - p.instalment_lead END, 'instalment', false),
                 (CASE WHEN c.stage = 'won' THEN c.ends_on - p.lead END, 'policy_end', false),
                 (c.task_due, 'task', false), (c.review_on, 'manual', false),
                 (c.valid_until, 'calculation', true)) AS days (day, reason, fallback)
    WHERE day IS NOT NULL ORDER BY fallback, day, reason LIMIT 1
) AS r ON true
