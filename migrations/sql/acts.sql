-- Agent's acts: what belongs into one, what has changed since, and that a signed one stands.

-- VAT contained in an amount, rounded once; `models/vat.py` has the same. Ten places before the rounding are enough:
-- what is left over of 105, 107 and 122 never lies nearer to half a kopeck than that.
CREATE OR REPLACE FUNCTION crm.vat_in(amount numeric, mode text) RETURNS numeric LANGUAGE sql IMMUTABLE
RETURN CASE mode WHEN 'none' THEN 0.00 ELSE round(amount::numeric(30, 10) * mode::numeric / (100 + mode::numeric), 2) END;

-- Incomes that belong into an act by now. A premium counts by the day on which it was paid, a reversal by its own.
-- What has a day of an act already stands in another one, of another program perhaps.
CREATE OR REPLACE FUNCTION crm.incomes_for_act(this uuid)
RETURNS TABLE (income_id uuid, policy_id uuid, settlement text, kind text, policy_number text, policyholder text,
               product text, instalment int, paid_on date, premium numeric, rate_percent numeric, commission numeric,
               vat_mode text, vat numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT i.id, c.id, i.settlement, i.kind, coalesce(c.number, ''), k.name, t.name, p.sequence, d.day,
           CASE WHEN i.reverses_id IS NOT NULL THEN coalesce(i.base_amount, 0) WHEN i.kind = 'commission' THEN p.amount ELSE 0 END,
           i.rate_percent, i.amount, i.vat_mode, crm.vat_in(i.amount, i.vat_mode)
    FROM crm.acts a
    JOIN crm.policies c ON (c.agreement_id = a.agreement_id OR c.agreement_id IS NULL AND c.insurer_id = a.insurer_id)
                           AND c.deleted_at IS NULL
    JOIN crm.clients k ON k.id = c.client_id
    JOIN crm.products t ON t.id = c.product_id
    JOIN crm.payments p ON p.policy_id = c.id AND p.deleted_at IS NULL
    JOIN crm.payment_incomes i ON i.payment_id = p.id AND i.deleted_at IS NULL
    CROSS JOIN LATERAL (SELECT i.amount < 0 AS is_back) AS r
    CROSS JOIN LATERAL (
        SELECT CASE WHEN r.is_back THEN coalesce(i.received_on, crm.local_day(i.created_at)) ELSE p.paid_on END AS day) AS d
    WHERE a.id = this AND i.kind IN ('commission', 'bonus') AND i.act_date IS NULL
      AND i.status IN ('expected', 'in_statement', 'partly', 'received', 'withheld')
      AND (r.is_back OR p.status IN ('paid', 'confirmed'))
      AND d.day <= a.period_to AND (d.day >= a.period_from OR a.takes_earlier)
      AND NOT EXISTS (SELECT FROM crm.act_lines l WHERE l.income_id = i.id AND l.status = 'in' AND l.act_id <> this)
$$;

CREATE OR REPLACE FUNCTION crm.total_act(this uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    UPDATE crm.acts a SET line_count = t.lines, premium = t.premium, commission = t.commission, vat = t.vat
    FROM (SELECT count(*) AS lines, coalesce(sum(premium), 0) AS premium, coalesce(sum(commission), 0) AS commission,
                 coalesce(sum(vat), 0) AS vat
          FROM crm.act_lines WHERE act_id = this AND status = 'in') AS t
    WHERE a.id = this
$$;

-- A draft follows the money: new lines come, those that belong nowhere any more go, what was taken out stays out.
CREATE OR REPLACE FUNCTION crm.fill_act(this uuid) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
    MERGE INTO crm.act_lines l USING crm.incomes_for_act(this) AS n ON l.act_id = this AND l.income_id = n.income_id
    WHEN MATCHED AND (l.settlement, l.kind, l.policy_number, l.policyholder, l.product, l.instalment, l.paid_on, l.premium,
                      l.rate_percent, l.commission, l.vat_mode, l.vat)
             IS DISTINCT FROM (n.settlement, n.kind, n.policy_number, n.policyholder, n.product, n.instalment, n.paid_on,
                               n.premium, n.rate_percent, n.commission, n.vat_mode, n.vat) THEN
        UPDATE SET settlement = n.settlement, kind = n.kind, policy_number = n.policy_number,
            policyholder = n.policyholder, product = n.product, instalment = n.instalment, paid_on = n.paid_on,
            premium = n.premium, rate_percent = n.rate_percent, commission = n.commission, vat_mode = n.vat_mode, vat = n.vat
    WHEN NOT MATCHED THEN
        INSERT (id, act_id, income_id, policy_id, status, settlement, kind, policy_number, policyholder, product, instalment,
                paid_on, premium, rate_percent, commission, vat_mode, vat)
        VALUES (uuidv7(), this, n.income_id, n.policy_id, 'in', n.settlement, n.kind, n.policy_number, n.policyholder,
                n.product, n.instalment, n.paid_on, n.premium, n.rate_percent, n.commission, n.vat_mode, n.vat)
    WHEN NOT MATCHED BY SOURCE AND l.act_id = this THEN DELETE;
    SELECT crm.total_act(this);
$$;

-- Lines that count and say something else than the money by now: before an act is signed it is filled anew, afterwards
-- it is a hint.
CREATE OR REPLACE FUNCTION crm.act_differences(this uuid)
RETURNS TABLE (line_id uuid, commission numeric, vat_mode text, is_gone boolean)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT l.id, i.amount, i.vat_mode, g.is_gone
    FROM crm.acts a
    JOIN crm.act_lines l ON l.act_id = a.id AND l.status = 'in'
    JOIN crm.payment_incomes i ON i.id = l.income_id
    JOIN crm.payments p ON p.id = i.payment_id
    CROSS JOIN LATERAL (
        SELECT i.deleted_at IS NOT NULL OR i.status = 'written_off' OR (a.status = 'draft' AND i.status = 'disputed')
               OR (i.amount > 0 AND p.status NOT IN ('paid', 'confirmed')) AS is_gone) AS g
    WHERE a.id = this AND (g.is_gone OR (i.amount, i.vat_mode) IS DISTINCT FROM (l.commission, l.vat_mode)
                           OR (a.status = 'draft' AND (i.settlement, i.rate_percent) IS DISTINCT FROM (l.settlement, l.rate_percent)))
$$;

-- A signed act keeps every figure and day; only its cancelling, the undoing of the signing and a note are let through.
CREATE OR REPLACE FUNCTION crm.acts_stand() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF to_jsonb(NEW) - 'note' IS DISTINCT FROM to_jsonb(OLD) - 'note' THEN
        RAISE EXCEPTION 'a signed act stands' USING ERRCODE = 'check_violation', CONSTRAINT = 'tr_acts_stand';
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE TRIGGER acts_stand BEFORE UPDATE ON crm.acts FOR EACH ROW
    WHEN (OLD.status = 'signed' AND NEW.status = 'signed') EXECUTE FUNCTION crm.acts_stand();

-- Lines follow their paper: of one that is no draft none comes, goes or changes. Cancelling lets them go, undoing that
-- takes them back. Arguments: the paper's table and the key that leads there.
CREATE OR REPLACE FUNCTION crm.lines_stand() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    standing CONSTANT text := format('EXISTS (SELECT FROM %s p WHERE p.id = l.%I AND p.status ', TG_ARGV[0], TG_ARGV[1]);
    is_wrong boolean;
BEGIN
    CASE TG_OP
    WHEN 'INSERT' THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM new_rows l WHERE ' || standing || '<> ''draft''))' INTO is_wrong;
    WHEN 'DELETE' THEN
        EXECUTE 'SELECT EXISTS (SELECT FROM old_rows l WHERE ' || standing || '<> ''draft''))' INTO is_wrong;
    ELSE
        EXECUTE 'SELECT EXISTS (SELECT FROM new_rows l JOIN old_rows o USING (id) WHERE '
            'to_jsonb(l) - ''status'' IS DISTINCT FROM to_jsonb(o) - ''status'' AND ' || standing || '<> ''draft'') '
            'OR l.status <> o.status AND ' || standing || 'NOT IN (''draft'', ''cancelled'')))' INTO is_wrong;
    END CASE;
    IF is_wrong THEN
        RAISE EXCEPTION 'lines of a paper stand' USING ERRCODE = 'check_violation', CONSTRAINT = 'tr_lines_stand';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE TRIGGER stand_insert AFTER INSERT ON crm.act_lines REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.lines_stand('crm.acts', 'act_id');
