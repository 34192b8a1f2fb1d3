-- Deals in the trash, for lists of what hangs on them: ids only, whoever asks. Work in a queue hides with a deal out of sight.
CREATE OR REPLACE FUNCTION crm.trashed_deals() RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, pg_temp AS $$
    SELECT id FROM crm.deals WHERE deleted_at IS NOT NULL
$$;

REVOKE EXECUTE ON FUNCTION crm.trashed_deals() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.trashed_deals() TO crm_own, crm_team, crm_all;
