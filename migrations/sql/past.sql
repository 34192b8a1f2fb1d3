-- The story of one row. Of tables that everybody reads it is told to everybody, whoever changed the row; of others the
-- policies of the log decide, and this function tells nothing.
CREATE OR REPLACE FUNCTION audit.open_story(target text, key uuid)
RETURNS TABLE (at timestamptz, op text, changes jsonb, record jsonb, action_id uuid, slug text, via text, who text,
               is_undone boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.at, e.op, e.changes, e.record, e.action_id, a.slug, a.via, u.full_name, a.undone_by IS NOT NULL
    FROM audit.events e LEFT JOIN audit.actions a ON a.id = e.action_id LEFT JOIN auth.users u ON u.id = e.actor_id
    WHERE e.record_id = key AND e."table" = target AND e.op <> 'note'
      AND EXISTS (SELECT FROM pg_policy p
                  WHERE p.polrelid = to_regclass(target) AND p.polname = 'crm_reader_select'
                    AND pg_get_expr(p.polqual, p.polrelid) = 'true')
    ORDER BY e.seq
$$;

-- How many steps the log has of a row: a number and no more, by which a reader knows whether they see the whole story.
CREATE OR REPLACE FUNCTION audit.steps_of(target text, key uuid) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT count(*) FROM audit.events e WHERE e.record_id = key AND e."table" = target AND e.op <> 'note'
$$;

REVOKE EXECUTE ON FUNCTION audit.open_story(text, uuid), audit.steps_of(text, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION audit.open_story(text, uuid), audit.steps_of(text, uuid) TO crm_own, crm_team, crm_all;
