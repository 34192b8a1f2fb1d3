-- Figures of months (first days): what clients paid, what came and went, VAT in what came, premium of insurers on our account.
-- Every sum goes by the day on which money moved; a dated reversal counts in its own month.
WITH span AS (
    SELECT m AS first, (m + interval '1 month')::date AS next FROM unnest(CAST(:months AS date[])) AS m
)
SELECT s.first,
       (SELECT coalesce(sum(p.amount), 0) FROM crm.premium_moves p WHERE p.day >= s.first AND p.day < s.next),
       i.received,
       (SELECT coalesce(sum(e.amount), 0) FROM crm.payment_expenses e
        WHERE e.paid_on >= s.first AND e.paid_on < s.next AND e.status = 'paid' AND e.deleted_at IS NULL),
       i.vat,
       (SELECT coalesce(sum(t.amount), 0) FROM crm.transits t WHERE t.collected_on < s.next AND t.deleted_at IS NULL)
       - (SELECT coalesce(sum(t.amount), 0) FROM crm.transits t WHERE t.passed_on < s.next AND t.deleted_at IS NULL)
FROM span s
CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.received_amount), 0) AS received,
           coalesce(sum(CASE WHEN l.vat_mode = 'none' THEN 0
                        ELSE round(l.received_amount * l.vat_mode::numeric / (100 + l.vat_mode::numeric), 2) END), 0) AS vat
    FROM crm.payment_incomes l
    WHERE l.received_on >= s.first AND l.received_on < s.next AND l.deleted_at IS NULL
) AS i
ORDER BY s.first DESC
