-- Who may be the client that is asked about, and what becomes of rows made for a client who has been merged away.

-- Living clients with this phone (their own or a contact's), tax number, or name and birth date. Knows nothing of scopes.
CREATE OR REPLACE FUNCTION crm.clients_like(phone text, inn text, name text, born date, but uuid)
RETURNS TABLE (id uuid, reason text)
LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
    WITH same AS (
        SELECT c.id, 'inn' AS reason, 1 AS weight FROM crm.clients c WHERE c.inn = $2
        UNION ALL
        SELECT c.id, 'phone', 2 FROM crm.clients c WHERE c.phone = $1
        UNION ALL
        SELECT k.client_id, 'phone', 2 FROM crm.client_contacts k
        WHERE right(regexp_replace(k.value, '\D', '', 'g'), 10) = right($1, 10) AND length($1) = 12
          AND k.deleted_at IS NULL
        UNION ALL
        SELECT c.id, 'name', 3 FROM crm.clients c WHERE c.sort_key = crm.search_key($3) AND c.birth_date = $4
    )
    SELECT DISTINCT ON (c.id) c.id, s.reason FROM same s JOIN crm.clients c ON c.id = s.id
    WHERE c.deleted_at IS NULL AND c.id IS DISTINCT FROM but
    ORDER BY c.id, s.weight LIMIT 50
$$;

-- Those of them that the actor sees.
CREATE OR REPLACE FUNCTION crm.known_clients(phone text, inn text, name text, born date, but uuid)
RETURNS TABLE (id uuid, reason text)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
    WITH us AS MATERIALIZED (SELECT crm.people_in_sight() AS people)
    SELECT f.id, f.reason FROM crm.clients_like(phone, inn, name, born, but) f CROSS JOIN us
    WHERE us.people IS NULL
       OR EXISTS (SELECT FROM crm.client_members m WHERE m.user_id = ANY (us.people) AND m.client_id = f.id)
$$;

-- Whether there is one that the actor does not see: a single bit, and each yes stands in the log at that client.
CREATE OR REPLACE FUNCTION crm.is_client_elsewhere(phone text, inn text, name text, born date, but uuid) RETURNS boolean
LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    us uuid[] := crm.people_in_sight();
    hidden record;
    found_one boolean := false;
BEGIN
    IF us IS NULL THEN
        RETURN false;
    END IF;
    FOR hidden IN
        SELECT f.id, f.reason FROM crm.clients_like(phone, inn, name, born, but) f
        WHERE NOT EXISTS (SELECT FROM crm.client_members m WHERE m.user_id = ANY (us) AND m.client_id = f.id)
    LOOP
        found_one := true;
        PERFORM audit.note('crm.client.asked_for', 'crm.clients', hidden.id, NULL, hidden.id,
                           jsonb_build_object('by', hidden.reason));
    END LOOP;
    RETURN found_one;
END $$;

-- A row made for a client while they were being merged away belongs to the client who stayed. The lock waits for the merging.
CREATE OR REPLACE FUNCTION crm.follow_the_merged() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    heir uuid;
BEGIN
    SELECT c.merged_into_id INTO heir FROM crm.clients c WHERE c.id = NEW.client_id FOR KEY SHARE;
    IF heir IS NOT NULL THEN
        NEW.client_id := heir;
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.deals
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.policies
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.insured_objects
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.drivers
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.insured_persons
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.loan_balances
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.client_contacts
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON crm.consents
    FOR EACH ROW EXECUTE FUNCTION crm.follow_the_merged();
CREATE OR REPLACE TRIGGER follow_merged BEFORE INSERT ON documents.documents
    FOR EACH ROW WHEN (NEW.client_id IS NOT NULL) EXECUTE FUNCTION crm.follow_the_merged();

REVOKE EXECUTE ON FUNCTION crm.clients_like(text, text, text, date, uuid), crm.follow_the_merged(),
    crm.known_clients(text, text, text, date, uuid), crm.is_client_elsewhere(text, text, text, date, uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.known_clients(text, text, text, date, uuid),
    crm.is_client_elsewhere(text, text, text, date, uuid) TO crm_own, crm_team, crm_all;
