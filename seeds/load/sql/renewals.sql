-- As the nightly job would find them; a third of the clients have been called.
INSERT INTO crm.renewals (id, deal_id, policy_id, status, created_at)
SELECT pg_temp.key(11, c.n), c.deal_id, pg_temp.key(6, c.n), CASE WHEN c.n % 3 = 0 THEN 'contacted' ELSE 'found' END, c.ends_on - k.lead
FROM covers c
JOIN (SELECT DISTINCT id, lead FROM products) AS k ON k.id = c.product_id
JOIN batch b ON b.id = c.deal_id AND b.stage NOT IN ('closed', 'lost')
WHERE c.status = 'issued' AND c.before = 0 AND CAST(:today AS date) BETWEEN c.ends_on - k.lead AND c.ends_on
ORDER BY c.n
