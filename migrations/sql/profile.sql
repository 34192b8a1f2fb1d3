-- What a person decides about themselves: rows of auth.users are otherwise the administrator's.

CREATE OR REPLACE FUNCTION auth.choose_locale(chosen text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    UPDATE auth.users SET locale = chosen WHERE id = auth.require_actor() AND locale IS DISTINCT FROM chosen
$$;
