"""Whose turn it is to look at something in the review queue."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from harmtracker.records import choice_constraint


class ReviewKind(models.TextChoices):
    """What waits for review."""

    ASSESSMENT = "assessment", _("Proposed finding")
    INCIDENT = "incident", _("Incident")
    STATEMENT = "statement", _("Statement")
    MEDIA_ITEM = "media_item", _("Media item")
    SOURCE = "source", _("Source")


class ReviewTurn(models.Model):
    """One person has taken one thing from the queue, until a moment; after it the thing is free again.

    It keeps two people from reading the same pages. It gives no right: whoever may decide still may.
    """

    subject_id = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=12, choices=ReviewKind.choices)
    taken_by = models.ForeignKey("harmtracker.User", on_delete=models.CASCADE, related_name="+")
    taken_at = models.DateTimeField()
    until = models.DateTimeField()

    class Meta:
        constraints = [choice_constraint("review_turn", "kind", ReviewKind)]
        indexes = [models.Index(fields=["taken_by", "until"], name="review_turn_of")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"
