SELECT id, payment_id, deal_id, policy_id, policy, sequence, kind, status, origin, paid_on, due_on, expected, told,
       statement_id, received_amount, received_on, seen, operation_id, seen_on, part,
       -- What was paid out on an instalment stands once, at its first line.
       CASE WHEN row_number() OVER (PARTITION BY payment_id ORDER BY id) = 1 THEN
           (SELECT sum(e.amount) FROM crm.payment_expenses e
            WHERE e.payment_id = lines.payment_id AND e.status = 'paid' AND e.deleted_at IS NULL)
       END AS paid_out, reverses_id
FROM lines
ORDER BY part = 'settled', policy, sequence, id LIMIT :most OFFSET :skipped
