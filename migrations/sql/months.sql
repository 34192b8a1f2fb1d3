-- Closed months: what lies in them does not move, whoever writes. (Reopening is a row of `crm.closed_months`.)

-- One lock for each month: money that moves in it shares the lock, closing it takes it alone. So a month is not closed
-- while somebody's uncommitted money lies in it, and nothing slips in between its figures and the commit.
CREATE OR REPLACE FUNCTION crm.month_number(day date) RETURNS int LANGUAGE sql IMMUTABLE
RETURN extract(year FROM day)::int * 12 + extract(month FROM day)::int;

CREATE OR REPLACE FUNCTION crm.await_month(month date) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock('crm.closed_months'::regclass::oid::int, crm.month_number(month));
END $$;

-- The first month in which any money moved.
CREATE OR REPLACE FUNCTION crm.first_month_of_money() RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT date_trunc('month', least(
        (SELECT min(paid_on) FROM crm.payments WHERE paid_on IS NOT NULL AND deleted_at IS NULL),
        (SELECT min(received_on) FROM crm.payment_incomes WHERE received_on IS NOT NULL AND deleted_at IS NULL),
        (SELECT min(paid_on) FROM crm.payment_expenses WHERE paid_on IS NOT NULL AND deleted_at IS NULL),
        (SELECT min(collected_on) FROM crm.transits WHERE collected_on IS NOT NULL AND deleted_at IS NULL)))::date
$$;

-- Refuses money that moves in a closed month. Arguments: the columns of days, the columns that say what moved,
-- the states in which money has moved, and the sum to which a later part may be added.
-- A later part keeps its place in the row of the first one: there the day goes on to the later one, and the sum grows.
CREATE OR REPLACE FUNCTION crm.keep_closed_months() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    was jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) END;
    becomes jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) END;
    moved text[] := TG_ARGV[1]::text[];
    states text[] := TG_ARGV[2]::text[];
    grows text := TG_ARGV[3];
    facts_before jsonb;
    facts_after jsonb;
    closed date;
    k text;
BEGIN
    SELECT jsonb_object_agg(c, was -> c) || jsonb_build_object('moved', was ->> 'status' = ANY (states)),
           jsonb_object_agg(c, becomes -> c) || jsonb_build_object('moved', becomes ->> 'status' = ANY (states))
    INTO facts_before, facts_after FROM unnest(moved) AS c;
    FOREACH k IN ARRAY TG_ARGV[0]::text[] LOOP
        CONTINUE WHEN was ->> k IS NOT DISTINCT FROM becomes ->> k
            AND (was ->> k IS NULL OR facts_before IS NOT DISTINCT FROM facts_after);
        closed := coalesce(crm.closed_month_of((was ->> k)::date), crm.closed_month_of((becomes ->> k)::date));
        CONTINUE WHEN closed IS NULL
            OR crm.is_later_part(facts_before, facts_after, was ->> k, becomes ->> k, grows)
            OR crm.is_taken_back_dated(TG_TABLE_NAME, was, becomes)
            OR (TG_TABLE_NAME = 'payment_reversals' AND TG_OP = 'INSERT' AND k = 'paid_on');
        RAISE EXCEPTION '% is closed', to_char(closed, 'MM.YYYY')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'closed_month', DETAIL = to_char(closed, 'MM.YYYY');
    END LOOP;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

-- The month of a day where it is closed. Shares the month's lock first: whoever closes it waits for us, and we for them.
CREATE OR REPLACE FUNCTION crm.closed_month_of(day date) RETURNS date
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    first date := date_trunc('month', day)::date;
BEGIN
    IF day IS NULL THEN
        RETURN NULL;
    END IF;
    PERFORM pg_advisory_xact_lock_shared('crm.closed_months'::regclass::oid::int, crm.month_number(day));
    RETURN (SELECT m.month FROM crm.closed_months m WHERE m.month = first AND m.reopened_at IS NULL);
END $$;

CREATE OR REPLACE FUNCTION crm.is_later_part(facts_before jsonb, facts_after jsonb, day_before text, day_after text, grows text)
RETURNS boolean LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(grows <> '' AND facts_before - grows = facts_after - grows
        AND day_after::date > day_before::date AND crm.closed_month_of(day_after::date) IS NULL
        AND sign((facts_after ->> grows)::numeric) = sign((facts_before ->> grows)::numeric)
        AND abs((facts_after ->> grows)::numeric) > abs((facts_before ->> grows)::numeric), false)
$$;

