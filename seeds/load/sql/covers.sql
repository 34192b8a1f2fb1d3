-- Policies of the batch: the present one of each deal and, after a renewal, the one before it.
CREATE TEMPORARY TABLE covers AS
SELECT b.i * 2 + before AS n, before, b.id AS deal_id, b.i, b.client_id, b.insurer_id, b.product_id, b.agreement_id, b.rule_id, b.rate,
       b.seller_id, b.is_renewal, b.slug,
       CASE b.stage WHEN 'policy_issue' THEN 'draft' ELSE 'issued' END AS status,
       CASE before WHEN 0 THEN b.premium ELSE round(b.premium * 0.94, 2) END AS premium,
       (b.starts_on - make_interval(years => before))::date AS starts_on,
       CASE before WHEN 0 THEN b.ends_on ELSE b.starts_on - 1 END AS ends_on,
       (b.second_due - make_interval(years => before))::date AS second_due, b.first_paid, b.second_paid OR before = 1 AS second_paid
FROM batch b CROSS JOIN generate_series(0, 1) AS before
WHERE b.starts_on IS NOT NULL AND (before = 0 OR b.is_renewal)
