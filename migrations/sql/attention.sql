-- What needs whom: one row for each matter of an open deal, worked out by `crm.derive` with the deal's other columns.
-- `since` is the day from which it is shown, `day` its deadline (none: whenever), `money` what is at risk:
-- what is owed of an instalment, the premium of an expiring policy, else the largest variant of the deal.

-- Somebody, or who stands in for them now. (A task has its substitute as assignee.)
CREATE OR REPLACE FUNCTION crm.who_acts_for(who uuid) RETURNS uuid
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce((SELECT a.substitute_id FROM crm.absences a
                     WHERE a.user_id = who AND a.status = 'running' AND a.kind = 'temporary' AND a.deleted_at IS NULL
                     ORDER BY a.starts_on DESC LIMIT 1), who)
$$;

-- Whether an expense stands on a pay-out sheet. (In plpgsql, since this file also runs before the table is there.)
CREATE OR REPLACE FUNCTION crm.stands_on_sheet(this uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_regclass('crm.payout_lines') IS NULL THEN
        RETURN false;
    END IF;
    RETURN EXISTS (SELECT FROM crm.payout_lines s WHERE s.expense_id = this AND s.status = 'in');
END $$;

CREATE OR REPLACE FUNCTION crm.attention_of(these uuid[])
RETURNS TABLE (kind text, record_id uuid, deal_id uuid, user_id uuid, since date, day date, money numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    WITH living AS MATERIALIZED (
        SELECT d.id, crm.who_acts_for(d.seller_id) AS seller_id, d.stage NOT IN ('closed', 'lost') AS is_open, d.review_on,
               d.next_review_at, d.next_review_reason, coalesce(stake.premium, 0) AS money
        FROM crm.deals d
        LEFT JOIN (
            SELECT c.deal_id, max(c.premium) AS premium FROM crm.calculations c
            WHERE c.deal_id = ANY (these) AND c.status IN ('requested', 'ready', 'offered', 'confirmed')
              AND c.deleted_at IS NULL
            GROUP BY c.deal_id
        ) AS stake ON stake.deal_id = d.id
        WHERE d.id = ANY (these) AND d.deleted_at IS NULL
    ), reviews AS (
        SELECT d.*, least(d.review_on, CASE
                   WHEN d.next_review_reason IN ('stage', 'calculation') THEN d.next_review_at
                   WHEN d.next_review_reason = 'policy_end' AND NOT EXISTS (
                       SELECT FROM crm.renewals r
                       WHERE r.deal_id = d.id AND r.status IN ('found', 'contacted', 'offered') AND r.deleted_at IS NULL)
                   THEN d.next_review_at END) AS shown_on
        FROM living d WHERE d.is_open
    )
    SELECT 'instalment', p.id, p.deal_id, d.seller_id,
           greatest(p.due_on - k.instalment_lead_days, least(p.due_on, crm.local_day(p.created_at)), p.remind_on), p.due_on,
           abs(p.amount - p.paid_amount)
    FROM living d
    JOIN crm.payments p ON p.deal_id = d.id AND p.status IN ('planned', 'partially_paid') AND p.deleted_at IS NULL
    JOIN crm.policies c ON c.id = p.policy_id AND c.status <> 'annulled' AND c.deleted_at IS NULL
    JOIN crm.products k ON k.id = c.product_id
    WHERE d.is_open
    UNION ALL
    SELECT 'renewal', r.id, r.deal_id, d.seller_id, greatest(crm.local_day(r.created_at), r.remind_on), c.ends_on, c.premium
    FROM living d
    JOIN crm.renewals r ON r.deal_id = d.id AND r.status IN ('found', 'contacted', 'offered') AND r.deleted_at IS NULL
    JOIN crm.policies c ON c.id = r.policy_id
    WHERE d.is_open
    UNION ALL
    SELECT CASE t.status WHEN 'returned' THEN 'returned' ELSE 'task' END, t.id, t.deal_id,
           CASE t.status WHEN 'returned' THEN crm.who_acts_for(t.author_id) ELSE t.assignee_id END,
           CASE WHEN t.status IN ('waiting', 'scheduled') THEN coalesce(t.wakes_on, t.due_on, crm.local_day(t.created_at))
                ELSE crm.local_day(t.created_at) END,
           coalesce(t.due_on, t.wakes_on), coalesce(p.premium, c.premium, d.money)
    FROM living d
    JOIN tasks.tasks t ON t.deal_id = d.id AND t.status NOT IN ('done', 'cancelled') AND t.deleted_at IS NULL
    LEFT JOIN crm.policies p ON p.id = t.policy_id
    LEFT JOIN crm.calculations c ON c.id = t.calculation_id
    WHERE t.status = 'returned' OR t.assignee_id IS NOT NULL
    UNION ALL
    SELECT 'review', d.id, d.id, d.seller_id, d.shown_on,
           CASE WHEN d.shown_on = d.review_on OR d.next_review_reason = 'calculation' THEN d.shown_on END, d.money
    FROM reviews d WHERE d.shown_on IS NOT NULL
    UNION ALL
    -- Of whoever confirms, approves or pays out, not of the seller: who holds these offices is decided when it is read.
    SELECT 'confirm', p.id, p.deal_id, d.seller_id, coalesce(p.paid_on, crm.local_day(p.created_at)), NULL, abs(p.paid_amount)
    FROM living d JOIN crm.payments p ON p.deal_id = d.id AND p.status = 'paid' AND p.deleted_at IS NULL
    -- What was paid more than a month before it was entered is history, an import's: nobody confirms it any more.
    WHERE coalesce(p.paid_on, crm.local_day(p.created_at)) > crm.local_day(p.created_at) - 31
    UNION ALL
    -- Before its instalment is paid, and its commission received, there is nothing to decide about a line; what stands on
    -- a pay-out sheet is decided there.
    SELECT CASE e.status WHEN 'approved' THEN 'pay_out' ELSE 'approve' END, e.id, e.deal_id, d.seller_id,
           coalesce(p.paid_on, crm.local_day(e.created_at)), NULL, abs(e.amount)
    FROM living d
    JOIN crm.payment_expenses e ON e.deal_id = d.id AND e.status IN ('expected', 'approved') AND e.deleted_at IS NULL
    JOIN crm.payments p ON p.id = e.payment_id AND p.status IN ('paid', 'confirmed') AND p.deleted_at IS NULL
    WHERE NOT EXISTS (
        SELECT FROM crm.expense_rules r
        JOIN crm.payment_incomes i ON i.payment_id = e.payment_id AND i.kind = 'commission' AND i.amount > 0
        WHERE r.id = e.rule_id AND r.share_of = 'commission' AND i.deleted_at IS NULL
          AND i.status IN ('expected', 'in_statement', 'partly', 'disputed'))
      AND NOT crm.stands_on_sheet(e.id)
$$;

-- Called with the deals locked. Only rows that differ are written.
CREATE OR REPLACE FUNCTION crm.derive_attention(these uuid[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    WITH wanted AS MATERIALIZED (
        SELECT * FROM crm.attention_of(these)
    ), gone AS (
        DELETE FROM crm.attention a
        WHERE a.deal_id = ANY (these)
          AND NOT EXISTS (SELECT FROM wanted w WHERE (w.kind, w.record_id) = (a.kind, a.record_id))
    )
    INSERT INTO crm.attention AS a (kind, record_id, deal_id, user_id, since, day, money)
    SELECT kind, record_id, deal_id, user_id, since, day, money FROM wanted
    ON CONFLICT (kind, record_id) DO UPDATE
        SET deal_id = excluded.deal_id, user_id = excluded.user_id, since = excluded.since, day = excluded.day,
            money = excluded.money
        WHERE (a.deal_id, a.user_id, a.since, a.day, a.money)
              IS DISTINCT FROM (excluded.deal_id, excluded.user_id, excluded.since, excluded.day, excluded.money)
$$;

-- Who goes away leaves the matters of their deals to the substitute, and finds them again on coming back.
CREATE OR REPLACE FUNCTION crm.attention_follows_absences() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    people uuid[];
BEGIN
    CASE TG_OP
    WHEN 'DELETE' THEN
        people := ARRAY(SELECT user_id FROM old_rows);
    WHEN 'INSERT' THEN
        people := ARRAY(SELECT user_id FROM new_rows);
    ELSE
        people := ARRAY(SELECT n.user_id FROM new_rows n JOIN old_rows o USING (id)
                        WHERE (n.status, n.user_id, n.substitute_id, n.deleted_at IS NULL)
                              IS DISTINCT FROM (o.status, o.user_id, o.substitute_id, o.deleted_at IS NULL));
    END CASE;
    PERFORM crm.derive_attention(ARRAY(
        SELECT d.id FROM crm.deals d WHERE d.seller_id = ANY (people) AND d.deleted_at IS NULL
        UNION SELECT t.deal_id FROM tasks.tasks t
        WHERE t.author_id = ANY (people) AND t.status = 'returned' AND t.deleted_at IS NULL))
    WHERE cardinality(people) > 0;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER attention_insert AFTER INSERT ON crm.absences REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.attention_follows_absences();
CREATE OR REPLACE TRIGGER attention_update AFTER UPDATE ON crm.absences
    REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.attention_follows_absences();
CREATE OR REPLACE TRIGGER attention_delete AFTER DELETE ON crm.absences REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.attention_follows_absences();
