"""What merges moved is noted, so that they can be taken apart again; the notes only grow."""

from django.conf import settings
from django.db import migrations, models

import harmtracker.identity


def append_only(apps, schema_editor):
    app, owner = settings.DATABASE_APP_ROLE, settings.DATABASE_OWNER_ROLE
    schema_editor.execute(
        "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON claims_merge "
        "FOR EACH STATEMENT EXECUTE FUNCTION harmtracker_refuse_change()"
    )
    if app != owner:
        schema_editor.execute(f'REVOKE UPDATE, DELETE, TRUNCATE ON claims_merge FROM "{app}"')


class Migration(migrations.Migration):
    dependencies = [("claims", "0028_newest_change_of_kind")]

    operations = [
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("duplicate_id", models.UUIDField()),
                ("into_id", models.UUIDField()),
                ("moved", models.JSONField(default=list)),
                ("merged_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={"indexes": [models.Index(fields=["duplicate_id", "-merged_at"], name="merge_of")]},
        ),
        migrations.RunPython(append_only, migrations.RunPython.noop),
    ]
