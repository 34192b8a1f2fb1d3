-- Who may call and reach what. Functions are for nobody unless named here.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO PUBLIC;
GRANT USAGE ON SCHEMA auth, crm, tasks, documents, notifications, audit
    TO crm_own, crm_team, crm_all, crm_panel, crm_jobs, crm_bot, crm_backup;
GRANT USAGE ON SCHEMA crm, tasks, reference TO crm_reader;

REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA auth, crm, audit FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.actor_id(), auth.teammates(), auth.actor_team(), auth.actor_is_admin(), auth.require_actor()
    TO crm_own, crm_team, crm_all, crm_panel, crm_jobs, crm_bot;
GRANT EXECUTE ON FUNCTION crm.derive_touched(), audit.undo(uuid), audit.undo_conflicts(uuid), audit.undo_closed_months(uuid),
    audit.note(text, text, uuid, uuid, uuid, jsonb), audit.epoch(), auth.set_password(uuid, text),
    auth.choose_locale(text)
    TO crm_own, crm_team, crm_all;
GRANT EXECUTE ON FUNCTION crm.review_days(uuid[]), crm.local_day(timestamptz) TO crm_own, crm_team, crm_all;
GRANT EXECUTE ON FUNCTION crm.search_deals(text, int, boolean), crm.search_clients(text, int, boolean),
    crm.search_policies(text, int, boolean) TO crm_own, crm_team, crm_all;
GRANT EXECUTE ON FUNCTION crm.derive(uuid[]), crm.refresh_members(uuid[]), audit.make_partitions(date, int)
    TO crm_all, crm_jobs;
GRANT EXECUTE ON FUNCTION auth.credential(text), auth.failed_sign_ins(text, text, interval),
    auth.note_sign_in(text, text, boolean), auth.session_actor(bytea, interval), auth.token_actor(bytea),
    auth.actor_named(text), audit.schema_version() TO crm_panel;
GRANT EXECUTE ON FUNCTION auth.actor_named(text) TO crm_jobs, crm_bot;
GRANT USAGE ON SEQUENCE crm.deal_numbers TO crm_own, crm_team, crm_all;
