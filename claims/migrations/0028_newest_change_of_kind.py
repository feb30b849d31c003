from django.db import migrations, models


class Migration(migrations.Migration):
    """The keys of some hundred incidents lie far apart among those of statements: their changes are found by kind."""

    dependencies = [("claims", "0027_hands_and_origins")]

    operations = [
        migrations.AddIndex(
            "change", models.Index(fields=["record_type", "record_id", "-seq"], name="change_newest_of_kind")
        ),
        migrations.RemoveIndex("change", "change_newest"),
    ]
