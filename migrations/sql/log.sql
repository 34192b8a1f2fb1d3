-- The one log: statement triggers write a row of audit.events for every row that changes, whoever changes it.

-- The identity of the cluster: a dump restored elsewhere continues under another epoch.
CREATE OR REPLACE FUNCTION audit.epoch() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT system_identifier FROM pg_control_system()
$$;

-- The action that this transaction is part of; a write by hand (psql) gets one of its own.
CREATE OR REPLACE FUNCTION audit.action_id() RETURNS uuid
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    action text := nullif(current_setting('app.action_id', true), '');
BEGIN
    IF action IS NULL THEN
        action := uuidv7()::text;
        PERFORM set_config('app.action_id', action, true);
    END IF;
    RETURN action::uuid;
END $$;

-- Writes the row of the action once, from the settings of the transaction.
CREATE OR REPLACE FUNCTION audit.write_action() RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    action uuid := audit.action_id();
BEGIN
    IF current_setting('app.action_written', true) IS DISTINCT FROM action::text THEN
        INSERT INTO audit.actions (id, slug, actor_id, via, request_id, asked, undoes)
        VALUES (
            action,
            coalesce(nullif(current_setting('app.action', true), ''), 'sql'),
            auth.require_actor(),
            coalesce(nullif(current_setting('app.via', true), ''), 'sql'),
            nullif(current_setting('app.request_id', true), ''),
            nullif(current_setting('app.asked', true), '')::jsonb,
            nullif(current_setting('app.undoes', true), '')::uuid)
        ON CONFLICT (id) DO NOTHING;
        PERFORM set_config('app.action_written', action::text, true);
        PERFORM pg_notify('audit', '');
    END IF;
    RETURN action;
END $$;

-- Arguments of the trigger: event type without its last part, columns that never enter the log, the name of a change of status.
CREATE OR REPLACE FUNCTION audit.write_events() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    actor uuid := auth.require_actor();
    action uuid := audit.action_id();
    source text := TG_TABLE_SCHEMA || '.' || TG_TABLE_NAME;
    era bigint := audit.epoch();
    xact xid8 := pg_current_xact_id();
    prefix text := TG_ARGV[0];
    hidden text[] := TG_ARGV[1]::text[];
    on_status text := TG_ARGV[2];
    deal_key text := CASE source WHEN 'crm.deals' THEN 'id' ELSE 'deal_id' END;
    client_key text := CASE source WHEN 'crm.clients' THEN 'id' ELSE 'client_id' END;
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO audit.events
            (epoch, xid, action_id, actor_id, type, "table", op, record_id, deal_id, client_id, record)
        SELECT era, xact, action, actor, prefix || '.created', source, 'insert',
               (r->>'id')::uuid, (r->>deal_key)::uuid, (r->>client_key)::uuid, r
        FROM (SELECT to_jsonb(n) - hidden AS r FROM new_rows n) AS inserted;
    ELSIF TG_OP = 'DELETE' THEN
        INSERT INTO audit.events
            (epoch, xid, action_id, actor_id, type, "table", op, record_id, deal_id, client_id, record)
        SELECT era, xact, action, actor, prefix || '.deleted', source, 'delete',
               (r->>'id')::uuid, (r->>deal_key)::uuid, (r->>client_key)::uuid, r
        FROM (SELECT to_jsonb(o) - hidden AS r FROM old_rows o) AS deleted;
    ELSE
        INSERT INTO audit.events
            (epoch, xid, action_id, actor_id, type, "table", op, record_id, deal_id, client_id, changes)
        SELECT era, xact, action, actor,
               prefix || CASE
                   WHEN on_status = '' OR NOT changes ? 'status' THEN '.updated'
                   ELSE '.' || replace(on_status, '{}', r->>'status')
               END,
               source, 'update', (r->>'id')::uuid, (r->>deal_key)::uuid, (r->>client_key)::uuid, changes
        FROM (
            SELECT is_now.r, (
                SELECT jsonb_object_agg(f.key, jsonb_build_array(was.r -> f.key, f.value))
                FROM jsonb_each(is_now.r) AS f WHERE f.value IS DISTINCT FROM was.r -> f.key) AS changes
            FROM new_rows n
            JOIN old_rows o USING (id)
            CROSS JOIN LATERAL (SELECT to_jsonb(n) - hidden AS r OFFSET 0) AS is_now
            CROSS JOIN LATERAL (SELECT to_jsonb(o) - hidden AS r OFFSET 0) AS was
        ) AS updated
        WHERE changes IS NOT NULL;
    END IF;
    IF FOUND THEN
        PERFORM audit.write_action();
    END IF;
    RETURN NULL;
END $$;

-- Puts a table under the log; a second call with other arguments replaces the first.
CREATE OR REPLACE FUNCTION audit.watch(target regclass, event text, hidden text[], derived text[], on_status text)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    arguments text := format('%L, %L, %L', event, hidden::text, on_status);
    source text := (SELECT relnamespace::regnamespace || '.' || relname FROM pg_class WHERE oid = target);
BEGIN
    INSERT INTO audit.watched VALUES (source, event, hidden, derived)
    ON CONFLICT ("table") DO UPDATE
    SET event = excluded.event, hidden = excluded.hidden, derived = excluded.derived;
    EXECUTE format('CREATE OR REPLACE TRIGGER log_insert AFTER INSERT ON %s REFERENCING NEW TABLE AS new_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION audit.write_events(%s)', target, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER log_update AFTER UPDATE ON %s '
        'REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION audit.write_events(%s)', target, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER log_delete AFTER DELETE ON %s REFERENCING OLD TABLE AS old_rows '
        'FOR EACH STATEMENT EXECUTE FUNCTION audit.write_events(%s)', target, arguments);
END $$;

-- What triggers cannot see: a card opened, a file downloaded, a refusal, a sign-in.
CREATE OR REPLACE FUNCTION audit.note(
    event text, source text, record uuid, deal uuid DEFAULT NULL, client uuid DEFAULT NULL, told jsonb DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO audit.events (epoch, xid, action_id, actor_id, type, "table", op, record_id, deal_id, client_id, record)
    VALUES (audit.epoch(), pg_current_xact_id(), audit.write_action(), auth.require_actor(), event, source, 'note',
            record, deal, client, told);
END $$;

-- One partition a month for events and a year for critical ones; what lies outside goes to the default ones.
CREATE OR REPLACE FUNCTION audit.make_partitions(first date, months int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    start date;
    kind text;
    step interval;
    name text;
BEGIN
    FOR kind, step, start IN
        SELECT 'events', interval '1 month', date_trunc('month', first)::date + make_interval(months => n)
        FROM generate_series(0, months - 1) AS n
        UNION ALL
        SELECT 'critical', interval '1 year', date_trunc('year', first)::date + make_interval(years => n)
        FROM generate_series(0, 1) AS n
    LOOP
        name := kind || '_' || to_char(start, CASE kind WHEN 'events' THEN 'YYYY_MM' ELSE 'YYYY' END);
        IF to_regclass('audit.' || name) IS NULL THEN
            EXECUTE format('CREATE TABLE audit.%I PARTITION OF audit.%I FOR VALUES FROM (%L) TO (%L)',
                name, kind, start, (start + step)::date);
            PERFORM auth.protect(('audit.' || name)::regclass, 'partition');
        END IF;
    END LOOP;
END $$;
