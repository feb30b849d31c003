"""What proves that captured bytes are those we held then: chained manifests, time-stamps, and checks of both."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id
from sources.models.capture import Capture
from sources.models.source import Source

SHA256 = r"^[0-9a-f]{64}$"


class Manifest(models.Model):
    """How one capture came about, as canonical JSON, chained to the manifest before it of the same source.

    ``sha256`` is the hash of ``content`` as UTF-8 and ``previous`` that of the manifest with the number before, "" for
    the first; triggers recompute and compare both. Append-only. Proves that these bytes were held by us no later than
    the first time-stamp over it; not that the publisher said so.
    """

    capture = models.OneToOneField(Capture, on_delete=models.PROTECT, primary_key=True, related_name="manifest")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="manifests")
    number = models.PositiveIntegerField(help_text=_("1 for the first manifest of this source."))
    sha256 = models.CharField(max_length=64, unique=True)
    previous = models.CharField(max_length=64, blank=True)
    content = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["source", "number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="manifest_number_once"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256), name="manifest_named_by_sha256"),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | (Q(number__gt=1) & Q(previous__regex=SHA256)),
                name="manifest_has_previous",
            ),
        ]

    def __str__(self) -> str:
        return self.sha256[:12]


class TimeStamp(models.Model):
    """An authority's signed word (RFC 3161) that the Merkle root over some manifests existed then. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    root = models.CharField(max_length=64)
    authority = models.CharField(max_length=200)
    token = models.BinaryField(help_text=_("The whole answer of the authority, DER."))
    stamped_at = models.DateTimeField(help_text=_("The time in the token."))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-stamped_at"]
        constraints = [models.CheckConstraint(condition=Q(root__regex=SHA256), name="time_stamp_root_is_sha256")]

    def __str__(self) -> str:
        return f"{self.authority} {self.root[:12]}"


class TimeStampLeaf(models.Model):
    """From one manifest up to a time-stamped root: ``[{"side": "left" or "right", "sha256"}]``. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stamp = models.ForeignKey(TimeStamp, on_delete=models.PROTECT, related_name="leaves")
    manifest = models.ForeignKey(Manifest, on_delete=models.PROTECT, related_name="stamps")
    path: Any = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stamp", "manifest"], name="time_stamp_leaf_once")]

    def __str__(self) -> str:
        return f"{self.manifest_id} in {self.stamp_id}"


class IntegrityRun(models.Model):
    """One check of everything that is kept. ``problems``: ``[{"what", "which", "why"}]``, the first few hundred."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    blobs = models.PositiveIntegerField(default=0)
    manifests = models.PositiveIntegerField(default=0)
    stamps = models.PositiveIntegerField(default=0)
    problem_count = models.PositiveIntegerField(default=0)
    problems: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(finished_at__gte=F("started_at")),
                name="integrity_run_in_order",
            )
        ]

    def __str__(self) -> str:
        return f"{self.started_at} {self.problem_count}"
