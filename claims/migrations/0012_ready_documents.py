from django.db import migrations, models

# Read far more often than written; a server built without lz4 compresses as it always does.
QUICKER = """
DO $$ BEGIN
  ALTER TABLE claims_readydocument ALTER COLUMN line SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0011_conversation"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReadyDocument",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "eyes",
                        "record_type",
                        "record_id",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("eyes", models.CharField(max_length=16)),
                (
                    "record_type",
                    models.CharField(choices=[("incident", "Incident"), ("statement", "Statement")], max_length=10),
                ),
                ("record_id", models.UUIDField()),
                (
                    "seq",
                    models.BigIntegerField(help_text="Number of the newest audit event before the markings were read."),
                ),
                ("line", models.TextField(blank=True)),
                ("cells", models.TextField(blank=True)),
                ("feature", models.TextField(blank=True)),
            ],
            options={
                "indexes": [models.Index(fields=["record_id"], name="ready_document_of")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("record_type__in", ["incident", "statement"])),
                        name="ready_document_record_type_known",
                    )
                ],
            },
        ),
        migrations.RunSQL(QUICKER, migrations.RunSQL.noop),
    ]
