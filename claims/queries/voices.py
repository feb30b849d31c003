"""What was said about an incident: every statement a reader may see, with its words, accused, links and numbers."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    BooleanField,
    Case,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    OuterRef,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.utils.translation import gettext

from claims.models import Accusation, Assessment, Figure, Link, MediaItem, Rendering, Statement
from claims.models.findings import Finding
from claims.models.link import Aspect
from claims.models.rendering import QuoteOutcome
from claims.models.statement import Lifecycle
from claims.queries.rows import folded, unfolded
from claims.quote_checks import own_checks
from harmtracker.markings import HIDES_SOURCE, HIDES_SPEAKER, HIDES_WHERE_SAID, HIDES_WORDS
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from harmtracker.wording import told_plainly
from sources.models import Capture, Party, Source
from sources.quote_edits import Piece, pieces
from sources.shown import named, parties_shown_to, pseudonym, sources_shown_to

# What is read of an accusation.
ACCUSED = {"party_id": "party_id", "ref": "party__ref", "name": "party__name", "wording": "wording"}
# Large columns of a capture that a line of the ledger never shows.
NOT_SHOWN = ("capture__text", "capture__links", "capture__flags", "capture__hops", "capture__metadata")


@dataclass(frozen=True)
class Accused:
    """A party a statement accuses, in these words as said; only parties the reader may see."""

    party_id: Any
    ref: str
    name: str
    wording: str


@dataclass(frozen=True)
class Words:
    """One rendering with what became of it: ``check`` is a quote check code, or "none" for words of ours.

    ``source`` and ``capture`` are None when the reader may not see the source. ``check_capture`` is the number of the
    newest capture that was searched, ``operations`` how the words differ there.
    """

    rendering: Rendering
    source: Source | None
    capture: Capture | None
    check: str
    check_capture: int | None
    operations: list[dict[str, Any]]
    publisher_seen: bool = False

    @property
    def where(self) -> str:
        """The capture in which the words were looked for, in words; "" where none may be named."""
        return gettext("capture %(number)s") % {"number": self.check_capture} if self.check_capture else ""

    @property
    def pieces(self) -> list[Piece]:
        """The words with what differs in the newest capture marked in them."""
        return pieces(self.rendering.exact, self.operations)


@dataclass
class Voice:
    """A statement as this reader may see it. ``speaker`` None: withheld. ``proposed``: a finding awaiting decision.

    ``said_in`` is empty where it would tell who or where the speaker is. ``alias`` and ``behalf_alias`` are the
    pseudonyms that stand for names withheld, "" where there are none.
    """

    statement: Statement
    speaker: Party | None
    on_behalf_of: Party | None
    media_item: MediaItem | None
    accused: list[Accused] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    words_withheld: bool = False
    figures: list[Figure] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    speaks_for: frozenset[Any] = frozenset()
    proposed: str = ""
    said_in: str = ""
    alias: str = ""
    behalf_alias: str = ""

    @property
    def who(self) -> str:
        """Who says it, as far as this reader may know: the name, else the pseudonym, else that it is withheld."""
        return self.speaker.name if self.speaker else self.alias or gettext("Speaker withheld")

    @property
    def for_whom(self) -> str:
        """On whose behalf, in the same way; "" for nobody this reader may know of."""
        return self.on_behalf_of.name if self.on_behalf_of else self.behalf_alias

    @property
    def key(self) -> Any:
        return self.statement.pk

    @property
    def in_short(self) -> str:
        """One line for a choice: who, what kind, its first words; as far as this reader may know them."""
        words = self.words[0].rendering.text[:70] if self.words else ""
        who = f"{self.speaker or self.alias}, " if self.speaker or self.alias else ""
        return told_plainly(f"{who}{self.statement.get_kind_display()}: {words} ({self.statement.ref})")

    @property
    def accused_names(self) -> str:
        """Whom it accuses, and in which words when they were others."""
        return ", ".join(
            f"{each.name} (“{each.wording}”)" if each.wording and each.wording != each.name else each.name
            for each in self.accused
        )

    @property
    def why(self) -> str:
        """Why the finding stands, for those who work on it: the public wording, else the reasons."""
        standing = self.statement.standing
        if standing is None or self.words_withheld:
            return self.public_why
        return str(standing.public_wording or standing.reasons)

    @property
    def public_why(self) -> str:
        """Why, for every reader: the public wording, or that nothing has been concluded."""
        if self.statement.standing:
            return self.statement.standing.public_wording
        if self.statement.finding == Finding.IN_PROGRESS:
            return gettext("Someone is working on it. Nothing has been concluded.")
        if self.statement.finding == Finding.UNVERIFIED:
            return gettext("No work has been done on this yet. That says nothing about whether it is true.")
        return ""

    @property
    def proposed_words(self) -> str:
        """The finding that awaits a decision, in words."""
        return str(Finding(self.proposed).label) if self.proposed else ""

    @property
    def is_current(self) -> bool:
        return self.statement.lifecycle == Lifecycle.CURRENT

    @property
    def said_order(self) -> tuple[bool, Any, Any]:
        """Sorts by when it was said; undated ones last, then in the order of logging."""
        started = self.statement.said_start
        return started is None, started or self.statement.created_at, self.statement.pk


def said_on(prefix: str = "", column: Callable[[str], F] = F) -> Cast:
    """SQL: the day a statement was said, where it was said (midnight in Kyiv is the day before in UTC)."""
    zone, start = column(f"{prefix}said_zone"), column(f"{prefix}said_start")
    return Cast(Func(zone, start, function="timezone", output_field=DateTimeField()), DateField())


def acts_for(party: Combinable | str, body: Combinable | str, day: Combinable) -> Func:
    """SQL: one party held an office of, belonged to or spoke for the other on that day, or is the other."""
    return Func(party, body, day, function="sources_acts_for", output_field=BooleanField())


def attributed(statements: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Statements annotated with who may be named in their lines and whom they accuse: as much as a list shows."""
    visible = Party.objects.visible_to(user)
    accused = Accusation.objects.filter(statement=OuterRef("pk"), party__in=parties_shown_to(user))
    shown: QuerySet[Any] = statements.select_related("party", "on_behalf_of").annotate(
        party_seen=Exists(visible.filter(pk=OuterRef("party_id"))),
        behalf_seen=Exists(visible.filter(pk=OuterRef("on_behalf_of_id"))),
        accused_rows=folded(accused.order_by("party__name", "id"), **ACCUSED),
    )
    return shown


