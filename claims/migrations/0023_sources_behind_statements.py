from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0022_changes_since")]

    operations = [
        migrations.AddIndex(
            model_name="rendering",
            index=models.Index(
                condition=models.Q(("source__isnull", False), ("withdrawn_at__isnull", True)),
                fields=["statement", "source"],
                name="rendering_quoted_source",
            ),
        ),
    ]
