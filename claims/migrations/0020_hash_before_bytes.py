import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0019_ready_lines_as_they_are")]

    operations = [
        migrations.AlterField(
            model_name="dumpsegment",
            name="blob",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sources.blob",
            ),
        ),
    ]
