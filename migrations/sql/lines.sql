-- What the rules make of policies: the one author of rule-made lines, for one policy as it is issued and for thousands in
-- a recalculation. Sums are roubles; each is rounded once, half away from zero.

-- The terms of a line; two of them are compared as a whole.
DO $$ BEGIN
    IF to_regtype('crm.line_terms') IS NULL THEN
        CREATE TYPE crm.line_terms AS (
            amount numeric, rate_percent numeric, base_amount numeric, rule_id uuid, settlement text, vat_mode text,
            expected_on date, payee_id uuid, payee_name text, origin text);
    END IF;
END $$;

-- Without regard to case and outer spaces; the database's own `lower` knows Latin letters only.
CREATE OR REPLACE FUNCTION crm.folded(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN btrim(lower(coalesce(said, '') COLLATE pg_c_utf8));

-- What falls on a part when a sum is spread over a whole: the rounded share due up to the part's end less the rounded
-- share due before it, as `models.money.split` has it. Whole numbers only, since a quotient would be rounded twice.
CREATE OR REPLACE FUNCTION crm.part_of(total numeric, upto numeric, part numeric, whole numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN sign(total) * 0.01 * (div(200 * abs(total) * upto + whole, 2 * whole)
                             - div(200 * abs(total) * (upto - part) + whole, 2 * whole));

-- VAT of an own entity on a day: its newest period that has begun, else what it had before any.
CREATE OR REPLACE FUNCTION crm.vat_mode_on(entity uuid, day date) RETURNS text LANGUAGE sql STABLE
RETURN coalesce(
    (SELECT v.mode FROM crm.vat_periods v
     WHERE v.entity_id = entity AND v.starts_on <= day AND v.deleted_at IS NULL ORDER BY v.starts_on DESC LIMIT 1),
    (SELECT e.vat_mode FROM crm.entities e WHERE e.id = entity),
    'none');

-- What rules look at in a policy. Who has no agreement earns for the only own entity, where there is one.
CREATE OR REPLACE FUNCTION crm.rated_policies(these uuid[])
RETURNS TABLE (policy_id uuid, insurer_id uuid, product_id uuid, agreement_id uuid, entity_id uuid, settlement text,
               vat_mode text, program text, place text, category text, is_renewal boolean, sold_on date,
               premium numeric, own_percent numeric, seller_id uuid, executor_id uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    SELECT p.id, p.insurer_id, p.product_id, p.agreement_id, coalesce(a.entity_id, sole.id),
           coalesce(a.settlement, 'after_act'), a.vat_mode, crm.folded(p.program),
           crm.folded(coalesce(o.address, c.address)), crm.folded(o.category), p.is_renewal,
           coalesce(p.sale_date, p.starts_on), p.premium, p.commission_percent, d.seller_id, d.executor_id
    FROM crm.policies p
    JOIN crm.deals d ON d.id = p.deal_id
    JOIN crm.needs n ON n.id = p.need_id
    LEFT JOIN crm.insured_objects o ON o.id = n.insured_object_id
    LEFT JOIN crm.clients c ON c.id = p.client_id
    LEFT JOIN crm.agreements a ON a.id = p.agreement_id
    LEFT JOIN (SELECT (array_agg(e.id))[1] AS id FROM crm.entities e WHERE e.deleted_at IS NULL HAVING count(*) = 1) AS sole
      ON true
    WHERE p.id = ANY (these)
$$;

-- For each policy and kind of income the most specific rule in force on the day of sale: with more conditions that are
-- met; of equals the one that names the agreement, then program, region, vehicle category, renewal, product; then the
-- newer one. The percent is that of the highest tier that the policy's premium reaches. The percentage that the insurer
-- gave for the policy itself comes before any rule.
CREATE OR REPLACE FUNCTION crm.commission_terms(these uuid[])
RETURNS TABLE (policy_id uuid, kind text, rule_id uuid, percent numeric, fixed numeric, minimum numeric,
               settlement text, vat_mode text, entity_id uuid)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    WITH rated AS MATERIALIZED (SELECT * FROM crm.rated_policies(these)),
    rules AS MATERIALIZED (
        SELECT r.*, crm.folded(r.program) AS in_program, crm.folded(r.region) AS in_region,
               crm.folded(r.vehicle_category) AS in_category,
               num_nonnulls(r.agreement_id, r.program, r.region, r.vehicle_category, r.is_renewal, r.product_id) AS met
        FROM crm.commission_rules r WHERE r.deleted_at IS NULL
    ), best AS (
        SELECT DISTINCT ON (c.policy_id, r.kind)
               c.policy_id, r.kind, r.id, r.percent, r.fixed_amount, r.minimum_amount, r.settlement, r.vat_mode
        FROM rated c JOIN rules r
          ON r.insurer_id = c.insurer_id AND r.starts_on <= c.sold_on AND coalesce(r.ends_on >= c.sold_on, true)
         AND coalesce(r.agreement_id = c.agreement_id, r.agreement_id IS NULL)
         AND coalesce(r.product_id = c.product_id, true)
         AND (r.program IS NULL OR r.in_program = c.program)
         AND (r.region IS NULL OR strpos(c.place, r.in_region) > 0)
         AND (r.vehicle_category IS NULL OR r.in_category = c.category)
         AND coalesce(r.is_renewal = c.is_renewal, true)
        ORDER BY c.policy_id, r.kind, r.met DESC, r.agreement_id IS NULL, r.program IS NULL, r.region IS NULL,
                 r.vehicle_category IS NULL, r.is_renewal IS NULL, r.product_id IS NULL, r.starts_on DESC, r.id
    ), chosen AS (
        SELECT c.*, k.kind, b.id AS rule_id, b.percent, b.fixed_amount, b.minimum_amount,
               b.settlement AS by_rule, b.vat_mode AS vat_by_rule, k.kind = 'commission' AND c.own_percent IS NOT NULL AS is_own
        FROM rated c
        CROSS JOIN (VALUES ('commission'), ('bonus'), ('fee')) AS k (kind)
        LEFT JOIN best b ON b.policy_id = c.policy_id AND b.kind = k.kind
        WHERE b.id IS NOT NULL OR (k.kind = 'commission' AND c.own_percent IS NOT NULL)
    )
    SELECT c.policy_id, c.kind, CASE WHEN NOT c.is_own THEN c.rule_id END,
           CASE WHEN c.is_own THEN c.own_percent ELSE coalesce(t.percent, c.percent) END,
           CASE WHEN NOT c.is_own THEN c.fixed_amount END, CASE WHEN NOT c.is_own THEN c.minimum_amount END,
           coalesce(c.by_rule, c.settlement), coalesce(c.vat_by_rule, c.vat_mode), c.entity_id
    FROM chosen c
    LEFT JOIN LATERAL (
        SELECT t.percent FROM crm.commission_tiers t
        WHERE t.rule_id = c.rule_id AND t.deleted_at IS NULL AND t.from_premium <= c.premium
        ORDER BY t.from_premium DESC LIMIT 1
    ) AS t ON true
$$;

-- For each policy and kind of expense the most specific rule, likewise; each partner has theirs. Seller and executor are
-- those of the deal; nobody shares for an executor who is not there.
CREATE OR REPLACE FUNCTION crm.expense_terms(these uuid[])
RETURNS TABLE (policy_id uuid, kind text, party text, rule_id uuid, percent numeric, fixed numeric, share_of text,
               payee_id uuid, payee_name text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    WITH rules AS MATERIALIZED (
        SELECT r.*, crm.folded(r.program) AS in_program,
               CASE r.kind WHEN 'partner_share' THEN coalesce(r.payee_name, '') ELSE '' END AS party,
               num_nonnulls(r.insurer_id, r.program, r.is_renewal, r.product_id) AS met
        FROM crm.expense_rules r WHERE r.deleted_at IS NULL
    ), best AS (
        SELECT DISTINCT ON (c.policy_id, r.kind, r.party) c.policy_id, c.seller_id, c.executor_id, r.*
        FROM crm.rated_policies(these) c JOIN rules r
          ON r.starts_on <= c.sold_on AND coalesce(r.ends_on >= c.sold_on, true)
         AND coalesce(r.insurer_id = c.insurer_id, true)
         AND coalesce(r.product_id = c.product_id, true)
         AND (r.program IS NULL OR r.in_program = c.program)
         AND coalesce(r.is_renewal = c.is_renewal, true)
        ORDER BY c.policy_id, r.kind, r.party, r.met DESC, r.insurer_id IS NULL, r.program IS NULL, r.is_renewal IS NULL,
                 r.product_id IS NULL, r.starts_on DESC, r.id
    )
    SELECT b.policy_id, b.kind, b.party, b.id, b.percent, b.fixed_amount, b.share_of,
           CASE b.kind WHEN 'seller_share' THEN b.seller_id WHEN 'executor_share' THEN b.executor_id END, b.payee_name
    FROM best b WHERE b.kind <> 'executor_share' OR b.executor_id IS NOT NULL
$$;

-- Each line as it stands (`was`) beside what the rules make of it (`now`), for the living instalments of policies (a
-- refund earns nothing). Lines are made anew that are expected, in no signed act, and whose origin is among `remade`;
-- beside any other line of its kind nothing is made, and where there is no line at all one is made only with `missing`.
-- A share of commission is taken of the commission as it will stand.
CREATE OR REPLACE FUNCTION crm.compared_lines(these uuid[], remade text[], missing boolean)
RETURNS TABLE (side text, policy_id uuid, deal_id uuid, payment_id uuid, kind text, party text, line_id uuid,
               was crm.line_terms, now crm.line_terms)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    WITH parts AS MATERIALIZED (
        SELECT p.id, p.policy_id, p.deal_id, p.due_on, p.amount, (date_trunc('month', p.due_on::timestamp) + interval '2 months - 1 day')::date AS act_on,
               sum(p.amount) OVER (PARTITION BY p.policy_id ORDER BY p.sequence, p.id) AS upto,
               sum(p.amount) OVER (PARTITION BY p.policy_id) AS whole
        FROM crm.payments p WHERE p.policy_id = ANY (these) AND p.amount > 0
          AND p.deleted_at IS NULL AND p.status <> 'cancelled'
    ), standing_incomes AS MATERIALIZED (
        SELECT i.id, i.payment_id, i.kind, i.amount, i.origin, f.is_open,
               CASE WHEN f.is_open THEN row_number() OVER (PARTITION BY i.payment_id, i.kind, f.is_open ORDER BY i.id) END AS nth,
               ROW(i.amount, i.rate_percent, i.base_amount, i.rule_id, i.settlement, i.vat_mode, i.expected_on,
                   NULL, NULL, i.origin)::crm.line_terms AS was
        FROM parts p JOIN crm.payment_incomes i ON i.payment_id = p.id AND i.deleted_at IS NULL
        CROSS JOIN LATERAL (
            SELECT i.status = 'expected' AND i.act_date IS NULL AND i.reverses_id IS NULL AND i.origin = ANY (remade) AS is_open) AS f
    ), due AS (
        SELECT p.*, t.kind, t.rule_id, t.percent, t.fixed, t.minimum, t.settlement, t.vat_mode, t.entity_id,
               CASE t.settlement WHEN 'withheld' THEN p.due_on ELSE p.act_on END AS expected_on,
               round(p.amount * coalesce(t.percent, 0) * 0.01, 2)
                   + coalesce(crm.part_of(t.fixed, p.upto, p.amount, p.whole), 0) AS part
        FROM parts p JOIN crm.commission_terms(these) t ON t.policy_id = p.policy_id
    ), summed AS (
        SELECT d.*, CASE WHEN sum(d.part) OVER (PARTITION BY d.policy_id, d.kind) < d.minimum
                         THEN crm.part_of(d.minimum, d.upto, d.amount, d.whole) ELSE d.part END AS sum_due
        FROM due d
    ), modes AS MATERIALIZED (
        SELECT d.entity_id, d.expected_on, crm.vat_mode_on(d.entity_id, d.expected_on) AS vat_mode
        FROM due d WHERE d.vat_mode IS NULL AND d.entity_id IS NOT NULL GROUP BY d.entity_id, d.expected_on
    ), ruled_incomes AS (
        SELECT s.id AS payment_id, s.kind,
               ROW(s.sum_due, s.percent, s.amount, s.rule_id, s.settlement, coalesce(s.vat_mode, m.vat_mode, 'none'),
                   s.expected_on, NULL, NULL, 'rule')::crm.line_terms AS now
        FROM summed s LEFT JOIN modes m ON m.entity_id = s.entity_id AND m.expected_on = s.expected_on
        WHERE s.sum_due <> 0
    ), incomes AS MATERIALIZED (
        SELECT coalesce(r.payment_id, l.payment_id) AS payment_id, coalesce(r.kind, l.kind) AS kind, l.id AS line_id, l.was,
               CASE WHEN r.payment_id IS NULL AND l.origin = 'import' THEN l.was ELSE r.now END AS now
        FROM ruled_incomes r FULL JOIN (SELECT * FROM standing_incomes WHERE is_open) AS l
          ON l.payment_id = r.payment_id AND l.kind = r.kind AND l.nth = 1
        LEFT JOIN (SELECT DISTINCT s.payment_id, s.kind FROM standing_incomes s) AS there
          ON there.payment_id = r.payment_id AND there.kind = r.kind
        WHERE l.id IS NOT NULL OR missing AND there.kind IS NULL
    ), commissions AS (
        SELECT c.payment_id, sum(c.amount) AS amount
        FROM (SELECT s.payment_id, s.amount FROM standing_incomes s WHERE s.kind = 'commission' AND NOT s.is_open
              UNION ALL SELECT i.payment_id, (i.now).amount FROM incomes i WHERE i.kind = 'commission') AS c
        GROUP BY c.payment_id
    ), standing_expenses AS MATERIALIZED (
        SELECT x.id, x.payment_id, x.kind, f.party, x.origin, f.is_open,
               CASE WHEN f.is_open THEN row_number() OVER (PARTITION BY x.payment_id, x.kind, f.party, f.is_open ORDER BY x.id) END AS nth,
               ROW(x.amount, x.rate_percent, x.base_amount, x.rule_id, NULL, NULL, NULL, x.payee_id, x.payee_name,
                   x.origin)::crm.line_terms AS was
        FROM parts p JOIN crm.payment_expenses x ON x.payment_id = p.id AND x.deleted_at IS NULL
        CROSS JOIN LATERAL (
            SELECT x.status = 'expected' AND x.origin = ANY (remade) AS is_open,
                   CASE x.kind WHEN 'partner_share' THEN coalesce(x.payee_name, '') ELSE '' END AS party) AS f
    ), ruled_expenses AS (
        SELECT p.id AS payment_id, t.kind, t.party,
               ROW(a.amount, t.percent, b.base, t.rule_id, NULL, NULL, NULL, t.payee_id, t.payee_name, 'rule')::crm.line_terms AS now
        FROM parts p JOIN crm.expense_terms(these) t ON t.policy_id = p.policy_id
        LEFT JOIN commissions c ON c.payment_id = p.id
        CROSS JOIN LATERAL (SELECT CASE t.share_of WHEN 'commission' THEN coalesce(c.amount, 0) ELSE p.amount END AS base) AS b
        CROSS JOIN LATERAL (
            SELECT round(b.base * coalesce(t.percent, 0) * 0.01, 2)
                   + coalesce(crm.part_of(t.fixed, p.upto, p.amount, p.whole), 0) AS amount) AS a
        WHERE a.amount <> 0
    ), expenses AS (
        SELECT coalesce(r.payment_id, l.payment_id) AS payment_id, coalesce(r.kind, l.kind) AS kind,
               coalesce(r.party, l.party) AS party, l.id AS line_id, l.was,
               CASE WHEN r.payment_id IS NULL AND l.origin = 'import' THEN l.was ELSE r.now END AS now
        FROM ruled_expenses r FULL JOIN (SELECT * FROM standing_expenses WHERE is_open) AS l
          ON l.payment_id = r.payment_id AND l.kind = r.kind AND l.party = r.party AND l.nth = 1
        LEFT JOIN (SELECT s.payment_id, s.kind, bool_or(s.origin <> 'rule') AS is_typed, array_agg(s.party) AS parties
                   FROM standing_expenses s GROUP BY s.payment_id, s.kind) AS there
          ON there.payment_id = r.payment_id AND there.kind = r.kind
        WHERE l.id IS NOT NULL OR missing AND NOT coalesce(there.is_typed OR r.party = ANY (there.parties), false)
    )
    SELECT 'income', p.policy_id, p.deal_id, p.id, i.kind, '', i.line_id, i.was, i.now
    FROM incomes i JOIN parts p ON p.id = i.payment_id
    UNION ALL
    SELECT 'expense', p.policy_id, p.deal_id, p.id, x.kind, x.party, x.line_id, x.was, x.now
    FROM expenses x JOIN parts p ON p.id = x.payment_id
$$;

-- Those lines that differ, and in what.
CREATE OR REPLACE FUNCTION crm.differing_lines(these uuid[], remade text[], missing boolean)
RETURNS TABLE (side text, policy_id uuid, deal_id uuid, payment_id uuid, kind text, party text, line_id uuid,
               was crm.line_terms, now crm.line_terms, why text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
    SELECT l.*, CASE
        WHEN l.line_id IS NULL THEN 'made'
        WHEN (l.now).amount IS NULL THEN 'removed'
        WHEN (l.was).rate_percent IS DISTINCT FROM (l.now).rate_percent THEN 'rate'
        WHEN (l.was).base_amount IS DISTINCT FROM (l.now).base_amount THEN 'base'
        WHEN (l.was).amount <> (l.now).amount THEN 'amount'
        WHEN (l.was).vat_mode IS DISTINCT FROM (l.now).vat_mode THEN 'vat'
        WHEN ((l.was).settlement, (l.was).expected_on) IS DISTINCT FROM ((l.now).settlement, (l.now).expected_on) THEN 'day'
        WHEN ((l.was).payee_id, (l.was).payee_name) IS DISTINCT FROM ((l.now).payee_id, (l.now).payee_name) THEN 'payee'
        ELSE 'rule' END
    FROM crm.compared_lines(these, remade, missing) l
    WHERE l.was IS DISTINCT FROM l.now
$$;

REVOKE EXECUTE ON FUNCTION crm.folded(text), crm.part_of(numeric, numeric, numeric, numeric), crm.vat_mode_on(uuid, date),
    crm.rated_policies(uuid[]), crm.commission_terms(uuid[]), crm.expense_terms(uuid[]),
    crm.compared_lines(uuid[], text[], boolean), crm.differing_lines(uuid[], text[], boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.folded(text), crm.part_of(numeric, numeric, numeric, numeric), crm.vat_mode_on(uuid, date),
    crm.rated_policies(uuid[]), crm.commission_terms(uuid[]), crm.expense_terms(uuid[]),
    crm.compared_lines(uuid[], text[], boolean), crm.differing_lines(uuid[], text[], boolean) TO crm_own, crm_team, crm_all;
