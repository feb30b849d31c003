"""What a browser showed of a captured page."""

from typing import Any

from django.db import models
from django.db.models import F, Q

from harmtracker.records import choice_constraint
from sources.capture.rendered import RenderEnd
from sources.models.blob import Blob
from sources.models.capture import Capture


class RenderedPage(models.Model):
    """A browser loaded the page of a capture once more, at a person's wish. Written before the outcome; append-only.

    ``page`` is the document as it stood then (HTML), ``words`` its canonical text (UTF-8; none where it could not be
    read), ``picture`` the whole page as PNG. Nothing is quoted from here: quotations rest on the text of the capture.
    ``asked``: ``{"host:port": {"asked", "connected", "received", "refusal"}}``, what the browser asked our proxy for.
    """

    capture = models.OneToOneField(Capture, on_delete=models.PROTECT, primary_key=True, related_name="rendered")
    end = models.CharField(max_length=20, choices=RenderEnd.choices)
    detail = models.CharField(max_length=300, blank=True)
    address = models.TextField()
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    browser = models.CharField(max_length=100, blank=True)
    page = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    words = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    picture = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    asked: Any = models.JSONField(default=dict)

    class Meta:
        constraints = [
            choice_constraint("rendered_page", "end", RenderEnd),
            models.CheckConstraint(condition=Q(ended_at__gte=F("began_at")), name="rendered_page_in_order"),
            models.CheckConstraint(
                condition=Q(end=RenderEnd.MADE, page__isnull=False, picture__isnull=False)
                | (~Q(end=RenderEnd.MADE) & Q(page=None, words=None, picture=None)),
                name="rendered_page_is_held",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capture_id} {self.end}"
