INSERT INTO crm.payment_incomes (id, deal_id, payment_id, kind, status, amount, received_amount, received_on, expected_on,
                                 settlement, vat_mode, origin, rule_id, rate_percent, base_amount, created_at)
SELECT pg_temp.key(8, n), deal_id, pg_temp.key(7, n), 'commission', CASE WHEN is_received THEN 'received' ELSE 'expected' END,
       commission, CASE WHEN is_received THEN commission ELSE 0 END, CASE WHEN is_received THEN paid_on + 30 END, paid_on + 30,
       'after_act', 'none', 'rule', rule_id, rate, amount, paid_on
FROM dues WHERE commission > 0 ORDER BY n
