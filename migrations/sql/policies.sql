-- Row policies. `auth.protect(table, kind)` gives a table its policies and its grants; a new table calls it once.
-- A scope role (own, team, all) is taken for one transaction; each has its own simple policy.
-- Measured: plain columns on the deal, a primary-key probe in the membership for what hangs on it,
-- and no policied table inside a policy but the membership, whose own policy is one comparison.

CREATE OR REPLACE FUNCTION auth.member_of_deal(tbl text, people text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN format('EXISTS (SELECT FROM crm.deal_members m WHERE m.user_id %s AND m.deal_id = %s.deal_id)', people, tbl);

CREATE OR REPLACE FUNCTION auth.member_of_client(tbl text, people text, key text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN format('EXISTS (SELECT FROM crm.client_members m WHERE m.user_id %s AND m.client_id = %s.%s)', people, tbl, key);

-- What people of a scope see in a table of a kind, as an expression.
CREATE OR REPLACE FUNCTION auth.sight(tbl text, kind text, people text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE kind
    WHEN 'deal' THEN format(
        'seller_id %1$s OR executor_id %1$s OR id = ANY (ARRAY(SELECT m.deal_id FROM crm.deal_members m '
        'WHERE m.user_id %1$s AND m.reason NOT IN (''seller'', ''executor'')))', people)
    WHEN 'under_deal' THEN auth.member_of_deal(tbl, people)
    WHEN 'client' THEN auth.member_of_client(tbl, people, 'id')
    WHEN 'under_client' THEN auth.member_of_client(tbl, people, 'client_id')
    WHEN 'task' THEN format(
        'assignee_id %1$s OR author_id %1$s OR (assignee_id IS NULL AND team_id = (SELECT auth.actor_team())) OR %2$s',
        people, auth.member_of_deal(tbl, people))
    WHEN 'document' THEN format('CASE WHEN deal_id IS NOT NULL THEN %s ELSE %s END',
        auth.member_of_deal(tbl, people), auth.member_of_client(tbl, people, 'client_id'))
    WHEN 'membership' THEN format('user_id %s', people)
    WHEN 'events' THEN format(
        'CASE WHEN deal_id IS NOT NULL THEN %s WHEN client_id IS NOT NULL THEN %s '
        'ELSE actor_id = (SELECT auth.actor_id()) OR record_id = (SELECT auth.actor_id()) END',
        auth.member_of_deal(tbl, people), auth.member_of_client(tbl, people, 'client_id'))
    WHEN 'actions' THEN format(
        'actor_id = (SELECT auth.actor_id()) OR EXISTS (SELECT FROM audit.events e WHERE e.action_id = %s.id)', tbl)
END;

CREATE OR REPLACE FUNCTION auth.allow(target regclass, scope text, may text, seen text, written text DEFAULT NULL)
RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    EXECUTE format('CREATE POLICY %I ON %s FOR %s TO %s USING (%s)%s',
        scope || '_' || lower(may), target, may, scope, seen, CASE WHEN written IS NULL THEN '' ELSE format(' WITH CHECK (%s)', written) END);
END $$;

CREATE OR REPLACE FUNCTION auth.protect(target regclass, kind text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    tbl text := (SELECT relname FROM pg_class WHERE oid = target);
    old_policy name;
    me text := '= (SELECT auth.actor_id())';
    us text := '= ANY (ARRAY(SELECT auth.teammates()))';
    mine text := 'user_id = (SELECT auth.actor_id())';
    admin text := '(SELECT auth.actor_is_admin())';
    scope text;
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', target);
    FOR old_policy IN SELECT polname FROM pg_policy WHERE polrelid = target LOOP
        EXECUTE format('DROP POLICY %I ON %s', old_policy, target);
    END LOOP;
    EXECUTE format('REVOKE ALL ON %s FROM crm_own, crm_team, crm_all, crm_panel, crm_jobs, crm_bot, crm_reader', target);
    PERFORM auth.allow(target, 'crm_owner', 'ALL', 'true', 'true');

    CASE
    WHEN kind IN ('deal', 'under_deal', 'client', 'under_client', 'task', 'document') THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'ALL', auth.sight(tbl, kind, me),
            CASE kind WHEN 'client' THEN format('%s OR created_by_id %s', auth.sight(tbl, kind, me), me) END);
        PERFORM auth.allow(target, 'crm_team', 'ALL', auth.sight(tbl, kind, us),
            CASE kind WHEN 'client' THEN format('%s OR created_by_id %s', auth.sight(tbl, kind, us), us) END);
        PERFORM auth.allow(target, 'crm_all', 'ALL', 'true');
    WHEN kind = 'personal' THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'ALL', mine);
        PERFORM auth.allow(target, 'crm_team', 'ALL', mine);
        PERFORM auth.allow(target, 'crm_all', 'ALL', format('%s OR %s', mine, admin));
    WHEN kind = 'lent' THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_own, crm_team, crm_all', target);
        FOREACH scope IN ARRAY ARRAY['crm_own', 'crm_team', 'crm_all'] LOOP
            PERFORM auth.allow(target, scope, 'SELECT', format(
                '%s OR lent_to = ''everyone'' OR lent_to = ''team'' AND user_id %s', mine, us));
            PERFORM auth.allow(target, scope, 'ALL', CASE scope WHEN 'crm_all' THEN format('%s OR %s', mine, admin) ELSE mine END);
        END LOOP;
    WHEN kind IN ('reference', 'people') THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', 'true');
        PERFORM auth.allow(target, 'crm_team', 'SELECT', 'true');
        PERFORM auth.allow(target, 'crm_all', 'SELECT', 'true');
        PERFORM auth.allow(target, 'crm_all', 'ALL', CASE kind WHEN 'people' THEN admin ELSE 'true' END);
        IF kind = 'reference' THEN
            EXECUTE format('GRANT SELECT ON %s TO crm_reader', target);
            PERFORM auth.allow(target, 'crm_reader', 'SELECT', 'true');
        END IF;
    WHEN kind = 'office' THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_all', target);
        PERFORM auth.allow(target, 'crm_all', 'ALL', 'true');
    WHEN kind = 'payee' THEN
        EXECUTE format('GRANT SELECT ON %s TO crm_own', target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', 'payee_id ' || me);
        PERFORM auth.allow(target, 'crm_team', 'ALL', 'payee_id ' || us);
        PERFORM auth.allow(target, 'crm_all', 'ALL', 'true');
    WHEN kind = 'absence' THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', 'true');
        PERFORM auth.allow(target, 'crm_own', 'ALL', mine);
        PERFORM auth.allow(target, 'crm_team', 'SELECT', 'true');
        PERFORM auth.allow(target, 'crm_team', 'ALL', 'user_id ' || us);
        PERFORM auth.allow(target, 'crm_all', 'ALL', 'true');
    WHEN kind = 'target' THEN
        EXECUTE format('GRANT SELECT ON %s TO crm_own', target);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', mine || ' OR team_id = (SELECT auth.actor_team())');
        PERFORM auth.allow(target, 'crm_team', 'ALL', format('user_id %s OR team_id = (SELECT auth.actor_team())', us));
        PERFORM auth.allow(target, 'crm_all', 'ALL', 'true');
    WHEN kind = 'membership' THEN
        EXECUTE format('GRANT SELECT ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', auth.sight(tbl, kind, me));
        PERFORM auth.allow(target, 'crm_team', 'SELECT', auth.sight(tbl, kind, us));
        PERFORM auth.allow(target, 'crm_all', 'SELECT', 'true');
    WHEN kind = 'events' THEN
        EXECUTE format('GRANT SELECT ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', auth.sight(tbl, kind, me));
        PERFORM auth.allow(target, 'crm_team', 'SELECT', auth.sight(tbl, kind, us));
        PERFORM auth.allow(target, 'crm_all', 'SELECT', format(
            '"table" NOT LIKE ''auth.%%'' OR actor_id = (SELECT auth.actor_id()) OR %s', admin));
    WHEN kind = 'actions' THEN
        EXECUTE format('GRANT SELECT ON %s TO crm_own, crm_team, crm_all', target);
        PERFORM auth.allow(target, 'crm_own', 'SELECT', auth.sight(tbl, kind, me));
        PERFORM auth.allow(target, 'crm_team', 'SELECT', auth.sight(tbl, kind, us));
        PERFORM auth.allow(target, 'crm_all', 'SELECT', 'true');
    WHEN kind = 'jobs' THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO crm_jobs', target);
        PERFORM auth.allow(target, 'crm_jobs', 'ALL', 'true');
        EXECUTE format('GRANT SELECT ON %s TO crm_all', target);
        PERFORM auth.allow(target, 'crm_all', 'SELECT', admin);
    WHEN kind IN ('sealed', 'partition') THEN
        NULL;
    ELSE
        RAISE EXCEPTION 'No such kind of rows: %', kind;
    END CASE;
END $$;
