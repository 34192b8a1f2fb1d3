-- Whether a bulk change is still working under an action, whoever asked for it. It waits for the batch that is being
-- written, so that an undo can never slip in between two batches.
CREATE OR REPLACE FUNCTION auth.bulk_is_busy(action uuid) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(bool_or(b.status = 'running'), false)
    FROM (SELECT status FROM auth.bulk_changes WHERE action_id = action FOR UPDATE) AS b
$$;

REVOKE EXECUTE ON FUNCTION auth.bulk_is_busy(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.bulk_is_busy(uuid) TO crm_own, crm_team, crm_all;
