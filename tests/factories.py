"""Records for tests, each whole and lawful: what the database's own rules ask for is there from the start."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import factory
from django.db import transaction
from django.utils import timezone
from factory import LazyAttribute, LazyFunction, SelfAttribute, Sequence, SubFactory
from factory.django import DjangoModelFactory

from claims.models import (
    Accusation,
    Assessment,
    CommentRequest,
    CommentRequestEvent,
    Decision,
    Evidence,
    Figure,
    Incident,
    Link,
    MediaItem,
    OutsideNote,
    Partner,
    PartnerToken,
    PublishedRecord,
    QuoteCheck,
    Release,
    Rendering,
    Statement,
    StatementIncident,
)
from claims.models.findings import CONCLUSIONS, NEEDS_SECOND_PERSON, NEEDS_TWO_ORIGINS, Finding
from harmtracker.models import Role, User
from sources.models import Capture, Party
from tests.factories_of_sources import (  # noqa: F401  # everything is imported from here
    PASSWORD,
    TEXT,
    WORDS,
    AffiliationFactory,
    BlobFactory,
    CaptureFactory,
    ComparisonFactory,
    CopyFactory,
    PartyFactory,
    PlaceFactory,
    RecordFactory,
    SourceFactory,
    TeamFactory,
    UserFactory,
    admin,
    analyst,
    capture_under_way,
    editor,
    maker,
    viewer,
)

_numbers = itertools.count(1)


class IncidentFactory(RecordFactory):
    class Meta:
        model = Incident

    title = Sequence(lambda n: f"Killings in the town {n:05}")
    occurred = "2022-04-02"
    occurred_start = datetime(2022, 4, 1, 21, tzinfo=UTC)
    occurred_end = datetime(2022, 4, 2, 21, tzinfo=UTC)
    occurred_precision = "day"
    place = SubFactory(PlaceFactory)


class MediaItemFactory(RecordFactory):
    class Meta:
        model = MediaItem

    kind = "video"
    description = Sequence(lambda n: f"Video {n:05} from a car on Yablunska street")
    source = SubFactory(SourceFactory)


def span(capture: Capture, words: str) -> dict[str, Any]:
    """The selector columns of ``words`` where they first stand in the captured text (code points)."""
    start = capture.text.index(words)
    return {"start": start, "end": start + len(words), "text_sha256": capture.text_sha256}


class RenderingFactory(DjangoModelFactory):
    """Verbatim words that stand in the capture. For words without a selector pass ``quoted=False``."""

    class Meta:
        model = Rendering

    statement = SubFactory("tests.factories.StatementFactory", created_by=LazyFunction(analyst))
    lang = "en"
    text = WORDS
    fidelity = "verbatim"
    capture = SubFactory(CaptureFactory)
    source = LazyAttribute(lambda made: made.capture.source if made.capture else None)
    created_by = SelfAttribute("statement.created_by")
    quoted = True

    @classmethod
    def _create(cls, model_class: type[Rendering], *args: Any, quoted: bool, **kwargs: Any) -> Rendering:
        if quoted:
            kwargs = {"exact": kwargs["text"]} | kwargs
            kwargs = span(kwargs["capture"], kwargs["exact"]) | kwargs
        return super()._create(model_class, *args, **kwargs)


class StatementFactory(RecordFactory):
    """A whole statement: one rendering of ``words`` from ``capture``, about ``incident``; allegations accuse a party.

    ``accused`` is a list of parties (an allegation accuses a new one if it is not given; ``[]`` names nobody);
    ``words=None`` makes no rendering and ``incident=None`` none of these, for tests of the rules.
    """

    class Meta:
        model = Statement

    kind = "allegation"
    party = SubFactory(PartyFactory)
    said = "2022-04-03"
    said_start = datetime(2022, 4, 3, 0, tzinfo=UTC)
    said_end = datetime(2022, 4, 4, 0, tzinfo=UTC)
    said_precision = "day"
    checkability = "factual"
    responsibility_position = LazyAttribute(lambda made: "denies_act" if made.kind in ANSWERING else None)
    media_item = factory.Maybe("is_about_media", SubFactory(MediaItemFactory), None)
    incident = SubFactory(IncidentFactory)
    incidents = ()
    capture = SubFactory(CaptureFactory)
    words = WORDS
    accused = None

    class Params:
        is_about_media = LazyAttribute(lambda made: made.kind == "authenticity_claim")

    @classmethod
    def _create(cls, model_class: type[Statement], *args: Any, **kwargs: Any) -> Statement:
        capture, words, accused = kwargs.pop("capture"), kwargs.pop("words"), kwargs.pop("accused")
        about = [each for each in (kwargs.pop("incident"), *kwargs.pop("incidents")) if each is not None]
        if accused is None:
            is_accusing = kwargs["kind"] == "allegation" and not kwargs.get("names_nobody")
            accused = [PartyFactory(created_by=kwargs["created_by"])] if is_accusing else []
        if kwargs["kind"] == "allegation":
            kwargs.setdefault("names_nobody", not accused)
        with transaction.atomic(savepoint=False):
            statement = super()._create(model_class, *args, **kwargs)
            for incident in about:
                StatementIncident.objects.create(statement=statement, incident=incident)
            for party in accused:
                Accusation.objects.create(statement=statement, party=party, wording="as said")
            if words is not None:
                RenderingFactory(statement=statement, capture=capture, text=words)
        return statement


ANSWERING = ("denial", "acknowledgement", "justification")


class LinkFactory(DjangoModelFactory):
    """A denial that answers an allegation about the same incident."""

    class Meta:
        model = Link

    to_statement = SubFactory(StatementFactory)
    from_statement = LazyAttribute(
        lambda made: StatementFactory(
            kind="denial", incident=made.to_statement.incidents.first(), created_by=made.created_by
        )
    )
    type = "denies"
    aspect = "occurrence"
    basis = "explicit"
    created_by = LazyAttribute(maker)


class QuoteCheckFactory(DjangoModelFactory):
    class Meta:
        model = QuoteCheck

    rendering = SubFactory(RenderingFactory)
    capture = SelfAttribute("rendering.capture")
    outcome = "exact"


class FigureFactory(DjangoModelFactory):
    """At least twenty killed."""

    class Meta:
        model = Figure

    statement = SubFactory(StatementFactory)
    incident = LazyAttribute(lambda made: made.statement.incidents.first())
    outcome = "killed"
    least = 20
    words = "at least 20"
    created_by = LazyAttribute(maker)


class OutsideNoteFactory(RecordFactory):
    class Meta:
        model = OutsideNote

    party = SubFactory(PartyFactory, kind="media")
    incident = SubFactory(IncidentFactory)
    wording = "Nobody answered."
    lang = "en"
    aspect = "occurrence"
    capture = SubFactory(CaptureFactory)
    source = SelfAttribute("capture.source")

    @classmethod
    def _create(cls, model_class: type[OutsideNote], *args: Any, **kwargs: Any) -> OutsideNote:
        return super()._create(model_class, *args, **(span(kwargs["capture"], kwargs["wording"]) | kwargs))


class CommentRequestFactory(RecordFactory):
    class Meta:
        model = CommentRequest

    asked_by = SubFactory(PartyFactory, kind="ngo")
    party = SubFactory(PartyFactory)
    incident = SubFactory(IncidentFactory)
    question = "What is your side?"
    state = "sent"
    channel = "e-mail"


class RequestEventFactory(DjangoModelFactory):
    class Meta:
        model = CommentRequestEvent

    request = SubFactory(CommentRequestFactory)
    outcome = "awaiting_reply"
    happened_at = LazyAttribute(lambda made: timezone.now())
    created_by = LazyAttribute(maker)


def subject_field(subject: Any) -> str:
    """The column under which an assessment or release names its subject: statement, incident or media_item."""
    return {"statement": "statement", "incident": "incident", "mediaitem": "media_item"}[subject._meta.model_name]


class AssessmentFactory(DjangoModelFactory):
    """A proposal on ``subject=`` (default: a new statement) from the stage and version at which it stands."""

    class Meta:
        model = Assessment

    subject = SubFactory(StatementFactory)
    subject_version = SelfAttribute("subject.version")
    moves_from = SelfAttribute("subject.stage")
    finding = "in_progress"
    standard_of_proof = "balance_of_probabilities"
    confidence = LazyAttribute(lambda made: "moderate" if made.finding in CONCLUSIONS else "")
    reasons = "We compared what there is."
    public_wording = "The organisation could not independently confirm this."
    tried = LazyAttribute(lambda made: ["no_access"] if made.finding == "could_not_confirm" else [])
    would_settle = "Access to the place."
    proposed_by = SubFactory(UserFactory)

    @classmethod
    def _create(cls, model_class: type[Assessment], *args: Any, subject: Any, **kwargs: Any) -> Assessment:
        return super()._create(model_class, *args, **({subject_field(subject): subject} | kwargs))


class EvidenceFactory(DjangoModelFactory):
    class Meta:
        model = Evidence

    assessment = SubFactory(AssessmentFactory)
    direction = LazyAttribute(lambda made: "against" if made.assessment.finding == "refuted" else "for")
    statement = SubFactory(StatementFactory, kind="testimony")
    reliability = "B"
    credibility = "2"


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    assessment = SubFactory(AssessmentFactory)
    kind = "approve"
    decided_by = SubFactory(UserFactory, role=Role.EDITOR)


def approve_finding(
    subject: Any, finding: str, *, by: User | None = None, proposer: User | None = None, **fields: Any
) -> Assessment:
    """Lead ``subject`` to ``finding`` the lawful way, through in_progress, with whatever evidence the rules ask for.

    Returns the approved assessment; ``subject`` is fresh afterwards. ``fields`` go to the last assessment.
    """
    by, proposer = by or editor(), proposer or analyst()
    subject.refresh_from_db()
    if subject.stage != "in_progress" and finding not in ("in_progress", "withdrawn"):
        _approve(subject, Finding.IN_PROGRESS, by, proposer)
    if finding in NEEDS_SECOND_PERSON:
        _ask_everyone_accused(subject)
    return _approve(subject, finding, by, proposer, **fields)


def _approve(subject: Any, finding: str, by: User, proposer: User, **fields: Any) -> Assessment:
    assessment = AssessmentFactory(subject=subject, finding=finding, proposed_by=proposer, **fields)
    if finding in NEEDS_TWO_ORIGINS:
        for _each in range(2):
            EvidenceFactory(assessment=assessment)
    DecisionFactory(assessment=assessment, decided_by=by)
    subject.refresh_from_db()
    return assessment


def _ask_everyone_accused(subject: Any) -> None:
    for party, incident in accused_of(subject):
        CommentRequestFactory(
            party=party, incident=incident, state="not_sought", not_sought_reason="It has said so in public."
        )


def accused_of(subject: Any) -> list[tuple[Party, Incident]]:
    """Each party accused by a statement, or about an incident, with an incident to ask it about."""
    if isinstance(subject, Statement):
        return [(row.party, subject.incidents.first()) for row in subject.accuses.select_related("party")]
    if isinstance(subject, Incident):
        rows = Accusation.objects.filter(statement__incidents=subject).select_related("party")
        return [(row.party, subject) for row in rows]
    return []


class ReleaseFactory(DjangoModelFactory):
    """A release of ``subject=``, which has to be approved; its quotations are checked as exact beforehand."""

    class Meta:
        model = Release

    subject = SubFactory(IncidentFactory, workflow="approved")
    version = SelfAttribute("subject.version")
    digest = "0" * 64
    confirmed_unassessed = True
    released_by = SubFactory(UserFactory, role=Role.EDITOR)

    @classmethod
    def _create(cls, model_class: type[Release], *args: Any, subject: Any, **kwargs: Any) -> Release:
        if isinstance(subject, Statement):
            for rendering in subject.renderings.filter(capture__isnull=False, checks=None):
                QuoteCheckFactory(rendering=rendering)
        return super()._create(model_class, *args, **({subject_field(subject): subject} | kwargs))


def publish(subject: Any, **fields: Any) -> PublishedRecord:
    """Release ``subject`` and show it to partners. The documents are not rendered."""
    release = ReleaseFactory(subject=subject, **fields)
    return PublishedRecord.objects.create(
        record_id=subject.pk, record_type=subject_field(subject), release=release, tlp=subject.tlp,
        released_tlp=subject.tlp,
    )  # fmt: skip


class PartnerFactory(DjangoModelFactory):
    class Meta:
        model = Partner

    name = Sequence(lambda n: f"Partner {n:05}")
    created_by = SubFactory(UserFactory, role=Role.ADMIN)


class PartnerTokenFactory(DjangoModelFactory):
    """A token row; its digest matches no secret (issuing one is the product's own act)."""

    class Meta:
        model = PartnerToken

    partner = SubFactory(PartnerFactory)
    public_id = LazyAttribute(lambda made: f"{next(_numbers):012d}")
    digest = "0" * 64
    scopes = ["read"]
    created_by = SubFactory(UserFactory, role=Role.ADMIN)
    expires_at = LazyAttribute(lambda made: timezone.now() + timedelta(days=30))


def ready_incident(**fields):
    """An incident that may be released."""
    return IncidentFactory(**({"workflow": "approved"} | fields))


def ready_statement(check="exact", **fields):
    """An approved statement whose quotation was found in its capture with this outcome."""
    statement = StatementFactory(**({"workflow": "approved"} | fields))
    for rendering in statement.renderings.all():
        QuoteCheckFactory(rendering=rendering, outcome=check)
    return statement
