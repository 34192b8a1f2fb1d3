-- What is kept longer than the log: sign-ins, rights, money that moved, deletions, exports, erasures, closed months.
-- Each row's hash covers the one before it, so that whoever changes or removes one breaks every later link.

CREATE OR REPLACE FUNCTION audit.is_critical(e audit.events) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN e.op = 'delete' OR e.changes ? 'deleted_at'
    OR e.type LIKE 'auth.%' OR e.type LIKE '%.exported' OR e.type LIKE '%.erased' OR e.type LIKE 'crm.closed_month.%'
    OR e.type LIKE 'audit.%' OR e.type LIKE '%.merged' OR e."table" = 'crm.payment_reversals'
    OR (e.record ->> 'reverses_id' IS NOT NULL
        AND e."table" IN ('crm.payment_incomes', 'crm.payment_expenses', 'crm.transits'))
    OR (e."table" IN ('crm.acts', 'crm.payouts') AND e.changes ? 'status')
    OR (e."table" IN ('crm.payments', 'crm.payment_incomes', 'crm.payment_expenses', 'crm.transits')
        AND (e.changes ? 'status' OR e.changes ? 'amount' OR e.changes ? 'paid_amount' OR e.changes ? 'received_amount'));

-- Appends what is settled and critical, in the log's order, exactly once. Gives how many events were read.
CREATE OR REPLACE FUNCTION audit.keep_critical(most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here audit.cursors;
    era bigint := audit.epoch();
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    e audit.events;
    number int := 0;
    link int;
    body jsonb;
BEGIN
    SELECT * INTO here FROM audit.cursors WHERE name = 'critical' FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    FOR e IN
        SELECT * FROM audit.events v
        WHERE v.epoch = here.epoch AND (v.xid, v.seq) > (here.xid, here.seq) AND (v.xid < horizon OR here.epoch <> era)
        ORDER BY v.xid, v.seq LIMIT most
    LOOP
        number := number + 1;
        here.xid := e.xid;
        here.seq := e.seq;
        CONTINUE WHEN NOT coalesce(audit.is_critical(e), false);
        link := coalesce(here.last_link, 0) + 1;
        body := to_jsonb(e);
        here.last_hash := audit.link_hash(here.last_hash, link, body);
        here.last_link := link;
        INSERT INTO audit.critical (seq, event_id, at, type, event, hash)
        VALUES (link, e.id, e.at, e.type, body, here.last_hash);
    END LOOP;
    IF number = 0 AND here.epoch <> era THEN
        here.epoch := era;
        here.xid := '0';
        here.seq := 0;
    END IF;
    UPDATE audit.cursors SET epoch = here.epoch, xid = here.xid, seq = here.seq, last_link = here.last_link,
        last_hash = here.last_hash WHERE name = 'critical';
    RETURN number;
END $$;

CREATE OR REPLACE FUNCTION audit.link_hash(before bytea, link bigint, body jsonb) RETURNS bytea LANGUAGE sql IMMUTABLE
RETURN sha256(coalesce(before, '') || convert_to(link || body::text, 'UTF8'));

-- The first link that does not hold, with what is wrong; nothing when the chain is whole. Links that retention has taken
-- from the beginning are no break.
CREATE OR REPLACE FUNCTION audit.check_critical() RETURNS TABLE (link bigint, wrong text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH chain AS (
        SELECT seq, event, hash, lag(hash) OVER w AS before, lag(seq) OVER w AS earlier FROM audit.critical
        WINDOW w AS (ORDER BY seq)
    ), broken AS (
        SELECT seq, CASE WHEN earlier <> seq - 1 THEN 'a row before it is missing' ELSE 'it or its hash was changed' END AS wrong
        FROM chain WHERE earlier IS NOT NULL AND (earlier <> seq - 1 OR hash <> audit.link_hash(before, seq, event))
        UNION ALL
        SELECT seq, 'it or its hash was changed' FROM chain WHERE seq = 1 AND hash <> audit.link_hash(NULL, seq, event)
        UNION ALL
        SELECT c.last_link, 'rows at the end are missing' FROM audit.cursors c
        WHERE c.name = 'critical' AND c.last_link IS NOT NULL
          AND NOT EXISTS (SELECT FROM audit.critical k WHERE k.seq = c.last_link AND k.hash = c.last_hash)
    )
    SELECT seq, wrong FROM broken ORDER BY seq LIMIT 1
$$;

REVOKE EXECUTE ON FUNCTION audit.is_critical(audit.events), audit.keep_critical(int), audit.check_critical(),
    audit.link_hash(bytea, bigint, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.keep_critical(int), audit.check_critical() TO crm_jobs;

-- From the beginning of the log on.
INSERT INTO audit.cursors (name, epoch, xid, seq) VALUES ('critical', audit.epoch(), '0', 0) ON CONFLICT (name) DO NOTHING;
