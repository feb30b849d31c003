"""What must stay true of manifests, time-stamps and checks, whoever writes. Plain SQL triggers."""

from django.conf import settings
from django.db import migrations

APPEND_ONLY = ("sources_manifest", "sources_timestamp", "sources_timestampleaf")

MANIFESTS = """
CREATE FUNCTION sources_manifest_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE before text;
BEGIN
  IF NEW.sha256 IS DISTINCT FROM encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
    RAISE EXCEPTION 'the hash is not that of the manifest' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'manifest_hash_matches';
  END IF;
  IF NEW.source_id IS DISTINCT FROM (SELECT source_id FROM sources_capture WHERE id = NEW.capture_id) THEN
    RAISE EXCEPTION 'the capture belongs to another source' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'manifest_of_its_source';
  END IF;
  SELECT sha256 INTO before FROM sources_manifest WHERE source_id = NEW.source_id AND number = NEW.number - 1;
  IF NEW.previous IS DISTINCT FROM coalesce(before, '') OR (NEW.number > 1 AND before IS NULL) THEN
    RAISE EXCEPTION 'a manifest follows the one before it' USING ERRCODE = 'check_violation',
      CONSTRAINT = 'manifest_follows_previous';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER manifest_rules BEFORE INSERT ON sources_manifest
  FOR EACH ROW EXECUTE FUNCTION sources_manifest_rules();

CREATE TRIGGER never_deleted BEFORE DELETE OR TRUNCATE ON sources_integrityrun
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change();
"""

# The bytes as they came are sealed like the body, and why an attempt was made is as fixed as by whom.
CAPTURES = """
CREATE FUNCTION sources_capture_wire_rules() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF OLD.wire_id IS NOT NULL AND NEW.wire_id IS DISTINCT FROM OLD.wire_id THEN
    RAISE EXCEPTION 'sealed bytes are never replaced' USING ERRCODE = 'restrict_violation';
  END IF;
  IF NEW.cause IS DISTINCT FROM OLD.cause THEN
    RAISE EXCEPTION 'how and by whom a capture was made never changes' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER capture_wire_rules BEFORE UPDATE ON sources_capture
  FOR EACH ROW EXECUTE FUNCTION sources_capture_wire_rules();
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


class Migration(migrations.Migration):
    dependencies = [("sources", "0003_evidence_and_traits")]

    operations = [
        migrations.RunSQL(MANIFESTS, migrations.RunSQL.noop),
        migrations.RunSQL(CAPTURES, migrations.RunSQL.noop),
        migrations.RunPython(append_only, migrations.RunPython.noop),
    ]
