-- Who of these people sees which of these rows, and what their role grants: the table's own policies, asked as each of
-- them. There is no second author of seeing, whatever kind of rows an entity declares. Asked by the streams before they
-- tell anything, for all people at once; rights that were taken away a moment ago count already.
CREATE OR REPLACE FUNCTION auth.onlookers(target regclass, keys uuid[], people uuid[])
RETURNS TABLE (user_id uuid, grants text[], seen uuid[])
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who jsonb;
    one jsonb;
BEGIN
    PERFORM set_config('role', 'crm_all', true);
    SELECT jsonb_agg(jsonb_build_object('id', u.id, 'scope', 'crm_' || r.scope, 'grants', r.grants)) INTO who
    FROM auth.users u JOIN auth.roles r ON r.id = u.role_id
    WHERE u.id = ANY (people) AND u.is_active AND u.deleted_at IS NULL;

    FOR one IN SELECT * FROM jsonb_array_elements(coalesce(who, '[]')) LOOP
        user_id := one ->> 'id';
        grants := ARRAY(SELECT jsonb_array_elements_text(one -> 'grants'));
        seen := '{}';
        IF has_table_privilege(one ->> 'scope', target, 'SELECT') THEN
            PERFORM set_config('app.actor_id', one ->> 'id', true), set_config('role', one ->> 'scope', true);
            EXECUTE format('SELECT coalesce(array_agg(id), ''{}'') FROM %s WHERE id = ANY ($1)', target) INTO seen USING keys;
        END IF;
        RETURN NEXT;
    END LOOP;
    PERFORM set_config('role', 'none', true);
END $$;

REVOKE EXECUTE ON FUNCTION auth.onlookers(regclass, uuid[], uuid[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.onlookers(regclass, uuid[], uuid[]) TO crm_panel;
