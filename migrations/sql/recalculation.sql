-- Recalculation: which policies are looked at, what would change, the change itself and its undoing. Each step is a batch,
-- a short transaction of its own that moves the run's place in the same breath: killed anywhere, it goes on from there.

-- What the preview stands on: as long as this is the same, the rules are.
CREATE OR REPLACE FUNCTION crm.rates_key() RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT md5(string_agg(t.told, '' ORDER BY t.told)) FROM (
        SELECT to_jsonb(r)::text AS told FROM crm.commission_rules r
        UNION ALL SELECT to_jsonb(r)::text FROM crm.commission_tiers r
        UNION ALL SELECT to_jsonb(r)::text FROM crm.expense_rules r
        UNION ALL SELECT to_jsonb(r)::text FROM crm.vat_periods r
        UNION ALL SELECT to_jsonb(r)::text FROM crm.agreements r
        UNION ALL SELECT to_jsonb(r)::text FROM crm.entities r) AS t
$$;

-- The next issued policies of a selection after a place, by key; a rule concerns those that it may apply to and those
-- whose expected lines it has made. `backwards` gives the newest first.
CREATE OR REPLACE FUNCTION crm.selected_policies(chosen crm.recalculations, place uuid, most int, backwards boolean)
RETURNS uuid[] LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    sold text := 'coalesce(p.sale_date, p.starts_on)';
    within text := ' AND %1$s >= r.starts_on AND (r.ends_on IS NULL OR %1$s <= r.ends_on)';
    found uuid[];
    asked text := '';
BEGIN
    asked := asked || CASE WHEN place IS NOT NULL THEN ' AND p.id > $2' ELSE '' END
        || CASE WHEN chosen.insurer_id IS NOT NULL THEN ' AND p.insurer_id = ($1).insurer_id' ELSE '' END
        || CASE WHEN chosen.product_id IS NOT NULL THEN ' AND p.product_id = ($1).product_id' ELSE '' END
        || CASE WHEN chosen.sold_from IS NOT NULL THEN format(' AND %s >= ($1).sold_from', sold) ELSE '' END
        || CASE WHEN chosen.sold_to IS NOT NULL THEN format(' AND %s <= ($1).sold_to', sold) ELSE '' END
        || CASE WHEN chosen.policies IS NOT NULL THEN ' AND p.id = ANY (($1).policies)' ELSE '' END
        || CASE WHEN chosen.entity_id IS NOT NULL THEN
            ' AND (p.agreement_id IS NULL OR p.agreement_id IN (SELECT a.id FROM crm.agreements a WHERE a.entity_id = ($1).entity_id))'
            ELSE '' END
        || CASE WHEN chosen.commission_rule_id IS NOT NULL THEN format(
            ' AND (EXISTS (SELECT FROM crm.commission_rules r WHERE r.id = ($1).commission_rule_id AND r.deleted_at IS NULL'
            ' AND r.insurer_id = p.insurer_id AND coalesce(r.product_id = p.product_id, true)' || within || ')'
            ' OR EXISTS (SELECT FROM crm.payments m JOIN crm.payment_incomes l ON l.payment_id = m.id AND l.deleted_at IS NULL'
            ' AND l.status = ''expected'' AND l.rule_id = ($1).commission_rule_id WHERE m.policy_id = p.id))', sold) ELSE '' END
        || CASE WHEN chosen.expense_rule_id IS NOT NULL THEN format(
            ' AND (EXISTS (SELECT FROM crm.expense_rules r WHERE r.id = ($1).expense_rule_id AND r.deleted_at IS NULL'
            ' AND coalesce(r.insurer_id = p.insurer_id, true) AND coalesce(r.product_id = p.product_id, true)' || within || ')'
            ' OR EXISTS (SELECT FROM crm.payments m JOIN crm.payment_expenses l ON l.payment_id = m.id AND l.deleted_at IS NULL'
            ' AND l.status = ''expected'' AND l.rule_id = ($1).expense_rule_id WHERE m.policy_id = p.id))', sold) ELSE '' END;
    EXECUTE 'SELECT array_agg(f.id) FROM (SELECT p.id FROM crm.policies p WHERE p.status = ''issued'' AND p.deleted_at IS NULL'
        || asked || ' ORDER BY p.id' || CASE WHEN backwards THEN ' DESC' ELSE '' END || ' LIMIT $3) AS f'
    INTO found USING chosen, place, most;
    RETURN coalesce(found, '{}');
