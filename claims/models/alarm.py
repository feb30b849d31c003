"""What somebody has to look at because the world changed. An alarm changes nothing by itself."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.link import Link
from claims.models.rendering import QuoteCheck
from claims.models.statement import Statement
from harmtracker.identity import new_id
from harmtracker.records import choice_constraint
from sources.models import Capture, Source


class AlarmKind(models.TextChoices):
    QUOTE_EDITED = "quote_edited", _("Quoted words were changed")
    QUOTE_MISSING = "quote_missing", _("Quoted words are gone")
    QUOTE_AMBIGUOUS = "quote_ambiguous", _("Quoted words stand in several places")
    ATTRIBUTION_CHANGED = "attribution_changed", _("The attribution was changed")
    SOURCE_GONE = "source_gone", _("The source was removed")
    ORIGINS_MERGED = "origins_merged", _("A corroboration rests on one origin")


class AlarmAnswer(models.TextChoices):
    """What the person did about it."""

    NOTED = "noted", _("Noted; the statement stands")
    ACTED = "acted", _("Something was changed because of it")
    NO_CHANGE = "no_change", _("Nothing changed in meaning")


class Alarm(models.Model):
    """For one person: what was found, on which statement or link, until they say what they did about it.

    Raised by jobs and actions, answered only by people. The same find raises it once for each person.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=24, choices=AlarmKind.choices)
    for_user = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="alarms")
    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, null=True, related_name="alarms")
    link = models.ForeignKey(Link, on_delete=models.PROTECT, null=True, related_name="alarms")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, null=True, related_name="alarms")
    capture = models.ForeignKey(Capture, on_delete=models.PROTECT, null=True, related_name="alarms")
    quote_check = models.ForeignKey(QuoteCheck, on_delete=models.PROTECT, null=True, related_name="alarms")
    is_red = models.BooleanField(default=False, help_text=_("A negation, a number or a name was touched."))
    created_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(max_length=12, choices=AlarmAnswer.choices, blank=True)
    answer_note = models.CharField(max_length=300, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-is_red", "-created_at", "-id"]
        constraints = [
            choice_constraint("alarm", "kind", AlarmKind),
            models.UniqueConstraint(
                fields=["kind", "for_user", "statement", "link", "source", "capture", "quote_check"],
                name="alarm_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(statement__isnull=False) | Q(link__isnull=False) | Q(source__isnull=False),
                name="alarm_is_about_something",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answer_note="", answered_at__isnull=True, answered_by__isnull=True)
                | Q(answer__in=AlarmAnswer.values, answered_at__isnull=False, answered_by__isnull=False),
                name="alarm_answered_by_a_person",
            ),
        ]
        indexes = [
            models.Index(
                fields=["for_user", "-is_red", "-created_at"], condition=Q(answered_at__isnull=True), name="alarm_open"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.for_user_id}"
