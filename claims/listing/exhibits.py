"""What can be cited as evidence, and what was cited, each as one line and only as far as the reader may see it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from claims.models import (
    Assessment,
    Evidence,
    Incident,
    MediaItem,
    OutsideNote,
    Rendering,
    Statement,
    StatementIncident,
)
from claims.quote_checks import own_checks
from harmtracker.markings import HIDES_SOURCE, HIDES_SPEAKER, HIDES_WORDS
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from sources.models import Party, Source
from sources.shown import named, pseudonym, sources_shown_to

Citable = Statement | Rendering | OutsideNote | MediaItem
MOST_OFFERED = 40


@dataclass(frozen=True)
class Exhibit:
    """One thing that can be cited. ``text`` is empty where its words are withheld from this reader."""

    key: str
    thing: Citable
    what: str
    speaker: str
    text: str = ""
    lang: str = ""
    is_quotation: bool = False
    check: str = "none"
    source: Source | None = None
    dated: str = ""
    precision: str = ""

    @property
    def ref(self) -> str:
        """The short reference of the thing; a rendering goes by its statement's."""
        return self.thing.statement.ref if isinstance(self.thing, Rendering) else self.thing.ref

    @property
    def url(self) -> str:
        """Where to read it; an outside note is read in its source."""
        if isinstance(self.thing, OutsideNote):
            return self.source.get_absolute_url() if self.source else ""
        return (self.thing.statement if isinstance(self.thing, Rendering) else self.thing).get_absolute_url()


def standing_words(statements: Iterable[uuid.UUID], user: User) -> dict[uuid.UUID, list[Any]]:
    """The renderings of each statement that rest on sources the reader may see, oldest first, with ``newest_check``."""
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for row in _words_of(user, statements=list(statements)):
        found[row.statement_id].append(row)
    return found


@prepared
def _words_of(user: User, statements: Any) -> QuerySet[Any]:
    sources = sources_shown_to(user)
    # Asked of each by its key: a list of all sources one may see would be read whole for a handful of words.
    translated = Exists(sources.filter(pk=OuterRef("translates__source_id")))
    rows: QuerySet[Any] = Rendering._base_manager.filter(
        Exists(sources.filter(pk=OuterRef("source_id"))) | Q(translated, source=None),
        is_among("statement", statements),
        withdrawn_at=None,
    )
    checked: QuerySet[Any] = rows.annotate(newest_check=Subquery(_newest_check()))
    return checked.select_related("source").order_by("created_at", "id")


def offered(
    incidents: Iterable[Incident], user: User, *, also: Iterable[str] = (), subject: Any = None
) -> tuple[Exhibit | None, list[Exhibit]]:
    """The subject as a line, and what the record holds on these incidents or under the references ``also``.

    At most ``MOST_OFFERED`` statements, newest first; a rendering has a line of its own where its statement has
    several. The subject is no evidence for itself, but each of its renderings may be. An incident has no line.
    """
    asked = {
        "incidents": [incident.pk for incident in incidents],
        "refs": [*also, *([] if subject is None else [subject.ref])],
    }
    statements = _statements(user, **asked)
    words = standing_words([each.pk for each in statements], user)
    shown = media_exhibit(subject, user) if isinstance(subject, MediaItem) else None
    lines: list[Exhibit] = []
    for statement in statements:
        renderings, is_seen = words[statement.pk], statement.speaker_is_seen
        line = statement_exhibit(statement, renderings, is_seen, user)
        if statement == subject:
            shown = line
        else:
            lines.append(line)
        if len(renderings) > 1 or statement == subject:
            lines += [rendering_exhibit(row, statement, is_seen, user) for row in renderings]
    lines += [note_exhibit(note, note.speaker_is_seen, user) for note in _notes(user, **asked)]
    lines += [media_exhibit(item, user) for item in _media_items(user, **asked) if item != subject]
    return shown, lines


def cited(assessment: Assessment, user: User) -> list[tuple[Evidence, Exhibit]]:
    """The evidence of a proposal that the reader may see, against first; two queries however much there is."""
    parties, sources = Party.objects.visible_to(user), sources_shown_to(user)
    rows: QuerySet[Any] = (
        assessment.evidence.filter(
            Q(statement__in=Statement.objects.visible_to(user))
            | Q(rendering__statement__in=Statement.objects.visible_to(user), rendering__source__in=sources)
            | Q(note__in=OutsideNote.objects.visible_to(user), note__source__in=sources)
            | Q(media_item__in=MediaItem.objects.visible_to(user))
        )
        .annotate(
            speaker=Coalesce("statement__party", "rendering__statement__party", "note__party"),
            newest_check=Subquery(_newest_check("rendering", "rendering__source")),
        )
        .annotate(speaker_is_seen=Exists(parties.filter(pk=OuterRef("speaker"))))
        .select_related(
            "statement__party", "rendering__statement__party", "rendering__source", "media_item", "note__party",
            "note__source",
        )
        .order_by("direction", "id")
    )  # fmt: skip
    found = list(rows)
    words = standing_words([row.statement_id for row in found if row.statement_id], user)
    return [(row, _exhibit_of(row, words, user)) for row in found]


def _exhibit_of(row: Any, words: dict[uuid.UUID, list[Any]], user: User) -> Exhibit:
    if row.statement is not None:
        return statement_exhibit(row.statement, words.get(row.statement_id, []), row.speaker_is_seen, user)
    if row.rendering is not None:
        row.rendering.newest_check = row.newest_check
        return rendering_exhibit(row.rendering, row.rendering.statement, row.speaker_is_seen, user)
    if row.note is not None:
        return note_exhibit(row.note, row.speaker_is_seen, user)
    return media_exhibit(row.media_item, user)


