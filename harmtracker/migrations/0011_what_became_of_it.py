from django.db import migrations, models
from django.db.models import Q

STEPS = ("approved", "set_aside", "changes_requested", "in_review", "step_undone")
VERBS = [f"{kind}.{step}" for step in STEPS for kind in ("incident", "mediaitem", "source", "statement")]


class Migration(migrations.Migration):
    dependencies = [("harmtracker", "0010_lane_of_webhooks")]

    operations = [
        migrations.AddIndex(
            "auditevent",
            models.Index(
                fields=["subject_id", "sequence"],
                include=["verb"],
                condition=Q(verb__in=VERBS),
                name="audit_ends_waiting",
            ),
        ),
    ]
