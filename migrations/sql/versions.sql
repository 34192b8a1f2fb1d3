-- How a row that everybody may read was changed after a moment, whoever changed it: by this a rule is told as it was when
-- a line was made by it. Of tables that not everybody reads it tells nothing: their history is their policies' matter.
CREATE OR REPLACE FUNCTION audit.changes_since(target text, key uuid, moment timestamptz)
RETURNS TABLE (at timestamptz, actor text, changes jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.at, u.full_name, e.changes
    FROM audit.events e LEFT JOIN auth.users u ON u.id = e.actor_id
    WHERE e.record_id = key AND e."table" = target AND e.op = 'update' AND e.at > moment
      AND EXISTS (SELECT FROM pg_policy p
                  WHERE p.polrelid = to_regclass(target) AND p.polname = 'crm_reader_select'
                    AND pg_get_expr(p.polqual, p.polrelid) = 'true')
    ORDER BY e.seq
$$;

REVOKE EXECUTE ON FUNCTION audit.changes_since(text, uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.changes_since(text, uuid, timestamptz) TO crm_own, crm_team, crm_all;
