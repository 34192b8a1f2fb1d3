-- How the bot is doing, in numbers: for the page of operations, for health checks and for metrics. Nothing that was said.
-- Strangers may ask for it: each part reads an index of what is left to do, never what has been done.
CREATE OR REPLACE FUNCTION audit.telegram_state()
RETURNS TABLE(last_update timestamptz, waiting bigint, waiting_since timestamptz, parked bigint, sends bigint,
              sends_dead bigint, blocked bigint, error text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.last_update, u.waiting, u.waiting_since, u.parked, r.sends, r.dead,
        (SELECT count(*) FROM auth.telegram_links WHERE blocked_at IS NOT NULL),
        (SELECT e.error FROM (
            (SELECT b.error, b.received_at AS at FROM audit.bot_updates b
             WHERE b.handled_at IS NULL AND b.error IS NOT NULL ORDER BY b.update_id DESC LIMIT 1)
            UNION ALL
            (SELECT s.error, s.created_at FROM audit.runs s
             WHERE s.job = 'send_telegram' AND s.state IN ('waiting', 'running', 'dead') AND s.error IS NOT NULL
             ORDER BY s.created_at DESC LIMIT 1)) e
         ORDER BY e.at DESC LIMIT 1)
    FROM (SELECT (SELECT b.received_at FROM audit.bot_updates b ORDER BY b.update_id DESC LIMIT 1) AS last_update,
                 count(*) FILTER (WHERE due_at < 'infinity') AS waiting,
                 min(received_at) FILTER (WHERE due_at < 'infinity') AS waiting_since,
                 count(*) FILTER (WHERE due_at = 'infinity') AS parked
          FROM audit.bot_updates WHERE handled_at IS NULL) u,
         (SELECT count(*) FILTER (WHERE state IN ('waiting', 'running')) AS sends,
                 count(*) FILTER (WHERE state = 'dead') AS dead
          FROM audit.runs WHERE job = 'send_telegram' AND state IN ('waiting', 'running', 'dead')) r
$$;

REVOKE EXECUTE ON FUNCTION audit.telegram_state() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.telegram_state() TO crm_panel;
