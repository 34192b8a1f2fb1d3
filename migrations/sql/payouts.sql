-- Pay-out sheets: what is payable to whom, the lines of sheets, and that they stand.

-- Expenses that may be paid by the end of a day and stand on no sheet (but one of `those`), of instalments that are paid;
-- a share of commission, by its rule, only when the commission has come. Who gets it: the user, else the name that is
-- written, else the client whose discount it is.
CREATE OR REPLACE FUNCTION crm.payable(until date, those uuid[] DEFAULT '{}')
RETURNS TABLE (expense_id uuid, deal_id uuid, policy_id uuid, payee_id uuid, payee text, payee_key text, for_client boolean,
               status text, kind text, policy_number text, policyholder text, insurer text, product text, instalment int,
               payable_since date, base_amount numeric, rate_percent numeric, amount numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT e.id, e.deal_id, c.id, e.payee_id, w.payee, coalesce(e.payee_id::text, lower(w.payee)),
           e.payee_id IS NULL AND nullif(btrim(e.payee_name), '') IS NULL, e.status, e.kind, coalesce(c.number, ''), k.name,
           s.name, t.name, p.sequence, d.day, e.base_amount, e.rate_percent, e.amount
    FROM crm.payment_expenses e
    JOIN crm.payments p ON p.id = e.payment_id AND p.status IN ('paid', 'confirmed') AND p.deleted_at IS NULL
    JOIN crm.policies c ON c.id = p.policy_id
    JOIN crm.clients k ON k.id = c.client_id
    JOIN crm.insurers s ON s.id = c.insurer_id
    JOIN crm.products t ON t.id = c.product_id
    LEFT JOIN auth.users u ON u.id = e.payee_id
    CROSS JOIN LATERAL (
        SELECT coalesce(u.full_name, nullif(btrim(e.payee_name), ''), CASE e.kind WHEN 'client_discount' THEN k.name END)
               AS payee) AS w
    LEFT JOIN LATERAL (
        SELECT max(i.received_on) AS received_on,
               bool_or(i.status IN ('expected', 'in_statement', 'partly', 'disputed')) AS is_awaited
        FROM crm.expense_rules r
        JOIN crm.payment_incomes i ON i.payment_id = e.payment_id AND i.kind = 'commission' AND i.amount > 0
        WHERE r.id = e.rule_id AND r.share_of = 'commission' AND i.deleted_at IS NULL) AS share ON true
    CROSS JOIN LATERAL (SELECT greatest(p.paid_on, share.received_on) AS day) AS d
    WHERE e.status IN ('expected', 'approved') AND e.deleted_at IS NULL AND w.payee IS NOT NULL
      AND share.is_awaited IS NOT TRUE AND d.day <= until
      AND NOT EXISTS (SELECT FROM crm.payout_lines l
                      WHERE l.expense_id = e.id AND l.status = 'in' AND l.payout_id <> ALL (those))
$$;

-- Roubles up to which the actor's role approves; without a limit any sum.
CREATE OR REPLACE FUNCTION crm.approval_limit() RETURNS numeric
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT r.approval_limit FROM auth.users u JOIN auth.roles r ON r.id = u.role_id
                     WHERE u.id = auth.actor_id()), 'infinity')
$$;

