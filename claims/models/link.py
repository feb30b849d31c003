"""A directed relation from a statement to another: this denial answers that allegation."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.statement import Statement
from harmtracker.records import Record, choice_constraint


class LinkType(models.TextChoices):
    DENIES = "denies", _("denies")
    REBUTS = "rebuts", _("rebuts")
    CONTRADICTS = "contradicts", _("contradicts")
    REFUTES = "refutes", _("refutes")
    CORROBORATES = "corroborates", _("corroborates")
    SUPPORTS = "supports", _("supports")
    REPEATS = "repeats", _("repeats")
    QUALIFIES = "qualifies", _("qualifies")
    REPLIES_TO = "replies_to", _("replies to")
    CORRECTS = "corrects", _("corrects")
    RETRACTS = "retracts", _("retracts")
    SUPERSEDES = "supersedes", _("supersedes")


# The Citation Typing Ontology's word for each, in the export.
CITO: dict[str, tuple[str, ...]] = {
    LinkType.DENIES: ("disputes",),
    LinkType.REBUTS: ("disputes", "repliesTo"),
    LinkType.CONTRADICTS: ("disagreesWith",),
    LinkType.REFUTES: ("refutes",),
    LinkType.CORROBORATES: ("confirms",),
    LinkType.SUPPORTS: ("supports",),
    LinkType.REPEATS: ("agreesWith",),
    LinkType.QUALIFIES: ("qualifies",),
    LinkType.REPLIES_TO: ("repliesTo",),
    LinkType.CORRECTS: ("corrects",),
    LinkType.RETRACTS: ("retracts",),
    LinkType.SUPERSEDES: ("updates",),
}
ANSWERS = frozenset({LinkType.DENIES, LinkType.REBUTS, LinkType.QUALIFIES, LinkType.REPLIES_TO})


class Aspect(models.TextChoices):
    OCCURRENCE = "occurrence", _("occurrence")
    TIME = "time", _("time")
    PLACE = "place", _("place")
    VICTIMS = "victims", _("victims")
    NUMBER = "number", _("number")
    RESPONSIBILITY = "responsibility", _("responsibility")
    MEANS = "means", _("means")
    INTENT = "intent", _("intent")
    LEGAL_CHARACTER = "legal_character", _("legal character")
    MEDIA_AUTHENTICITY = "media_authenticity", _("authenticity of media")
    OTHER = "other", _("other")


class Basis(models.TextChoices):
    EXPLICIT = "explicit", _("explicitly")
    EDITORIAL = "editorial", _("we tie them")


class Link(Record):
    """From the later or acting statement to its target. Visible when both ends are.

    The rules of domain.md ("Links between statements") are held by a trigger, for every writer. A removed link stays,
    with who, when and why.
    """

    from_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="links_out")
    to_statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="links_in")
    type = models.CharField(max_length=14, choices=LinkType.choices)
    aspect = models.CharField(max_length=20, choices=Aspect.choices)
    basis = models.CharField(max_length=10, choices=Basis.choices)
    reason = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    removed_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["from_statement", "to_statement", "type", "aspect"],
                condition=Q(removed_at=None),
                name="link_once",
            ),
            models.CheckConstraint(condition=~Q(from_statement=F("to_statement")), name="link_not_to_itself"),
            choice_constraint("link", "type", LinkType),
            choice_constraint("link", "aspect", Aspect),
            choice_constraint("link", "basis", Basis),
            models.CheckConstraint(condition=~Q(basis="editorial") | ~Q(reason=""), name="link_editorial_has_reason"),
            models.CheckConstraint(
                condition=~Q(type="contradicts") | Q(basis="editorial", from_statement__lt=F("to_statement")),
                name="link_contradicts_ordered",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True, removed_reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_reason="")),
                name="link_removed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_statement_id} {self.type} {self.to_statement_id}"
