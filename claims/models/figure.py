"""A number someone gave."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.dated import DatePrecision, date_constraints
from claims.models.incident import Incident
from claims.models.statement import Statement
from harmtracker.records import Record, choice_constraint


class CasualtyOutcome(models.TextChoices):
    KILLED = "killed", _("Killed")
    INJURED = "injured", _("Injured")
    MISSING = "missing", _("Missing")
    DETAINED = "detained", _("Detained")
    ABDUCTED = "abducted", _("Abducted")
    BODIES_FOUND = "bodies_found", _("Bodies found")


class Population(models.TextChoices):
    CIVILIAN = "civilian", _("Civilians")
    COMBATANT = "combatant", _("Combatants")
    HORS_DE_COMBAT = "hors_de_combat", _("Hors de combat")
    UNKNOWN = "unknown", _("Not stated")


class Demographic(models.TextChoices):
    TOTAL = "total", _("Total")
    MEN = "men", _("Men")
    WOMEN = "women", _("Women")
    BOYS = "boys", _("Boys")
    GIRLS = "girls", _("Girls")
    CHILDREN_SEX_UNKNOWN = "children_sex_unknown", _("Children, sex not stated")
    ADULTS_SEX_UNKNOWN = "adults_sex_unknown", _("Adults, sex not stated")
    UNKNOWN = "unknown", _("Not stated")


class CountKind(models.TextChoices):
    INCIDENT = "incident", _("This incident")
    CUMULATIVE = "cumulative", _("Cumulative")


class Figure(Record):
    """One reporter, one outcome, one population, one demographic, one area, one as-of.

    ``least``, ``best`` and ``most`` are whole persons >= 0, or null for "not stated": null is never 0. "At least 20" is
    least 20 and nothing else. Seen when its statement is seen.
    """

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="figures")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="figures")
    outcome = models.CharField(max_length=14, choices=CasualtyOutcome.choices)
    population = models.CharField(max_length=16, choices=Population.choices, default=Population.UNKNOWN)
    demographic = models.CharField(max_length=24, choices=Demographic.choices, default=Demographic.TOTAL)
    area = models.CharField(max_length=160, blank=True, help_text=_("The area counted, in words, if another one."))
    is_incident_area = models.BooleanField(default=True)
    count_kind = models.CharField(max_length=12, choices=CountKind.choices, default=CountKind.INCIDENT)
    as_of = models.CharField(max_length=40, blank=True, help_text=_("EDTF."))
    as_of_start = models.DateTimeField(null=True, editable=False)
    as_of_end = models.DateTimeField(null=True, editable=False)
    as_of_precision = models.CharField(
        max_length=10, choices=DatePrecision.choices, default=DatePrecision.UNKNOWN, editable=False
    )
    words = models.CharField(max_length=200, blank=True, help_text=_("As given: at least 20."))
    least = models.PositiveIntegerField(null=True, blank=True)
    best = models.PositiveIntegerField(null=True, blank=True)
    most = models.PositiveIntegerField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["as_of_start", "id"]
        constraints = [
            *date_constraints("figure", "as_of"),
            choice_constraint("figure", "outcome", CasualtyOutcome),
            choice_constraint("figure", "population", Population),
            choice_constraint("figure", "demographic", Demographic),
            choice_constraint("figure", "count_kind", CountKind),
            models.CheckConstraint(condition=Q(least=None) | Q(best=None) | Q(least__lte=F("best")), name="figure_lb"),
            models.CheckConstraint(condition=Q(best=None) | Q(most=None) | Q(best__lte=F("most")), name="figure_bm"),
            models.CheckConstraint(condition=Q(least=None) | Q(most=None) | Q(least__lte=F("most")), name="figure_lm"),
            models.CheckConstraint(
                condition=Q(least__isnull=False) | Q(best__isnull=False) | Q(most__isnull=False) | ~Q(words=""),
                name="figure_says_something",
            ),
            models.CheckConstraint(condition=Q(is_incident_area=True) | ~Q(area=""), name="figure_other_area_named"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False) & ~Q(withdrawn_reason="")),
                name="figure_withdrawn_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.least}/{self.best}/{self.most}"
