-- Columns that can be computed are computed here, for a set of deals: before each commit, after undo and import, nightly.

-- The brokerage's calendar day of a moment, whatever zone the session is in (`models/clock.py` has the same one).
CREATE OR REPLACE FUNCTION crm.local_day(moment timestamptz) RETURNS date LANGUAGE sql STABLE
RETURN (moment AT TIME ZONE 'Europe/Moscow')::date;

-- Days on which a deal asks for attention, with the reason; the earliest one becomes its review date. The nearest of:
-- an unpaid instalment, the end of an active policy that nothing follows, an open task, a date set by hand; a day that
-- was promised for an instalment or a renewal comes instead of its own.
-- Only a deal with none of these looks at its calculations: at the end of their validity, else three days later.
CREATE OR REPLACE FUNCTION crm.review_days(these uuid[])
RETURNS TABLE (deal_id uuid, day date, reason text, fallback boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    -- A lead that began before the instalment was there begins with it.
    SELECT p.deal_id, greatest(p.due_on - k.instalment_lead_days, least(p.due_on, crm.local_day(p.created_at)), p.remind_on),
           'instalment', false
    FROM crm.payments p
    JOIN crm.policies c ON c.id = p.policy_id AND c.status <> 'annulled' AND c.deleted_at IS NULL
    JOIN crm.products k ON k.id = c.product_id
    WHERE p.deal_id = ANY (these) AND p.status IN ('planned', 'partially_paid') AND p.deleted_at IS NULL
    UNION ALL
    SELECT c.deal_id, greatest(c.ends_on - k.review_lead_days, followed.remind_on), 'policy_end', false
    FROM crm.policies c JOIN crm.products k ON k.id = c.product_id
    LEFT JOIN LATERAL (
        SELECT max(r.remind_on) AS remind_on FROM crm.renewals r
        WHERE r.policy_id = c.id AND r.status IN ('found', 'contacted', 'offered') AND r.deleted_at IS NULL
    ) AS followed ON true
    WHERE c.deal_id = ANY (these) AND c.status = 'issued' AND c.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM crm.policies later
                      WHERE later.deal_id = c.deal_id AND later.status = 'issued' AND later.deleted_at IS NULL
                        AND (later.need_id = c.need_id AND later.ends_on > c.ends_on OR later.previous_policy_id = c.id))
      AND NOT EXISTS (SELECT FROM crm.renewals r
                      WHERE r.deal_id = c.deal_id AND r.policy_id = c.id AND r.status IN ('renewed', 'lost') AND r.deleted_at IS NULL)
    UNION ALL
    SELECT t.deal_id, coalesce(t.wakes_on, t.due_on, crm.local_day(t.created_at)), 'task', false
    FROM tasks.tasks t
    WHERE t.deal_id = ANY (these) AND t.status NOT IN ('done', 'cancelled') AND t.deleted_at IS NULL
    UNION ALL
    SELECT d.id, d.review_on, 'manual', false FROM crm.deals d WHERE d.id = ANY (these) AND d.review_on IS NOT NULL
    UNION ALL
    SELECT c.deal_id, coalesce(c.valid_until, crm.local_day(c.created_at) + 3), 'calculation', true
    FROM crm.calculations c
    WHERE c.deal_id = ANY (these) AND c.status IN ('ready', 'offered', 'confirmed') AND c.deleted_at IS NULL
      AND NOT EXISTS (SELECT FROM crm.policies p
                      WHERE p.deal_id = c.deal_id AND p.calculation_id = c.id AND p.status <> 'annulled'
                        AND p.deleted_at IS NULL)
$$;

