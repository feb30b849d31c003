"""This source is derived from that one."""

from typing import Any

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

    Sources tied by confirmed copies are one origin: they never corroborate each other.
    """

    derived = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="copies_of")
    original = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="copied_by")
    kind = models.CharField(max_length=12, choices=CopyKind.choices)
    state = models.CharField(max_length=10, choices=CopyState.choices, default=CopyState.SUGGESTED)
    evidence: Any = models.JSONField(default=dict)
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
                condition=Q(state="suggested", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="suggested") & Q(decided_at__isnull=False, decided_by__isnull=False)),
                name="copy_decided_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.derived_id} copies {self.original_id}"