CREATE OR REPLACE FUNCTION crm.total_payouts(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE crm.payouts s SET line_count = t.lines, total = t.total
    FROM (SELECT o.id, count(l.id) AS lines, coalesce(sum(l.amount), 0) AS total
          FROM crm.payouts o LEFT JOIN crm.payout_lines l ON l.payout_id = o.id AND l.status = 'in'
          WHERE o.id = ANY (these) GROUP BY o.id) AS t
    WHERE s.id = t.id
$$;

-- Drafts follow the money, those of many payees by one walk. Of the owner: a head sees the sheets of the team, but not
-- every deal that pays into them.
CREATE OR REPLACE FUNCTION crm.fill_payouts(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    MERGE INTO crm.payout_lines l
    USING (SELECT s.id AS payout_id, p.*
           FROM crm.payouts s
           JOIN crm.payable((SELECT max(o.period_to) FROM crm.payouts o WHERE o.id = ANY (these)), these) p
             ON p.payee_key = s.payee_key AND p.payable_since <= s.period_to
           WHERE s.id = ANY (these) AND s.status = 'draft') AS n
    ON l.payout_id = n.payout_id AND l.expense_id = n.expense_id
    WHEN MATCHED AND (l.kind, l.policy_number, l.policyholder, l.payable_since, l.base_amount, l.rate_percent, l.amount)
             IS DISTINCT FROM (n.kind, n.policy_number, n.policyholder, n.payable_since, n.base_amount, n.rate_percent,
                               n.amount) THEN
        UPDATE SET kind = n.kind, policy_number = n.policy_number, policyholder = n.policyholder,
            payable_since = n.payable_since, base_amount = n.base_amount, rate_percent = n.rate_percent, amount = n.amount
    WHEN NOT MATCHED THEN
        INSERT (id, payout_id, payee_id, expense_id, deal_id, policy_id, status, kind, policy_number, policyholder, insurer,
                product, instalment, payable_since, base_amount, rate_percent, amount)
        VALUES (uuidv7(), n.payout_id, n.payee_id, n.expense_id, n.deal_id, n.policy_id, 'in', n.kind, n.policy_number,
                n.policyholder, n.insurer, n.product, n.instalment, n.payable_since, n.base_amount, n.rate_percent, n.amount)
    WHEN NOT MATCHED BY SOURCE AND l.payout_id = ANY (these) THEN DELETE;
    SELECT crm.total_payouts(these);
$$;

-- Lines that count and whose expense is another by now: another sum or payee, paid or cancelled, or waiting again.
CREATE OR REPLACE FUNCTION crm.payout_differences(this uuid) RETURNS TABLE (line_id uuid, amount numeric, status text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.id, e.amount, CASE WHEN e.deleted_at IS NULL THEN e.status ELSE 'cancelled' END
    FROM crm.payouts s
    JOIN crm.payout_lines l ON l.payout_id = s.id AND l.status = 'in'
    JOIN crm.payment_expenses e ON e.id = l.expense_id
    JOIN crm.payments p ON p.id = e.payment_id
    WHERE s.id = this AND s.status IN ('draft', 'approved')
      AND (e.deleted_at IS NOT NULL OR e.status NOT IN ('approved', CASE s.status WHEN 'draft' THEN 'expected' ELSE 'approved' END)
           OR e.amount <> l.amount OR p.status NOT IN ('paid', 'confirmed')
           OR s.payee_key <> coalesce(e.payee_id::text, lower(coalesce(nullif(btrim(e.payee_name), ''), l.policyholder)))
           OR EXISTS (SELECT FROM crm.expense_rules r
                      JOIN crm.payment_incomes i ON i.payment_id = e.payment_id AND i.kind = 'commission' AND i.amount > 0
                      WHERE r.id = e.rule_id AND r.share_of = 'commission' AND i.deleted_at IS NULL
                        AND i.status IN ('expected', 'in_statement', 'partly', 'disputed')))
$$;

CREATE OR REPLACE TRIGGER stand_insert AFTER INSERT ON crm.payout_lines REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.lines_stand('crm.payouts', 'payout_id');
CREATE OR REPLACE TRIGGER stand_update AFTER UPDATE ON crm.payout_lines REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.lines_stand('crm.payouts', 'payout_id');
CREATE OR REPLACE TRIGGER stand_delete AFTER DELETE ON crm.payout_lines REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.lines_stand('crm.payouts', 'payout_id');

REVOKE EXECUTE ON FUNCTION crm.approval_limit(), crm.payable(date, uuid[]), crm.total_payouts(uuid[]), crm.fill_payouts(uuid[]),
    crm.payout_differences(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.approval_limit(), crm.payable(date, uuid[]) TO crm_own, crm_team, crm_all;
GRANT EXECUTE ON FUNCTION crm.total_payouts(uuid[]), crm.fill_payouts(uuid[]), crm.payout_differences(uuid) TO crm_team, crm_all;
