"""One photo or video that statements are about."""

import functools

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.findings import Assessed, assessed_constraints
from harmtracker.identity import new_ref
from harmtracker.records import Marked, Record, RecordQuerySet, Workflow, choice_constraint, marking_constraints
from sources.models import Blob, Source


class MediaKind(models.TextChoices):
    PHOTO = "photo", _("Photo")
    VIDEO = "video", _("Video")
    SERIES = "series", _("Series of pictures")


class MediaItem(Record, Marked, Assessed):
    """A photo or video: where it was first seen and how to tell it (address or hash). The media are not shown."""

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "ME"))
    kind = models.CharField(max_length=10, choices=MediaKind.choices, default=MediaKind.VIDEO)
    description = models.CharField(max_length=300)
    first_seen = models.CharField(max_length=40, blank=True, help_text=_("EDTF."))
    address = models.TextField(blank=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, blank=True, related_name="media_items")
    body = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    workflow = models.CharField(max_length=18, choices=Workflow.choices, default=Workflow.DRAFT)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *marking_constraints("media_item"),
            *assessed_constraints("media_item"),
            choice_constraint("media_item", "kind", MediaKind),
            choice_constraint("media_item", "workflow", Workflow),
            models.CheckConstraint(condition=~Q(description=""), name="media_item_described"),
        ]

    def __str__(self) -> str:
        return self.description

    def get_absolute_url(self) -> str:
        return reverse("media-item", args=[self.ref])
