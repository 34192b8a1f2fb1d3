INSERT INTO crm.client_members (user_id, client_id, deal_id)
SELECT seller_id, client_id, id FROM batch
UNION ALL SELECT executor_id, client_id, id FROM batch
ORDER BY 1, 2
