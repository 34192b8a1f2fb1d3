-- How far deals have come: one row for each stage on the way to a policy, kept by a trigger on `crm.deals`.
-- `stage_since` is when a stage was entered. A step later than it is taken back: the deal has been put back by an undo.

CREATE OR REPLACE FUNCTION crm.way() RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN '{draft,quotation,client_decision,policy_issue,won}'::text[];

-- Deals with the stage that each has come to and since when: the steps up to it, and which one is the furthest.
CREATE OR REPLACE FUNCTION crm.take_steps(these uuid[], stages text[], moments timestamptz[]) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO crm.deal_steps (id, deal_id, stage, entered_at, is_furthest)
    SELECT uuidv7(), come.deal_id, way.stage, come.since, false
    FROM unnest(these, stages, moments) AS come (deal_id, stage, since)
    JOIN unnest(crm.way()) WITH ORDINALITY AS way (stage, place) ON way.place <= array_position(crm.way(), come.stage)
    ORDER BY come.deal_id, way.place
    ON CONFLICT (deal_id, stage) DO NOTHING;

    UPDATE crm.deal_steps s SET is_furthest = NOT s.is_furthest
    FROM (SELECT id, array_position(crm.way(), stage) = max(array_position(crm.way(), stage)) OVER (PARTITION BY deal_id)
                     AS is_furthest
          FROM crm.deal_steps WHERE deal_id = ANY (these)) AS truth
    WHERE truth.id = s.id AND truth.is_furthest <> s.is_furthest;
$$;

CREATE OR REPLACE FUNCTION crm.steps_follow() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    these uuid[];
    stages text[];
    moments timestamptz[];
BEGIN
    IF TG_OP = 'INSERT' THEN
        -- What comes in won, closed or lost was not sold here.
        SELECT array_agg(id), array_agg(stage), array_agg(stage_since) INTO these, stages, moments
        FROM new_rows WHERE stage NOT IN ('won', 'closed', 'lost');
    ELSE
        SELECT array_agg(n.id), array_agg(n.stage), array_agg(n.stage_since) INTO these, stages, moments
        FROM new_rows n JOIN old_rows o USING (id)
        WHERE n.stage <> o.stage
          AND (n.stage <> 'won' OR EXISTS (SELECT FROM crm.deal_steps s WHERE s.deal_id = n.id));
        DELETE FROM crm.deal_steps s USING unnest(these, moments) AS come (deal_id, since)
        WHERE s.deal_id = come.deal_id AND s.entered_at > come.since;
    END IF;
    IF these IS NOT NULL THEN
        PERFORM crm.take_steps(these, stages, moments);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER steps_insert AFTER INSERT ON crm.deals REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.steps_follow();
CREATE OR REPLACE TRIGGER steps_update AFTER UPDATE ON crm.deals REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.steps_follow();
