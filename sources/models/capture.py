"""One attempt to get hold of a source, and what came of it."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id
from harmtracker.records import choice_constraint
from sources.capture.outcomes import Outcome
from sources.models.blob import Blob
from sources.models.source import Source


class Obtained(models.TextChoices):
    """How the bytes came to us, shown beside every quotation taken from them."""

    FETCHED = "fetched", _("Fetched")
    UPLOADED = "uploaded", _("Uploaded")
    PASTED = "pasted", _("Pasted")


class Cause(models.TextChoices):
    """Why an attempt was made."""

    PERSON = "person", _("A person asked for it")
    RECHECK = "recheck", _("On the schedule")
    BULK = "bulk", _("Handed in among many")


class Robots(models.TextChoices):
    """What the site's robots.txt says of our visit. It is put on record; a setting decides what follows."""

    ALLOWED = "allowed", _("Allowed")
    DISALLOWED = "disallowed", _("Asked to stay away")
    UNKNOWN = "unknown", _("Not known")


class Capture(models.Model):
    """An attempt and its outcome: what came, byte for byte and hashed, and the canonical text read from it.

    While ``outcome`` is empty the attempt is under way. Once stored it never changes: a trigger refuses UPDATE of a row
    with an outcome, and every DELETE. ``text`` is canonical text (versioned walker); offsets everywhere are Unicode
    code points into it. ``links`` is ``[{"href", "text", "start"}]``, ``flags`` ``[{"start", "end", "flag"}]``,
    ``hops`` one entry for each address visited, ``metadata`` ``{name: [{"value", "from"}]}``. ``transport`` is how
    the visit alone went, ``outcome`` what it came to. ``wire`` holds the body as it came, where packing made it differ
    from ``body``. ``reading`` is the article as plain paragraphs, for reading only; ``agreement`` (0 to 1) is how much
    of the canonical text a second reader found as well.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="captures")
    number = models.PositiveIntegerField(help_text=_("1 for the first attempt at this source."))
    obtained = models.CharField(max_length=10, choices=Obtained.choices)
    reason = models.CharField(max_length=300, blank=True, help_text=_("Why it was uploaded or pasted."))
    requested_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause.choices, default=Cause.PERSON)
    created_at = models.DateTimeField(auto_now_add=True)
    file_name = models.CharField(max_length=255, blank=True)
    outcome = models.CharField(max_length=30, choices=Outcome.choices, blank=True)
    transport = models.CharField(max_length=30, choices=Outcome.choices, blank=True)
    robots = models.CharField(max_length=12, choices=Robots.choices, blank=True)
    outcome_detail = models.CharField(max_length=300, blank=True)
    finished_at = models.DateTimeField(null=True)
    body = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    wire = models.ForeignKey(Blob, on_delete=models.PROTECT, null=True, related_name="+")
    wire_sha256 = models.CharField(max_length=64, blank=True)
    wire_length = models.PositiveBigIntegerField(null=True, help_text="bytes")
    media_type = models.CharField(max_length=120, blank=True)
    charset = models.CharField(max_length=40, blank=True)
    final_address = models.TextField(blank=True)
    hops: Any = models.JSONField(default=list)
    text = models.TextField(blank=True)
    text_sha256 = models.CharField(max_length=64, blank=True)
    walker_version = models.PositiveSmallIntegerField(null=True)
    reading = models.TextField(blank=True)
    agreement = models.FloatField(null=True)
    title = models.CharField(max_length=400, blank=True)
    lang = models.CharField(max_length=35, blank=True)
    metadata: Any = models.JSONField(default=dict)
    links: Any = models.JSONField(default=list)
    flags: Any = models.JSONField(default=list)

    class Meta:
        ordering = ["source", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="capture_number_once"),
            choice_constraint("capture", "obtained", Obtained),
            models.CheckConstraint(
                condition=Q(outcome="", finished_at__isnull=True)
                | (Q(outcome__in=Outcome.values) & Q(finished_at__isnull=False)),
                name="capture_outcome_with_time",
            ),
            models.CheckConstraint(
                condition=Q(text="", text_sha256="")
                | (~Q(text="") & Q(text_sha256__regex=r"^[0-9a-f]{64}$", walker_version__isnull=False)),
                name="capture_text_is_hashed",
            ),
            choice_constraint("capture", "cause", Cause),
            models.CheckConstraint(condition=Q(transport__in=["", *Outcome.values]), name="capture_transport_known"),
            models.CheckConstraint(condition=Q(robots__in=["", *Robots.values]), name="capture_robots_known"),
            models.CheckConstraint(
                condition=Q(wire_sha256="") | Q(wire_sha256__regex=r"^[0-9a-f]{64}$"), name="capture_wire_hash"
            ),
            models.CheckConstraint(
                condition=Q(agreement__isnull=True) | Q(agreement__gte=0, agreement__lte=1),
                name="capture_agreement_is_share",
            ),
            # Nothing is read before the bytes are sealed.
            models.CheckConstraint(condition=Q(text="") | Q(body__isnull=False), name="capture_text_has_body"),
        ]
        indexes = [
            models.Index(fields=["body"], name="capture_by_body"),
            models.Index(fields=["outcome", "-id"], name="capture_by_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("capture", args=[self.source.ref, self.number])

    @property
    def is_under_way(self) -> bool:
        return not self.outcome

    @property
    def is_readable(self) -> bool:
        """True when there is captured text to quote from."""
        return bool(self.text)


class CaptureComparison(models.Model):
    """A second person compared a pasted or uploaded capture with the publication. Append-only.

    Until one exists the capture is no origin for corroborated, verified or refuted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="comparisons")
    note = models.TextField(help_text=_("What was compared with what."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(note=""), name="comparison_has_note")]

    def __str__(self) -> str:
        return f"comparison of {self.capture_id}"
