"""Where things happened."""

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


class PlacePrecision(models.TextChoices):
    """How closely a place is known; it is drawn as an area of that size and never finer."""

    EXACT = "exact", _("Exact")
    LANDMARK = "landmark", _("Landmark")
    NEIGHBOURHOOD = "neighbourhood", _("Neighbourhood")
    SETTLEMENT = "settlement", _("Settlement")
    NEAR_SETTLEMENT = "near_settlement", _("Near a settlement")
    ADM3 = "adm3", _("Municipality")
    ADM2 = "adm2", _("District")
    ADM1 = "adm1", _("Region")
    COUNTRY = "country", _("Country")
    OTHER_AREA = "other_area", _("Other area")


class Place(Record, Marked, CanBeSetAside):
    """A gazetteer entry: names in every script, admin codes and a centroid where known (WGS 84 degrees).

    Reference record without a workflow.
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "PL"))
    name = models.CharField(max_length=200)
    precision = models.CharField(
        max_length=16, choices=PlacePrecision.choices, default=PlacePrecision.SETTLEMENT, help_text=_("Kind of area.")
    )
    country = models.CharField(max_length=2, blank=True, help_text=_("ISO 3166-1 alpha-2."))
    adm1_code = models.CharField(max_length=6, blank=True, help_text=_("ISO 3166-2, such as UA-32."))
    adm1_name = models.CharField(max_length=120, blank=True)
    katottg = models.CharField(max_length=19, blank=True, help_text=_("Ukrainian code of administrative units."))
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    tlp = models.CharField(max_length=12, choices=Tlp.choices, default=Tlp.GREEN)

    objects = RecordQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            *marking_constraints("place"),
            set_aside_constraint("place"),
            choice_constraint("place", "precision", PlacePrecision),
            models.CheckConstraint(condition=~Q(name=""), name="place_has_name"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # NULL BETWEEN is NULL, and a CHECK lets NULL pass: half a point has to be ruled out in words.
                | Q(latitude__isnull=False, longitude__isnull=False)
                & Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="place_point_on_earth",
            ),
            models.CheckConstraint(condition=Q(merged_into=None) | ~Q(merged_into=F("id")), name="place_not_own_merge"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("place", args=[self.ref])


class PlaceName(models.Model):
    """One way in which a place is written; ``folded`` is what look-ups compare (see sources/names.py)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, on_delete=models.CASCADE, related_name="names")
    text = models.CharField(max_length=200)
    lang = models.CharField(max_length=35, blank=True)
    folded = models.CharField(max_length=200, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["place", "text"], name="place_name_once")]
        indexes = [GinIndex(fields=["folded"], opclasses=["gin_trgm_ops"], name="place_name_folded_trgm")]

    def __str__(self) -> str:
        return self.text