CREATE OR REPLACE FUNCTION crm.derive_reviews(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE crm.deals d SET next_review_at = w.day, next_review_reason = w.reason
    FROM (
        SELECT d.id,
               CASE WHEN d.stage IN ('closed', 'lost') THEN NULL
                    ELSE coalesce(n.day, crm.local_day(d.stage_since)) END AS day,
               CASE WHEN d.stage IN ('closed', 'lost') THEN NULL ELSE coalesce(n.reason, 'stage') END AS reason
        FROM crm.deals d
        LEFT JOIN (
            SELECT DISTINCT ON (deal_id) deal_id, day, reason FROM crm.review_days(these)
            ORDER BY deal_id, fallback, day, reason
        ) AS n ON n.deal_id = d.id
        WHERE d.id = ANY (these)
    ) AS w
    WHERE d.id = w.id AND (d.next_review_at, d.next_review_reason) IS DISTINCT FROM (w.day, w.reason)
$$;

-- An open deal has a day from the moment that it is open: one made, reopened or put back by undo waits for no `derive`.
CREATE OR REPLACE FUNCTION crm.never_forgotten() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    NEW.next_review_at := (now() AT TIME ZONE 'Europe/Moscow')::date;
    NEW.next_review_reason := 'stage';
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER never_forgotten BEFORE INSERT OR UPDATE ON crm.deals FOR EACH ROW
    WHEN (NEW.next_review_at IS NULL AND NEW.stage NOT IN ('closed', 'lost'))
    EXECUTE FUNCTION crm.never_forgotten();

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
-- are locked, so that two people who work on two instalments of one deal do not wait for each other; only payments that
-- are locked are written.
CREATE OR REPLACE FUNCTION crm.derive_totals(these uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    locked uuid[] := ARRAY(
        SELECT id FROM crm.payments WHERE id IN (SELECT t.payment_id FROM crm.true_totals(these) t)
        ORDER BY id FOR NO KEY UPDATE);
BEGIN
    UPDATE crm.payments p
    SET incomes_expected = t.i_expected, incomes_received = t.i_received,
        expenses_expected = t.e_expected, expenses_paid = t.e_paid
    FROM crm.true_totals(these) t WHERE p.id = t.payment_id AND p.id = ANY (locked);
END $$;

CREATE OR REPLACE FUNCTION crm.derive_titles(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE crm.calculations c SET title = concat_ws(' · ', i.name, c.program)
    FROM crm.insurers i
    WHERE i.id = c.insurer_id AND c.deal_id = ANY (these) AND c.title IS DISTINCT FROM concat_ws(' · ', i.name, c.program)
$$;

-- Whether a policy that stands was made from a calculation. (In plpgsql, since this file also runs before the column is there.)
CREATE OR REPLACE FUNCTION crm.derive_issued(these uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    UPDATE crm.calculations c SET is_issued = NOT c.is_issued
    WHERE c.deal_id = ANY (these) AND c.is_issued <> EXISTS (
        SELECT FROM crm.policies p
        WHERE p.deal_id = c.deal_id AND p.calculation_id = c.id AND p.status IN ('issued', 'cancelled') AND p.deleted_at IS NULL);
END $$;

-- Generic plans: planning these statements anew for each array took six times what running them takes.
CREATE OR REPLACE FUNCTION crm.derive(these uuid[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    PERFORM crm.derive_totals(these);
    PERFORM crm.derive_titles(these);
    PERFORM crm.derive_issued(these);
    PERFORM FROM crm.deals WHERE id = ANY (these) ORDER BY id FOR NO KEY UPDATE;
    PERFORM crm.derive_reviews(these);
    PERFORM crm.derive_attention(these);
END $$;

-- For the deals that this transaction's own log rows name. Returns how many.
CREATE OR REPLACE FUNCTION crm.derive_touched() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    these uuid[] := ARRAY(
        SELECT DISTINCT e.deal_id FROM audit.events e
        WHERE e.xid = pg_current_xact_id() AND e.epoch = (SELECT audit.epoch()) AND e.deal_id IS NOT NULL);
BEGIN
    PERFORM crm.derive(these) WHERE cardinality(these) > 0;
    RETURN cardinality(these);
END $$;
