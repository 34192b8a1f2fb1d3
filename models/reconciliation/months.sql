-- By insurer and month: the four sums, and the differences between them by what explains them. What statements and the bank
-- have beyond any income line (`strays.sql`) stands in its own columns.
SELECT m.insurer_id, n.name AS insurer, m.month,
       sum(m.by_rule) AS by_rule, sum(m.by_hand) AS by_hand, sum(m.told) AS told, sum(m.received) AS received,
       sum(m.seen) AS seen, sum(m.paid_out) AS paid_out, sum(m.stray_told) AS stray_told, sum(m.stray_seen) AS stray_seen,
       sum(m.lines)::int AS lines, sum(m.not_paid) AS not_paid, sum(m.not_told) AS not_told, sum(m.other_sum) AS other_sum,
       sum(m.not_seen) AS not_seen, sum(m.without_statement) AS without_statement, sum(m.withheld) AS withheld,
       sum(m.paid_early) AS paid_early
FROM (
    SELECT insurer_id, month,
           sum(expected) FILTER (WHERE origin = 'rule') AS by_rule, sum(expected) FILTER (WHERE origin <> 'rule') AS by_hand,
           sum(told) AS told, sum(received_amount) AS received, sum(seen) AS seen, 0 AS paid_out, 0 AS stray_told,
           0 AS stray_seen, count(*) AS lines,
           sum(expected) FILTER (WHERE part = 'not_paid') AS not_paid,
           sum(expected) FILTER (WHERE part = 'not_told') AS not_told,
           sum(expected - told) FILTER (WHERE told IS NOT NULL AND told <> expected) AS other_sum,
           sum(told) FILTER (WHERE told IS NOT NULL AND seen IS NULL AND status <> 'withheld') AS not_seen,
           sum(expected) FILTER (WHERE part = 'by_hand') AS without_statement,
           sum(expected) FILTER (WHERE part = 'withheld' AND told IS NULL) AS withheld, 0 AS paid_early
    FROM lines GROUP BY insurer_id, month
    UNION ALL
    SELECT p.insurer_id, p.month, 0, 0, 0, 0, 0, sum(e.amount), 0, 0, 0, 0, 0, 0, 0, 0, 0,
           sum(e.amount) FILTER (WHERE NOT p.has_received)
    FROM (SELECT insurer_id, month, payment_id, bool_or(received_amount <> 0) AS has_received
          FROM picked GROUP BY insurer_id, month, payment_id) AS p
    JOIN crm.payment_expenses e ON e.payment_id = p.payment_id AND e.status = 'paid' AND e.deleted_at IS NULL
    GROUP BY p.insurer_id, p.month
    UNION ALL
    SELECT insurer_id, month, 0, 0, 0, 0, 0, 0, sum(amount) FILTER (WHERE kind = 'statement'),
           sum(amount) FILTER (WHERE kind = 'bank'), 0, 0, 0, 0, 0, 0, 0, 0
    FROM strays GROUP BY insurer_id, month
) AS m
JOIN crm.insurers n ON n.id = m.insurer_id
GROUP BY m.insurer_id, n.name, m.month
ORDER BY m.month DESC, n.name