def statement_exhibit(statement: Statement, renderings: list[Any], speaker_is_seen: bool, user: User) -> Exhibit:
    """A statement as a whole, shown by its first rendering. ``speaker_is_seen``: the party is visible to the reader."""
    first = renderings[0] if renderings else None
    return _of_words(f"statement:{statement.pk}", statement, statement, first, speaker_is_seen, user)


def subject_statement(statement: Statement, user: User) -> Exhibit:
    """One statement fetched by itself, as a line; two queries."""
    is_seen = Party.objects.visible_to(user).filter(pk=statement.party_id).exists()
    words = standing_words([statement.pk], user)
    return statement_exhibit(statement, words[statement.pk], is_seen, user)


def rendering_exhibit(rendering: Any, statement: Statement, speaker_is_seen: bool, user: User) -> Exhibit:
    """One rendering of a statement: these words, from this source."""
    rendering.statement = statement  # it is asked for its reference
    return _of_words(f"rendering:{rendering.pk}", rendering, statement, rendering, speaker_is_seen, user)


def _of_words(key: str, thing: Any, statement: Statement, words: Any, speaker_is_seen: bool, user: User) -> Exhibit:
    what = str(statement.get_kind_display())
    shown: dict[str, Any] = {}
    if words is not None and user.sees_through(statement.handling, HIDES_WORDS):
        shown = {"text": words.text, "lang": words.lang, "is_quotation": words.is_quotation}
        shown["check"] = (words.newest_check or "unchecked") if words.is_quotation else "none"
        if user.sees_through(statement.handling, HIDES_SOURCE):
            shown["source"] = words.source
    if thing is not statement:
        what = _("%(kind)s, these words") % {"kind": what}
    speaker = _speaker(statement.party, statement.handling, speaker_is_seen, user)
    return Exhibit(key, thing, what, speaker, dated=statement.said, precision=statement.said_precision, **shown)


def note_exhibit(note: OutsideNote, speaker_is_seen: bool, user: User) -> Exhibit:
    """What another body said about verification."""
    shown: dict[str, Any] = {}
    if user.sees_through(note.handling, HIDES_WORDS):
        shown = {"text": note.wording, "lang": note.lang, "is_quotation": True, "check": "exact"}
    if user.sees_through(note.handling, HIDES_SOURCE):
        shown["source"] = note.source
    speaker = _speaker(note.party, note.handling, speaker_is_seen, user)
    return Exhibit(f"note:{note.pk}", note, _("Outside note"), speaker, **shown)


def _speaker(party: Party, handling: list[str], is_seen: bool, user: User) -> str:
    """The name, else the pseudonym that stands for it, else that it is withheld."""
    shown = named(party, user, is_visible=is_seen and user.sees_through(handling, HIDES_SPEAKER))
    return shown.name if shown else pseudonym(party, user, is_visible=is_seen) or _("withheld")


def media_exhibit(item: MediaItem, user: User) -> Exhibit:
    """A photo or video, by its description."""
    text = item.description if user.sees_through(item.handling, HIDES_WORDS) else ""
    return Exhibit(f"media_item:{item.pk}", item, str(item.get_kind_display()), "", text, dated=item.first_seen)


def _newest_check(rendering: str = "pk", source: str = "source_id") -> QuerySet[Any, Any]:
    newest: QuerySet[Any, Any] = own_checks(rendering, source).values("outcome")[:1]
    return newest


@prepared
def _statements(user: User, incidents: Any, refs: Any) -> QuerySet[Any]:
    # By key, which grows with time as ``created_at`` does: PostgreSQL then stops at the last that is wanted, where an
    # incident has ten thousand.
    newest = _about(user, incidents).exclude(lifecycle="removed").order_by("-id").values("pk")[:MOST_OFFERED]
    is_asked_for = is_among("ref", refs, TextField)
    speaker_is_seen = Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party")))
    rows = (
        Statement.objects.visible_to(user)
        .filter(Q(is_among("pk", ArraySubquery(newest))) | Q(is_asked_for))
        .exclude(lifecycle="removed")
        .select_related("party")
        .annotate(speaker_is_seen=speaker_is_seen, is_asked_for=is_asked_for)
    )
    offered: QuerySet[Any] = rows.order_by("-is_asked_for", "-id")
    return offered[:MOST_OFFERED]


def _about(user: User, incidents: Any) -> QuerySet[Any]:
    """Statements about these incidents, found by one list of their keys."""
    about = StatementIncident.objects.filter(is_among("incident", incidents)).values("statement")
    rows: QuerySet[Any] = Statement.objects.visible_to(user).filter(is_among("pk", ArraySubquery(about)))
    return rows


@prepared
def _notes(user: User, incidents: Any, refs: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = OutsideNote.objects.visible_to(user).filter(
        Q(is_among("incident", incidents)) | Q(is_among("ref", refs, TextField)),
        withdrawn_at=None,
        source__in=sources_shown_to(user),
    )
    speaker_is_seen = Exists(Party.objects.visible_to(user).filter(pk=OuterRef("party")))
    seen: QuerySet[Any] = rows.annotate(speaker_is_seen=speaker_is_seen)
    return seen.select_related("party", "source")[:MOST_OFFERED]


@prepared
def _media_items(user: User, incidents: Any, refs: Any) -> QuerySet[MediaItem]:
    spoken_of = _about(user, incidents).exclude(media_item=None)
    rows: QuerySet[MediaItem] = MediaItem.objects.visible_to(user).filter(
        Q(is_among("pk", ArraySubquery(spoken_of.values("media_item")))) | Q(is_among("ref", refs, TextField))
    )
    return rows.order_by("-created_at", "-id")[:MOST_OFFERED]
