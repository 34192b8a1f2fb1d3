-- Signing in happens before there is an actor, so it goes through functions of the owner.

-- What the panel needs to check a password. An unknown name gives no row.
CREATE OR REPLACE FUNCTION auth.credential(login text) RETURNS TABLE (user_id uuid, password_hash text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.id, c.password_hash FROM auth.users u JOIN auth.credentials c ON c.user_id = u.id
    WHERE u.username = lower(login) AND u.is_active AND u.deleted_at IS NULL
$$;

-- Failed tries of a name and of an address in the last minutes.
CREATE OR REPLACE FUNCTION auth.failed_sign_ins(login text, address text, span interval)
RETURNS TABLE (by_name int, by_address int)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT (SELECT count(*) FROM audit.sign_ins s WHERE s.username = lower(login) AND NOT s.ok AND s.at > now() - span
              AND s.at > coalesce((SELECT max(g.at) FROM audit.sign_ins g WHERE g.username = lower(login) AND g.ok), '-infinity'))::int,
           (SELECT count(*) FROM audit.sign_ins s WHERE s.ip = address AND NOT s.ok AND s.at > now() - span)::int
$$;

CREATE OR REPLACE FUNCTION auth.note_sign_in(login text, address text, ok boolean) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit.sign_ins (username, ip, ok) VALUES (lower(login), address, ok)
$$;

-- Who a session belongs to, with role, scope and grants. Nothing for an ended, expired or idle one, or a disabled user.
CREATE OR REPLACE FUNCTION auth.session_actor(token bytea, idle interval)
RETURNS TABLE (session_id uuid, user_id uuid, full_name text, role text, scope text, grants text[], team_id uuid, locale text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    found auth.sessions;
BEGIN
    SELECT * INTO found FROM auth.sessions s
    WHERE s.token_hash = token AND s.ended_at IS NULL AND s.expires_at > now() AND s.last_seen_at > now() - idle;
    IF found.id IS NULL THEN
        RETURN;
    END IF;
    IF found.last_seen_at < now() - interval '1 minute' THEN
        PERFORM set_config('app.actor_id', found.user_id::text, true);
        UPDATE auth.sessions SET last_seen_at = now() WHERE id = found.id;
        PERFORM set_config('app.actor_id', '', true);
    END IF;
    RETURN QUERY
        SELECT found.id, u.id, u.full_name, r.slug, r.scope, r.grants, u.team_id, u.locale
        FROM auth.users u JOIN auth.roles r ON r.id = u.role_id
        WHERE u.id = found.user_id AND u.is_active AND u.deleted_at IS NULL;
END $$;

-- The same for a token of the API.
CREATE OR REPLACE FUNCTION auth.token_actor(token bytea)
RETURNS TABLE (session_id uuid, user_id uuid, full_name text, role text, scope text, grants text[], team_id uuid, locale text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.id, u.id, u.full_name, r.slug, r.scope, r.grants, u.team_id, u.locale
    FROM auth.api_tokens t JOIN auth.users u ON u.id = t.user_id JOIN auth.roles r ON r.id = u.role_id
    WHERE t.token_hash = token AND t.revoked_at IS NULL AND coalesce(t.expires_at > now(), true)
      AND u.is_active AND u.deleted_at IS NULL
$$;

-- Who a person is, for doors that know the name already (import --as, the bot).
CREATE OR REPLACE FUNCTION auth.actor_named(login text)
RETURNS TABLE (session_id uuid, user_id uuid, full_name text, role text, scope text, grants text[], team_id uuid, locale text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT NULL::uuid, u.id, u.full_name, r.slug, r.scope, r.grants, u.team_id, u.locale
    FROM auth.users u JOIN auth.roles r ON r.id = u.role_id
    WHERE u.username = lower(login) AND u.is_active AND u.deleted_at IS NULL
$$;

-- One's own password, or anyone's for an administrator.
CREATE OR REPLACE FUNCTION auth.set_password(person uuid, hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF auth.require_actor() <> person AND NOT auth.actor_is_admin() THEN
        RAISE EXCEPTION 'Only an administrator sets the password of another' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO auth.credentials (id, user_id, password_hash, changed_at) VALUES (uuidv7(), person, hash, now())
    ON CONFLICT (user_id) DO UPDATE SET password_hash = excluded.password_hash, changed_at = excluded.changed_at;
    UPDATE auth.sessions SET ended_at = now() WHERE user_id = person AND ended_at IS NULL
      AND token_hash IS DISTINCT FROM decode(nullif(current_setting('app.session', true), ''), 'hex');
END $$;

-- A disabled user's sessions end at once.
CREATE OR REPLACE FUNCTION auth.end_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE auth.sessions s SET ended_at = now()
    FROM new_rows n WHERE s.user_id = n.id AND s.ended_at IS NULL AND (NOT n.is_active OR n.deleted_at IS NOT NULL);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER sessions_end AFTER UPDATE ON auth.users REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION auth.end_sessions();
