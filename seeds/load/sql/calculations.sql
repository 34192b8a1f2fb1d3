-- Two variants for every deal past its draft; the first is the one that was chosen.
INSERT INTO crm.calculations (id, deal_id, need_id, insurer_id, title, status, premium, sum_insured, deductible_kind,
                              commission_percent, plan, valid_until, is_issued, created_at)
SELECT pg_temp.key(5, i * 2 + variant), id, pg_temp.key(4, i),
       CASE variant WHEN 0 THEN insurer_id ELSE other_insurer_id END, CASE variant WHEN 0 THEN insurer ELSE other_insurer END,
       CASE stage WHEN 'quotation' THEN CASE WHEN variant = 0 AND valid_until IS NOT NULL THEN 'ready' ELSE 'requested' END
                  WHEN 'client_decision' THEN 'offered' WHEN 'lost' THEN 'declined'
                  ELSE CASE variant WHEN 0 THEN 'confirmed' ELSE 'archived' END END,
       premium + variant * 1250, premium * 40, 'none', rate, 'equal-2', valid_until,
       variant = 0 AND starts_on IS NOT NULL AND stage <> 'policy_issue', since
FROM batch CROSS JOIN generate_series(0, 1) AS variant
WHERE stage <> 'draft' ORDER BY i, variant
