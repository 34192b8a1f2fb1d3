-- Roles of the cluster. Run by the administrator before anything else; safe to run again.
DO $$
DECLARE
    door text;
BEGIN
    FOREACH door IN ARRAY ARRAY['crm_owner', 'crm_panel', 'crm_jobs', 'crm_bot', 'crm_backup', 'crm_reader'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = door) THEN
            EXECUTE format('CREATE ROLE %I LOGIN', door);
        END IF;
    END LOOP;
    FOREACH door IN ARRAY ARRAY['crm_own', 'crm_team', 'crm_all'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = door) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN', door);
        END IF;
    END LOOP;
END $$;

-- A door takes a scope for one transaction only; by itself it sees no row.
GRANT crm_own, crm_team, crm_all TO crm_panel, crm_jobs, crm_bot WITH INHERIT FALSE, SET TRUE;

-- A dump under row policies would be empty without a word.
ALTER ROLE crm_backup BYPASSRLS;
GRANT pg_read_all_data TO crm_backup;

-- A forgotten transaction must not hold up the readers of the log.
ALTER ROLE crm_panel SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE crm_bot SET idle_in_transaction_session_timeout = '60s';
ALTER ROLE crm_jobs SET idle_in_transaction_session_timeout = '10min';
ALTER ROLE crm_panel SET lock_timeout = '10s';
ALTER ROLE crm_bot SET lock_timeout = '10s';
ALTER ROLE crm_panel SET statement_timeout = '60s';
ALTER ROLE crm_bot SET statement_timeout = '30s';
