-- The catalogue for others to read: views of the reader's own rights.
CREATE OR REPLACE VIEW reference.insurers WITH (security_invoker = true) AS
    SELECT id, name, kind, inn, is_active FROM crm.insurers WHERE deleted_at IS NULL;
CREATE OR REPLACE VIEW reference.products WITH (security_invoker = true) AS
    SELECT id, slug, name, object_kind, review_lead_days, is_active FROM crm.products WHERE deleted_at IS NULL;
CREATE OR REPLACE VIEW reference.task_kinds WITH (security_invoker = true) AS
    SELECT id, slug, name, days, checklist FROM tasks.task_kinds WHERE deleted_at IS NULL;
GRANT SELECT ON ALL TABLES IN SCHEMA reference TO crm_reader, crm_own, crm_team, crm_all;
