"""The audit chain, tables that only grow, and what no background job may do. Plain SQL: no role can switch it off."""

from django.conf import settings
from django.db import migrations

REFUSALS = """
CREATE FUNCTION harmtracker_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'table % only grows: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION harmtracker_refuse_background() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_setting('harmtracker.background', true) = 'on' THEN
    RAISE EXCEPTION 'only a person may write to %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION harmtracker_refuse_background_marking() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF current_setting('harmtracker.background', true) = 'on' AND (
       NEW.tlp IS DISTINCT FROM OLD.tlp OR NEW.handling IS DISTINCT FROM OLD.handling
       OR NEW.team_id IS DISTINCT FROM OLD.team_id OR NEW.embargo_until IS DISTINCT FROM OLD.embargo_until) THEN
    RAISE EXCEPTION 'only a person may change the marking of %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
"""

CHAIN = """
CREATE FUNCTION harmtracker_audit_hash(previous bytea, event harmtracker_auditevent) RETURNS bytea
LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  -- The time is spelt out at UTC: jsonb of a timestamptz would depend on the session's zone.
  SELECT sha256(previous || convert_to(jsonb_build_array(
    event.sequence, to_char(event.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    event.id, event.actor_id, event.actor_name, event.verb, event.subject_type, event.subject_id, event.subject_ref,
    event.changes, event.reason, event.about)::text, 'UTF8'))
$$;

CREATE FUNCTION harmtracker_audit_chain() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE tail record;
BEGIN
  PERFORM pg_advisory_xact_lock(4711);
  SELECT sequence, hash INTO tail FROM public.harmtracker_auditevent ORDER BY sequence DESC LIMIT 1;
  NEW.sequence := coalesce(tail.sequence, 0) + 1;
  NEW.previous := coalesce(tail.hash, '\\x');
  NEW.at := clock_timestamp();
  NEW.hash := public.harmtracker_audit_hash(NEW.previous, NEW);
  RETURN NEW;
END $$;

CREATE TRIGGER audit_chain BEFORE INSERT ON harmtracker_auditevent
  FOR EACH ROW EXECUTE FUNCTION harmtracker_audit_chain();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON harmtracker_auditevent
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON harmtracker_jobstep
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();
"""

CACHE = """
CREATE TABLE harmtracker_cache (cache_key varchar(255) PRIMARY KEY, value text NOT NULL, expires timestamptz NOT NULL);
CREATE INDEX harmtracker_cache_expires ON harmtracker_cache (expires);
"""


def revoke(apps, schema_editor):
    app, owner = settings.DATABASE_APP_ROLE, settings.DATABASE_OWNER_ROLE
    if app != owner:
        for table in ("harmtracker_auditevent", "harmtracker_jobstep"):
            schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{app}"')


class Migration(migrations.Migration):
    dependencies = [("harmtracker", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSALS, migrations.RunSQL.noop),
        migrations.RunSQL(CHAIN, migrations.RunSQL.noop),
        migrations.RunSQL(CACHE, "DROP TABLE harmtracker_cache"),
        migrations.RunPython(revoke, migrations.RunPython.noop),
    ]
