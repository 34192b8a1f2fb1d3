INSERT INTO crm.policies (id, deal_id, need_id, client_id, calculation_id, insurer_id, product_id, agreement_id, number, number_key,
                          status, sale_date, starts_on, ends_on, premium, sum_insured, deductible_kind, plan,
                          commission_percent, arrear_effect, is_renewal, previous_policy_id, created_at)
SELECT pg_temp.key(6, n), deal_id, pg_temp.key(4, i), client_id, CASE before WHEN 0 THEN pg_temp.key(5, i * 2) END, insurer_id, product_id,
       agreement_id, CASE status WHEN 'issued' THEN series || ' ' || 7000000000 + n END,
       CASE status WHEN 'issued' THEN series || 7000000000 + n END,
       status, starts_on - 2, starts_on, ends_on, premium, premium * 40, 'none', 'equal-2', rate, 'at_risk',
       is_renewal AND before = 0, CASE WHEN is_renewal AND before = 0 THEN pg_temp.key(6, n + 1) END, starts_on - 2
FROM (SELECT *, CASE slug WHEN 'osago' THEN 'ХХХ' ELSE 'АС' END AS series FROM covers) AS c ORDER BY n
