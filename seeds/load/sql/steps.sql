-- As `crm.steps_follow` would have kept them; lost deals were lost where their number falls.
INSERT INTO crm.deal_steps (id, deal_id, stage, entered_at, is_furthest)
SELECT pg_temp.key(12, b.i * 8 + way.place), b.id, way.stage,
       b.since - make_interval(days => (3 * (b.place - way.place))::int), way.place = b.place
FROM (SELECT i, id, since,
             CASE stage WHEN 'lost' THEN 2 + i % 3 WHEN 'closed' THEN 5
                        ELSE array_position(crm.way(), stage) END AS place FROM batch) AS b
JOIN unnest(crm.way()) WITH ORDINALITY AS way (stage, place) ON way.place <= b.place
ORDER BY b.i, way.place
