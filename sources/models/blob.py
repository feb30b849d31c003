"""Bytes we hold, named by what they are."""

from django.db import models
from django.db.models import Q


class Blob(models.Model):
    """The fact that we hold, or held, these bytes. The file lies at ``ab/cd/<64 hex>`` under the evidence folder.

    Rows are never deleted. Removal for legal reasons destroys the file; the row, its hash and the reason stay.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    size = models.PositiveBigIntegerField(help_text="bytes")
    media_type = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)
    destroyed_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="blob_named_by_sha256"),
            models.CheckConstraint(
                condition=Q(destroyed_at__isnull=True, destroyed_reason="")
                | (Q(destroyed_at__isnull=False) & ~Q(destroyed_reason="")),
                name="blob_destroyed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]
