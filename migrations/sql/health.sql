-- What a door may ask before it knows who is acting: which revision the schema has.

CREATE OR REPLACE FUNCTION audit.schema_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT max(version_num) FROM audit.alembic_version
$$;