def readable(statements: QuerySet[Any], user: User) -> QuerySet[Any]:
    """The same with all that a line of the ledger shows: media items, links out, finding, proposals."""
    open_proposals = Assessment.objects.filter(statement=OuterRef("pk"), decision=None, aspect=Aspect.OCCURRENCE)
    rows = attributed(statements, user).select_related(
        "media_item", "standing__decision__decided_by", "standing__proposed_by"
    )
    shown: QuerySet[Any] = rows.annotate(
        media_seen=Exists(MediaItem.objects.visible_to(user).filter(pk=OuterRef("media_item_id"))),
        link_rows=folded(Link.objects.filter(from_statement=OuterRef("pk"), removed_at=None).order_by("id")),
        proposed=Subquery(open_proposals.order_by("-proposed_at").values("finding")[:1]),
    )
    return shown


def with_words(statements: Iterable[Any], user: User) -> list[Voice]:
    """The voices of ``readable`` statements with their renderings, oldest said first."""
    found = in_order(statements, user)
    put_words(found, user)
    return found


def in_order(statements: Iterable[Any], user: User) -> list[Voice]:
    """The voices of ``readable`` or ``attributed`` statements, oldest said first, without words."""
    return sorted((_voice(statement, user) for statement in statements), key=lambda voice: voice.said_order)


def put_words(heard: Iterable[Voice], user: User) -> None:
    """Give these voices their words, where their marking does not withhold them from the reader. One query."""
    _put(heard, _words_of, user)


def put_first_words(heard: Iterable[Voice], user: User) -> None:
    """The same with no more than the oldest words of each: all a list shows. One query."""
    _put(heard, _first_words_of, user)


def _put(heard: Iterable[Voice], read: Callable[..., list[Any]], user: User) -> None:
    by_key = {voice.key: voice for voice in heard}
    for rendering in read(user, statements=list(by_key)):
        voice = by_key[rendering.statement_id]
        if not voice.words_withheld:
            voice.words.append(words_in(rendering, voice, user))


@prepared
def _words_of(user: User, statements: Any) -> QuerySet[Any]:
    standing = Rendering.objects.filter(is_among("statement", statements), withdrawn_at=None)
    return shown_words(standing, own_checks()[:1], user)


@prepared
def _first_words_of(user: User, statements: Any) -> QuerySet[Any]:
    standing = Rendering.objects.filter(is_among("statement", statements), withdrawn_at=None)
    oldest = _words_with_source(standing, own_checks()[:1], user)
    return oldest.order_by("statement", "created_at", "id").distinct("statement")


