"""Each kind of work that is already in the ledger gets its lane; only a person stops a lane or lets it go on."""

from django.db import migrations

LANES = "UPDATE harmtracker_job SET lane = 'claims' WHERE kind = 'capture.sealed'"

PAUSES = """
CREATE TRIGGER people_only BEFORE INSERT OR UPDATE OR DELETE ON harmtracker_lanepause
  FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_background();
"""


class Migration(migrations.Migration):
    dependencies = [("harmtracker", "0004_turns_and_quarantine")]

    operations = [
        migrations.RunSQL(LANES, migrations.RunSQL.noop),
        migrations.RunSQL(PAUSES, "DROP TRIGGER people_only ON harmtracker_lanepause"),
    ]
