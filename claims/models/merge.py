"""What a merge moved, so that it can be taken apart again."""

from django.db import models

from harmtracker.identity import new_id


class Merge(models.Model):
    """One record that was held twice became part of another one of its kind. Append-only.

    ``moved`` says what became of every row the merge touched, as ``claims.actions.moved_rows`` writes it. Keys without
    foreign keys, since the rows are of three kinds. The audit event tells people of it; where a withholding flag hides
    its values, they stand here as they stand in the rows themselves.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    duplicate_id = models.UUIDField()
    into_id = models.UUIDField()
    moved = models.JSONField(default=list)
    merged_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["duplicate_id", "-merged_at"], name="merge_of")]

    def __str__(self) -> str:
        return f"{self.duplicate_id} into {self.into_id}"
