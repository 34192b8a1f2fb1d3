-- The bot's inbox: an update is a row, whoever brings it and however often; the row is the queue of the bot.

CREATE OR REPLACE FUNCTION audit.receive_update(which bigint, what jsonb) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    is_new boolean;
BEGIN
    INSERT INTO audit.bot_updates (update_id, told) VALUES (which, what) ON CONFLICT (update_id) DO NOTHING;
    is_new := FOUND;
    IF is_new THEN
        PERFORM pg_notify('bot', '');
    END IF;
    RETURN is_new;
END $$;

-- The oldest one that waits, for a while: when whoever took it dies, it is another's.
CREATE OR REPLACE FUNCTION audit.take_update(for_a_while interval)
RETURNS TABLE (update_id bigint, attempt int, told jsonb)
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE audit.bot_updates u SET attempts = u.attempts + 1, due_at = clock_timestamp() + for_a_while
    WHERE u.update_id = (
        SELECT w.update_id FROM audit.bot_updates w WHERE w.handled_at IS NULL AND w.due_at <= clock_timestamp()
        ORDER BY w.update_id LIMIT 1 FOR UPDATE SKIP LOCKED)
    RETURNING u.update_id, u.attempts, u.told
$$;

-- In the transaction of what it asked for: both stand or neither. What was said is forgotten.
CREATE OR REPLACE FUNCTION audit.finish_update(which bigint, held int) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE audit.bot_updates SET handled_at = clock_timestamp(), told = '{}', error = NULL
    WHERE update_id = which AND attempts = held AND handled_at IS NULL;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the update % is in other hands', which USING ERRCODE = 'serialization_failure';
    END IF;
END $$;

-- It failed: again after a while, or never where that is nothing; the row then stays as it is, for people to look at.
CREATE OR REPLACE FUNCTION audit.fail_update(which bigint, held int, why text, after interval) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE audit.bot_updates SET error = why, due_at = coalesce(clock_timestamp() + after, 'infinity')
    WHERE update_id = which AND attempts = held AND handled_at IS NULL
$$;

REVOKE EXECUTE ON FUNCTION audit.receive_update(bigint, jsonb), audit.take_update(interval),
    audit.finish_update(bigint, int), audit.fail_update(bigint, int, text, interval) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.receive_update(bigint, jsonb), audit.take_update(interval),
    audit.fail_update(bigint, int, text, interval) TO crm_all;
GRANT EXECUTE ON FUNCTION audit.finish_update(bigint, int) TO crm_own, crm_team, crm_all;