END $$;

-- Origins of lines that a run makes anew.
CREATE OR REPLACE FUNCTION crm.remade(chosen crm.recalculations) RETURNS text[] LANGUAGE sql IMMUTABLE
RETURN CASE WHEN (chosen).with_imported THEN ARRAY['rule', 'import'] ELSE ARRAY['rule'] END;

-- One batch of the preview: what would change in the next policies is written down. Gives how many there were, and none
-- when all have been looked at or the run was stopped.
CREATE OR REPLACE FUNCTION crm.preview_recalculation(which uuid, most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    run crm.recalculations;
    these uuid[];
BEGIN
    SELECT * INTO run FROM crm.recalculations r WHERE r.id = which AND r.status = 'planned' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    IF run.place IS NULL THEN
        DELETE FROM crm.recalculation_differences d WHERE d.recalculation_id = which;
        UPDATE crm.recalculations r
        SET rates_key = crm.rates_key(), looked_at = 0, lines = 0, left_alone = 0, restored = 0, incomes_before = 0,
            incomes_after = 0, expenses_before = 0, expenses_after = 0,
            policies_total = cardinality(crm.selected_policies(run, NULL, NULL, false))
        WHERE r.id = which;
    END IF;
    these := crm.selected_policies(run, run.place, most, false);
    IF these = '{}' THEN
        UPDATE crm.recalculations r SET status = 'previewed', place = NULL, previewed_at = now() WHERE r.id = which;
        RETURN 0;
    END IF;
    WITH found AS (
        INSERT INTO crm.recalculation_differences
            (id, recalculation_id, policy_id, deal_id, payment_id, side, kind, party, line_id, before_amount, after_amount,
             change, before, after, why)
        SELECT uuidv7(), which, d.policy_id, d.deal_id, d.payment_id, d.side, d.kind, d.party, d.line_id, (d.was).amount,
               (d.now).amount, coalesce((d.now).amount, 0) - coalesce((d.was).amount, 0), to_jsonb(d.was), to_jsonb(d.now), d.why
        FROM crm.differing_lines(these, crm.remade(run), run.with_missing) d
        ORDER BY d.policy_id, d.side DESC, d.payment_id, d.kind
        RETURNING side, before_amount, after_amount
    ), sums AS (
        SELECT count(*) AS lines,
               coalesce(sum(before_amount) FILTER (WHERE side = 'income'), 0) AS ib,
               coalesce(sum(after_amount) FILTER (WHERE side = 'income'), 0) AS ia,
               coalesce(sum(before_amount) FILTER (WHERE side = 'expense'), 0) AS eb,
               coalesce(sum(after_amount) FILTER (WHERE side = 'expense'), 0) AS ea FROM found
    )
    UPDATE crm.recalculations r
    SET place = these[cardinality(these)], looked_at = r.looked_at + cardinality(these), lines = r.lines + s.lines,
        incomes_before = r.incomes_before + s.ib, incomes_after = r.incomes_after + s.ia,
        expenses_before = r.expenses_before + s.eb, expenses_after = r.expenses_after + s.ea
    FROM sums s WHERE r.id = which;
    RETURN cardinality(these);
END $$;

-- The next policies that a run has differences for, after a place.
CREATE OR REPLACE FUNCTION crm.differing_policies(which uuid, place uuid, upto uuid, most int) RETURNS uuid[]
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT coalesce(array_agg(f.policy_id), '{}') FROM (
        SELECT DISTINCT d.policy_id FROM crm.recalculation_differences d
        WHERE d.recalculation_id = which AND (place IS NULL OR d.policy_id > place) AND (upto IS NULL OR d.policy_id <= upto)
        ORDER BY d.policy_id LIMIT most) AS f
$$;

-- Nobody moves these policies and their lines until the batch is over; who holds one of them comes first.
CREATE OR REPLACE FUNCTION crm.hold_lines(these uuid[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
BEGIN
    PERFORM FROM crm.policies p WHERE p.id = ANY (these) ORDER BY p.id FOR NO KEY UPDATE;
    PERFORM FROM crm.payment_incomes i WHERE i.status = 'expected' AND i.deleted_at IS NULL
        AND i.payment_id IN (SELECT m.id FROM crm.payments m WHERE m.policy_id = ANY (these)) ORDER BY i.id FOR NO KEY UPDATE;
    PERFORM FROM crm.payment_expenses x WHERE x.status = 'expected' AND x.deleted_at IS NULL
        AND x.payment_id IN (SELECT m.id FROM crm.payments m WHERE m.policy_id = ANY (these)) ORDER BY x.id FOR NO KEY UPDATE;
END $$;

-- One batch of the change, exactly as the rules have it at this moment. A policy for which that is no longer what the
-- preview has shown is left alone and told. Lines without a change are not written. Gives how many policies there were.
CREATE OR REPLACE FUNCTION crm.apply_recalculation(which uuid, most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    run crm.recalculations;
    these uuid[];
    aside int;
    deals uuid[];
BEGIN
    SELECT * INTO run FROM crm.recalculations r WHERE r.id = which AND r.status = 'running' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    these := crm.differing_policies(which, run.place, NULL, most);
    IF these = '{}' THEN
        UPDATE crm.recalculations r SET status = 'done', finished_at = now() WHERE r.id = which;
        RETURN 0;
    END IF;
    PERFORM crm.hold_lines(these);
    WITH fresh AS MATERIALIZED (
        SELECT * FROM crm.differing_lines(these, crm.remade(run), run.with_missing)
    ), shown AS MATERIALIZED (
        SELECT * FROM crm.recalculation_differences d WHERE d.recalculation_id = which AND d.policy_id = ANY (these)
    ), moved AS (
        SELECT DISTINCT coalesce(f.policy_id, s.policy_id) AS policy_id
        FROM fresh f FULL JOIN shown s
          ON s.payment_id = f.payment_id AND s.side = f.side AND s.kind = f.kind AND s.party = f.party
         AND s.line_id IS NOT DISTINCT FROM f.line_id
        WHERE f.policy_id IS NULL OR s.policy_id IS NULL
           OR (s.before, s.after) IS DISTINCT FROM (to_jsonb(f.was), to_jsonb(f.now))
    ), agreed AS MATERIALIZED (
        SELECT f.*, coalesce(f.now, f.was) AS will, CASE WHEN (f.now).amount IS NULL THEN now() END AS trashed_at
        FROM fresh f WHERE NOT EXISTS (SELECT FROM moved m WHERE m.policy_id = f.policy_id)
    ), incomes_changed AS (
        UPDATE crm.payment_incomes i
        SET amount = (a.will).amount, rate_percent = (a.will).rate_percent, base_amount = (a.will).base_amount,
            rule_id = (a.will).rule_id, settlement = (a.will).settlement, vat_mode = (a.will).vat_mode,
            expected_on = (a.will).expected_on, origin = (a.will).origin, deleted_at = a.trashed_at
        FROM agreed a WHERE a.side = 'income' AND i.id = a.line_id
    ), incomes_made AS (
        INSERT INTO crm.payment_incomes (id, deal_id, payment_id, kind, status, amount, received_amount, rate_percent,
                                         base_amount, rule_id, settlement, vat_mode, expected_on, origin)
        SELECT uuidv7(), a.deal_id, a.payment_id, a.kind, 'expected', (a.now).amount, 0, (a.now).rate_percent,
               (a.now).base_amount, (a.now).rule_id, (a.now).settlement, (a.now).vat_mode, (a.now).expected_on, 'rule'
        FROM agreed a WHERE a.side = 'income' AND a.line_id IS NULL RETURNING id, payment_id, kind, '' AS party, 'income' AS side
    ), expenses_changed AS (
        UPDATE crm.payment_expenses x
        SET amount = (a.will).amount, rate_percent = (a.will).rate_percent, base_amount = (a.will).base_amount,
            rule_id = (a.will).rule_id, payee_id = (a.will).payee_id, payee_name = (a.will).payee_name,
            origin = (a.will).origin, deleted_at = a.trashed_at
        FROM agreed a WHERE a.side = 'expense' AND x.id = a.line_id
    ), expenses_made AS (
        INSERT INTO crm.payment_expenses (id, deal_id, payment_id, kind, status, amount, rate_percent, base_amount, rule_id,
                                          payee_id, payee_name, origin)
        SELECT uuidv7(), a.deal_id, a.payment_id, a.kind, 'expected', (a.now).amount, (a.now).rate_percent,
               (a.now).base_amount, (a.now).rule_id, (a.now).payee_id, (a.now).payee_name, 'rule'
        FROM agreed a WHERE a.side = 'expense' AND a.line_id IS NULL
        RETURNING id, payment_id, kind, CASE kind WHEN 'partner_share' THEN coalesce(payee_name, '') ELSE '' END AS party, 'expense' AS side
    ), told AS (
        UPDATE crm.recalculation_differences d SET outcome = 'left'
        FROM shown s JOIN moved m ON m.policy_id = s.policy_id WHERE d.id = s.id
        RETURNING d.id
    ), named AS (
        UPDATE crm.recalculation_differences d SET made_id = n.id
        FROM shown s JOIN (SELECT * FROM incomes_made UNION ALL SELECT * FROM expenses_made) AS n
          ON n.payment_id = s.payment_id AND n.side = s.side AND n.kind = s.kind AND n.party = s.party
        WHERE d.id = s.id
    )
    SELECT (SELECT count(*) FROM told), ARRAY(SELECT DISTINCT a.deal_id FROM agreed a) INTO aside, deals;
    PERFORM crm.derive_totals(deals);
    UPDATE crm.recalculations r
    SET place = these[cardinality(these)], left_alone = r.left_alone + aside,
        applied = r.applied - aside + (SELECT count(*) FROM crm.recalculation_differences d
                                       WHERE d.recalculation_id = which AND d.policy_id = ANY (these))
    WHERE r.id = which;
    RETURN cardinality(these);
END $$;

-- One batch of the undoing: each line that still is as the run left it becomes what it was; a line that the run made
-- goes. What has been changed since is left alone and told. Gives how many policies there were.
CREATE OR REPLACE FUNCTION crm.undo_recalculation(which uuid, most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_custom_plan AS $$
DECLARE
    run crm.recalculations;
    these uuid[];
    back int;
    deals uuid[];
BEGIN
    SELECT * INTO run FROM crm.recalculations r WHERE r.id = which AND r.status = 'undoing' FOR NO KEY UPDATE;
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    these := CASE WHEN run.place IS NULL THEN '{}' ELSE crm.differing_policies(which, run.undo_place, run.place, most) END;
    IF these = '{}' THEN
        UPDATE crm.recalculations r SET status = 'undone', finished_at = now() WHERE r.id = which;
        UPDATE audit.actions a SET undone_by = run.undo_action_id WHERE a.id = run.action_id;
        RETURN 0;
    END IF;
    PERFORM crm.hold_lines(these);
    WITH mine AS MATERIALIZED (
        SELECT d.*, coalesce(d.line_id, d.made_id) AS target, jsonb_populate_record(NULL::crm.line_terms, d.before) AS was,
               jsonb_populate_record(NULL::crm.line_terms, d.after) AS now
        FROM crm.recalculation_differences d
        WHERE d.recalculation_id = which AND d.policy_id = ANY (these) AND d.outcome IS NULL
    ), incomes_left AS MATERIALIZED (
        SELECT m.*, i.deleted_at IS NULL AS is_alive,
               ROW(i.amount, i.rate_percent, i.base_amount, i.rule_id, i.settlement, i.vat_mode, i.expected_on, NULL, NULL, i.origin)::crm.line_terms AS found
        FROM mine m JOIN crm.payment_incomes i ON i.id = m.target AND i.status = 'expected' WHERE m.side = 'income'
    ), expenses_left AS MATERIALIZED (
        SELECT m.*, x.deleted_at IS NULL AS is_alive,
               ROW(x.amount, x.rate_percent, x.base_amount, x.rule_id, NULL, NULL, NULL, x.payee_id, x.payee_name, x.origin)::crm.line_terms AS found
        FROM mine m JOIN crm.payment_expenses x ON x.id = m.target AND x.status = 'expected' WHERE m.side = 'expense'
    ), restorable AS MATERIALIZED (
        SELECT l.id, l.side, l.target, l.deal_id, l.line_id IS NULL AS is_made, l.was
        FROM (SELECT * FROM incomes_left UNION ALL SELECT * FROM expenses_left) AS l
        WHERE CASE WHEN (l.now).amount IS NULL THEN NOT l.is_alive AND l.found IS NOT DISTINCT FROM l.was
                   ELSE l.is_alive AND l.found IS NOT DISTINCT FROM l.now END
          AND (l.line_id IS NOT NULL OR NOT EXISTS (SELECT FROM crm.statement_lines s WHERE s.income_id = l.target)
                                        AND NOT EXISTS (SELECT FROM crm.payment_incomes c WHERE c.reverses_id = l.target))
    ), incomes_gone AS (
        DELETE FROM crm.payment_incomes i USING restorable b WHERE b.is_made AND b.side = 'income' AND i.id = b.target
    ), expenses_gone AS (
        DELETE FROM crm.payment_expenses x USING restorable b WHERE b.is_made AND b.side = 'expense' AND x.id = b.target
    ), incomes_back AS (
        UPDATE crm.payment_incomes i
        SET amount = (b.was).amount, rate_percent = (b.was).rate_percent, base_amount = (b.was).base_amount,
            rule_id = (b.was).rule_id, settlement = (b.was).settlement, vat_mode = (b.was).vat_mode,
            expected_on = (b.was).expected_on, origin = (b.was).origin, deleted_at = NULL
        FROM restorable b WHERE NOT b.is_made AND b.side = 'income' AND i.id = b.target
    ), expenses_back AS (
        UPDATE crm.payment_expenses x
        SET amount = (b.was).amount, rate_percent = (b.was).rate_percent, base_amount = (b.was).base_amount,
            rule_id = (b.was).rule_id, payee_id = (b.was).payee_id, payee_name = (b.was).payee_name,
            origin = (b.was).origin, deleted_at = NULL
        FROM restorable b WHERE NOT b.is_made AND b.side = 'expense' AND x.id = b.target
    ), told AS (
        UPDATE crm.recalculation_differences d
        SET outcome = CASE WHEN b.id IS NULL THEN 'kept' ELSE 'restored' END
        FROM mine m LEFT JOIN restorable b ON b.id = m.id WHERE d.id = m.id
        RETURNING d.outcome
    )
    SELECT (SELECT count(*) FROM told WHERE outcome = 'restored'), ARRAY(SELECT DISTINCT b.deal_id FROM restorable b) INTO back, deals;
    PERFORM crm.derive_totals(deals);
    UPDATE crm.recalculations r SET undo_place = these[cardinality(these)], restored = r.restored + back WHERE r.id = which;
    RETURN cardinality(these);
END $$;

REVOKE EXECUTE ON FUNCTION crm.rates_key(), crm.selected_policies(crm.recalculations, uuid, int, boolean),
    crm.remade(crm.recalculations), crm.preview_recalculation(uuid, int), crm.differing_policies(uuid, uuid, uuid, int),
    crm.hold_lines(uuid[]), crm.apply_recalculation(uuid, int), crm.undo_recalculation(uuid, int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.rates_key(), crm.selected_policies(crm.recalculations, uuid, int, boolean),
    crm.remade(crm.recalculations), crm.preview_recalculation(uuid, int), crm.apply_recalculation(uuid, int),
    crm.undo_recalculation(uuid, int) TO crm_all;
