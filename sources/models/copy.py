"""This source is derived from that one."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harmtracker.records import Record, choice_constraint
from sources.models.source import Source


class CopyKind(models.TextChoices):
    REPRINT = "reprint", _("Reprint")
    TRANSLATION = "translation", _("Translation")
    RELAY = "relay", _("Relay")


class CopyState(models.TextChoices):
    SUGGESTED = "suggested", _("Suggested")
    CONFIRMED = "confirmed", _("Confirmed")
    DISMISSED = "dismissed", _("Dismissed")


class Copy(Record):
    """``derived`` was made from ``original``. Suggested by the machine or a person, confirmed by an editor.

    ``score`` (0 to 1) is how sure the machine was; ``evidence`` what it rests on, as sources.copies writes it.
    Sources tied by confirmed copies are one origin: they never corroborate each other.
    """

    derived = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="copies_of")
    original = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="copied_by")
    kind = models.CharField(max_length=12, choices=CopyKind.choices)
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.SUGGESTED)
    evidence: Any = models.JSONField(default=dict)
    score = models.FloatField(null=True)
    suggested_by_machine = models.BooleanField(default=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    decided_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["derived", "original"], name="copy_once"),
            models.CheckConstraint(condition=~Q(derived=F("original")), name="copy_not_of_itself"),
            choice_constraint("copy", "kind", CopyKind),
            choice_constraint("copy", "state", CopyState),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=1), name="copy_score_is_share"
            ),
            models.CheckConstraint(
                condition=Q(state="suggested", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="suggested") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="copy_decided_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.derived_id} copies {self.original_id}"


class SourceTraits(models.Model):
    """What a source's newest text is recognised by when copies are looked for. Made anew whenever that text changes.

    ``names``, ``numbers`` and ``dates`` are folded (see sources/copies); ``sketch`` are the smallest hashes of its word
    shingles; ``words`` is their count in the text.
    """

    source = models.OneToOneField(Source, on_delete=models.CASCADE, primary_key=True, related_name="traits")
    capture = models.ForeignKey("sources.Capture", on_delete=models.PROTECT, related_name="+")
    method = models.PositiveSmallIntegerField(help_text=_("Version of the way in which traits are taken."))
    lang = models.CharField(max_length=35, blank=True)
    words = models.PositiveIntegerField(default=0)
    names = ArrayField(models.CharField(max_length=80), default=list)
    numbers = ArrayField(models.CharField(max_length=40), default=list)
    dates = ArrayField(models.CharField(max_length=20), default=list)
    sketch = ArrayField(models.BigIntegerField(), default=list)

    class Meta:
        indexes = [
            GinIndex(fields=["names"], name="traits_by_name"),
            GinIndex(fields=["numbers"], name="traits_by_number"),
            GinIndex(fields=["sketch"], name="traits_by_sketch"),
        ]

    def __str__(self) -> str:
        return f"traits of {self.source_id}"
