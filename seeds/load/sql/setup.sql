-- What every statement of the load draws on; temporary, gone with the connection.

-- A stable pseudo-random number of 0 and more: the same rows every time.
CREATE FUNCTION pg_temp.h(i bigint, salt int) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN hashint8extended(i, 20260101 + salt) & 9223372036854775807;

-- The key of row `i` of a kind: in the order of `i`, as keys that grow with time are.
CREATE FUNCTION pg_temp.key(kind int, i bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN ('01900000-0000-7' || lpad(to_hex(kind), 3, '0') || '-8000-' || lpad(to_hex(i), 12, '0'))::uuid;

CREATE FUNCTION pg_temp.pick(among text[], number bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN among[1 + number % cardinality(among)];

-- A taxpayer's number of ten digits whose control digit agrees.
CREATE FUNCTION pg_temp.inn(nine text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN nine || (2 * substr(nine, 1, 1)::int + 4 * substr(nine, 2, 1)::int + 10 * substr(nine, 3, 1)::int
    + 3 * substr(nine, 4, 1)::int + 5 * substr(nine, 5, 1)::int + 9 * substr(nine, 6, 1)::int
    + 4 * substr(nine, 7, 1)::int + 6 * substr(nine, 8, 1)::int + 8 * substr(nine, 9, 1)::int) % 11 % 10;

-- ОСАГО and КАСКО are what a brokerage sells most.
CREATE TEMPORARY TABLE products AS
    SELECT row_number() OVER (ORDER BY p.slug, copy) - 1 AS n, p.id, p.slug, p.name, p.object_kind, p.review_lead_days AS lead, p.instalment_lead_days AS instalment_lead
    FROM crm.products p
    CROSS JOIN generate_series(1, CASE p.slug WHEN 'osago' THEN 8 WHEN 'kasko' THEN 4 ELSE 1 END) AS copy
    WHERE p.deleted_at IS NULL AND p.is_active;

CREATE TEMPORARY TABLE insurers AS
    SELECT row_number() OVER (ORDER BY id) - 1 AS n, id, name
    FROM crm.insurers WHERE deleted_at IS NULL AND is_active AND kind = 'insurer';

CREATE TEMPORARY TABLE sellers AS
    SELECT row_number() OVER (ORDER BY username) - 1 AS n, id
    FROM auth.users WHERE username LIKE 'load%@load.local' OR username = 'own@load.local';

CREATE TEMPORARY TABLE rates AS
    SELECT DISTINCT ON (insurer_id, product_id) insurer_id, product_id, agreement_id, id AS rule_id, percent
    FROM crm.commission_rules
    WHERE percent > 0 AND product_id IS NOT NULL AND deleted_at IS NULL AND current_date BETWEEN starts_on AND coalesce(ends_on, current_date)
    ORDER BY insurer_id, product_id, starts_on;

ANALYZE products, insurers, sellers, rates;
