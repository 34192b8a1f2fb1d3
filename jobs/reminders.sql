-- What is to be reminded of: matters whose day has come lately and of which their person has not been told yet.
-- `crm.attention` knows whose a matter is (the substitute of who is away) and from which day it is shown.
WITH begun AS (
    SELECT a.*, CASE
               WHEN a.kind = 'renewal' THEN 'policy.expiring'
               WHEN a.kind = 'instalment' AND a.day < :today THEN 'instalment.overdue'
               WHEN a.kind = 'instalment' THEN 'instalment.soon'
               WHEN a.day < :today THEN 'task.overdue'
               ELSE 'task.due'
           END AS event,
           CASE
               WHEN a.kind = 'renewal' OR a.kind = 'instalment' AND a.day >= :today THEN a.since
               WHEN a.day < :today THEN greatest(a.since, a.day + 1)
               ELSE greatest(a.since, a.day)
           END AS begins
    FROM crm.attention a
    WHERE a.kind IN ('instalment', 'renewal', 'task', 'returned') AND a.day IS NOT NULL AND a.since <= :today
), news AS (
    SELECT b.*, b.event || ':' || b.record_id || ':' || b.begins AS occasion
    FROM begun b WHERE b.begins BETWEEN CAST(:today AS date) - CAST(:looking_back AS int) AND :today
)
SELECT n.event, n.occasion, n.record_id, n.deal_id, n.user_id, n.day AS due, d.code AS deal, d.title AS subject,
       c.name AS client, t.id AS task_id, t.title AS task, p.sequence AS number, i.count, o.number AS policy, k.name AS product,
       NOT EXISTS (SELECT FROM notifications.preferences x
                   WHERE x.user_id = u.id AND x.event = n.event AND x.channel = 'panel' AND NOT x.is_wanted) AS in_panel,
       (SELECT l.chat_id FROM auth.telegram_links l
        WHERE l.user_id = u.id AND l.blocked_at IS NULL AND :telegram AND NOT EXISTS (
            SELECT FROM notifications.preferences x
            WHERE x.user_id = u.id AND x.event = n.event AND x.channel = 'telegram' AND NOT x.is_wanted)
        LIMIT 1) AS chat,
       :web_push AND EXISTS (SELECT FROM notifications.contact_points m
                             WHERE m.user_id = u.id AND m.channel = 'web_push') AND NOT EXISTS (
            SELECT FROM notifications.preferences x
            WHERE x.user_id = u.id AND x.event = n.event AND x.channel = 'web_push' AND NOT x.is_wanted) AS has_browser,
       (SELECT m.address FROM notifications.contact_points m
        WHERE m.user_id = u.id AND m.channel = 'email' AND m.blocked_at IS NULL AND :email AND NOT EXISTS (
            SELECT FROM notifications.preferences x
            WHERE x.user_id = u.id AND x.event = n.event AND x.channel = 'email' AND NOT x.is_wanted)) AS email
FROM news n
JOIN auth.users u ON u.id = n.user_id AND u.is_active AND u.deleted_at IS NULL
JOIN crm.deals d ON d.id = n.deal_id AND d.deleted_at IS NULL
JOIN crm.clients c ON c.id = d.client_id
LEFT JOIN tasks.tasks t ON n.kind IN ('task', 'returned') AND t.id = n.record_id
LEFT JOIN crm.payments p ON n.kind = 'instalment' AND p.id = n.record_id
LEFT JOIN crm.renewals r ON n.kind = 'renewal' AND r.id = n.record_id
LEFT JOIN crm.policies o ON o.id = coalesce(p.policy_id, r.policy_id)
LEFT JOIN crm.products k ON k.id = o.product_id
LEFT JOIN LATERAL (
    SELECT count(*) FROM crm.payments other
    WHERE other.policy_id = p.policy_id AND other.status <> 'cancelled' AND other.amount > 0 AND other.deleted_at IS NULL
) AS i ON p.id IS NOT NULL
-- A refund is no instalment that a client forgets: it stands on Today.
WHERE (p.id IS NULL OR p.amount > 0) AND NOT EXISTS (SELECT FROM notifications.notifications told
                  WHERE told.user_id = n.user_id AND told.occasion = n.occasion)
ORDER BY n.user_id, n.day, n.record_id
LIMIT :batch
