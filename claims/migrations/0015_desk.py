from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """What the desk asks for by itself: deadlines, what was sent back, approvals that lapsed."""

    dependencies = [("claims", "0014_questions")]

    operations = [
        migrations.AddIndex(
            "commentrequest",
            models.Index(
                fields=["deadline"], condition=Q(state="sent", deadline__isnull=False), name="comment_request_due"
            ),
        ),
        migrations.AddIndex(
            "statement",
            models.Index(
                fields=["created_by", "created_at"],
                condition=Q(workflow="changes_requested"),
                name="statement_sent_back",
            ),
        ),
        migrations.AddIndex(
            "statement",
            models.Index(
                fields=["under_review_since"],
                condition=Q(under_review_since__isnull=False),
                name="statement_lapsed",
            ),
        ),
    ]
