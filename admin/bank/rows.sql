-- What operations are linked to, in words: a statement's title; the policy, client and instalment of a payment or transit; a share's payee.
-- Incomes whose money has been seen are counted, not listed.
SELECT l.operation_id, l.amount, l.statement_id, l.payment_id, l.transit_id, l.expense_id,
       s.title AS statement, s.total AS statement_total, s.status AS statement_status,
       coalesce(p.id, tp.id, ep.id) AS instalment_id, coalesce(p.sequence, tp.sequence, ep.sequence) AS sequence,
       coalesce(p.amount, t.amount, e.amount) AS whole, p.status AS payment_status, c.number AS policy, c.id AS policy_id,
       k.name AS client, coalesce(u.full_name, e.payee_name) AS payee,
       (SELECT count(*) FROM crm.bank_links i WHERE i.operation_id = l.operation_id AND i.income_id IS NOT NULL) AS incomes
FROM crm.bank_links l
LEFT JOIN crm.statements s ON s.id = l.statement_id
LEFT JOIN crm.payments p ON p.id = l.payment_id
LEFT JOIN crm.transits t ON t.id = l.transit_id
LEFT JOIN crm.payments tp ON tp.id = t.payment_id
LEFT JOIN crm.payment_expenses e ON e.id = l.expense_id
LEFT JOIN crm.payments ep ON ep.id = e.payment_id
LEFT JOIN auth.users u ON u.id = e.payee_id
LEFT JOIN crm.policies c ON c.id = coalesce(p.policy_id, tp.policy_id, ep.policy_id)
LEFT JOIN crm.clients k ON k.id = c.client_id
WHERE l.operation_id = ANY (:operations) AND l.income_id IS NULL
ORDER BY l.operation_id, l.id
