-- As `crm.refresh_members` would say.
INSERT INTO crm.deal_members (user_id, deal_id, reason)
SELECT seller_id, id, 'seller' FROM batch
UNION ALL SELECT executor_id, id, 'executor' FROM batch
UNION ALL SELECT executor_id, id, 'task' FROM batch WHERE task_due IS NOT NULL
ORDER BY 1, 2
