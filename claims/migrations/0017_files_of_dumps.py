import django.contrib.postgres.fields
from django.db import migrations, models

SCOPES = [
    ("base", "base"),
    ("figures", "figures"),
    ("notes", "notes"),
    ("ratings", "ratings"),
    ("evidence", "evidence"),
    ("exact_place", "exact_place"),
]
FORMATS = [("ndjson", "Lines of JSON, packed with zstd"), ("parquet", "Parquet"), ("package", "Data Package")]

# What was made before is whole, and each file holds the base of one kind of record.
WHOLE = """
UPDATE claims_dump SET finished_at = made_at;
UPDATE claims_dumpsegment SET ready_at = made_at, content = record_type || 's';
"""


def one_of(table: str, field: str, codes: list[str]) -> migrations.AddConstraint:
    """The column holds one of the codes and nothing else."""
    return migrations.AddConstraint(
        model_name=table.replace("_", ""),
        constraint=models.CheckConstraint(condition=models.Q((f"{field}__in", codes)), name=f"{table}_{field}_known"),
    )


def moment(model: str, name: str) -> migrations.AddField:
    return migrations.AddField(model_name=model, name=name, field=models.DateTimeField(null=True))


class Migration(migrations.Migration):
    dependencies = [("claims", "0016_dumps")]

    operations = [
        migrations.AlterModelOptions(
            name="dumpsegment", options={"ordering": ["record_type", "first", "content", "format"]}
        ),
        migrations.RemoveConstraint(model_name="dumpsegment", name="dump_segment_record_type_known"),
        migrations.RemoveConstraint(model_name="dumpsegment", name="dump_segment_once"),
        moment("dump", "finished_at"),
        migrations.AddField(
            model_name="dump",
            name="parts",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=SCOPES, max_length=12), default=list
            ),
        ),
        migrations.AddField(
            model_name="dumpsegment",
            name="content",
            field=models.CharField(default="", max_length=30),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="dumpsegment",
            name="scope",
            field=models.CharField(choices=SCOPES, default="base", max_length=12),
        ),
        migrations.AddField(
            model_name="dumpsegment",
            name="format",
            field=models.CharField(choices=FORMATS, default="ndjson", max_length=8),
        ),
        moment("dumpsegment", "ready_at"),
        moment("dumpsegment", "emptied_at"),
        moment("dumpsegment", "remade_at"),
        migrations.AlterField(
            model_name="dumpsegment",
            name="record_type",
            field=models.CharField(
                blank=True, choices=[("incident", "Incident"), ("statement", "Statement")], max_length=10
            ),
        ),
        migrations.RunSQL(WHOLE, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="dumpsegment",
            index=models.Index(
                condition=models.Q(("emptied_at", None)), fields=["retired_at"], name="dump_segment_with_bytes"
            ),
        ),
        one_of("dump_segment", "record_type", ["incident", "statement", ""]),
        one_of("dump_segment", "scope", [code for code, _label in SCOPES]),
        one_of("dump_segment", "format", [code for code, _label in FORMATS]),
        migrations.AddConstraint(
            model_name="dumpsegment",
            constraint=models.CheckConstraint(
                condition=models.Q(("emptied_at", None), ("retired_at__isnull", False), _connector="OR"),
                name="dump_segment_emptied_when_retired",
            ),
        ),
        migrations.AddConstraint(
            model_name="dumpsegment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ready_at__isnull", False), ("retired_at", None)),
                fields=("dump", "record_type", "first", "content", "format"),
                name="dump_segment_once",
            ),
        ),
    ]
