from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("harmtracker", "0007_how_people_work")]

    operations = [
        migrations.AddIndex(
            "auditevent",
            models.Index(fields=["-sequence"], condition=Q(subject_type="harmtracker.user"), name="audit_of_people"),
        ),
    ]
