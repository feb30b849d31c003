import django.db.models.deletion
from django.db import migrations, models

import harmtracker.identity


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0015_desk"),
        ("sources", "0006_captures_by_outcome"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dump",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "ceiling",
                    models.CharField(
                        choices=[
                            ("CLEAR", "TLP:CLEAR"),
                            ("GREEN", "TLP:GREEN"),
                            ("AMBER", "TLP:AMBER"),
                            ("AMBER_STRICT", "TLP:AMBER+STRICT"),
                            ("RED", "TLP:RED"),
                        ],
                        max_length=12,
                    ),
                ),
                ("seq", models.BigIntegerField(help_text="Follow the changes from here on.")),
                (
                    "audit_hash",
                    models.CharField(blank=True, help_text="Hash of the audit event of that number.", max_length=64),
                ),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["ceiling", "-made_at"], name="dump_newest")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("ceiling__in", ["CLEAR", "GREEN", "AMBER", "AMBER_STRICT", "RED"])),
                        name="dump_ceiling_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ceiling", "RED"), _negated=True), name="dump_never_red"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DumpSegment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=harmtracker.identity.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "record_type",
                    models.CharField(choices=[("incident", "Incident"), ("statement", "Statement")], max_length=10),
                ),
                ("first", models.UUIDField()),
                ("last", models.UUIDField()),
                ("count", models.PositiveIntegerField()),
                ("seq", models.BigIntegerField()),
                ("made_at", models.DateTimeField(auto_now_add=True)),
                ("retired_at", models.DateTimeField(null=True)),
                (
                    "blob",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sources.blob"),
                ),
                (
                    "dump",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="segments", to="claims.dump"
                    ),
                ),
            ],
            options={
                "ordering": ["record_type", "first"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("record_type__in", ["incident", "statement"])),
                        name="dump_segment_record_type_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("first__lte", models.F("last"))), name="dump_segment_in_order"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("retired_at", None)),
                        fields=("dump", "record_type", "first"),
                        name="dump_segment_once",
                    ),
                ],
            },
        ),
    ]
