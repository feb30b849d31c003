from django.db import migrations, models
from django.db.models import Q

VERBS = [
    "incident.in_review", "mediaitem.in_review", "source.in_review", "statement.in_review",
    "incident.passed", "mediaitem.passed", "source.passed", "statement.passed",
]


class Migration(migrations.Migration):
    dependencies = [("harmtracker", "0008_audit_of_people")]

    operations = [
        migrations.AddIndex(
            "auditevent", models.Index(fields=["-at"], condition=Q(verb__in=VERBS), name="audit_sent_for_review")
        ),
    ]
