-- Who is acting: settings of the transaction, written by the door that opened it.
CREATE OR REPLACE FUNCTION auth.actor_id() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE
RETURN nullif(current_setting('app.actor_id', true), '')::uuid;

CREATE OR REPLACE FUNCTION auth.require_actor() RETURNS uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF auth.actor_id() IS NULL THEN
        RAISE EXCEPTION 'A write needs an actor: set app.actor_id' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN auth.actor_id();
END $$;

-- The actor and everyone of their team.
CREATE OR REPLACE FUNCTION auth.teammates() RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.id FROM auth.users u
    WHERE u.team_id = (SELECT me.team_id FROM auth.users me WHERE me.id = auth.actor_id())
    UNION SELECT auth.actor_id()
$$;

CREATE OR REPLACE FUNCTION auth.actor_team() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT u.team_id FROM auth.users u WHERE u.id = auth.actor_id()
$$;

-- An administrator, or the system itself, which acts before there is anybody.
CREATE OR REPLACE FUNCTION auth.actor_is_admin() RETURNS boolean
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT auth.actor_id() = '00000000-0000-7000-8000-000000000001' OR EXISTS (
        SELECT FROM auth.users u JOIN auth.roles r ON r.id = u.role_id
        WHERE u.id = auth.actor_id() AND r.slug = 'admin')
$$;
