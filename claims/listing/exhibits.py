"""What can be cited as evidence, and what was cited, each as one line and only as far as the reader may see it."""

import uuid
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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
from sources.models import Source
from sources.shown import parties_shown_to, sources_shown_to

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
    rows: QuerySet[Any] = Rendering._base_manager.filter(
        Q(source__in=sources) | Q(source=None, translates__source__in=sources),
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
        renderings, is_named = words[statement.pk], statement.speaker_is_shown
        line = statement_exhibit(statement, renderings, is_named, user)
        if statement == subject:
            shown = line
        else:
            lines.append(line)
        if len(renderings) > 1 or statement == subject:
            lines += [rendering_exhibit(row, statement, is_named, user) for row in renderings]
    lines += [note_exhibit(note, note.speaker_is_shown) for note in _notes(user, **asked)]
    lines += [media_exhibit(item, user) for item in _media_items(user, **asked) if item != subject]
    return shown, lines


def cited(assessment: Assessment, user: User) -> list[tuple[Evidence, Exhibit]]:
    """The evidence of a proposal that the reader may see, against first; two queries however much there is."""
    parties, sources = parties_shown_to(user), sources_shown_to(user)
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
        .annotate(speaker_is_shown=Exists(parties.filter(pk=OuterRef("speaker"))))
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
        return statement_exhibit(row.statement, words.get(row.statement_id, []), row.speaker_is_shown, user)
    if row.rendering is not None:
        row.rendering.newest_check = row.newest_check
        return rendering_exhibit(row.rendering, row.rendering.statement, row.speaker_is_shown, user)
    if row.note is not None:
        return note_exhibit(row.note, row.speaker_is_shown)
    return media_exhibit(row.media_item, user)


def statement_exhibit(statement: Statement, renderings: list[Any], names_speaker: bool, user: User) -> Exhibit:
    """A statement as a whole, shown by its first rendering."""
    first = renderings[0] if renderings else None
    return _of_words(f"statement:{statement.pk}", statement, statement, first, names_speaker, user)


def subject_statement(statement: Statement, user: User) -> Exhibit:
    """One statement fetched by itself, as a line; two queries."""
    is_named = parties_shown_to(user).filter(pk=statement.party_id).first()
    words = standing_words([statement.pk], user)
    return statement_exhibit(statement, words[statement.pk], is_named is not None, user)


def rendering_exhibit(rendering: Any, statement: Statement, names_speaker: bool, user: User) -> Exhibit:
    """One rendering of a statement: these words, from this source."""
    rendering.statement = statement  # it is asked for its reference
    return _of_words(f"rendering:{rendering.pk}", rendering, statement, rendering, names_speaker, user)


def _of_words(key: str, thing: Any, statement: Statement, words: Any, names_speaker: bool, user: User) -> Exhibit:
    may_name = names_speaker and user.sees_through(statement.handling, HIDES_SPEAKER)
    what = str(statement.get_kind_display())
    shown: dict[str, Any] = {}
    if words is not None and user.sees_through(statement.handling, HIDES_WORDS):
        shown = {"text": words.text, "lang": words.lang, "is_quotation": words.is_quotation}
        shown["check"] = (words.newest_check or "unchecked") if words.is_quotation else "none"
        if user.sees_through(statement.handling, HIDES_SOURCE):
            shown["source"] = words.source
    if thing is not statement:
        what = _("%(kind)s, these words") % {"kind": what}
    speaker = statement.party.name if may_name else _("withheld")
    return Exhibit(key, thing, what, speaker, dated=statement.said, precision=statement.said_precision, **shown)


def note_exhibit(note: OutsideNote, names_speaker: bool) -> Exhibit:
    """What another body said about verification."""
    speaker = note.party.name if names_speaker else _("withheld")
    return Exhibit(
        f"note:{note.pk}", note, _("Outside note"), speaker, note.wording, note.lang, True, "exact", note.source
    )


def media_exhibit(item: MediaItem, user: User) -> Exhibit:
    """A photo or video, by its description."""
    text = item.description if user.sees_through(item.handling, HIDES_WORDS) else ""
    return Exhibit(f"media_item:{item.pk}", item, str(item.get_kind_display()), "", text, dated=item.first_seen)


def _newest_check(rendering: str = "pk", source: str = "source_id") -> QuerySet[Any, Any]:
    newest: QuerySet[Any, Any] = own_checks(rendering, source).values("outcome")[:1]
    return newest


@prepared
def _statements(user: User, incidents: Any, refs: Any) -> QuerySet[Any]:
    about = StatementIncident.objects.filter(is_among("incident", incidents)).values("statement")
    is_asked_for = is_among("ref", refs, TextField)
    named = Exists(parties_shown_to(user).filter(pk=OuterRef("party")))
    rows = (
        Statement.objects.visible_to(user)
        .filter(Q(pk__in=about) | Q(is_asked_for))
        .exclude(lifecycle="removed")
        .select_related("party")
        .annotate(speaker_is_shown=named, is_asked_for=is_asked_for)
    )
    newest: QuerySet[Any] = rows.order_by("-is_asked_for", "-created_at", "-id")
    return newest[:MOST_OFFERED]


@prepared
def _notes(user: User, incidents: Any, refs: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = OutsideNote.objects.visible_to(user).filter(
        Q(is_among("incident", incidents)) | Q(is_among("ref", refs, TextField)),
        withdrawn_at=None,
        source__in=sources_shown_to(user),
    )
    named: QuerySet[Any] = rows.annotate(speaker_is_shown=Exists(parties_shown_to(user).filter(pk=OuterRef("party"))))
    return named.select_related("party", "source")[:MOST_OFFERED]


@prepared
def _media_items(user: User, incidents: Any, refs: Any) -> QuerySet[MediaItem]:
    about = StatementIncident.objects.filter(is_among("incident", incidents)).values("statement")
    spoken_of = Statement.objects.visible_to(user).filter(pk__in=about).exclude(media_item=None)
    rows: QuerySet[MediaItem] = MediaItem.objects.visible_to(user).filter(
        Q(pk__in=spoken_of.values("media_item")) | Q(is_among("ref", refs, TextField))
    )
    return rows.order_by("-created_at", "-id")[:MOST_OFFERED]
