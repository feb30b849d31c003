"""What waits for one person: alarms about sources that changed under their statements, as far as they may see them."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from claims.models import Alarm, QuoteCheck, Statement
from claims.models.alarm import AlarmKind
from claims.models.rendering import QuoteOutcome
from claims.models.statement import Lifecycle
from claims.queries.rows import folded
from harmtracker.markings import HIDES_SOURCE, HIDES_SPEAKER, HIDES_WORDS
from harmtracker.models import User
from sources.models import Party, Source
from sources.quote_edits import RED, EditClass, Piece, pieces
from sources.shown import named, pseudonym, sources_shown_to

MOST_OPEN = 50
MOST_ANSWERED = 20
LARGE = ("text", "reading", "links", "flags", "hops", "metadata")
STANDS = frozenset({QuoteOutcome.EXACT, QuoteOutcome.FORMAT_ONLY, QuoteOutcome.MOVED})


@dataclass(frozen=True)
class Edit:
    """What one difference touches, in words."""

    label: str
    is_red: bool


@dataclass(frozen=True)
class Line:
    """One alarm. ``speaker`` and ``source`` are None where they are withheld from this reader, and then nothing of the
    words is told either; ``alias`` may stand for the speaker's name. ``again`` is the capture in which the words stand
    as they were, ``newer`` one in which they changed once more.
    """

    alarm: Alarm
    speaker: Party | None
    source: Source | None
    pieces: list[Piece] = field(default_factory=list)
    lang: str = ""
    edits: list[Edit] = field(default_factory=list)
    is_copy: bool = False
    look: str = ""
    again: int | None = None
    newer: int | None = None
    alias: str = ""


@dataclass
class Desk:
    """The list of one person: what is open, red first, and what was answered lately."""

    open: list[Line]
    answered: list[Line]
    count: int
    red: int

    @property
    def is_cut(self) -> bool:
        return self.count > len(self.open)


def desk_of(user: User) -> Desk:
    """Every alarm of one person: what is open and what was answered lately, in three queries."""
    mine = alarms_for(user)
    counted = mine.filter(answered_at=None).aggregate(count=Count("pk"), red=Count("pk", filter=Q(is_red=True)))
    rows = _with_what_is_shown(mine, user)
    answered = rows.exclude(answered_at=None).order_by("-answered_at")[:MOST_ANSWERED]
    return Desk(open=open_alarms(user, MOST_OPEN), answered=[_line(row, user) for row in answered], **counted)


def open_alarms(user: User, most: int) -> list[Line]:
    """What waits for an answer, red first, at most so many. One query."""
    rows = _with_what_is_shown(alarms_for(user), user).filter(answered_at=None)
    return [_line(row, user) for row in rows[:most]]


def alarms_for(user: User, me: Any = None) -> QuerySet[Alarm]:
    """Alarms for this person about statements and sources they may see still; ``me`` is their key where given apart."""
    statements = Statement.objects.visible_to(user).exclude(lifecycle=Lifecycle.REMOVED)
    return Alarm.objects.filter(
        Q(statement=None) | Exists(statements.filter(pk=OuterRef("statement_id"))),
        Q(link=None)
        | Exists(statements.filter(pk=OuterRef("link__to_statement_id")))
        & Exists(statements.filter(pk=OuterRef("link__from_statement_id"))),
        Q(source=None) | Q(statement__isnull=False) | Exists(sources_shown_to(user).filter(pk=OuterRef("source_id"))),
        for_user=me or user.pk,
    )


def _with_what_is_shown(alarms: QuerySet[Alarm], user: User) -> QuerySet[Any]:
    checks = QuoteCheck.objects.filter(
        rendering=OuterRef("quote_check__rendering"), capture__source=OuterRef("source")
    ).order_by("-capture__number")[:1]
    shown: QuerySet[Any] = (
        alarms.select_related(
            "statement__party", "source", "capture", "quote_check__rendering__capture",
            "quote_check__rendering__source", "answered_by",
            "link__from_statement__party", "link__to_statement__party",
        )
        .defer(*(f"{path}__{name}" for path in ("capture", "quote_check__rendering__capture") for name in LARGE))
        .annotate(
            source_seen=Exists(sources_shown_to(user).filter(pk=OuterRef("source_id"))),
            party_seen=Exists(Party.objects.visible_to(user).filter(pk=OuterRef("statement__party_id"))),
            newest=folded(
                checks, outcome="outcome", number="capture__number", operations="operations",
                attribution_outcome="attribution_outcome",
            ),
        )
    )  # fmt: skip
    return shown


def _line(alarm: Any, user: User) -> Line:
    statement, check = alarm.statement, alarm.quote_check
    handling = statement.handling if statement else []
    party = statement.party if statement else None
    speaker = named(party, user, is_visible=alarm.party_seen and user.sees_through(handling, HIDES_SPEAKER))
    alias = pseudonym(party, user, is_visible=alarm.party_seen)
    if not (alarm.source_seen and user.sees_through(handling, HIDES_SOURCE)):
        return Line(alarm, speaker, None, alias=alias)
    if check is None or not user.sees_through(handling, HIDES_WORDS):
        return Line(alarm, speaker, alarm.source, alias=alias)
    rendering = check.rendering
    is_attribution = alarm.kind == AlarmKind.ATTRIBUTION_CHANGED
    if is_attribution and not user.sees_through(handling, HIDES_SPEAKER):
        return Line(alarm, speaker, alarm.source, alias=alias)  # an attribution names the speaker
    changes = check.attribution_operations if is_attribution else check.operations
    newest = alarm.newest[0] if alarm.newest else None
    is_later = newest is not None and newest["number"] > alarm.capture.number
    outcome = (newest["attribution_outcome"] if is_attribution else newest["outcome"]) if newest else ""
    return Line(
        alarm,
        speaker,
        alarm.source,
        alias=alias,
        pieces=pieces(rendering.attribution_exact if is_attribution else rendering.exact, changes),
        lang=rendering.lang,
        edits=_edits(changes),
        is_copy=alarm.source_id != rendering.source_id,
        look=_look(alarm),
        again=newest["number"] if newest and is_later and outcome in STANDS else None,
        newer=newest["number"] if newest and is_later and outcome not in STANDS else None,
    )


def _edits(changes: list[dict[str, Any]]) -> list[Edit]:
    """The classes touched, the gravest first, each once."""
    touched = {str(each["class"]) for each in changes}
    return [Edit(str(edit.label), edit in RED) for edit in EditClass if edit in touched]


def _look(alarm: Any) -> str:
    """Where the two texts lie side by side, at these words."""
    rendering = alarm.quote_check.rendering
    if alarm.source_id == rendering.source_id:
        source, later = alarm.source, {"to": alarm.capture.number}
    else:
        source, later = rendering.source, {"with": f"{alarm.source.ref}/{alarm.capture.number}"}
    asked = urlencode({"from": rendering.capture.number, **later})
    return f"{reverse('source-changes', args=[source.ref])}?{asked}#q-{rendering.pk}"
