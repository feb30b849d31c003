"""What one party said, when, about which incidents."""

import functools

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from claims.models.dated import DatePrecision, date_constraints
from claims.models.findings import Assessed, assessed_constraints
from claims.models.incident import Incident
from claims.models.media_item import MediaItem
from harmtracker.identity import new_id, new_ref
from harmtracker.records import Marked, Record, RecordQuerySet, Workflow, choice_constraint, marking_constraints
from sources.models import Party


class StatementKind(models.TextChoices):
    ALLEGATION = "allegation", _("Allegation")
    DENIAL = "denial", _("Denial")
    ACKNOWLEDGEMENT = "acknowledgement", _("Acknowledgement")
    JUSTIFICATION = "justification", _("Justification")
    CHARACTERIZATION = "characterization", _("Characterization")
    CASUALTY_FIGURE = "casualty_figure", _("Casualty figure")
    AUTHENTICITY_CLAIM = "authenticity_claim", _("Authenticity claim")
    HUMANITARIAN_CLAIM = "humanitarian_claim", _("Humanitarian claim")
    MOVEMENT_CLAIM = "movement_claim", _("Movement claim")
    MOTIVE_CLAIM = "motive_claim", _("Motive claim")
    CONDEMNATION = "condemnation", _("Condemnation")
    ENDORSEMENT = "endorsement", _("Endorsement")
    ANNOUNCEMENT = "announcement", _("Announcement")
    APPEAL = "appeal", _("Appeal")
    TESTIMONY = "testimony", _("Testimony")
    FINDING = "finding", _("Finding by a body")
    CORRECTION = "correction", _("Correction")
    RETRACTION = "retraction", _("Retraction")
    NO_COMMENT = "no_comment", _("No comment")


class ResponsibilityPosition(models.TextChoices):
    """What a party says of its own part. After the HURIDOCS attribution list. Never our finding."""

    STATES_CIRCUMSTANCES = "states_circumstances", _("States circumstances")
    DENIES_ACT = "denies_act", _("Denies the act")
    ACKNOWLEDGES_ACT_DENIES_RESPONSIBILITY = (
        "acknowledges_act_denies_responsibility",
        _("Acknowledges the act, denies responsibility"),
    )
    ACKNOWLEDGES_ACT_ALTERNATIVE_EXPLANATION = (
        "acknowledges_act_alternative_explanation",
        _("Acknowledges the act, explains it otherwise"),
    )
    ACCEPTS_RESPONSIBILITY = "accepts_responsibility", _("Accepts responsibility")
    UNKNOWN = "unknown", _("Position not clear")


class Checkability(models.TextChoices):
    FACTUAL = "factual", _("Factual")
    LEGAL_CHARACTERIZATION = "legal_characterization", _("Legal characterization")
    OPINION = "opinion", _("Opinion")
    COMMITMENT = "commitment", _("Commitment")
    UNCLEAR = "unclear", _("Unclear")


class Lifecycle(models.TextChoices):
    CURRENT = "current", _("Current")
    CORRECTED = "corrected", _("Corrected")
    SUPERSEDED = "superseded", _("Superseded")
    RETRACTED_BY_SPEAKER = "retracted_by_speaker", _("Retracted by the speaker")
    REMOVED = "removed", _("Removed by us")


class SpokenAs(models.TextChoices):
    HEAD_OF_STATE = "head_of_state", _("Head of state")
    HEAD_OF_GOVERNMENT = "head_of_government", _("Head of government")
    MINISTER = "minister", _("Minister")
    SPOKESPERSON = "spokesperson", _("Spokesperson")
    OFFICIAL_CHANNEL = "official_channel", _("Official channel")
    MILITARY_COMMAND = "military_command", _("Military command")
    LOCAL_OFFICIAL = "local_official", _("Local official")
    DIPLOMAT = "diplomat", _("Diplomat")
    IGO_OFFICIAL = "igo_official", _("Official of an international organisation")
    NGO = "ngo", _("Non-governmental organisation")
    WITNESS = "witness", _("Witness")
    JOURNALIST = "journalist", _("Journalist")
    UNNAMED_OFFICIAL = "unnamed_official", _("Unnamed official")
    OTHER = "other", _("Other")


class HowKnown(models.TextChoices):
    ON_RECORD = "on_record", _("On the record")
    OFFICIAL_PUBLICATION = "official_publication", _("Official publication")
    ON_BACKGROUND = "on_background", _("On background")
    ANONYMOUS = "anonymous", _("Anonymous")
    VIA_THIRD_PARTY = "via_third_party", _("Via a third party")


