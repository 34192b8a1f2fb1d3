-- Columns that can be computed are computed here, for a set of deals: before each commit, after undo and import, nightly.

-- Days on which a deal asks for attention, with the reason; the earliest one becomes its review date.
CREATE OR REPLACE FUNCTION crm.review_days(these uuid[]) RETURNS TABLE (deal_id uuid, day date, reason text)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.deal_id, p.due_on - k.instalment_lead_days, 'instalment'
    FROM crm.payments p
    JOIN crm.policies c ON c.id = p.policy_id AND c.status IN ('draft', 'issued') AND c.deleted_at IS NULL
    JOIN crm.products k ON k.id = c.product_id
    WHERE p.deal_id = ANY (these) AND p.status IN ('planned', 'partially_paid') AND p.deleted_at IS NULL
    UNION ALL
    SELECT c.deal_id, c.ends_on - k.review_lead_days, 'policy_end'
    FROM crm.policies c JOIN crm.products k ON k.id = c.product_id
    WHERE c.deal_id = ANY (these) AND c.status = 'issued' AND c.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM crm.policies later
                      WHERE later.need_id = c.need_id AND later.status IN ('draft', 'issued')
                        AND later.ends_on > c.ends_on AND later.deleted_at IS NULL)
      AND NOT EXISTS (SELECT FROM crm.renewals r
                      WHERE r.policy_id = c.id AND r.status IN ('renewed', 'lost') AND r.deleted_at IS NULL)
    UNION ALL
    SELECT t.deal_id, coalesce(t.wakes_on, t.due_on, t.created_at::date), 'task'
    FROM tasks.tasks t
    WHERE t.deal_id = ANY (these) AND t.status NOT IN ('done', 'cancelled') AND t.deleted_at IS NULL
    UNION ALL
    SELECT d.id, d.review_on, 'manual' FROM crm.deals d WHERE d.id = ANY (these) AND d.review_on IS NOT NULL
    UNION ALL
    SELECT c.deal_id, c.valid_until, 'calculation'
    FROM crm.calculations c
    WHERE c.deal_id = ANY (these) AND c.status IN ('ready', 'offered') AND c.valid_until IS NOT NULL
      AND c.deleted_at IS NULL
$$;

CREATE OR REPLACE FUNCTION crm.derive_reviews(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE crm.deals d SET next_review_at = w.day, next_review_reason = w.reason
    FROM (
        SELECT d.id,
               CASE WHEN d.stage IN ('closed', 'lost') THEN NULL ELSE coalesce(n.day, d.stage_since::date) END AS day,
               CASE WHEN d.stage IN ('closed', 'lost') THEN NULL ELSE coalesce(n.reason, 'stage') END AS reason
        FROM crm.deals d
        LEFT JOIN (
            SELECT DISTINCT ON (deal_id) deal_id, day, reason FROM crm.review_days(these) ORDER BY deal_id, day, reason
        ) AS n ON n.deal_id = d.id
        WHERE d.id = ANY (these)
    ) AS w
    WHERE d.id = w.id AND (d.next_review_at, d.next_review_reason) IS DISTINCT FROM (w.day, w.reason)
$$;

-- Totals as their lines say, for the payments where they differ from what is stored.
CREATE OR REPLACE FUNCTION crm.true_totals(these uuid[])
RETURNS TABLE (payment_id uuid, i_expected numeric, i_received numeric, e_expected numeric, e_paid numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT p.id, coalesce(i.expected, 0), coalesce(i.received, 0), coalesce(e.expected, 0), coalesce(e.paid, 0)
    FROM crm.payments p
    LEFT JOIN (
        SELECT l.payment_id, sum(l.amount) FILTER (WHERE l.status <> 'written_off') AS expected,
               sum(l.received_amount) AS received
        FROM crm.payment_incomes l WHERE l.deal_id = ANY (these) AND l.deleted_at IS NULL GROUP BY l.payment_id
    ) AS i ON i.payment_id = p.id
    LEFT JOIN (
        SELECT l.payment_id, sum(l.amount) FILTER (WHERE l.status <> 'cancelled') AS expected,
               sum(l.amount) FILTER (WHERE l.status = 'paid') AS paid
        FROM crm.payment_expenses l WHERE l.deal_id = ANY (these) AND l.deleted_at IS NULL GROUP BY l.payment_id
    ) AS e ON e.payment_id = p.id
    WHERE p.deal_id = ANY (these)
      AND (p.incomes_expected, p.incomes_received, p.expenses_expected, p.expenses_paid)
          IS DISTINCT FROM (coalesce(i.expected, 0), coalesce(i.received, 0), coalesce(e.expected, 0), coalesce(e.paid, 0))
$$;

-- Lock, then compute anew: any other order lost updates or deadlocked when it was measured. Only payments that differ
-- are locked, so that two people who work on two instalments of one deal do not wait for each other.
CREATE OR REPLACE FUNCTION crm.derive_totals(these uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM crm.payments WHERE id IN (SELECT t.payment_id FROM crm.true_totals(these) t)
    ORDER BY id FOR NO KEY UPDATE;
    UPDATE crm.payments p
    SET incomes_expected = t.i_expected, incomes_received = t.i_received,
        expenses_expected = t.e_expected, expenses_paid = t.e_paid
    FROM crm.true_totals(these) t WHERE p.id = t.payment_id;
END $$;

CREATE OR REPLACE FUNCTION crm.derive_titles(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE crm.calculations c SET title = concat_ws(' · ', i.name, c.program)
    FROM crm.insurers i
    WHERE i.id = c.insurer_id AND c.deal_id = ANY (these) AND c.title IS DISTINCT FROM concat_ws(' · ', i.name, c.program)
$$;

CREATE OR REPLACE FUNCTION crm.derive(these uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM crm.derive_totals(these);
    PERFORM crm.derive_titles(these);
    PERFORM FROM crm.deals WHERE id = ANY (these) ORDER BY id FOR NO KEY UPDATE;
    PERFORM crm.derive_reviews(these);
END $$;

-- For the deals that this transaction's own log rows name. Returns how many.
CREATE OR REPLACE FUNCTION crm.derive_touched() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    these uuid[] := ARRAY(
        SELECT DISTINCT e.deal_id FROM audit.events e
        WHERE e.xid = pg_current_xact_id() AND e.epoch = (SELECT audit.epoch()) AND e.deal_id IS NOT NULL);
BEGIN
    PERFORM crm.derive(these) WHERE cardinality(these) > 0;
    RETURN cardinality(these);
END $$;
