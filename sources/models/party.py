"""Whoever publishes, speaks, is accused, or is asked to speak."""

import functools

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id, new_ref
from harmtracker.markings import Tlp
from harmtracker.records import (
    CanBeSetAside,
    Marked,
    Record,
    RecordQuerySet,
    choice_constraint,
    marking_constraints,
    set_aside_constraint,
)


class PartyKind(models.TextChoices):
    STATE = "state", _("State")
    STATE_BODY = "state_body", _("State body")
    ARMED_FORCE = "armed_force", _("Armed force")
    NON_STATE_ARMED_GROUP = "non_state_armed_group", _("Non-state armed group")
    IGO = "igo", _("Intergovernmental organisation")
    COURT = "court", _("Court")
    NGO = "ngo", _("Non-governmental organisation")
    MEDIA = "media", _("News organisation")
    COMPANY = "company", _("Company")
    COMMUNITY = "community", _("Community")
    PERSON = "person", _("Person")
    OFFICE = "office", _("Office")
    WITNESS = "witness", _("Witness")
    UNKNOWN = "unknown", _("Unknown")


class Party(Record, Marked, CanBeSetAside):
    """A person, body or office with a voice in the record. Reference record: it has no workflow of its own.

    ``name`` is the name shown; every other spelling and script is a ``PartyName``. A merged party keeps its row and
    reference and points to the one it became.
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "PA"))
    kind = models.CharField(max_length=24, choices=PartyKind.choices)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=300, blank=True)
    pseudonym = models.CharField(
        max_length=80, blank=True, help_text=_("Shown instead of the name to those who may not see it: Witness A.")
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tlp = models.CharField(max_length=12, choices=Tlp.choices, default=Tlp.GREEN)

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *marking_constraints("party"),
            set_aside_constraint("party"),
            choice_constraint("party", "kind", PartyKind),
            models.CheckConstraint(condition=~Q(name=""), name="party_has_name"),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="party_not_own_merge"),
        ]
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("party", args=[self.ref])


class NameKind(models.TextChoices):
    OFFICIAL = "official", _("Official name")
    SHORT = "short", _("Short name")
    TRANSLITERATION = "transliteration", _("Transliteration")
    FORMER = "former", _("Former name")
    AS_REPORTED = "as_reported", _("As reported, possibly damaged")


class PartyName(models.Model):
    """One way in which a party is written. ``folded`` is the spelling all look-ups compare (see sources/names.py)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    party = models.ForeignKey(Party, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    lang = models.CharField(max_length=35, blank=True, help_text=_("BCP 47 tag, with script where it matters."))
    kind = models.CharField(max_length=16, choices=NameKind.choices, default=NameKind.OFFICIAL)
    folded = models.CharField(max_length=200, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["party", "text"], name="party_name_once"),
            choice_constraint("party_name", "kind", NameKind),
        ]
        indexes = [GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="party_name_folded_trgm")]

    def __str__(self) -> str:
        return self.text


class AffiliationKind(models.TextChoices):
    HOLDS = "holds", _("holds the office")
    BELONGS_TO = "belongs_to", _("belongs to")
    ACTS_FOR = "acts_for", _("speaks for")


class Affiliation(Record):
    """``party`` holds an office, belongs to a body or speaks for it (``body``), from ``since`` until ``until``.

    Days; null means open or not known. Parties tied this way on a date act for one another when we ask whether the
    accused has answered and what its position is. One that was withdrawn ties nobody; it stays to be put back.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="affiliations")
    body = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="members")
    kind = models.CharField(max_length=12, choices=AffiliationKind.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        "harmtracker.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    withdrawn_reason = models.TextField(blank=True, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(party=F("body")), name="affiliation_not_to_itself"),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(since__lte=F("until")), name="affiliation_in_order"
            ),
            models.UniqueConstraint(
                fields=["party", "body", "kind", "since"],
                condition=Q(withdrawn_at=None),
                name="affiliation_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="affiliation_withdrawn_with_reason",
            ),
            choice_constraint("affiliation", "kind", AffiliationKind),
        ]

    def __str__(self) -> str:
        return f"{self.party_id} {self.kind} {self.body_id}"
