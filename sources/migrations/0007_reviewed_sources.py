from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What the queue and the desk ask for of sources: in review, and sent back to who handed them in."""

    dependencies = [("sources", "0006_captures_by_outcome")]

    operations = [
        migrations.AddIndex(
            "source",
            models.Index(fields=["created_at", "id"], condition=Q(workflow="in_review"), name="source_in_review"),
        ),
        migrations.AddIndex(
            "source",
            models.Index(
                fields=["created_by", "created_at"],
                condition=Q(workflow="changes_requested"),
                name="source_sent_back",
            ),
        ),
    ]
