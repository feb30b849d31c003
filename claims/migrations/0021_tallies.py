"""Beside each line that is kept ready: what it counts as."""

from django.contrib.postgres.fields import ArrayField
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0020_hash_before_bytes")]

    operations = [
        migrations.AddField(
            model_name="readydocument",
            name="tally",
            field=ArrayField(
                base_field=models.CharField(max_length=40),
                default=list,
                help_text="A month, and the codes it counts by.",
                size=None,
            ),
        ),
    ]
