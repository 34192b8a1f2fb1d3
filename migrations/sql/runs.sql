-- From the log to jobs. A run is a row: what is to be done, how often it was tried, what came of it. The carrier
-- (arq) knows its id only; wipe the carrier and every run that is not over is handed to it again.

-- Reads the log in (xid, seq) order below the horizon, so that no transaction in flight is passed over, and makes a run
-- for each event that a subscription wants. What belongs to bulk work (an import, a step for
-- thousands of records) reaches those only who ask for it.
-- Older epochs, of a dump that was restored here, count as settled. Gives how many events were read; one reader at a time.
CREATE OR REPLACE FUNCTION audit.relay(patterns text[], jobs text[], bulk boolean[], most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    here audit.cursors;
    era bigint := audit.epoch();
    horizon xid8 := pg_snapshot_xmin(pg_current_snapshot());
    last record;
BEGIN
    SELECT * INTO here FROM audit.cursors WHERE name = 'relay' FOR UPDATE SKIP LOCKED;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    WITH batch AS MATERIALIZED (
        SELECT e.id, e.at, e.type, e.xid, e.seq, e.action_id FROM audit.events e
        WHERE e.epoch = here.epoch AND (e.xid, e.seq) > (here.xid, here.seq)
          AND (e.xid < horizon OR here.epoch <> era)
        ORDER BY e.xid, e.seq LIMIT most
    ), made AS (
        INSERT INTO audit.runs (event_id, event_at, job)
        SELECT b.id, b.at, s.job FROM batch b
        JOIN audit.actions a ON a.id = b.action_id
        JOIN unnest(patterns, jobs, bulk) AS s (pattern, job, wants_bulk)
          ON b.type LIKE s.pattern AND (s.wants_bulk OR a.via NOT IN ('import', 'bulk'))
        ORDER BY b.xid, b.seq
        ON CONFLICT (event_id, job) DO NOTHING
    )
    SELECT count(*) AS number, (array_agg(xid ORDER BY xid DESC, seq DESC))[1] AS xid,
           (array_agg(seq ORDER BY xid DESC, seq DESC))[1] AS seq INTO last FROM batch;
    IF last.number > 0 THEN
        UPDATE audit.cursors SET xid = last.xid, seq = last.seq WHERE name = 'relay';
    ELSIF here.epoch <> era THEN
        UPDATE audit.cursors SET epoch = era, xid = '0', seq = 0 WHERE name = 'relay';
    END IF;
    RETURN last.number;
END $$;

-- A job asked for by hand or by another job; the same key a second time is the same run.
CREATE OR REPLACE FUNCTION audit.order_run(what text, told jsonb, one_of_its_kind text, due timestamptz) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    made uuid;
BEGIN
    INSERT INTO audit.runs (job, args, key, due_at)
    VALUES (what, coalesce(told, '{}'), one_of_its_kind, coalesce(due, now()))
    ON CONFLICT (job, key) DO NOTHING RETURNING id INTO made;
    PERFORM pg_notify('audit', '');
    RETURN coalesce(made, (SELECT id FROM audit.runs WHERE job = what AND key = one_of_its_kind));
END $$;

-- Runs to be handed to the carrier, each for a while: one that nobody has begun by then is handed over again, and so
-- is one whose worker died, when its time is over.
CREATE OR REPLACE FUNCTION audit.take_due(most int, for_a_while interval)
RETURNS TABLE (id uuid, job text, attempts int) LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE audit.runs r SET due_at = now() + for_a_while
    WHERE r.id = ANY (ARRAY(
        SELECT w.id FROM audit.runs w WHERE w.state IN ('waiting', 'running') AND w.due_at <= now()
        ORDER BY w.due_at LIMIT most FOR UPDATE SKIP LOCKED))
    RETURNING r.id, r.job, r.attempts
$$;

-- Begins a run: nothing when it is over, in somebody's hands, or has been tried too often (then it is dead).
-- The number of the attempt is the fence: who holds an older one can no longer finish.
CREATE OR REPLACE FUNCTION audit.claim_run(which uuid, tries int, time_given interval)
RETURNS TABLE (attempt int, args jsonb, event jsonb)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    this audit.runs;
BEGIN
    SELECT * INTO this FROM audit.runs r WHERE r.id = which AND r.state IN ('waiting', 'running')
    FOR UPDATE SKIP LOCKED;
    IF NOT FOUND OR (this.state = 'running' AND this.leased_until > clock_timestamp()) THEN
        RETURN;
    END IF;
    IF this.attempts >= tries THEN
        UPDATE audit.runs SET state = 'dead', finished_at = clock_timestamp(),
            error = coalesce(error, 'the worker died while doing it') WHERE runs.id = which;
        RETURN;
    END IF;
    UPDATE audit.runs SET state = 'running', attempts = this.attempts + 1,
        due_at = clock_timestamp() + time_given, leased_until = clock_timestamp() + time_given WHERE runs.id = which;
    RETURN QUERY SELECT this.attempts + 1, this.args, to_jsonb(e) || jsonb_build_object('via', a.via)
    FROM (SELECT 1) AS one
    LEFT JOIN audit.events e ON e.id = this.event_id AND e.at = this.event_at
    LEFT JOIN audit.actions a ON a.id = e.action_id;
END $$;

-- What was said to somebody (`told`: it may hold a link that works) is not kept once it has left.
-- In the transaction of what the job has written: it is done, or, when somebody else holds it by now, all is rolled back.
CREATE OR REPLACE FUNCTION audit.finish_run(which uuid, held int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE audit.runs SET state = 'done', error = NULL, finished_at = clock_timestamp(), args = args - 'told'
    WHERE id = which AND attempts = held AND state = 'running';
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the run % is in other hands', which USING ERRCODE = 'serialization_failure';
    END IF;
END $$;

-- It failed: to be tried again at a time, or dead when there is none. Patience that the other side asked for is no try.
CREATE OR REPLACE FUNCTION audit.fail_run(which uuid, held int, why text, again_at timestamptz, patient boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE audit.runs SET error = why, state = CASE WHEN again_at IS NULL THEN 'dead' ELSE 'waiting' END,
        attempts = attempts - patient::int,
        due_at = coalesce(again_at, due_at), finished_at = CASE WHEN again_at IS NULL THEN clock_timestamp() END
    WHERE id = which AND attempts = held AND state = 'running'
$$;

-- Given back untouched by a worker that has to leave: it does not count as a try.
CREATE OR REPLACE FUNCTION audit.release_run(which uuid, held int) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE audit.runs SET state = 'waiting', attempts = attempts - 1, due_at = clock_timestamp()
    WHERE id = which AND attempts = held AND state = 'running'
$$;

-- What an administrator does with runs that died; both are notes in the log.
CREATE OR REPLACE FUNCTION audit.retry_runs(these uuid[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    again uuid[];
BEGIN
    IF NOT auth.actor_is_admin() THEN
        RAISE EXCEPTION 'only administrators retry runs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH woken AS (
        UPDATE audit.runs SET state = 'waiting', attempts = 0, due_at = now(), finished_at = NULL
        WHERE id = ANY (these) AND state IN ('dead', 'discarded') RETURNING id
    )
    SELECT array_agg(id) INTO again FROM woken;
    PERFORM audit.note('audit.run.retried', 'audit.runs', run) FROM unnest(again) AS run;
    PERFORM pg_notify('audit', '');
    RETURN coalesce(cardinality(again), 0);
END $$;

CREATE OR REPLACE FUNCTION audit.discard_runs(these uuid[]) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    gone uuid[];
BEGIN
    IF NOT auth.actor_is_admin() THEN
        RAISE EXCEPTION 'only administrators discard runs' USING ERRCODE = 'insufficient_privilege';
    END IF;
    WITH parked AS (
        UPDATE audit.runs SET state = 'discarded' WHERE id = ANY (these) AND state = 'dead' RETURNING id
    )
    SELECT array_agg(id) INTO gone FROM parked;
    PERFORM audit.note('audit.run.discarded', 'audit.runs', run) FROM unnest(gone) AS run;
    RETURN coalesce(cardinality(gone), 0);
END $$;

-- The relay begins with what happens from now on.
INSERT INTO audit.cursors (name, epoch, xid, seq)
SELECT 'relay', audit.epoch(), pg_snapshot_xmin(pg_current_snapshot()), 0 ON CONFLICT (name) DO NOTHING;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.order_run(text, jsonb, text, timestamptz), audit.finish_run(uuid, int)
    TO crm_own, crm_team, crm_all;
GRANT EXECUTE ON FUNCTION audit.relay(text[], text[], boolean[], int), audit.take_due(int, interval),
    audit.claim_run(uuid, int, interval), audit.fail_run(uuid, int, text, timestamptz, boolean), audit.release_run(uuid, int)
    TO crm_jobs;
GRANT EXECUTE ON FUNCTION audit.retry_runs(uuid[]), audit.discard_runs(uuid[]) TO crm_all;
