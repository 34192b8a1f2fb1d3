INSERT INTO crm.payments (id, deal_id, policy_id, sequence, due_on, amount, status, paid_amount, paid_on, covered_until, collected_by,
                          incomes_expected, incomes_received, expenses_expected, expenses_paid, created_at)
SELECT pg_temp.key(7, n), deal_id, pg_temp.key(6, policy), 1 + second, due_on, amount,
       CASE WHEN is_received THEN 'confirmed' WHEN is_paid THEN 'paid' ELSE 'planned' END,
       CASE WHEN is_paid THEN amount ELSE 0 END, paid_on, covered_until, 'insurer',
       commission, CASE WHEN is_received THEN commission ELSE 0 END, share, CASE WHEN is_received THEN share ELSE 0 END, due_on - 5
FROM dues ORDER BY n
