INSERT INTO crm.client_members (user_id, client_id, deal_id)
SELECT seller_id, client_id, id FROM crm.deals WHERE id BETWEEN pg_temp.key(1, 1) AND pg_temp.key(1, CAST(:last AS bigint))
UNION ALL SELECT executor_id, client_id, id FROM crm.deals WHERE id BETWEEN pg_temp.key(1, 1) AND pg_temp.key(1, CAST(:last AS bigint))
ORDER BY 1, 2
