"""What every record has in common, and the one place that decides who sees which record."""

import functools
import re
from typing import TYPE_CHECKING, Any, Final, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id
from harmtracker.markings import Flag, Tlp, up_to

if TYPE_CHECKING:
    from harmtracker.models import User


REF = re.compile(r"[A-Z0-9-]{1,12}")


class Workflow(models.TextChoices):
    """How far a record has come inside the house. Says nothing on truth and nothing on publication."""

    DRAFT = "draft", _("Draft")
    IN_REVIEW = "in_review", _("In review")
    CHANGES_REQUESTED = "changes_requested", _("Changes requested")
    APPROVED = "approved", _("Approved")
    SET_ASIDE = "set_aside", _("Set aside")


class RecordQuerySet(models.QuerySet[Any]):
    """The one visibility rule. Everything shown, counted, searched or computed starts from ``visible_to``."""

    def visible_to(self, user: "User") -> Self:
        """Records this person may see.

        TLP within the clearance, and no team or a member of it or named; RED for named people only; viewers see
        approved records only (reference records without a workflow are shown by their marking). Rule: domain.md,
        "Who sees what".
        """
        if not user.is_authenticated or not user.is_active:
            return self.none()
        # Keys read once for each request, not subqueries: a page asks this dozens of times, one inside the other.
        teams, named = user.team_ids(), user.named_ids(self.model)
        open_to = Q(team=None) | Q(team__in=teams) if teams else Q(team=None)
        shown = Q(tlp__in=up_to(user.clearance)) & (open_to | Q(pk__in=named) if named else open_to)
        rows = self.filter(shown | Q(tlp=Tlp.RED, pk__in=named) if named else shown)
        if user.role == "viewer" and self._has_workflow():
            rows = rows.filter(workflow=Workflow.APPROVED)
        return rows

    def seen_through(self, user: "User", flags: frozenset[Flag]) -> Self:
        """Of these records, those on which none of ``flags`` withholds anything from this person."""
        unseen = sorted(flags - set(user.flags))
        return self.exclude(handling__overlap=unseen) if unseen else self

    def _has_workflow(self) -> bool:
        return any(field.name == "workflow" for field in self.model._meta.concrete_fields)


def called[Rows: models.QuerySet[Any]](rows: Rows, ref: str) -> Rows:
    """Of these, the record of this reference, as people write it; none for what cannot be a reference."""
    ref = ref.strip().upper()
    return rows.filter(ref=ref) if REF.fullmatch(ref) else rows.none()


class Record(models.Model):
    """A row with a key of its own: a UUIDv7 for machines; who made it and when. ``version`` counts its saves."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True

    def _get_FIELD_display(self, field: Any) -> str:  # noqa: N802
        """The words of a code; Django's own puts every word of the list into the reader's language to find one."""
        code = getattr(self, field.attname)
        return str(_words_of(field).get(code, code))


@functools.cache
def _words_of(field: "models.Field[Any, Any]") -> dict[Any, Any]:
    return dict(field.flatchoices)


class Marked(models.Model):
    """A record with a sensitivity marking. Whoever may edit may raise it; only an editor lowers it."""

    tlp = models.CharField(max_length=12, choices=Tlp.choices, default=Tlp.AMBER)
    handling = ArrayField(models.CharField(max_length=20, choices=Flag.choices), default=list, blank=True)
    embargo_until = models.DateTimeField(null=True, blank=True)
    team = models.ForeignKey("harmtracker.Team", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    named = models.ManyToManyField("harmtracker.User", blank=True, related_name="+")

    class Meta:
        abstract = True


class CanBeSetAside(models.Model):
    """A reference record nothing rests on may be set aside, with a reason, and put back; it is never offered then."""

    set_aside_at = models.DateTimeField(null=True, editable=False)
    set_aside_by = models.ForeignKey(
        "harmtracker.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )
    set_aside_reason = models.TextField(blank=True, editable=False)

    class Meta:
        abstract = True


STANDS: Final = Q(merged_into=None, set_aside_at=None)
"""Of parties and places: what may be chosen, neither merged into another one nor set aside."""


def set_aside_constraint(name: str) -> models.CheckConstraint:
    """Database rule for the table ``name``: when, by whom and why a record was set aside are given together."""
    nothing = Q(set_aside_at__isnull=True, set_aside_by__isnull=True, set_aside_reason="")
    whole = Q(set_aside_at__isnull=False, set_aside_by__isnull=False) & ~Q(set_aside_reason="")
    return models.CheckConstraint(condition=nothing | whole, name=f"{name}_set_aside_whole")


def marking_constraints(name: str) -> list[models.CheckConstraint]:
    """Database rules for the marking columns of the table ``name``: known codes, and a date for every embargo."""
    return [
        models.CheckConstraint(condition=Q(tlp__in=Tlp.values), name=f"{name}_tlp_known"),
        models.CheckConstraint(condition=Q(handling__contained_by=Flag.values), name=f"{name}_handling_known"),
        models.CheckConstraint(
            condition=Q(handling__contains=[Flag.EMBARGO], embargo_until__isnull=False)
            | (~Q(handling__contains=[Flag.EMBARGO]) & Q(embargo_until__isnull=True)),
            name=f"{name}_embargo_has_date",
        ),
    ]


def choice_constraint(table: str, field: str, choices: type[models.TextChoices]) -> models.CheckConstraint:
    """The column holds one of the codes and nothing else, whatever wrote it."""
    return models.CheckConstraint(condition=Q(**{f"{field}__in": choices.values}), name=f"{table}_{field}_known")
