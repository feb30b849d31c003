import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("claims", "0021_tallies")]

    operations = [
        migrations.AddField(
            model_name="dumpsegment",
            name="since",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="claims.dump"
            ),
        ),
    ]
