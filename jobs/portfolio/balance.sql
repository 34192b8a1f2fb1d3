-- What a workbook leaves unsaid of a policy's premium, or says too much, stands as one more instalment marked as the rest,
-- so that the instalments make the premium. One whose cover is over was paid by somebody, nobody asks for it any more.
WITH these AS (
    SELECT c.id, c.deal_id, c.starts_on, c.ends_on, c.premium - coalesce(sum(p.amount), 0) AS rest,
           coalesce(max(p.sequence), 0) + 1 AS sequence, greatest(c.starts_on, max(p.due_on)) AS due_on
    FROM crm.policies c
    LEFT JOIN crm.payments p ON p.policy_id = c.id AND p.status <> 'cancelled' AND p.deleted_at IS NULL
    WHERE c.id = ANY (:policies) AND c.status = 'issued' AND c.deleted_at IS NULL
    GROUP BY c.id
)
INSERT INTO crm.payments (id, deal_id, policy_id, sequence, due_on, amount, status, paid_amount, paid_on, covered_until,
                          collected_by, is_rest, note, incomes_expected, incomes_received, expenses_expected, expenses_paid)
SELECT uuidv7(), deal_id, id, sequence, due_on, rest, CASE WHEN ends_on < :today THEN 'paid' ELSE 'planned' END,
       CASE WHEN ends_on < :today THEN rest ELSE 0 END, CASE WHEN ends_on < :today THEN due_on END,
       CASE WHEN rest > 0 THEN ends_on END, 'insurer', true, :note, 0, 0, 0, 0
FROM these WHERE rest <> 0
