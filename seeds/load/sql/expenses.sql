INSERT INTO crm.payment_expenses (id, deal_id, payment_id, kind, status, amount, paid_on, payee_id, origin, rate_percent, base_amount, created_at)
SELECT pg_temp.key(9, n), deal_id, pg_temp.key(7, n), 'seller_share', CASE WHEN is_received THEN 'paid' ELSE 'expected' END,
       share, CASE WHEN is_received THEN paid_on + 40 END, seller_id, 'rule', 30, commission, paid_on
FROM dues WHERE share > 0 ORDER BY n