def shown_words(renderings: QuerySet[Rendering], checks: QuerySet[Any], user: User) -> QuerySet[Any]:
    """Renderings, oldest first, with source, publisher, capture and the one of the ``checks`` that is shown."""
    publishers = parties_shown_to(user).filter(pk=OuterRef("source__publisher_id"))
    found = _words_with_source(renderings, checks, user).select_related("source__publisher", "translates")
    shown: QuerySet[Any] = found.annotate(publisher_seen=Exists(publishers))
    return shown


def _words_with_source(renderings: QuerySet[Rendering], checks: QuerySet[Any], user: User) -> QuerySet[Any]:
    return (
        renderings.select_related("source", "capture")
        .defer(*NOT_SHOWN)
        .annotate(
            source_seen=Exists(sources_shown_to(user).filter(pk=OuterRef("source_id"))),
            check_rows=folded(checks, outcome="outcome", number="capture__number", operations="operations"),
        )
        .order_by("created_at", "id")
    )


def accused_spoken_for(accusations: QuerySet[Accusation], user: User) -> Any:
    """SQL: keys of the parties so accused for which the speaker acted that day; of a statement with a position."""
    # The few that are accused, once each: the function is dear, and one party may be accused a thousand times.
    accused = accusations.order_by().values("party_id").distinct()
    acting = parties_shown_to(user).filter(
        is_among("pk", ArraySubquery(accused)), acts_for(OuterRef("party_id"), F("pk"), said_on(column=OuterRef))
    )
    return Case(
        When(responsibility_position__isnull=False, then=ArraySubquery(acting.values("pk"))),
        default=Value([], output_field=ArrayField(UUIDField())),
    )


def _voice(statement: Any, user: User) -> Voice:
    handling = statement.handling
    names_speaker = user.sees_through(handling, HIDES_SPEAKER)
    shows_words = user.sees_through(handling, HIDES_WORDS)
    speaker = named(statement.party, user, is_visible=statement.party_seen and names_speaker)
    is_media_seen = getattr(statement, "media_seen", False)
    describes = is_media_seen and user.sees_through(statement.media_item.handling, HIDES_WORDS)
    return Voice(
        statement=statement,
        speaker=speaker,
        on_behalf_of=named(statement.on_behalf_of, user, is_visible=statement.behalf_seen and names_speaker),
        alias=pseudonym(statement.party, user, is_visible=statement.party_seen),
        behalf_alias=pseudonym(statement.on_behalf_of, user, is_visible=statement.behalf_seen),
        media_item=statement.media_item if describes else None,
        accused=[accused_in(row if shows_words else row | {"wording": ""}) for row in statement.accused_rows],
        words_withheld=not shows_words,
        figures=[_figure(row, shows_words) for row in getattr(statement, "number_rows", [])],
        links=[unfolded(Link, row) for row in getattr(statement, "link_rows", [])],
        speaks_for=frozenset(getattr(statement, "speaks_for", []) if speaker else []),
        proposed=getattr(statement, "proposed", "") or "",
        said_in=statement.said_in if user.sees_through(handling, HIDES_WHERE_SAID) else "",
    )


def accused_in(row: dict[str, Any]) -> Accused:
    """A party accused, from a row of accusations folded as ``ACCUSED``."""
    return Accused(UUID(row["party_id"]), row["ref"], row["name"], row["wording"])


def _figure(row: dict[str, Any], shows_words: bool) -> Figure:
    """The number; the words in which it was given go with the statement's other words."""
    return unfolded(Figure, row if shows_words else row | {"words": ""})


def words_in(rendering: Any, voice: Voice, user: User) -> Words:
    """One rendering of ``shown_words`` as this reader may see it beneath the voice."""
    shows_source = rendering.source_seen and user.sees_through(voice.statement.handling, HIDES_SOURCE)
    newest = rendering.check_rows[0] if rendering.check_rows else None
    code = newest["outcome"] if newest else QuoteOutcome.UNCHECKED
    return Words(
        rendering=rendering,
        source=rendering.source if shows_source else None,
        capture=rendering.capture if shows_source else None,
        check=str(code) if rendering.exact and rendering.is_quotation else "none",
        check_capture=newest["number"] if newest and shows_source else None,
        operations=newest["operations"] if newest and shows_source else [],
        publisher_seen=getattr(rendering, "publisher_seen", False),
    )
