-- Two payments a policy, with the commission of the paid ones (received after a month and a half) and the seller's share of the first.
CREATE TEMPORARY TABLE dues AS
WITH instalments AS (
    SELECT c.n * 2 + second AS n, c.n AS policy, c.deal_id, c.seller_id, c.rate, c.rule_id, second,
           CASE second WHEN 0 THEN starts_on ELSE second_due END AS due_on,
           CASE second WHEN 0 THEN second_due - 1 ELSE ends_on END AS covered_until,
           CASE second WHEN 0 THEN round(premium / 2, 2) ELSE premium - round(premium / 2, 2) END AS amount,
           CASE second WHEN 0 THEN first_paid ELSE second_paid END AS is_paid
    FROM covers c CROSS JOIN generate_series(0, 1) AS second
)
SELECT n, policy, deal_id, seller_id, rate, rule_id, second, due_on, covered_until, amount, is_paid,
       CASE WHEN is_paid THEN due_on END AS paid_on,
       is_paid AND due_on < CAST(:today AS date) - 45 AS is_received,
       CASE WHEN is_paid THEN round(amount * rate / 100, 2) ELSE 0 END AS commission,
       CASE WHEN is_paid AND second = 0 THEN round(round(amount * rate / 100, 2) * 0.3, 2) ELSE 0 END AS share
FROM instalments
