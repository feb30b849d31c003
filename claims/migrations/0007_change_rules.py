"""Changes are noted where the audit chain gives its numbers: after its lock is taken, so in the order of the commits.

Looked up any earlier, a record released at this very moment could name what is restricted at this very moment, and no
reader would be told of it.
"""

from django.conf import settings
from django.db import migrations

NOTING = """
CREATE FUNCTION claims_note_changes() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  INSERT INTO claims_change (seq, record_id, record_type, at)
  SELECT NEW.sequence, published.record_id, published.record_type, NEW.at FROM claims_publishedrecord published
  WHERE published.record_id = NEW.subject_id
     OR published.record_id IN (SELECT record_id FROM claims_mention WHERE named_id = NEW.subject_id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER note_changes AFTER INSERT ON harmtracker_auditevent FOR EACH ROW
  WHEN (NEW.verb IN ('incident.released', 'statement.released', 'incident.release_withdrawn',
                     'statement.release_withdrawn', 'marking.raised', 'marking.lowered', 'marking.embargo_ended'))
  EXECUTE FUNCTION claims_note_changes();
"""

# What is out already is new to everybody from here on.
KNOWN = """
INSERT INTO claims_mention (record_id, named_id)
SELECT DISTINCT published.record_id, (named #>> '{}')::uuid
FROM claims_publishedrecord published
JOIN claims_releaseddocument document ON document.release_id = published.release_id,
LATERAL jsonb_path_query(document.document, 'strict $.**.id ? (@.type() == "string")') named
ON CONFLICT DO NOTHING;
INSERT INTO claims_change (seq, record_id, record_type, at)
SELECT tail.sequence, published.record_id, published.record_type, tail.at FROM claims_publishedrecord published,
  (SELECT sequence, at FROM harmtracker_auditevent ORDER BY sequence DESC LIMIT 1) tail
ON CONFLICT DO NOTHING;
"""


def append_only(apps, schema_editor):
    app, owner = settings.DATABASE_APP_ROLE, settings.DATABASE_OWNER_ROLE
    schema_editor.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON claims_change "
        "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()"
    )
    if app != owner:
        schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON claims_change FROM "{app}"')


class Migration(migrations.Migration):
    dependencies = [("claims", "0006_changes_in_order"), ("harmtracker", "0005_lanes")]

    operations = [
        migrations.RunSQL(NOTING, migrations.RunSQL.noop),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
        migrations.RunPython(append_only, migrations.RunPython.noop),
    ]
