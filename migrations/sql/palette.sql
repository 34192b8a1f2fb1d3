-- The palette's search: a few records of each kind by any of their names, in the sight of whoever asks.
-- Everything is bounded: a rare term is found by its index, a common one by walking what the actor sees, which ends early.

-- A condition that every word of a key stands in a column.
CREATE OR REPLACE FUNCTION crm.has_words(col text, key text) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT string_agg(format('%s LIKE %L', col, crm.search_pattern(word)), ' AND ')
    FROM regexp_split_to_table(key, ' ') AS word
$$;

-- Clients: by phone or INN from the beginning, by the beginning of the name, by words in it.
CREATE OR REPLACE FUNCTION crm.palette_clients(term text, us uuid[], most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    many CONSTANT int := CASE WHEN us IS NULL THEN most ELSE 2000 END;
    key text := crm.search_key(term);
    digits text := crm.search_digits(term);
    words text := crm.has_words('c.sort_key', key);
    found uuid[] := '{}';
BEGIN
    IF key = '' THEN
        RETURN;
    ELSIF digits IS NOT NULL THEN
        found := ARRAY(SELECT crm.clients_named(term, many));
    ELSE
        found := ARRAY(SELECT c.id FROM crm.clients c WHERE c.sort_key >= key AND c.sort_key < key || chr(1114111)
                         AND c.deleted_at IS NULL
                       ORDER BY c.sort_key, c.id LIMIT many);
        IF length(key) >= 3 AND cardinality(found) < many THEN
            EXECUTE format('SELECT $1 || ARRAY(SELECT c.id FROM crm.clients c WHERE c.deleted_at IS NULL AND %s LIMIT %s)',
                           words, many) INTO found USING found;
        END IF;
    END IF;
    IF us IS NULL OR cardinality(found) < many THEN
        RETURN QUERY
            SELECT c.id FROM (SELECT f.id, min(f.n) AS n FROM unnest(found) WITH ORDINALITY f(id, n) GROUP BY f.id) f
            CROSS JOIN LATERAL (SELECT c.id, c.deleted_at FROM crm.clients c WHERE c.id = f.id OFFSET 0) c
            WHERE c.deleted_at IS NULL AND (us IS NULL OR EXISTS (
                SELECT FROM crm.client_members m WHERE m.user_id = ANY (us) AND m.client_id = c.id))
            ORDER BY f.n LIMIT most;
    ELSE
        RETURN QUERY EXECUTE format($walk$
            SELECT DISTINCT w.client_id FROM (
                SELECT m.client_id FROM crm.client_members m
                CROSS JOIN LATERAL (SELECT c.sort_key, c.deleted_at FROM crm.clients c WHERE c.id = m.client_id OFFSET 0) c
                WHERE m.user_id = ANY ($1) AND c.deleted_at IS NULL AND %s LIMIT %s) w $walk$, words, most) USING us;
    END IF;
END $$;

-- Deals whose title has common words: the next to be reviewed of everybody, or the newest of each of us. It ends early.
CREATE OR REPLACE FUNCTION crm.palette_walk(words text, us uuid[], most int) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    IF us IS NULL THEN
        RETURN QUERY EXECUTE format($walk$
            SELECT f.id FROM crm.first_deals(NULL, 3000) f
            CROSS JOIN LATERAL (SELECT d.title FROM crm.deals d WHERE d.id = f.id OFFSET 0) d
            WHERE %s LIMIT %s $walk$, words, most);
    ELSE
        RETURN QUERY EXECUTE format($walk$
            SELECT mine.deal_id FROM unnest($1) AS me(id) CROSS JOIN LATERAL (
                SELECT m.deal_id FROM crm.deal_members m
                CROSS JOIN LATERAL (SELECT d.title, d.deleted_at FROM crm.deals d WHERE d.id = m.deal_id OFFSET 0) d
                WHERE m.user_id = me.id AND d.deleted_at IS NULL AND %s
                ORDER BY m.deal_id DESC LIMIT %s) AS mine
            ORDER BY 1 DESC $walk$, words, most * 3) USING us;
    END IF;
END $$;

-- Deals: by code or its number, those of the clients and vehicles that the term has found, and by words of the title.
CREATE OR REPLACE FUNCTION crm.palette_deals(term text, us uuid[], most int, clients uuid[], objects uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    many CONSTANT int := 1000;
    sample CONSTANT int := 600;
    title CONSTANT text := 'lower(translate(d.title, ''Ёё'', ''Ее''))';
    key text := crm.search_key(term);
    upper_key text := upper(key);
    words text := crm.has_words(title, key);
    found uuid[];
    titled uuid[] := '{}';
    is_common boolean;
BEGIN
    found := ARRAY(SELECT d.id FROM crm.deals d WHERE d.code >= upper_key AND d.code < upper_key || chr(1114111) LIMIT many);
    IF key ~ '^\d{1,7}$' THEN
        found := found || ARRAY(SELECT d.id FROM crm.deals d WHERE d.code = ANY (ARRAY(
            SELECT format('D-%s-%s', y, lpad(key, w, '0'))
            FROM generate_series(2015, extract(year FROM now())::int + 1) y, generate_series(length(key), 7) w)));
    END IF;
    found := found
        || ARRAY(SELECT d.id FROM unnest(clients) c(id) CROSS JOIN LATERAL (
                     SELECT d.id FROM crm.deals d WHERE d.client_id = c.id AND d.deleted_at IS NULL
                     ORDER BY d.next_review_at LIMIT 20) d)
        || ARRAY(SELECT n.deal_id FROM crm.needs n WHERE n.insured_object_id = ANY (objects) LIMIT 50);
    IF length(key) >= 3 AND key !~ '^[-+() 0-9]+$' THEN
        EXECUTE format('SELECT count(*) >= 2 FROM (SELECT d.title FROM crm.deals d LIMIT %s) d WHERE %s', sample, words)
            INTO is_common;
        IF is_common THEN
            titled := ARRAY(SELECT crm.palette_walk(words, us, most));
        ELSE
            EXECUTE format('SELECT ARRAY(SELECT d.id FROM crm.deals d WHERE %s LIMIT %s)', words, many) INTO titled;
        END IF;
    END IF;
    RETURN QUERY
        SELECT d.id FROM (SELECT f.id, min(f.n) AS n FROM unnest(found || titled) WITH ORDINALITY f(id, n) GROUP BY f.id) f
        CROSS JOIN LATERAL (SELECT d.id, d.deleted_at, d.stage FROM crm.deals d WHERE d.id = f.id OFFSET 0) d
        WHERE d.deleted_at IS NULL AND (us IS NULL OR EXISTS (
            SELECT FROM crm.deal_members m WHERE m.user_id = ANY (us) AND m.deal_id = d.id))
        ORDER BY f.n LIMIT most;
END $$;

-- Policies: by number in any spelling, from the beginning or else in the middle, and those of the vehicles found.
CREATE OR REPLACE FUNCTION crm.palette_policies(term text, us uuid[], most int, objects uuid[]) RETURNS SETOF uuid
LANGUAGE plpgsql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    key text := translate(upper(regexp_replace(term, '[\W_]', '', 'g')), 'ABCEHKMOPTXY', 'АВСЕНКМОРТХУ');
    found uuid[] := '{}';
BEGIN
    IF length(key) >= 3 AND key ~ '\d' THEN
        found := ARRAY(SELECT p.id FROM crm.policies p
                       WHERE p.number_key >= key AND p.number_key < key || chr(1114111) LIMIT 1000);
        IF found = '{}' THEN
            found := ARRAY(SELECT crm.policies_named(term, 1000));
        END IF;
    END IF;
    RETURN QUERY
        SELECT p.id FROM crm.policies p
        WHERE p.id = ANY (found || ARRAY(SELECT o.id FROM crm.needs n JOIN crm.policies o ON o.need_id = n.id
                                         WHERE n.insured_object_id = ANY (objects) LIMIT 50))
          AND p.deleted_at IS NULL
          AND (us IS NULL OR EXISTS (SELECT FROM crm.deal_members m WHERE m.user_id = ANY (us) AND m.deal_id = p.deal_id))
        ORDER BY p.ends_on DESC, p.id LIMIT most;
END $$;

-- Vehicles by plate or VIN from the beginning.
CREATE OR REPLACE FUNCTION crm.palette_objects(term text, us uuid[], most int) RETURNS SETOF uuid
LANGUAGE sql STABLE ROWS 10 SET search_path = pg_catalog, public, pg_temp AS $$
    SELECT o.id FROM crm.insured_objects o
    WHERE o.id = ANY (ARRAY(SELECT crm.objects_named(term, 1000))) AND o.deleted_at IS NULL
      AND (us IS NULL OR EXISTS (SELECT FROM crm.client_members m WHERE m.user_id = ANY (us) AND m.client_id = o.client_id))
    ORDER BY o.plate, o.id LIMIT most
$$;

-- The rows of the palette: what each kind shows of a record, in the order in which it was found.
CREATE OR REPLACE FUNCTION crm.palette_rows(clients uuid[], deals uuid[], policies uuid[], objects uuid[])
RETURNS TABLE (kind text, id uuid, title text, beside text, hint text, state text, day date)
LANGUAGE sql STABLE ROWS 30 SET search_path = pg_catalog, pg_temp AS $$
    SELECT 'deal', d.id, d.title, d.code, c.name, d.stage, NULL::date
    FROM unnest(deals) WITH ORDINALITY f(id, n) JOIN crm.deals d ON d.id = f.id JOIN crm.clients c ON c.id = d.client_id
    UNION ALL
    SELECT 'client', c.id, c.name, c.phone, c.inn, NULL, c.birth_date
    FROM unnest(clients) WITH ORDINALITY f(id, n) JOIN crm.clients c ON c.id = f.id
    UNION ALL
    SELECT 'policy', p.id, p.number, i.name, c.name, p.status, p.ends_on
    FROM unnest(policies) WITH ORDINALITY f(id, n) JOIN crm.policies p ON p.id = f.id
    JOIN crm.clients c ON c.id = p.client_id JOIN crm.insurers i ON i.id = p.insurer_id
    UNION ALL
    SELECT 'insured-object', o.id, o.title, o.plate, o.vin, NULL, NULL
    FROM unnest(objects) WITH ORDINALITY f(id, n) JOIN crm.insured_objects o ON o.id = f.id
$$;

-- What a term names, of these kinds; where it names nothing, the next spelling of it is tried. At most `most` of a kind.
CREATE OR REPLACE FUNCTION crm.palette(spellings text[], kinds text[], most int)
RETURNS TABLE (spelling text, kind text, id uuid, title text, beside text, hint text, state text, day date)
LANGUAGE plpgsql STABLE SECURITY DEFINER ROWS 30 SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    us uuid[] := crm.people_in_sight();
    spelled text;
    clients uuid[];
    deals uuid[];
    policies uuid[];
    objects uuid[];
BEGIN
    FOREACH spelled IN ARRAY spellings LOOP
        clients := ARRAY(SELECT crm.palette_clients(spelled, us, most));
        objects := ARRAY(SELECT crm.palette_objects(spelled, us, most));
        deals := ARRAY(SELECT crm.palette_deals(spelled, us, most, clients, objects));
        policies := ARRAY(SELECT crm.palette_policies(spelled, us, most, objects));
        RETURN QUERY
            SELECT spelled, r.* FROM crm.palette_rows(clients, deals, policies, objects) r WHERE r.kind = ANY (kinds);
        IF FOUND THEN
            RETURN;
        END IF;
    END LOOP;
END $$;

-- What the actor had to do with last: deals and clients that their latest actions touched, as far as they see them still.
CREATE OR REPLACE FUNCTION crm.palette_recent(kinds text[], most int)
RETURNS TABLE (spelling text, kind text, id uuid, title text, beside text, hint text, state text, day date)
LANGUAGE sql STABLE SECURITY DEFINER ROWS 10 SET search_path = pg_catalog, pg_temp AS $$
    WITH mine AS MATERIALIZED (
        SELECT a.id, a.at FROM audit.actions a WHERE a.actor_id = auth.actor_id() ORDER BY a.at DESC LIMIT 60
    ), touched AS MATERIALIZED (
        SELECT e.deal_id, e.client_id, max(mine.at) AS at FROM mine CROSS JOIN LATERAL (
            SELECT o.deal_id, CASE WHEN o.deal_id IS NULL THEN o.client_id END AS client_id
            FROM audit.events o WHERE o.action_id = mine.id AND o.at >= mine.at LIMIT 20) AS e
        GROUP BY 1, 2
    ), us AS MATERIALIZED (SELECT crm.people_in_sight() AS ids), seen AS MATERIALIZED (
        SELECT t.* FROM touched t, us
        WHERE CASE WHEN t.deal_id IS NOT NULL THEN
                EXISTS (SELECT FROM crm.deals d WHERE d.id = t.deal_id AND d.deleted_at IS NULL)
                AND (us.ids IS NULL
                     OR EXISTS (SELECT FROM crm.deal_members m WHERE m.user_id = ANY (us.ids) AND m.deal_id = t.deal_id))
              ELSE
                EXISTS (SELECT FROM crm.clients c WHERE c.id = t.client_id AND c.deleted_at IS NULL)
                AND (us.ids IS NULL
                     OR EXISTS (SELECT FROM crm.client_members m WHERE m.user_id = ANY (us.ids) AND m.client_id = t.client_id))
              END
        ORDER BY t.at DESC LIMIT most)
    SELECT '', r.* FROM crm.palette_rows(
        ARRAY(SELECT client_id FROM seen WHERE client_id IS NOT NULL),
        ARRAY(SELECT deal_id FROM seen WHERE deal_id IS NOT NULL), '{}', '{}') r
    JOIN seen s ON r.id IN (s.deal_id, s.client_id)
    WHERE r.kind = ANY (kinds) ORDER BY s.at DESC
$$;

REVOKE EXECUTE ON FUNCTION crm.has_words(text, text), crm.palette_walk(text, uuid[], int), crm.palette_clients(text, uuid[], int),
    crm.palette_deals(text, uuid[], int, uuid[], uuid[]), crm.palette_policies(text, uuid[], int, uuid[]),
    crm.palette_objects(text, uuid[], int), crm.palette_rows(uuid[], uuid[], uuid[], uuid[]),
    crm.palette(text[], text[], int), crm.palette_recent(text[], int) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION crm.palette(text[], text[], int), crm.palette_recent(text[], int) TO crm_own, crm_team, crm_all;
