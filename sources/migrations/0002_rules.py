"""What must stay true of sources and captures, whoever writes. Plain SQL triggers."""

from django.conf import settings
from django.db import migrations

APPEND_ONLY = ("sources_citation", "sources_capturecomparison")
MARKED = ("sources_party", "sources_source")

CAPTURES = """
CREATE FUNCTION sources_capture_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a capture is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.outcome <> '' THEN
    RAISE EXCEPTION 'a capture with an outcome never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF (NEW.source_id, NEW.number, NEW.obtained, NEW.requested_by_id, NEW.created_at, NEW.reason)
     IS DISTINCT FROM (OLD.source_id, OLD.number, OLD.obtained, OLD.requested_by_id, OLD.created_at, OLD.reason) THEN
    RAISE EXCEPTION 'how and by whom a capture was made never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.body_id IS NOT NULL AND NEW.body_id IS DISTINCT FROM OLD.body_id THEN
    RAISE EXCEPTION 'sealed bytes are never replaced' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER capture_rules BEFORE UPDATE OR DELETE ON sources_capture
  FOR EACH ROW EXECUTE FUNCTION sources_capture_rules();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON sources_capture
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();

CREATE FUNCTION sources_comparison_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.created_by_id = (SELECT requested_by_id FROM sources_capture WHERE id = NEW.capture_id) THEN
    RAISE EXCEPTION 'a second person compares a capture with the publication' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'comparison_by_second_person';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER comparison_rules BEFORE INSERT ON sources_capturecomparison
  FOR EACH ROW EXECUTE FUNCTION sources_comparison_rules();

CREATE FUNCTION sources_blob_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE EXCEPTION 'a blob row is never deleted' USING ERRCODE = 'restrict_violation';
  END IF;
  IF OLD.destroyed_at IS NOT NULL
     OR (NEW.sha256, NEW.size, NEW.created_at) IS DISTINCT FROM (OLD.sha256, OLD.size, OLD.created_at) THEN
    RAISE EXCEPTION 'a blob never changes; it can only be marked as destroyed' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER blob_rules BEFORE UPDATE OR DELETE ON sources_blob
  FOR EACH ROW EXECUTE FUNCTION sources_blob_rules();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON sources_blob
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();

CREATE FUNCTION sources_copy_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NEW.state <> 'suggested' AND current_setting('harmtracker.background', true) = 'on' THEN
    RAISE EXCEPTION 'only a person decides on a copy' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER copy_rules BEFORE INSERT OR UPDATE ON sources_copy
  FOR EACH ROW EXECUTE FUNCTION sources_copy_rules();
"""

READING = """
-- The origin a source belongs to: the smallest key among all sources tied to it by confirmed copies.
CREATE FUNCTION sources_origin(source uuid) RETURNS uuid LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE tied(id) AS (
    SELECT source
    UNION
    SELECT CASE WHEN copy.derived_id = tied.id THEN copy.original_id ELSE copy.derived_id END
    FROM sources_copy copy JOIN tied ON tied.id IN (copy.derived_id, copy.original_id)
    WHERE copy.state = 'confirmed'
  )
  SELECT id FROM tied ORDER BY id LIMIT 1
$$;

-- True when one party held an office of, belonged to, or spoke for the other on that day (or is the other).
-- A day of null means: at any time.
CREATE FUNCTION sources_acts_for(party uuid, body uuid, day date) RETURNS boolean LANGUAGE sql STABLE
SET search_path = pg_catalog, public, pg_temp AS $$
  WITH RECURSIVE upwards(id) AS (
    SELECT party
    UNION
    SELECT tie.body_id FROM sources_affiliation tie JOIN upwards ON upwards.id = tie.party_id
    WHERE day IS NULL OR (coalesce(tie.since, day) <= day AND coalesce(tie.until, day) >= day)
  )
  SELECT EXISTS (SELECT 1 FROM upwards WHERE id = body)
$$;
"""


def append_only(apps, schema_editor):
    app, owner = settings.DATABASE_APP_ROLE, settings.DATABASE_OWNER_ROLE
    for table in APPEND_ONLY:
        schema_editor.execute(
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()"
        )
        if app != owner:
            schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM "{app}"')
    for table in MARKED:
        schema_editor.execute(
            f"CREATE TRIGGER person_marks BEFORE UPDATE ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION harmtracker_refuse_background_marking()"
        )
        # Naming somebody on a record is part of its marking.
        schema_editor.execute(
            f"CREATE TRIGGER people_only BEFORE INSERT OR UPDATE OR DELETE ON {table}_named "
            "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_background()"
        )


class Migration(migrations.Migration):
    dependencies = [("sources", "0001_initial"), ("harmtracker", "0002_chain_and_refusals")]

    operations = [
        migrations.RunSQL(CAPTURES, migrations.RunSQL.noop),
        migrations.RunSQL(READING, migrations.RunSQL.noop),
        migrations.RunPython(append_only, migrations.RunPython.noop),
    ]
