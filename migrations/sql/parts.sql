-- The instalments of an issued policy make its premium, to the kopeck, at the end of every transaction: whoever writes,
-- by whatever door, and whatever of it they see. Refunds are negative instalments, so they count as well.

CREATE OR REPLACE FUNCTION crm.check_parts(policy uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    c record;
    made numeric;
BEGIN
    -- Locked first: who issues the policy right now is waited for, and sees what is written here.
    SELECT status, premium, deleted_at INTO c FROM crm.policies WHERE id = policy FOR SHARE;
    IF c.status IS DISTINCT FROM 'issued' OR c.deleted_at IS NOT NULL THEN
        RETURN;
    END IF;
    SELECT coalesce(sum(p.amount), 0) INTO made FROM crm.payments p
    WHERE p.policy_id = policy AND p.deleted_at IS NULL AND p.status <> 'cancelled';
    IF made <> c.premium THEN
        RAISE EXCEPTION 'The instalments of an issued policy do not make its premium'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'parts_make_premium', SCHEMA = 'crm', TABLE = 'payments',
                  DETAIL = json_build_object('made', made::text, 'premium', c.premium::text);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION crm.check_parts_of_policy() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    PERFORM crm.check_parts(NEW.id);
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION crm.check_parts_of_payment() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM crm.check_parts(OLD.policy_id);
    END IF;
    IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND NEW.policy_id <> OLD.policy_id THEN
        PERFORM crm.check_parts(NEW.policy_id);
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS parts_insert ON crm.policies;
DROP TRIGGER IF EXISTS parts_update ON crm.policies;
DROP TRIGGER IF EXISTS parts_insert ON crm.payments;
DROP TRIGGER IF EXISTS parts_update ON crm.payments;
DROP TRIGGER IF EXISTS parts_delete ON crm.payments;

CREATE CONSTRAINT TRIGGER parts_insert AFTER INSERT ON crm.policies DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status = 'issued' AND NEW.deleted_at IS NULL) EXECUTE FUNCTION crm.check_parts_of_policy();
CREATE CONSTRAINT TRIGGER parts_update AFTER UPDATE OF premium, status, deleted_at ON crm.policies
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN (NEW.status = 'issued' AND NEW.deleted_at IS NULL
          AND (NEW.premium, NEW.status, NEW.deleted_at) IS DISTINCT FROM (OLD.premium, OLD.status, OLD.deleted_at))
    EXECUTE FUNCTION crm.check_parts_of_policy();

CREATE CONSTRAINT TRIGGER parts_insert AFTER INSERT ON crm.payments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION crm.check_parts_of_payment();
CREATE CONSTRAINT TRIGGER parts_update AFTER UPDATE OF amount, status, deleted_at, policy_id ON crm.payments
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    WHEN ((NEW.amount, NEW.status = 'cancelled', NEW.deleted_at IS NULL, NEW.policy_id)
          IS DISTINCT FROM (OLD.amount, OLD.status = 'cancelled', OLD.deleted_at IS NULL, OLD.policy_id))
    EXECUTE FUNCTION crm.check_parts_of_payment();
CREATE CONSTRAINT TRIGGER parts_delete AFTER DELETE ON crm.payments DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
    EXECUTE FUNCTION crm.check_parts_of_payment();
