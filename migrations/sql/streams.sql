-- What live streams read: the log without values, who may know of it, and whose session still counts.

-- Where a reader stands who has seen everything that is settled: no transaction below `xid` runs any more.
CREATE OR REPLACE FUNCTION audit.horizon() RETURNS TABLE (epoch bigint, xid text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT audit.epoch(), pg_snapshot_xmin(pg_current_snapshot())::text
$$;

-- The next events after a place of the log, in its order. Only what no running transaction can still get in front of:
-- a bare "greater than the last one" would lose whatever is committed later than its neighbours.
CREATE OR REPLACE FUNCTION audit.news(after_xid text, after_seq bigint, most int)
RETURNS TABLE (xid text, seq bigint, at timestamptz, action_id uuid, request_id text, actor_id uuid, actor text,
               type text, "table" text, op text, record_id uuid, deal_id uuid, client_id uuid)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    kept CONSTANT interval := '2 days';
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
BEGIN
    RETURN QUERY
        SELECT e.xid::text, e.seq, e.at, e.action_id, a.request_id, e.actor_id, u.full_name,
               e.type, e."table", e.op, e.record_id, e.deal_id, e.client_id
        FROM (SELECT * FROM audit.events o
              WHERE (o.xid, o.seq) > (after_xid::xid8, after_seq) AND o.xid < horizon AND o.at > now() - kept
              ORDER BY o.xid, o.seq LIMIT most) AS e
        LEFT JOIN audit.actions a ON a.id = e.action_id
        LEFT JOIN auth.users u ON u.id = e.actor_id
        ORDER BY e.xid, e.seq;
END $$;

-- Who of these people may know of these deals and clients: the policies of the log, for many people at once.
-- Scope all is one row without a record. What a policy asks of one actor is asked here of a set.
CREATE OR REPLACE FUNCTION audit.audience(deals uuid[], clients uuid[], people uuid[])
RETURNS TABLE (record_id uuid, user_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH who AS MATERIALIZED (
        SELECT u.id, u.team_id, r.scope FROM auth.users u JOIN auth.roles r ON r.id = u.role_id
        WHERE u.id = ANY (people) AND u.is_active AND u.deleted_at IS NULL
    ), eyes AS MATERIALIZED (
        SELECT id AS viewer, id AS member FROM who WHERE scope IN ('own', 'team')
        UNION
        SELECT w.id, mate.id FROM who w JOIN auth.users mate ON mate.team_id = w.team_id WHERE w.scope = 'team'
    )
    SELECT NULL::uuid, id FROM who WHERE scope = 'all'
    UNION ALL
    (SELECT m.deal_id, e.viewer FROM eyes e JOIN crm.deal_members m ON m.user_id = e.member AND m.deal_id = ANY (deals)
     UNION
     SELECT m.client_id, e.viewer FROM eyes e
     JOIN crm.client_members m ON m.user_id = e.member AND m.client_id = ANY (clients))
$$;

-- Which of these sessions and tokens still open a door, and to whom. It does not count as a sign of life.
CREATE OR REPLACE FUNCTION auth.still_signed_in(keys uuid[], idle interval)
RETURNS TABLE (session_id uuid, user_id uuid, role text, scope text, grants text[], team_id uuid)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.id, u.id, r.slug, r.scope, r.grants, u.team_id
    FROM (SELECT id, user_id FROM auth.sessions
          WHERE id = ANY (keys) AND ended_at IS NULL AND expires_at > now() AND last_seen_at > now() - idle
          UNION ALL
          SELECT id, user_id FROM auth.api_tokens
          WHERE id = ANY (keys) AND revoked_at IS NULL AND coalesce(expires_at > now(), true)) AS s
    JOIN auth.users u ON u.id = s.user_id JOIN auth.roles r ON r.id = u.role_id
    WHERE u.is_active AND u.deleted_at IS NULL
$$;

-- Whose bells these are: a notification is its person's alone, whoever sees its deal.
CREATE OR REPLACE FUNCTION audit.bells(notices uuid[])
RETURNS TABLE (id uuid, user_id uuid, event text, deal_id uuid, is_read boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT n.id, n.user_id, n.event, n.deal_id, n.read_at IS NOT NULL
    FROM notifications.notifications n WHERE n.id = ANY (notices)
$$;

REVOKE EXECUTE ON FUNCTION audit.horizon(), audit.news(text, bigint, int), audit.audience(uuid[], uuid[], uuid[]),
    auth.still_signed_in(uuid[], interval), audit.bells(uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.horizon(), audit.news(text, bigint, int), audit.audience(uuid[], uuid[], uuid[]),
    auth.still_signed_in(uuid[], interval), audit.bells(uuid[]) TO crm_panel;
