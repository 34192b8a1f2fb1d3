-- How a policy stands today: derived whenever it is read, stored nowhere. `models/arrears.py` says the same of one policy.

CREATE OR REPLACE FUNCTION crm.today() RETURNS date LANGUAGE sql STABLE
RETURN (now() AT TIME ZONE 'Europe/Moscow')::date;

-- The day on which the earliest instalment fell due that is late now; refunds are nobody's arrear.
CREATE OR REPLACE FUNCTION crm.unpaid_since(policy uuid) RETURNS date LANGUAGE sql STABLE
RETURN (SELECT min(p.due_on) FROM crm.payments p
        WHERE p.policy_id = policy AND p.status IN ('planned', 'partially_paid') AND p.amount > 0
          AND p.deleted_at IS NULL AND p.due_on < crm.today());

-- What the arrear of an instalment makes of a policy in force; nothing where none is late.
CREATE OR REPLACE FUNCTION crm.arrear_standing(effect text, days int, due_on date) RETURNS text LANGUAGE sql STABLE
RETURN CASE
    WHEN due_on IS NULL THEN NULL
    WHEN effect = 'at_risk' THEN 'at_risk'
    WHEN effect IN ('grace', 'termination') AND crm.today() <= due_on + coalesce(days, 0) THEN 'at_risk'
    WHEN effect = 'termination' THEN 'to_terminate'
    ELSE 'suspended'
END;

CREATE OR REPLACE FUNCTION crm.standing(policy uuid, status text, starts_on date, ends_on date, effect text, days int)
RETURNS text LANGUAGE sql STABLE
RETURN CASE
    WHEN status <> 'issued' THEN status
    WHEN ends_on < crm.today() THEN
        CASE WHEN EXISTS (SELECT FROM crm.policies later WHERE later.previous_policy_id = policy
                            AND later.status = 'issued' AND later.deleted_at IS NULL)
             THEN 'renewed' ELSE 'expired' END
    ELSE coalesce(crm.arrear_standing(effect, days, crm.unpaid_since(policy)),
                  CASE WHEN starts_on > crm.today() THEN 'future' ELSE 'in_force' END)
END;

-- The clock of an arrear as `admin/arrears.py` reads it: since when, which effect, after how many days.
CREATE OR REPLACE FUNCTION crm.clock(policy uuid, since date) RETURNS text LANGUAGE sql STABLE
RETURN (SELECT concat_ws(' ', since, c.arrear_effect, c.arrear_days) FROM crm.policies c
        WHERE c.id = policy AND since IS NOT NULL AND c.status = 'issued' AND c.ends_on >= crm.today());

GRANT EXECUTE ON FUNCTION crm.today(), crm.unpaid_since(uuid), crm.arrear_standing(text, int, date),
    crm.standing(uuid, text, date, date, text, int), crm.clock(uuid, date) TO crm_own, crm_team, crm_all;
