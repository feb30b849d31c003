"""One event of alleged civilian harm."""

import functools

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.dated import DatePrecision, date_constraints
from claims.models.findings import Assessed, assessed_constraints
from claims.models.place import Place, PlacePrecision
from harmtracker.identity import new_ref
from harmtracker.records import Marked, Record, RecordQuerySet, Workflow, choice_constraint, marking_constraints


class Harm(models.TextChoices):
    KILLING = "killing", _("Killing")
    INJURY = "injury", _("Injury")
    SEXUAL_VIOLENCE = "sexual_violence", _("Sexual violence")
    TORTURE = "torture", _("Torture")
    DETENTION = "detention", _("Detention")
    ABDUCTION = "abduction", _("Abduction")
    DISPLACEMENT = "displacement", _("Displacement")
    DAMAGE_TO_HOSPITAL = "damage_to_hospital", _("Damage to a hospital")
    DAMAGE_TO_SCHOOL = "damage_to_school", _("Damage to a school")
    DAMAGE_TO_HOME = "damage_to_home", _("Damage to homes")
    DAMAGE_TO_INFRASTRUCTURE = "damage_to_infrastructure", _("Damage to infrastructure")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Means(models.TextChoices):
    SHELLING = "shelling", _("Shelling")
    MISSILE = "missile", _("Missile")
    AIR_STRIKE = "air_strike", _("Air strike")
    DRONE = "drone", _("Drone")
    MINE = "mine", _("Mine")
    SMALL_ARMS = "small_arms", _("Small arms")
    EXECUTION_STYLE = "execution_style", _("Execution-style")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Incident(Record, Marked, Assessed):
    """One event of alleged civilian harm in time and space.

    ``occurred`` is EDTF as reported; its bounds are instants derived in ``occurred_zone``. ``place`` is the gazetteer
    entry, ``place_as_reported`` the words of the report, ``place_precision`` how closely it is known. The point, if
    held, is WGS 84 degrees. Its headline finding is about ``occurrence`` only.
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "IN"))
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    occurred = models.CharField(max_length=40, blank=True, help_text=_("EDTF: 2022-03-09, 2022-02-27/2022-03-30~."))
    occurred_start = models.DateTimeField(null=True, editable=False)
    occurred_end = models.DateTimeField(null=True, editable=False)
    occurred_precision = models.CharField(
        max_length=10, choices=DatePrecision.choices, default=DatePrecision.UNKNOWN, editable=False
    )
    occurred_zone = models.CharField(max_length=40, default="Europe/Kyiv", help_text=_("IANA zone of the place."))
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="incidents")
    place_as_reported = models.CharField(max_length=200, blank=True)
    place_precision = models.CharField(max_length=16, choices=PlacePrecision.choices, default=PlacePrecision.SETTLEMENT)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    harm = ArrayField(models.CharField(max_length=24, choices=Harm.choices), default=list, blank=True)
    means = models.CharField(max_length=16, choices=Means.choices, default=Means.UNKNOWN)
    workflow = models.CharField(max_length=18, choices=Workflow.choices, default=Workflow.DRAFT)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *marking_constraints("incident"),
            *assessed_constraints("incident"),
            *date_constraints("incident", "occurred"),
            choice_constraint("incident", "place_precision", PlacePrecision),
            choice_constraint("incident", "means", Means),
            choice_constraint("incident", "workflow", Workflow),
            models.CheckConstraint(condition=Q(harm__contained_by=Harm.values), name="incident_harm_known"),
            models.CheckConstraint(condition=~Q(title=""), name="incident_has_title"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # NULL BETWEEN is NULL, and a CHECK lets NULL pass: half a point has to be ruled out in words.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="incident_point_on_earth",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="incident_not_own_merge"
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="incident_newest"),
            models.Index(fields=["finding", "-created_at", "-id"], name="incident_by_finding"),
            models.Index(
                fields=["created_at", "id"], condition=Q(workflow=Workflow.IN_REVIEW), name="incident_in_review"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("incident", args=[self.ref])
