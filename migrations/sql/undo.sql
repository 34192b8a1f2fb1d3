-- Undo of an action: its events inverted, set-based, all or nothing. Derived columns are left to `crm.derive`.

-- What must be done to take an action back, one row a record: delete what it made, restore what it changed or deleted.
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
               (array_agg(record ORDER BY seq DESC))[1] AS last_record
        FROM ev GROUP BY source, record_id
    ), fields AS (
        SELECT DISTINCT ev.source, ev.record_id, f.key AS field,
               first_value(f.value -> 0) OVER w AS old, last_value(f.value -> 1) OVER w AS new
        FROM ev CROSS JOIN LATERAL jsonb_each(ev.changes) AS f
        WHERE ev.op = 'update' AND f.key <> ALL (ev.derived)
        WINDOW w AS (PARTITION BY ev.source, ev.record_id, f.key ORDER BY ev.seq
                     ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ), patches AS (
        SELECT source, record_id, jsonb_object_agg(field, old) AS old, jsonb_object_agg(field, new) AS new
        FROM fields WHERE old IS DISTINCT FROM new GROUP BY source, record_id
    )
    SELECT s.source, s.record_id, 'delete', NULL::jsonb, NULL::jsonb
    FROM span s WHERE s.born AND NOT s.died
    UNION ALL
    SELECT s.source, s.record_id, 'insert', s.last_record || coalesce(p.old, '{}'), NULL
    FROM span s LEFT JOIN patches p USING (source, record_id) WHERE s.died AND NOT s.born
    UNION ALL
    SELECT p.source, p.record_id, 'update', p.old, p.new
    FROM patches p JOIN span s USING (source, record_id) WHERE NOT s.born AND NOT s.died
$$;

-- Changes made by others since: what stands in the way, by whom and when.
CREATE OR REPLACE FUNCTION audit.undo_conflicts(target uuid)
RETURNS TABLE (source text, record_id uuid, field text, actor_id uuid, actor text, at timestamptz, slug text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH mine AS (
        SELECT i.source, i.record_id, i.step, i.expected, max(e.seq) AS seq, max(e.xid::text::bigint) AS xid
        FROM audit.inverse(target) i
        JOIN audit.events e ON e.action_id = target AND e.record_id = i.record_id AND e."table" = i.source
        GROUP BY i.source, i.record_id, i.step, i.expected
    )
    SELECT DISTINCT ON (m.source, m.record_id, f.field)
           m.source, m.record_id, f.field, e.actor_id, u.full_name, e.at, a.slug
    FROM mine m
    JOIN audit.events e ON e.record_id = m.record_id AND e."table" = m.source AND e.seq > m.seq AND e.action_id <> target
    JOIN audit.watched w ON w."table" = m.source
    JOIN audit.actions a ON a.id = e.action_id
    LEFT JOIN auth.users u ON u.id = e.actor_id
    CROSS JOIN LATERAL (
        SELECT k.key AS field FROM jsonb_object_keys(e.changes) AS k(key) WHERE e.op = 'update'
        UNION ALL SELECT '' WHERE e.op IN ('insert', 'delete')
    ) AS f
    WHERE e.op <> 'note' AND f.field <> ALL (w.derived)
      AND (m.step <> 'update' OR f.field = '' OR m.expected ? f.field)
      AND a.undone_by IS NULL AND a.undoes IS NULL
      AND NOT EXISTS (SELECT FROM audit.actions undoing WHERE undoing.undoes = a.id AND undoing.undone_by IS NULL)
    ORDER BY m.source, m.record_id, f.field, e.seq DESC
$$;

-- Days of money that the action touched and that lie in a month closed since.
CREATE OR REPLACE FUNCTION audit.undo_closed_months(target uuid) RETURNS SETOF date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT DISTINCT m.month
    FROM audit.events e
    CROSS JOIN LATERAL (
        SELECT e.record ->> k AS day FROM unnest(ARRAY['paid_on', 'received_on']) AS k
        UNION ALL SELECT e.changes -> k ->> 0 FROM unnest(ARRAY['paid_on', 'received_on']) AS k
        UNION ALL SELECT e.changes -> k ->> 1 FROM unnest(ARRAY['paid_on', 'received_on']) AS k
    ) AS d
    JOIN crm.closed_months m ON m.month = date_trunc('month', d.day::date)::date AND m.reopened_at IS NULL
    WHERE e.action_id = target AND d.day IS NOT NULL
      AND e."table" IN ('crm.payments', 'crm.payment_incomes', 'crm.payment_expenses')
$$;

-- Columns of a table that may be written.
CREATE OR REPLACE FUNCTION audit.columns_of(source text, among text[] DEFAULT NULL) RETURNS text[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_agg(quote_ident(attname) ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = source::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      AND (among IS NULL OR attname = ANY (among))
$$;

-- Takes the action back under the current one. Rights and staleness are checked by the caller; constraints are deferred.
CREATE OR REPLACE FUNCTION audit.undo(target uuid) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    done int := 0;
    touched int;
    t record;
BEGIN
    PERFORM FROM audit.actions WHERE id = target AND undone_by IS NULL FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'undone already' USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    SET CONSTRAINTS ALL DEFERRED;
    CREATE TEMPORARY TABLE undo_steps ON COMMIT DROP AS SELECT * FROM audit.inverse(target);
    FOR t IN SELECT source, step, array_agg(DISTINCT key) AS fields
             FROM pg_temp.undo_steps LEFT JOIN LATERAL jsonb_object_keys(patch) AS key ON step = 'update'
             GROUP BY source, step ORDER BY array_position(ARRAY['delete', 'update', 'insert'], step) LOOP
        CASE t.step
        WHEN 'delete' THEN
            EXECUTE format('DELETE FROM %s WHERE id IN (SELECT record_id FROM pg_temp.undo_steps '
                'WHERE source = %L AND step = ''delete'')', t.source, t.source);
        WHEN 'update' THEN
            EXECUTE format('UPDATE %1$s t SET (%2$s) = (SELECT %3$s FROM jsonb_populate_record(t, s.patch) r) '
                'FROM pg_temp.undo_steps s WHERE s.source = %4$L AND s.step = ''update'' AND t.id = s.record_id',
                t.source, array_to_string(audit.columns_of(t.source, t.fields), ', '),
                'r.' || array_to_string(audit.columns_of(t.source, t.fields), ', r.'), t.source);
        ELSE
            EXECUTE format('INSERT INTO %1$s (%2$s) SELECT %3$s FROM pg_temp.undo_steps s, '
                'jsonb_populate_record(NULL::%1$s, s.patch) r WHERE s.source = %4$L AND s.step = ''insert''',
                t.source, array_to_string(audit.columns_of(t.source), ', '),
                'r.' || array_to_string(audit.columns_of(t.source), ', r.'), t.source);
        END CASE;
        GET DIAGNOSTICS touched = ROW_COUNT;
        done := done + touched;
    END LOOP;
    DROP TABLE pg_temp.undo_steps;
    UPDATE audit.actions SET undone_by = audit.write_action() WHERE id = target;
    UPDATE audit.actions SET undone_by = NULL
    WHERE id = (SELECT undoes FROM audit.actions WHERE id = target);
    RETURN done;
END $$;
