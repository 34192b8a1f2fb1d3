-- The steps of deals that were there before steps were kept: what the log still knows, else what the deal's stage says.
WITH entered AS (
    SELECT e.record_id AS deal_id, e.changes -> 'stage' ->> 1 AS stage, min(e.at) AS at
    FROM audit.events e
    WHERE e."table" = 'crm.deals' AND e.op = 'update' AND e.changes -> 'stage' ->> 1 = ANY (crm.way())
    GROUP BY 1, 2
), begun AS (
    SELECT e.record_id AS deal_id FROM audit.events e
    WHERE e."table" = 'crm.deals' AND e.op = 'insert' AND e.record ->> 'stage' NOT IN ('won', 'closed', 'lost')
), told AS (
    SELECT d.id AS deal_id, way.stage, way.place, coalesce(known.at, CASE WHEN way.stage = d.stage THEN d.stage_since END) AS at,
           d.created_at, d.stage_since
    FROM crm.deals d
    CROSS JOIN unnest(crm.way()) WITH ORDINALITY AS way (stage, place)
    LEFT JOIN entered known ON known.deal_id = d.id AND known.stage = way.stage
    WHERE d.stage NOT IN ('won', 'closed', 'lost') OR d.id IN (SELECT deal_id FROM begun)
), reached AS (
    SELECT deal_id, greatest(1, max(place) FILTER (WHERE at IS NOT NULL)) AS place FROM told GROUP BY deal_id
)
INSERT INTO crm.deal_steps (id, deal_id, stage, entered_at, is_furthest)
SELECT uuidv7(), t.deal_id, t.stage,
       -- A stage that was passed over is entered with the one that followed.
       coalesce(CASE WHEN t.place = 1 THEN t.created_at END,
                min(t.at) OVER (PARTITION BY t.deal_id ORDER BY t.place ROWS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING),
                t.stage_since),
       t.place = r.place
FROM told t JOIN reached r ON r.deal_id = t.deal_id AND t.place <= r.place
ON CONFLICT (deal_id, stage) DO NOTHING;