class Statement(Record, Marked, Assessed):
    """What one party said, when, in which words (its renderings), about which incidents. One kind each.

    ``said`` is EDTF as reported, bounds derived in ``said_zone`` (the broadcaster's or speaker's). An allegation either
    accuses parties (``accuses``) or says that it ``names_nobody``; the database holds that at commit.
    """

    ref = models.CharField(max_length=12, unique=True, editable=False, default=functools.partial(new_ref, "ST"))
    kind = models.CharField(max_length=20, choices=StatementKind.choices)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="statements")
    on_behalf_of = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    spoken_as = models.CharField(max_length=18, choices=SpokenAs.choices, default=SpokenAs.OTHER)
    role_words = models.CharField(max_length=160, blank=True, help_text=_("The office or role as it was given."))
    said_in = models.CharField(max_length=200, blank=True, help_text=_("Programme, channel or briefing."))
    how_known = models.CharField(max_length=20, choices=HowKnown.choices, default=HowKnown.ON_RECORD)
    said = models.CharField(max_length=40, blank=True, help_text=_("EDTF: 2022-04-03."))
    said_start = models.DateTimeField(null=True, editable=False)
    said_end = models.DateTimeField(null=True, editable=False)
    said_precision = models.CharField(
        max_length=10, choices=DatePrecision.choices, default=DatePrecision.UNKNOWN, editable=False
    )
    said_zone = models.CharField(max_length=40, default="UTC", help_text=_("IANA zone."))
    # Null means "not asked"; "unknown" is an answer.
    responsibility_position = models.CharField(  # noqa: DJ001
        max_length=42, choices=ResponsibilityPosition.choices, null=True, blank=True
    )
    checkability = models.CharField(max_length=24, choices=Checkability.choices, default=Checkability.UNCLEAR)
    names_nobody = models.BooleanField(null=True, blank=True, help_text=_("An allegation that accuses no party."))
    media_item = models.ForeignKey(
        MediaItem, on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    incidents = models.ManyToManyField(Incident, through="StatementIncident", related_name="statements")
    workflow = models.CharField(max_length=18, choices=Workflow.choices, default=Workflow.DRAFT)
    lifecycle = models.CharField(max_length=22, choices=Lifecycle.choices, default=Lifecycle.CURRENT)
    lifecycle_reason = models.TextField(blank=True)
    lifecycle_at = models.DateTimeField(null=True, editable=False)
    lifecycle_by = models.ForeignKey(
        "harmtracker.User", on_delete=models.PROTECT, null=True, editable=False, related_name="+"
    )

    objects = RecordQuerySet.as_manager()

    class Meta:
        constraints = [
            *marking_constraints("statement"),
            *assessed_constraints("statement"),
            *date_constraints("statement", "said"),
            choice_constraint("statement", "kind", StatementKind),
            choice_constraint("statement", "spoken_as", SpokenAs),
            choice_constraint("statement", "how_known", HowKnown),
            choice_constraint("statement", "checkability", Checkability),
            choice_constraint("statement", "workflow", Workflow),
            choice_constraint("statement", "lifecycle", Lifecycle),
            models.CheckConstraint(
                condition=Q(responsibility_position=None)
                | Q(responsibility_position__in=ResponsibilityPosition.values),
                name="statement_position_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["denial", "acknowledgement", "justification"])
                | Q(responsibility_position__isnull=False),
                name="statement_answer_has_position",
            ),
            models.CheckConstraint(
                condition=~Q(kind="authenticity_claim") | Q(media_item__isnull=False),
                name="statement_authenticity_names_media",
            ),
            models.CheckConstraint(
                condition=~Q(kind="allegation") | Q(names_nobody__isnull=False), name="statement_allegation_was_asked"
            ),
            models.CheckConstraint(
                condition=Q(lifecycle="current", lifecycle_at__isnull=True, lifecycle_by__isnull=True)
                | (
                    ~Q(lifecycle="current")
                    & Q(lifecycle_at__isnull=False, lifecycle_by__isnull=False)
                    & ~Q(lifecycle_reason="")
                ),
                name="statement_lifecycle_has_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="statement_newest"),
            models.Index(fields=["party", "-created_at", "-id"], name="statement_by_party"),
            models.Index(fields=["kind", "-created_at", "-id"], name="statement_by_kind"),
            models.Index(fields=["finding", "-created_at", "-id"], name="statement_by_finding"),
            models.Index(
                fields=["created_at", "id"], condition=Q(workflow=Workflow.IN_REVIEW), name="statement_in_review"
            ),
            models.Index(
                fields=["created_by", "created_at"],
                condition=Q(workflow=Workflow.CHANGES_REQUESTED),
                name="statement_sent_back",
            ),
            models.Index(
                fields=["under_review_since"],
                condition=Q(under_review_since__isnull=False),
                name="statement_lapsed",
            ),
            # With what visibility asks beside the key: a party's newest positions are read from the index alone.
            models.Index(
                F("party"),
                F("said_start").desc(nulls_last=True),
                include=["id", "tlp", "team", "handling", "said_zone"],
                condition=Q(responsibility_position__isnull=False, lifecycle=Lifecycle.CURRENT),
                name="statement_position",
            ),
            models.Index(
                fields=["-id"],
                condition=Q(kind="denial", finding__in=["contradicted", "refuted"]),
                name="statement_denial_disproved",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.ref}"

    def get_absolute_url(self) -> str:
        return reverse("statement", args=[self.ref])


class StatementIncident(models.Model):
    """A statement is about an incident. It may be about several, and is still one row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="about")
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, related_name="spoken_of")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "incident"], name="statement_incident_once")]

    def __str__(self) -> str:
        return f"{self.statement_id} about {self.incident_id}"


class Accusation(models.Model):
    """A statement accuses a party, in these words as said."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, on_delete=models.CASCADE, related_name="accuses")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="accused_by")
    wording = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["statement", "party"], name="accusation_once")]
        indexes = [models.Index(fields=["party", "-id"], name="accusation_by_party")]

    def __str__(self) -> str:
        return f"{self.statement_id} accuses {self.party_id}"
