-- Income lines of a period, one row each, with what statements say of it and what the bank has shown. An income belongs to
-- the month in which its premium was paid (until then: is due), so that the four ways speak of the same lines.
-- Parameters: first, next (days), insurer and entity (or NULL).
picked AS MATERIALIZED (
    SELECT c.insurer_id, date_trunc('month', coalesce(p.paid_on, p.due_on))::date AS month, p.id AS payment_id,
           p.paid_on, p.due_on, p.deal_id, c.id AS policy_id, c.number AS policy, p.sequence,
           i.id, i.kind, i.status, i.amount, i.received_amount, i.received_on, i.origin, i.reverses_id
    FROM crm.payments p
    JOIN crm.policies c ON c.id = p.policy_id AND c.deleted_at IS NULL
    LEFT JOIN crm.agreements g ON g.id = c.agreement_id
    JOIN crm.payment_incomes i ON i.payment_id = p.id AND i.deleted_at IS NULL
    WHERE coalesce(p.paid_on, p.due_on) >= CAST(:first AS date) AND coalesce(p.paid_on, p.due_on) < CAST(:next AS date)
      AND p.status <> 'cancelled' AND p.deleted_at IS NULL
      AND (CAST(:insurer AS uuid) IS NULL OR c.insurer_id = CAST(:insurer AS uuid))
      AND (CAST(:entity AS uuid) IS NULL OR g.entity_id = CAST(:entity AS uuid))
), told AS (
    SELECT l.income_id, sum(l.commission) AS amount, min(s.id::text)::uuid AS statement_id
    FROM picked i
    JOIN crm.statement_lines l ON l.income_id = i.id AND l.verdict IS DISTINCT FROM 'duplicate'
    JOIN crm.statements s ON s.id = l.statement_id AND s.status = 'posted' AND s.deleted_at IS NULL
    GROUP BY l.income_id
), seen AS (
    SELECT b.income_id, sum(b.amount) AS amount, min(o.id::text)::uuid AS operation_id, max(o.day) AS day
    FROM picked i
    JOIN crm.bank_links b ON b.income_id = i.id
    JOIN crm.bank_operations o ON o.id = b.operation_id AND o.status = 'matched'
    GROUP BY b.income_id
), lines AS (
    SELECT i.*, CASE WHEN i.status = 'written_off' THEN 0 ELSE i.amount END AS expected,
           t.amount AS told, t.statement_id, s.amount AS seen, s.operation_id, s.day AS seen_on,
           CASE
               WHEN i.status = 'written_off' THEN 'written_off'
               WHEN i.status = 'withheld' THEN 'withheld'
               WHEN t.amount IS NULL AND i.received_amount <> 0 AND s.amount IS NULL THEN 'by_hand'
               WHEN t.amount IS NULL AND i.paid_on IS NULL THEN 'not_paid'
               WHEN t.amount IS NULL AND s.amount IS NULL THEN 'not_told'
               WHEN t.amount <> i.amount THEN 'other_sum'
               WHEN s.amount IS NULL THEN 'not_seen'
               ELSE 'settled'
           END AS part
    FROM picked i
    LEFT JOIN told t ON t.income_id = i.id
    LEFT JOIN seen s ON s.income_id = i.id
)
