-- Undo of an action: its events inverted, set-based, all or nothing. Derived columns are left to `crm.derive`.

-- What must be done to take an action back, one row a record: delete what it made, restore what it changed or deleted.
-- `expected` is what the action left behind: whatever differs from it now, somebody has changed since.
CREATE OR REPLACE FUNCTION audit.inverse(target uuid)
RETURNS TABLE (source text, record_id uuid, step text, patch jsonb, expected jsonb)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH ev AS MATERIALIZED (
        SELECT e."table" AS source, e.record_id, e.seq, e.op, e.changes, e.record, w.derived
        FROM audit.events e JOIN audit.watched w ON w."table" = e."table"
        WHERE e.action_id = target AND e.op <> 'note'
    ), span AS (
        SELECT source, record_id,
               (array_agg(op ORDER BY seq))[1] = 'insert' AS born,
               (array_agg(op ORDER BY seq DESC))[1] = 'delete' AS died,
               (array_agg(record ORDER BY seq) FILTER (WHERE op = 'insert'))[1] AS first_record,
               (array_agg(record ORDER BY seq DESC) FILTER (WHERE op = 'delete'))[1] AS last_record
        FROM ev GROUP BY source, record_id
    ), fields AS (
        SELECT DISTINCT ev.source, ev.record_id, f.key AS field, f.key = ANY (ev.derived) AS is_derived,
               first_value(f.value -> 0) OVER w AS old, last_value(f.value -> 1) OVER w AS new
        FROM ev CROSS JOIN LATERAL jsonb_each(ev.changes) AS f
        WHERE ev.op = 'update'
        WINDOW w AS (PARTITION BY ev.source, ev.record_id, f.key ORDER BY ev.seq
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ), patches AS (
        -- A derived column that the action emptied is filled again: a check may need it before it is derived anew.
        SELECT source, record_id,
               jsonb_object_agg(field, old) FILTER (WHERE NOT is_derived OR new = 'null') AS old,
               coalesce(jsonb_object_agg(field, new) FILTER (WHERE NOT is_derived), '{}') AS new
        FROM fields WHERE old IS DISTINCT FROM new GROUP BY source, record_id
    )
    SELECT s.source, s.record_id, 'delete', NULL::jsonb, s.first_record || coalesce(p.new, '{}')
    FROM span s LEFT JOIN patches p USING (source, record_id) WHERE s.born AND NOT s.died
    UNION ALL
    SELECT s.source, s.record_id, 'insert', s.last_record || coalesce(p.old, '{}'), NULL
    FROM span s LEFT JOIN patches p USING (source, record_id) WHERE s.died AND NOT s.born
    UNION ALL
    SELECT p.source, p.record_id, 'update', p.old, p.new
    FROM patches p JOIN span s USING (source, record_id) WHERE NOT s.born AND NOT s.died AND p.old IS NOT NULL
$$;

-- The plan in a table of the transaction, its rows locked so that nothing moves between the check and the undoing.
CREATE OR REPLACE FUNCTION audit.plan_undo(target uuid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    source text;
BEGIN
    DROP TABLE IF EXISTS pg_temp.undo_steps;
    CREATE TEMPORARY TABLE undo_steps ON COMMIT DROP AS SELECT * FROM audit.inverse(target);
    FOR source IN SELECT DISTINCT s.source FROM pg_temp.undo_steps s ORDER BY 1 LOOP
        EXECUTE format('SELECT FROM %1$s t WHERE t.id IN (SELECT record_id FROM pg_temp.undo_steps WHERE source = %1$L) '
            'ORDER BY t.id FOR UPDATE', source);
    END LOOP;
END $$;

-- Records that would lose what they hang on: they refer to what the action made and are not taken back with it.
-- Derived ones whose key goes along (ON DELETE CASCADE) are none.
CREATE OR REPLACE FUNCTION audit.undo_orphans() RETURNS TABLE (source text, record_id uuid)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k record;
BEGIN
    FOR k IN
        SELECT DISTINCT r.relnamespace::regnamespace || '.' || r.relname AS child, s.parent, a.attname AS key
        FROM (SELECT DISTINCT u.source AS parent FROM pg_temp.undo_steps u WHERE u.step = 'delete') AS s
        JOIN pg_constraint c ON c.contype = 'f' AND c.confrelid = s.parent::regclass AND c.confdeltype <> 'c'
        JOIN pg_class r ON r.oid = c.conrelid AND NOT r.relispartition
        JOIN pg_attribute p ON p.attrelid = c.confrelid AND p.attname = 'id'
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[array_position(c.confkey, p.attnum)]
    LOOP
        RETURN QUERY EXECUTE format('SELECT %1$L, c.id FROM %1$s c WHERE c.%3$I IN '
            '(SELECT record_id FROM pg_temp.undo_steps WHERE source = %2$L AND step = ''delete'') AND NOT EXISTS '
            '(SELECT FROM pg_temp.undo_steps d WHERE d.source = %1$L AND d.record_id = c.id '
            'AND (d.step = ''delete'' OR d.patch ? %3$L))', k.child, k.parent, k.key);
    END LOOP;
END $$;

-- Fields whose value is no longer what the action left; an empty field stands for the whole record.
CREATE OR REPLACE FUNCTION audit.undo_stale() RETURNS TABLE (source text, record_id uuid, field text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    k record;
BEGIN
    FOR k IN SELECT DISTINCT s.source AS name, w.derived FROM pg_temp.undo_steps s
             JOIN audit.watched w ON w."table" = s.source LOOP
        RETURN QUERY EXECUTE format(
            'SELECT s.source, s.record_id, f.key FROM pg_temp.undo_steps s JOIN %1$s t ON t.id = s.record_id '
            'CROSS JOIN LATERAL (SELECT to_jsonb(t) AS r OFFSET 0) AS is_now '
            'CROSS JOIN LATERAL (SELECT to_jsonb(jsonb_populate_record(t, s.expected)) AS r OFFSET 0) AS was_left '
            'CROSS JOIN LATERAL jsonb_object_keys(s.expected) AS f (key) '
            'WHERE s.source = %1$L AND s.step <> ''insert'' AND f.key <> ALL ($1) '
            'AND is_now.r -> f.key IS DISTINCT FROM was_left.r -> f.key '
            'UNION ALL SELECT s.source, s.record_id, '''' FROM pg_temp.undo_steps s LEFT JOIN %1$s t ON t.id = s.record_id '
            'WHERE s.source = %1$L AND (t.id IS NULL) <> (s.step = ''insert'')', k.name) USING k.derived;
    END LOOP;
    RETURN QUERY SELECT o.source, o.record_id, '' FROM audit.undo_orphans() o;
END $$;

-- What stands in the way: which field of which record, by whom, when, in what action.
CREATE OR REPLACE FUNCTION audit.undo_conflicts(target uuid)
RETURNS TABLE (source text, record_id uuid, field text, actor_id uuid, actor text, at timestamptz, slug text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM audit.plan_undo(target);
    RETURN QUERY
    SELECT DISTINCT s.source, s.record_id, s.field, e.actor_id, u.full_name, e.at, a.slug
    FROM audit.undo_stale() s
    LEFT JOIN LATERAL (
        SELECT e.actor_id, e.at, e.action_id FROM audit.events e
        WHERE e.record_id = s.record_id AND e."table" = s.source AND e.action_id <> target AND e.op <> 'note'
          AND (s.field = '' OR e.op <> 'update' OR e.changes ? s.field)
        ORDER BY e.seq DESC LIMIT 1
    ) AS e ON true
    LEFT JOIN audit.actions a ON a.id = e.action_id
    LEFT JOIN auth.users u ON u.id = e.actor_id;
END $$;

-- Closed months in which money lies that the action touched: as it was then, as the action left it, and as it is now.
-- Notes, days of cover, what is derived, and that somebody has seen the money are no money; the day of an act counts
-- where the action wrote it.
CREATE OR REPLACE FUNCTION audit.undo_closed_months(target uuid) RETURNS SETOF date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH touched AS (
        SELECT e.record_id, e.record, e.changes FROM audit.events e JOIN audit.watched w ON w."table" = e."table"
        WHERE e.action_id = target AND e.op <> 'note'
          AND e."table" IN ('crm.payments', 'crm.payment_incomes', 'crm.payment_expenses', 'crm.transits',
                            'crm.payment_reversals', 'crm.acts', 'crm.payouts')
          AND (e.op <> 'update' OR e.changes - w.derived - ARRAY['note', 'covered_until', 'remind_on'] <> '{}')
          AND (e."table" <> 'crm.payments' OR e.op <> 'update' OR e.changes - w.derived - ARRAY['note', 'status'] <> '{}'
               OR NOT (e.changes -> 'status' <@ '["paid", "confirmed"]'))
    ), days AS (
        SELECT d.day FROM touched t
        CROSS JOIN unnest(ARRAY['paid_on', 'received_on', 'collected_on', 'passed_on', 'reversed_on', 'signed_on']) AS k
        CROSS JOIN LATERAL (VALUES (t.record ->> k), (t.changes -> k ->> 0), (t.changes -> k ->> 1)) AS d (day)
        UNION SELECT d.day FROM touched t CROSS JOIN LATERAL (VALUES (t.changes -> 'act_date' ->> 0), (t.changes -> 'act_date' ->> 1)) AS d (day)
        UNION SELECT p.paid_on::text FROM touched t JOIN crm.payments p ON p.id = t.record_id
        UNION SELECT i.received_on::text FROM touched t JOIN crm.payment_incomes i ON i.id = t.record_id
        UNION SELECT x.paid_on::text FROM touched t JOIN crm.payment_expenses x ON x.id = t.record_id
        UNION SELECT d.day::text FROM touched t JOIN crm.transits r ON r.id = t.record_id
              CROSS JOIN LATERAL (VALUES (r.collected_on), (r.passed_on)) AS d (day)
    )
    SELECT DISTINCT m.month FROM days
    JOIN crm.closed_months m ON m.month = date_trunc('month', days.day::date)::date AND m.reopened_at IS NULL
    WHERE days.day IS NOT NULL
$$;

-- Columns of a table that may be written.
CREATE OR REPLACE FUNCTION audit.columns_of(source text, among text[] DEFAULT NULL) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = source::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND (among IS NULL OR attname = ANY (among))
$$;

-- One step for one table. Returns how many rows it touched.
CREATE OR REPLACE FUNCTION audit.undo_step(source text, step text, fields text[]) RETURNS int
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    columns text[] := audit.columns_of(source, CASE step WHEN 'update' THEN fields END);
    touched int;
BEGIN
    CASE step
    WHEN 'delete' THEN
        EXECUTE format('DELETE FROM %1$s WHERE id IN '
            '(SELECT record_id FROM pg_temp.undo_steps WHERE source = %1$L AND step = ''delete'')', source);
    WHEN 'update' THEN
        EXECUTE format('UPDATE %1$s t SET (%2$s) = (SELECT %3$s FROM jsonb_populate_record(t, s.patch) r) '
            'FROM pg_temp.undo_steps s WHERE s.source = %1$L AND s.step = ''update'' AND t.id = s.record_id',
            source, array_to_string(columns, ', '), 'r.' || array_to_string(columns, ', r.'));
    ELSE
        EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %3$s FROM pg_temp.undo_steps s, '
            'jsonb_populate_record(NULL::%1$s, s.patch) r WHERE s.source = %1$L AND s.step = ''insert''',
            source, array_to_string(columns, ', '), 'r.' || array_to_string(columns, ', r.'));
    END CASE;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END $$;

-- Takes the action back under the current one. Rights and staleness are checked by the caller; constraints are deferred.
CREATE OR REPLACE FUNCTION audit.undo(target uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    done int := 0;
    t record;
BEGIN
    PERFORM FROM audit.actions WHERE id = target AND undone_by IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'undone already' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SET CONSTRAINTS ALL DEFERRED;
    PERFORM audit.plan_undo(target);
    FOR t IN SELECT s.source, s.step, array_agg(DISTINCT k.key) AS fields
             FROM pg_temp.undo_steps s LEFT JOIN LATERAL jsonb_object_keys(s.patch) AS k (key) ON s.step = 'update'
             GROUP BY s.source, s.step ORDER BY array_position(ARRAY['delete', 'update', 'insert'], s.step), s.source LOOP
        done := done + audit.undo_step(t.source, t.step, t.fields);
    END LOOP;
    DROP TABLE pg_temp.undo_steps;
    UPDATE audit.actions SET undone_by = audit.write_action() WHERE id = target;
    UPDATE audit.actions SET undone_by = NULL
    WHERE id = (SELECT undoes FROM audit.actions WHERE id = target);
    RETURN done;
END $$;
