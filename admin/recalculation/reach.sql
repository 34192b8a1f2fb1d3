-- The newest policies that a selection concerns, with the lines that hang on a rule (or differ, where no rule is named):
-- what is expected, and what it would be. Those that differ come first.
WITH these AS MATERIALIZED (
    SELECT crm.selected_policies(jsonb_populate_record(NULL::crm.recalculations, CAST(:chosen AS jsonb)), NULL, :most, true) AS ids
), lines AS (
    SELECT l.policy_id, (l.was).amount AS was, (l.now).amount AS now, l.line_id, l.was IS DISTINCT FROM l.now AS differs
    FROM these t CROSS JOIN LATERAL crm.compared_lines(t.ids, ARRAY['rule'], true) l
    WHERE CAST(:rule AS uuid) IN ((l.was).rule_id, (l.now).rule_id)
       OR CAST(:rule AS uuid) IS NULL AND l.was IS DISTINCT FROM l.now AND l.line_id IS NOT NULL
), policies AS (
    SELECT policy_id, coalesce(sum(was), 0) AS before,
           coalesce(sum(now) FILTER (WHERE line_id IS NOT NULL), 0) AS after,
           count(*) FILTER (WHERE differs AND line_id IS NOT NULL) AS differ,
           count(*) FILTER (WHERE line_id IS NULL) AS missing
    FROM lines GROUP BY policy_id
)
SELECT cardinality(t.ids) AS looked_at, p.id, coalesce(p.number, '') AS number, c.name AS client, p.premium,
       f.before, f.after, f.differ, f.missing
FROM these t
LEFT JOIN policies f ON true
LEFT JOIN crm.policies p ON p.id = f.policy_id
LEFT JOIN crm.clients c ON c.id = p.client_id
ORDER BY f.differ = 0, f.missing = 0, p.id DESC