-- A premium is owed again when the very sum and day were written down as a reversal that is dated in an open month.
CREATE OR REPLACE FUNCTION crm.is_taken_back_dated(source text, was jsonb, becomes jsonb) RETURNS boolean
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
    SELECT source = 'payments' AND becomes ->> 'paid_on' IS NULL AND (becomes ->> 'paid_amount')::numeric = 0
        AND becomes -> 'deleted_at' = was -> 'deleted_at'
        AND EXISTS (SELECT FROM crm.payment_reversals r
                    WHERE r.payment_id = (was ->> 'id')::uuid AND r.paid_on = (was ->> 'paid_on')::date
                      AND r.amount = (was ->> 'paid_amount')::numeric AND r.xmin = pg_current_xact_id()::xid)
$$;

-- At the commit: what a reversal takes back no longer stands as paid, else the month of its payment would have it twice.
CREATE OR REPLACE FUNCTION crm.keep_reversals_true() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM crm.payments p WHERE p.id = NEW.payment_id AND p.paid_on = NEW.paid_on AND p.paid_amount > 0) THEN
        RAISE EXCEPTION 'the payment still stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'reversal_of_what_stands';
    END IF;
    RETURN NULL;
END $$;

-- Columns: of days, of what moved, the states in which money has moved, the sum that a later part raises.
CREATE OR REPLACE FUNCTION crm.guard_months(target regclass, days text[], moved text[], states text[], grows text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    arguments text := format('%L, %L, %L, %L', days, moved, states, grows);
    before text := (SELECT string_agg(format('OLD.%I IS NOT NULL', d), ' OR ') FROM unnest(days) AS d);
    after text := replace(before, 'OLD.', 'NEW.');
    told text := (SELECT string_agg(format('OLD.%I', c), ', ')
                  FROM unnest(days || moved || CASE WHEN states <> '{}' THEN ARRAY['status'] END) AS c);
    changed text := format('(%s) IS DISTINCT FROM (%s)', told, replace(told, 'OLD.', 'NEW.'));
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER closed_month_insert BEFORE INSERT ON %s FOR EACH ROW WHEN (%s) '
        'EXECUTE FUNCTION crm.keep_closed_months(%s)', target, after, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER closed_month_update BEFORE UPDATE ON %s FOR EACH ROW WHEN ((%s OR %s) AND %s) '
        'EXECUTE FUNCTION crm.keep_closed_months(%s)', target, before, after, changed, arguments);
    EXECUTE format('CREATE OR REPLACE TRIGGER closed_month_delete BEFORE DELETE ON %s FOR EACH ROW WHEN (%s) '
        'EXECUTE FUNCTION crm.keep_closed_months(%s)', target, before, arguments);
END $$;

DO $$
BEGIN
    PERFORM crm.guard_months('crm.payments', '{paid_on}', '{paid_amount,policy_id,deleted_at}',
        '{partially_paid,paid,confirmed}', 'paid_amount');
    PERFORM crm.guard_months('crm.payment_incomes', '{received_on}',
        '{received_amount,kind,vat_mode,settlement,payment_id,deleted_at}', '{partly,received,withheld}', 'received_amount');
    PERFORM crm.guard_months('crm.payment_expenses', '{paid_on}',
        '{amount,kind,payee_id,payee_name,payment_id,deleted_at}', '{paid}', '');
    PERFORM crm.guard_months('crm.transits', '{collected_on,passed_on}', '{amount,payment_id,deleted_at}',
        '{collected,passed_on,given_back}', '');
    PERFORM crm.guard_months('crm.payment_reversals', '{reversed_on,paid_on}', '{amount,payment_id}', '{}', '');
END $$;

DROP TRIGGER IF EXISTS keep_reversals_true ON crm.payment_reversals;
CREATE CONSTRAINT TRIGGER keep_reversals_true AFTER INSERT ON crm.payment_reversals DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION crm.keep_reversals_true();

-- Premium by the day on which it moved: what clients paid, what is taken back, and what that had been.
CREATE OR REPLACE VIEW crm.premium_moves WITH (security_invoker) AS
    SELECT id AS payment_id, deal_id, paid_on AS day, paid_amount AS amount
    FROM crm.payments WHERE paid_on IS NOT NULL AND deleted_at IS NULL
    UNION ALL SELECT payment_id, deal_id, paid_on, amount FROM crm.payment_reversals
    UNION ALL SELECT payment_id, deal_id, reversed_on, -amount FROM crm.payment_reversals;

GRANT SELECT ON crm.premium_moves TO crm_own, crm_team, crm_all;
REVOKE EXECUTE ON FUNCTION crm.month_number(date), crm.await_month(date), crm.first_month_of_money(), crm.keep_closed_months(),
    crm.keep_reversals_true(),
    crm.closed_month_of(date), crm.is_later_part(jsonb, jsonb, text, text, text), crm.is_taken_back_dated(text, jsonb, jsonb),
    crm.guard_months(regclass, text[], text[], text[], text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.month_number(date), crm.await_month(date), crm.first_month_of_money() TO crm_all;