CREATE OR REPLACE TRIGGER stand_update AFTER UPDATE ON crm.act_lines REFERENCING NEW TABLE AS new_rows OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.lines_stand('crm.acts', 'act_id');
CREATE OR REPLACE TRIGGER stand_delete AFTER DELETE ON crm.act_lines REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION crm.lines_stand('crm.acts', 'act_id');

-- Numbers of an entity's year follow one another: a signing that is undone may not leave a gap behind. Checked at the
-- commit, one entity's acts after the other's.
CREATE OR REPLACE FUNCTION crm.acts_have_no_gap() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM FROM crm.entities WHERE id = OLD.entity_id FOR NO KEY UPDATE;
    PERFORM FROM crm.acts WHERE entity_id = OLD.entity_id AND year = OLD.year
    HAVING max(number) - min(number) + 1 <> count(*);
    IF FOUND THEN
        RAISE EXCEPTION 'a number is missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'tr_acts_gap';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS acts_have_no_gap ON crm.acts;
CREATE CONSTRAINT TRIGGER acts_have_no_gap AFTER UPDATE ON crm.acts DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (OLD.number IS NOT NULL AND NEW.number IS DISTINCT FROM OLD.number) EXECUTE FUNCTION crm.acts_have_no_gap();

REVOKE EXECUTE ON FUNCTION crm.vat_in(numeric, text), crm.incomes_for_act(uuid), crm.total_act(uuid), crm.fill_act(uuid),
    crm.act_differences(uuid), crm.acts_stand(), crm.lines_stand(), crm.acts_have_no_gap() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.vat_in(numeric, text) TO crm_own, crm_team, crm_all;
GRANT EXECUTE ON FUNCTION crm.incomes_for_act(uuid), crm.total_act(uuid), crm.fill_act(uuid), crm.act_differences(uuid)
    TO crm_all;
