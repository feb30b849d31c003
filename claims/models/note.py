"""What another body said about verification. Never merged with our finding."""

import functools

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.incident import Incident
from claims.models.link import Aspect
from claims.models.statement import Statement
from harmtracker.identity import new_ref
from harmtracker.records import Marked, Record, RecordQuerySet, choice_constraint, marking_constraints
from sources.models import Capture, Party, Source


class OutsideNote(Record, Marked):
    """ "CNN could not independently confirm the details": who, exact wording, which aspect, which source.

    The wording is a captured passage (code points into ``capture.text``, compared by a trigger).
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "NO"))
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="notes")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="notes")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, blank=True, related_name="notes")
    wording = models.TextField(help_text=_("Exact words."))
    lang = models.CharField(max_length=35)
    aspect = models.CharField(max_length=20, choices=Aspect.choices)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="notes")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, related_name="notes")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    text_sha256 = models.CharField(max_length=64)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            *marking_constraints("note"),
            choice_constraint("note", "aspect", Aspect),
            models.CheckConstraint(condition=~Q(wording="") & Q(start__lt=F("end")), name="note_has_words"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="note_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.wording[:80]

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.incident.ref]) + f"#{self.ref}"
