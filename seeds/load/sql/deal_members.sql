-- As `crm.refresh_members` would say, for the deals of the load.
INSERT INTO crm.deal_members (user_id, deal_id, reason)
SELECT seller_id, id, 'seller' FROM crm.deals WHERE id BETWEEN pg_temp.key(1, 1) AND pg_temp.key(1, CAST(:last AS bigint))
UNION ALL SELECT executor_id, id, 'executor' FROM crm.deals WHERE id BETWEEN pg_temp.key(1, 1) AND pg_temp.key(1, CAST(:last AS bigint))
UNION ALL SELECT assignee_id, deal_id, 'task' FROM tasks.tasks WHERE id BETWEEN pg_temp.key(10, 1) AND pg_temp.key(10, CAST(:last AS bigint))
ORDER BY 1, 2
