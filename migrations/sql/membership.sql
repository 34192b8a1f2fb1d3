-- Membership: who sees a deal and its client, and why. Data, kept by triggers, so that policies may probe it.

CREATE OR REPLACE FUNCTION crm.refresh_members(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH wanted AS MATERIALIZED (
        SELECT seller_id AS user_id, id AS deal_id, 'seller' AS reason FROM crm.deals WHERE id = ANY (these)
        UNION ALL
        SELECT executor_id, id, 'executor' FROM crm.deals WHERE id = ANY (these) AND executor_id IS NOT NULL
        UNION ALL
        SELECT user_id, deal_id, 'participant' FROM crm.deal_participants
        WHERE deal_id = ANY (these) AND deleted_at IS NULL
        UNION
        SELECT assignee_id, deal_id, 'task' FROM tasks.tasks
        WHERE deal_id = ANY (these) AND assignee_id IS NOT NULL AND deleted_at IS NULL
          AND status NOT IN ('done', 'cancelled')
        UNION
        SELECT a.substitute_id, d.id, 'substitute' FROM crm.deals d
        JOIN crm.absences a ON a.user_id IN (d.seller_id, d.executor_id) AND a.status = 'running' AND a.deleted_at IS NULL
        WHERE d.id = ANY (these)
    ), gone AS (
        DELETE FROM crm.deal_members m WHERE m.deal_id = ANY (these)
        AND NOT EXISTS (SELECT FROM wanted w
                        WHERE (w.user_id, w.deal_id, w.reason) = (m.user_id, m.deal_id, m.reason))
    ), members AS (
        INSERT INTO crm.deal_members (user_id, deal_id, reason) SELECT user_id, deal_id, reason FROM wanted
        ON CONFLICT DO NOTHING
    ), seers AS MATERIALIZED (
        SELECT DISTINCT w.user_id, d.client_id, d.id AS deal_id FROM wanted w JOIN crm.deals d ON d.id = w.deal_id
    ), blind AS (
        DELETE FROM crm.client_members m
        WHERE (m.deal_id = ANY (these)
               AND NOT EXISTS (SELECT FROM seers s
                               WHERE (s.user_id, s.client_id, s.deal_id) = (m.user_id, m.client_id, m.deal_id)))
           OR (m.deal_id = '00000000-0000-0000-0000-000000000000' AND m.client_id IN (SELECT client_id FROM seers))
    )
    INSERT INTO crm.client_members (user_id, client_id, deal_id) SELECT user_id, client_id, deal_id FROM seers
    ON CONFLICT DO NOTHING
$$;

CREATE OR REPLACE FUNCTION crm.members_follow_deals() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM crm.refresh_members(ARRAY(SELECT id FROM new_rows));
    ELSE
        PERFORM crm.refresh_members(changed) FROM (
            SELECT array_agg(n.id) AS changed FROM new_rows n JOIN old_rows o USING (id)
            WHERE (n.seller_id, n.client_id) IS DISTINCT FROM (o.seller_id, o.client_id)
               OR n.executor_id IS DISTINCT FROM o.executor_id) AS these
        WHERE changed IS NOT NULL;
    END IF;
    RETURN NULL;
END $$;

-- For what carries deal_id and names a person: participants and tasks.
CREATE OR REPLACE FUNCTION crm.members_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    CASE TG_OP
    WHEN 'DELETE' THEN
        PERFORM crm.refresh_members(ARRAY(SELECT DISTINCT deal_id FROM old_rows));
    WHEN 'INSERT' THEN
        PERFORM crm.refresh_members(ARRAY(SELECT DISTINCT deal_id FROM new_rows));
    ELSE
        PERFORM crm.refresh_members(ARRAY(SELECT deal_id FROM new_rows UNION SELECT deal_id FROM old_rows));
    END CASE;
    RETURN NULL;
END $$;

-- Whoever stands in for a seller or an executor sees their deals until they are back.
CREATE OR REPLACE FUNCTION crm.members_follow_absences() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    away uuid[];
BEGIN
    CASE TG_OP
    WHEN 'DELETE' THEN
        away := ARRAY(SELECT user_id FROM old_rows WHERE status = 'running');
    WHEN 'INSERT' THEN
        away := ARRAY(SELECT user_id FROM new_rows WHERE status = 'running');
    ELSE
        away := ARRAY(SELECT n.user_id FROM new_rows n JOIN old_rows o USING (id)
            WHERE 'running' IN (n.status, o.status)
              AND (n.status, n.substitute_id, n.deleted_at) IS DISTINCT FROM (o.status, o.substitute_id, o.deleted_at));
    END CASE;
    IF away <> '{}' THEN
        PERFORM crm.refresh_members(ARRAY(
            SELECT id FROM crm.deals WHERE seller_id = ANY (away) OR executor_id = ANY (away)));
    END IF;
    RETURN NULL;
END $$;

-- A client without a deal is seen by whoever entered it.
CREATE OR REPLACE FUNCTION crm.creator_sees_client() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO crm.client_members (user_id, client_id, deal_id)
    SELECT created_by_id, id, '00000000-0000-0000-0000-000000000000' FROM new_rows
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;

-- A deal deleted for good (undo of its creation) takes its membership along.
CREATE OR REPLACE FUNCTION crm.members_leave() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM crm.deal_members WHERE deal_id IN (SELECT id FROM old_rows);
    INSERT INTO crm.client_members (user_id, client_id, deal_id)
    SELECT c.created_by_id, c.id, '00000000-0000-0000-0000-000000000000'
    FROM crm.clients c WHERE c.id IN (SELECT client_id FROM old_rows)
      AND NOT EXISTS (SELECT FROM crm.deals d WHERE d.client_id = c.id)
    ON CONFLICT DO NOTHING;
    DELETE FROM crm.client_members WHERE deal_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION crm.clients_leave() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM crm.client_members WHERE client_id IN (SELECT id FROM old_rows);
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER members_insert AFTER INSERT ON crm.deals REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow_deals();
CREATE OR REPLACE TRIGGER members_update AFTER UPDATE ON crm.deals REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow_deals();
CREATE OR REPLACE TRIGGER members_delete AFTER DELETE ON crm.deals REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_leave();

CREATE OR REPLACE TRIGGER members_insert AFTER INSERT ON crm.deal_participants REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow();
CREATE OR REPLACE TRIGGER members_update AFTER UPDATE ON crm.deal_participants
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow();
CREATE OR REPLACE TRIGGER members_delete AFTER DELETE ON crm.deal_participants REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow();

CREATE OR REPLACE TRIGGER members_insert AFTER INSERT ON tasks.tasks REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow();
CREATE OR REPLACE TRIGGER members_update AFTER UPDATE ON tasks.tasks
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow();
CREATE OR REPLACE TRIGGER members_delete AFTER DELETE ON tasks.tasks REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow();

CREATE OR REPLACE TRIGGER creator_insert AFTER INSERT ON crm.clients REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.creator_sees_client();
CREATE OR REPLACE TRIGGER creator_delete AFTER DELETE ON crm.clients REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.clients_leave();

CREATE OR REPLACE TRIGGER members_insert AFTER INSERT ON crm.absences REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow_absences();
CREATE OR REPLACE TRIGGER members_update AFTER UPDATE ON crm.absences
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow_absences();
CREATE OR REPLACE TRIGGER members_delete AFTER DELETE ON crm.absences REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.members_follow_absences();
