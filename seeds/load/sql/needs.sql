INSERT INTO crm.needs (id, deal_id, product_id, insured_object_id, title, created_at)
SELECT pg_temp.key(4, i), id, product_id, CASE object_kind WHEN 'vehicle' THEN pg_temp.key(3, client) END, product, since - make_interval(days => 1)
FROM batch ORDER BY i
