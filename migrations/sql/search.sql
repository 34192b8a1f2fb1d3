-- Search by part of a name, in the sight of whoever asks; its indexes stand with the models.

-- The term as keys are spelled: lower case, ё as е, one space, without quotes.
CREATE OR REPLACE FUNCTION crm.search_key(term text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN btrim(regexp_replace(lower(translate(term, 'Ёё«»"', 'Ее')), '\s+', ' ', 'g'));

-- A pattern in which % and _ of the term are plain; a short term is looked for at the beginning only.
CREATE OR REPLACE FUNCTION crm.search_pattern(key text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN length(key) < 3 THEN '' ELSE '%' END
    || replace(replace(replace(key, '\', '\\'), '%', '\%'), '_', '\_') || '%';

-- Whose rows the actor sees: nobody's names (NULL) for scope all, oneself, or one's team. A door without a scope sees nothing.
CREATE OR REPLACE FUNCTION crm.people_in_sight() RETURNS uuid[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT CASE current_setting('role')
        WHEN 'crm_all' THEN NULL
        WHEN 'crm_team' THEN ARRAY(SELECT auth.teammates())
        WHEN 'crm_own' THEN ARRAY[auth.actor_id()]
        ELSE '{}' END
$$;

-- A phone as it is stored (+7 and ten digits), from any spelling: its last digits, or NULL for a term that is no phone.
CREATE OR REPLACE FUNCTION crm.search_digits(term text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog, pg_temp
RETURN CASE WHEN term ~ '^[-+() 0-9]+$' AND length(regexp_replace(term, '\D', '', 'g')) >= 3
    THEN regexp_replace(term, '\D', '', 'g') END;

-- The functions named `…_named` know nothing of scopes and are for the functions below only.

-- Clients that a term names: by part of the name, by phone or INN in full or from the beginning. At most `most`.
CREATE OR REPLACE FUNCTION crm.clients_named(term text, most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text := crm.search_key(term);
    digits text := crm.search_digits(term);
    ten text := right(digits, 10);
BEGIN
    IF digits IS NOT NULL THEN
        RETURN QUERY
            SELECT c.id FROM crm.clients c WHERE c.inn >= digits AND c.inn < digits || ':'
            UNION SELECT c.id FROM crm.clients c WHERE c.phone >= '+7' || ten AND c.phone < '+7' || ten || ':'
            UNION SELECT c.id FROM crm.clients c
                WHERE length(digits) BETWEEN 4 AND 9 AND digits ~ '^[78]' AND c.phone >= '+7' || substr(digits, 2)
                  AND c.phone < '+7' || substr(digits, 2) || ':'
            LIMIT most;
    END IF;
    IF length(key) >= 3 THEN
        RETURN QUERY EXECUTE format('SELECT c.id FROM crm.clients c WHERE c.sort_key LIKE %L LIMIT %s',
                                    crm.search_pattern(key), most);
    ELSIF key <> '' THEN
        RETURN QUERY SELECT c.id FROM crm.clients c WHERE c.sort_key >= key AND c.sort_key < key || chr(1114111) LIMIT most;
    END IF;
END $$;

-- Policies by number, in any spelling of it: spaces and signs do not matter.
CREATE OR REPLACE FUNCTION crm.policies_named(term text, most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text := translate(upper(regexp_replace(term, '[\W_]', '', 'g')), 'ABCEHKMOPTXY', 'АВСЕНКМОРТХУ');
BEGIN
    IF length(key) >= 4 AND key ~ '\d{3}' THEN
        RETURN QUERY EXECUTE format('SELECT p.id FROM crm.policies p WHERE p.number_key LIKE %L LIMIT %s',
                                    '%' || key || '%', most);
    END IF;
END $$;

-- Vehicles by plate or VIN, in full or from the beginning; Latin and Cyrillic twins are one letter.
CREATE OR REPLACE FUNCTION crm.objects_named(term text, most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    bare text := upper(regexp_replace(term, '[\W_]', '', 'g'));
    as_plate text := translate(bare, 'ABCEHKMOPTXY', 'АВСЕНКМОРТХУ');
    as_vin text := translate(bare, 'АВСЕНКМОРТХУ', 'ABCEHKMOPTXY');
BEGIN
    IF length(bare) >= 4 AND bare ~ '\d' THEN
        RETURN QUERY SELECT o.id FROM crm.insured_objects o WHERE o.plate >= as_plate AND o.plate < as_plate || chr(1114111)
            UNION SELECT o.id FROM crm.insured_objects o WHERE o.vin >= as_vin AND o.vin < as_vin || chr(1114111) LIMIT most;
    END IF;
END $$;

-- Deals that a term names by anything but the client's name: title, code, a policy's number, a vehicle.
CREATE OR REPLACE FUNCTION crm.deals_named(term text, most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text := crm.search_key(term);
    upper_key text := upper(key);
BEGIN
    RETURN QUERY SELECT d.id FROM crm.deals d WHERE d.code >= upper_key AND d.code < upper_key || chr(1114111) LIMIT most;
    IF key ~ '^\d{1,7}$' THEN
        RETURN QUERY SELECT d.id FROM crm.deals d WHERE d.code = ANY (ARRAY(
            SELECT format('D-%s-%s', y, lpad(key, w, '0'))
            FROM generate_series(2015, extract(year FROM now())::int + 1) y, generate_series(length(key), 7) w));
    END IF;
    IF length(key) >= 3 THEN
        RETURN QUERY EXECUTE format('SELECT d.id FROM crm.deals d WHERE lower(translate(d.title, %L, %L)) LIKE %L LIMIT %s',
                                    'Ёё', 'Ее', crm.search_pattern(key), most);
    END IF;
    RETURN QUERY SELECT p.deal_id FROM crm.policies_named(term, most) f(id) JOIN crm.policies p ON p.id = f.id;
    RETURN QUERY SELECT n.deal_id FROM crm.objects_named(term, most) f(id) JOIN crm.needs n ON n.insured_object_id = f.id;
END $$;

-- The first deals of the review list, of everybody or (`us`) of these people: one ordered index scan a reason to see.
CREATE OR REPLACE FUNCTION crm.first_deals(us uuid[], most bigint) RETURNS TABLE (id uuid, day date)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF us IS NULL THEN
        RETURN QUERY SELECT d.id, d.next_review_at FROM crm.deals d
            WHERE d.deleted_at IS NULL ORDER BY d.next_review_at, d.id LIMIT most;
        RETURN;
    END IF;
    RETURN QUERY
        (SELECT d.id, d.next_review_at FROM crm.deals d
         WHERE d.seller_id = ANY (us) AND d.deleted_at IS NULL ORDER BY d.next_review_at, d.id LIMIT most)
        UNION
        (SELECT d.id, d.next_review_at FROM crm.deals d
         WHERE d.executor_id = ANY (us) AND d.deleted_at IS NULL ORDER BY d.next_review_at, d.id LIMIT most)
        UNION
        (SELECT d.id, d.next_review_at FROM crm.deals d
         WHERE d.id = ANY (ARRAY(SELECT m.deal_id FROM crm.deal_members m
                                 WHERE m.user_id = ANY (us) AND m.reason NOT IN ('seller', 'executor')))
           AND d.deleted_at IS NULL ORDER BY d.next_review_at, d.id LIMIT most)
        ORDER BY 2, 1 LIMIT most;
END $$;

-- Those of the deals whose client's name or whose title has the word, in their order; it stops at `wanted`.
CREATE OR REPLACE FUNCTION crm.walk_deals(key text, these uuid[], wanted int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format($walk$
        SELECT f.id FROM unnest($1) AS f(id)
        CROSS JOIN LATERAL (SELECT d.client_id, d.title FROM crm.deals d WHERE d.id = f.id OFFSET 0) AS d
        WHERE (SELECT c.sort_key FROM crm.clients c WHERE c.id = d.client_id) LIKE %L
           OR lower(translate(d.title, 'Ёё', 'Ее')) LIKE %1$L
        LIMIT %s $walk$, crm.search_pattern(key), wanted) USING these;
END $$;

-- The same for who sees everything: the list's own index is walked until enough are found.
CREATE OR REPLACE FUNCTION crm.walk_every_deal(key text, wanted int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format($walk$
        SELECT d.id FROM crm.deals d
        WHERE d.deleted_at IS NULL
          AND ((SELECT c.sort_key FROM crm.clients c WHERE c.id = d.client_id) LIKE %L
               OR lower(translate(d.title, 'Ёё', 'Ее')) LIKE %1$L)
        ORDER BY d.next_review_at, d.id LIMIT %s $walk$, crm.search_pattern(key), wanted);
END $$;

-- Deals of these clients, or these themselves, in the order of their lists. Planned anew, since the number of keys says
-- which way is short for who sees everything: many are met soon on a walk along the list, few are fetched and sorted.
-- For others they are fetched first, and then looked at.
CREATE OR REPLACE FUNCTION crm.deals_among(clients uuid[], named uuid[], us uuid[], wanted int, in_trash boolean) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE format($among$
        WITH d AS %s MATERIALIZED (
            SELECT id, next_review_at, seller_id, executor_id FROM crm.deals
            WHERE (client_id = ANY ($1)%s) AND deleted_at IS %s)
        SELECT d.id FROM d%s ORDER BY d.next_review_at, d.id LIMIT %s $among$,
        CASE WHEN us IS NULL THEN 'NOT' END,
        CASE WHEN cardinality(named) > 0 THEN ' OR id = ANY ($2)' END,
        CASE WHEN in_trash THEN 'NOT NULL' ELSE 'NULL' END,
        CASE WHEN us IS NOT NULL THEN ' WHERE d.seller_id = ANY ($3) OR d.executor_id = ANY ($3)'
            ' OR EXISTS (SELECT FROM crm.deal_members m WHERE m.user_id = ANY ($3) AND m.deal_id = d.id)' END,
        wanted) USING clients, named, us;
END $$;

-- Deals by any of their names, in the order of their lists, as far as the actor sees them; at most `wanted`.
-- Measured at a million deals: a rare word is found by its trigrams, what many have is met soon on a walk along the list.
CREATE OR REPLACE FUNCTION crm.search_deals(term text, wanted int, in_trash boolean DEFAULT false) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    first_of_ours CONSTANT int := 5000;
    us uuid[] := crm.people_in_sight();
    key text := crm.search_key(term);
    is_word boolean := length(key) >= 3 AND key !~ '\d' AND NOT in_trash;  -- in names and titles only
    many int := CASE WHEN NOT is_word OR wanted >= 3000 THEN 20000 WHEN us IS NULL THEN 5000 ELSE 2000 END;
    clients uuid[];
    named uuid[];
    ours uuid[];
BEGIN
    IF key = '' THEN
        RETURN;
    END IF;
    clients := ARRAY(SELECT crm.clients_named(term, many));
    named := ARRAY(SELECT crm.deals_named(term, many));
    IF NOT is_word OR (cardinality(clients) < many AND cardinality(named) < many) THEN
        RETURN QUERY SELECT crm.deals_among(clients, named, us, wanted, in_trash);
    ELSIF us IS NULL THEN
        RETURN QUERY SELECT crm.walk_every_deal(key, wanted);
    ELSE
        ours := ARRAY(SELECT f.id FROM crm.first_deals(us, first_of_ours) f);
        named := ARRAY(SELECT crm.walk_deals(key, ours, wanted));
        IF cardinality(named) < wanted AND cardinality(ours) = first_of_ours THEN
            named := ARRAY(SELECT crm.walk_deals(key, ARRAY(SELECT f.id FROM crm.first_deals(us, NULL) f), wanted));
        END IF;
        RETURN QUERY SELECT unnest(named);
    END IF;
END $$;

-- Clients by name, phone or INN, in the order of their names, as far as the actor sees them; at most `wanted`. A name that
-- many have, or of which only the beginning is known, is met soon on a walk along the names, or among one's own.
CREATE OR REPLACE FUNCTION crm.search_clients(term text, wanted int, in_trash boolean DEFAULT false) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    us uuid[] := crm.people_in_sight();
    key text := crm.search_key(term);
    is_name boolean := key <> '' AND key !~ '\d' AND NOT in_trash AND wanted < 3000;
    many int := CASE WHEN NOT is_name THEN 50000 WHEN us IS NULL THEN 10000 ELSE 2000 END;
    named uuid[];
BEGIN
    IF NOT is_name OR length(key) >= 3 THEN
        named := ARRAY(SELECT crm.clients_named(term, many));
    END IF;
    IF is_name AND coalesce(cardinality(named), many) = many THEN
        RETURN QUERY EXECUTE format('SELECT c.id FROM crm.clients c WHERE c.sort_key LIKE %L AND c.deleted_at IS NULL%s'
            ' ORDER BY c.sort_key, c.id LIMIT %s', crm.search_pattern(key),
            CASE WHEN us IS NOT NULL THEN
                ' AND c.id = ANY (ARRAY(SELECT m.client_id FROM crm.client_members m WHERE m.user_id = ANY ($1)))' END,
            wanted) USING us;
        RETURN;
    END IF;
    RETURN QUERY
        SELECT c.id FROM crm.clients c
        WHERE c.id = ANY (named) AND (c.deleted_at IS NOT NULL) = in_trash
          AND (us IS NULL OR EXISTS (SELECT FROM crm.client_members m WHERE m.user_id = ANY (us) AND m.client_id = c.id))
        ORDER BY c.sort_key, c.id LIMIT wanted;
END $$;

-- Policies by number, by client, by vehicle, as far as the actor sees their deals; the last to end first; at most `wanted`.
-- A name that many have is met soon on a walk along the ends, or among one's own; other keys are fetched and sorted.
CREATE OR REPLACE FUNCTION crm.search_policies(term text, wanted int, in_trash boolean DEFAULT false) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 100 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    us uuid[] := crm.people_in_sight();
    key text := crm.search_key(term);
    is_name boolean := length(key) >= 3 AND key !~ '\d' AND NOT in_trash AND wanted < 3000;
    many int := CASE WHEN is_name THEN 2000 ELSE 20000 END;
    clients uuid[] := ARRAY(SELECT crm.clients_named(term, many));
    by_client text := 'p.client_id = ANY ($1)';
    more text := '';
BEGIN
    IF is_name AND cardinality(clients) = many THEN
        by_client := format('(SELECT c.sort_key FROM crm.clients c WHERE c.id = p.client_id) LIKE %L', crm.search_pattern(key));
    ELSIF NOT is_name THEN
        more := ' OR p.id = ANY ($2) OR p.need_id = ANY ($3)';
    END IF;
    RETURN QUERY EXECUTE format(
        'SELECT p.id FROM crm.policies p WHERE (%s%s) AND p.deleted_at IS %s%s ORDER BY p.ends_on DESC, p.id DESC LIMIT %s',
        by_client, more, CASE WHEN in_trash THEN 'NOT NULL' ELSE 'NULL' END,
        CASE WHEN us IS NOT NULL THEN
            ' AND p.deal_id = ANY (ARRAY(SELECT m.deal_id FROM crm.deal_members m WHERE m.user_id = ANY ($4)))' END,
        wanted)
        USING clients, ARRAY(SELECT crm.policies_named(term, 20000)),
            ARRAY(SELECT n.id FROM crm.needs n WHERE n.insured_object_id = ANY (ARRAY(SELECT crm.objects_named(term, 1000)))), us;
END $$;
