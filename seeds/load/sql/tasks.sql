-- What executors have on their desks: a calculation or an issue.
INSERT INTO tasks.tasks (id, deal_id, kind_id, title, status, author_id, assignee_id, due_on, returns, accepted_at, created_at)
SELECT pg_temp.key(10, b.i), b.id, k.id, k.name || ': ' || b.product, CASE WHEN b.i % 3 = 0 THEN 'accepted' ELSE 'new' END,
       b.seller_id, b.executor_id, b.task_due, 0, CASE WHEN b.i % 3 = 0 THEN CAST(:today AS timestamptz) END, b.since
FROM batch b JOIN tasks.task_kinds k ON k.slug = CASE b.stage WHEN 'quotation' THEN 'calculate' ELSE 'issue' END
WHERE b.task_due IS NOT NULL ORDER BY b.i
