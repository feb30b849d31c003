from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sources", "0005_pseudonyms")]

    operations = [
        migrations.AddIndex("capture", models.Index(fields=["outcome", "-id"], name="capture_by_outcome")),
    ]
