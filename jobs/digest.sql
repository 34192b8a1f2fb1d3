-- Whom the day in short is sent to: those who work here, have asked for it and can be reached, with their numbers.
SELECT u.id, u.locale, n.count, n.overdue, b.unread,
       CASE WHEN :telegram AND w.telegram THEN l.chat_id END AS chat, CASE WHEN :email AND w.email THEN m.address END AS email,
       :web_push AND w.web_push AND EXISTS (SELECT FROM notifications.contact_points x
                                            WHERE x.user_id = u.id AND x.channel = 'web_push') AS has_browser
FROM auth.users u
JOIN LATERAL (SELECT bool_or(p.channel = 'telegram') AS telegram, bool_or(p.channel = 'email') AS email,
                     bool_or(p.channel = 'web_push') AS web_push
              FROM notifications.preferences p
              WHERE p.user_id = u.id AND p.event = 'digest' AND p.is_wanted) AS w ON w.telegram OR w.email OR w.web_push
LEFT JOIN auth.telegram_links l ON l.user_id = u.id AND l.blocked_at IS NULL
LEFT JOIN notifications.contact_points m ON m.user_id = u.id AND m.channel = 'email' AND m.blocked_at IS NULL
CROSS JOIN LATERAL (SELECT count(*), count(*) FILTER (WHERE a.day < :today) AS overdue
                    FROM crm.attention a WHERE a.user_id = u.id AND a.since <= :today) AS n
CROSS JOIN LATERAL (SELECT count(*) AS unread FROM notifications.notifications x
                    WHERE x.user_id = u.id AND x.read_at IS NULL) AS b
WHERE u.is_active AND u.deleted_at IS NULL AND n.count + b.unread > 0
ORDER BY u.id
