-- What has no income line: lines of posted statements, and commission on the account beyond what has been placed.
strays AS (
    SELECT 'statement' AS kind, s.insurer_id, date_trunc('month', d.day)::date AS month, d.day, l.commission AS amount,
           concat_ws(' · ', s.title, l.number) AS said, l.verdict, s.id AS record_id
    FROM crm.statement_lines l
    JOIN crm.statements s ON s.id = l.statement_id AND s.status = 'posted' AND s.deleted_at IS NULL
    LEFT JOIN crm.agreements g ON g.id = s.agreement_id
    CROSS JOIN LATERAL (SELECT coalesce(l.paid_on, s.period_to, crm.local_day(s.created_at)) AS day) AS d
    WHERE (l.income_id IS NULL OR l.verdict = 'duplicate') AND l.commission <> 0
      AND d.day >= CAST(:first AS date) AND d.day < CAST(:next AS date)
      AND (CAST(:insurer AS uuid) IS NULL OR s.insurer_id = CAST(:insurer AS uuid))
      AND (CAST(:entity AS uuid) IS NULL OR g.entity_id = CAST(:entity AS uuid))
    UNION ALL
    SELECT 'bank', o.insurer_id, date_trunc('month', o.day)::date, o.day, o.amount - coalesce(placed.amount, 0),
           concat_ws(' · ', o.counterparty_name, o.purpose), o.status, o.id
    FROM crm.bank_operations o
    JOIN crm.bank_accounts a ON a.id = o.account_id
    LEFT JOIN LATERAL (
        SELECT sum(l.amount) AS amount FROM crm.bank_links l WHERE l.operation_id = o.id AND l.income_id IS NOT NULL
    ) AS placed ON true
    WHERE o.kind = 'commission' AND o.status <> 'ignored' AND o.insurer_id IS NOT NULL
      AND o.amount <> coalesce(placed.amount, 0)
      AND o.day >= CAST(:first AS date) AND o.day < CAST(:next AS date)
      AND (CAST(:insurer AS uuid) IS NULL OR o.insurer_id = CAST(:insurer AS uuid))
      AND (CAST(:entity AS uuid) IS NULL OR a.entity_id = CAST(:entity AS uuid))
)
