"""Statements about an incident that are offered for a choice: as many as can be looked through, others by reference."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet

from claims.models import Accusation, Incident, Link, Statement
from claims.models.link import LinkType
from claims.models.statement import Lifecycle, StatementKind
from claims.queries.arranged import arranged_for
from claims.queries.outline import Said
from claims.queries.rows import NEWEST_OF_FEW
from claims.queries.voices import Voice, accused_spoken_for, readable, with_words
from harmtracker.markings import HIDES_SPEAKER
from harmtracker.models import User
from harmtracker.prepared import is_among, prepared
from harmtracker.records import REF
from sources.models import Affiliation, Party
from sources.shown import parties_shown_to

MOST_OFFERED: Final = 60
"""Statements offered at a time. An incident with fewer is offered whole."""
MOST_OF_PARTY: Final = 30
"""Statements offered besides of who is accused, or was asked, where there are more than MOST_OFFERED in all."""

NONE: Final = uuid.UUID(int=0)
"""The key of no incident and of no party."""

# How a statement of this kind most likely answers another; offered first.
LIKELY: dict[str, list[str]] = {
    StatementKind.DENIAL: [LinkType.DENIES, LinkType.REBUTS, LinkType.REPLIES_TO],
    StatementKind.AUTHENTICITY_CLAIM: [LinkType.DENIES, LinkType.REBUTS, LinkType.SUPPORTS],
    StatementKind.FINDING: [LinkType.REFUTES, LinkType.CORROBORATES, LinkType.QUALIFIES],
    StatementKind.CORRECTION: [LinkType.CORRECTS, LinkType.REPLIES_TO, LinkType.QUALIFIES],
    StatementKind.RETRACTION: [LinkType.RETRACTS, LinkType.CORRECTS, LinkType.REPLIES_TO],
    StatementKind.CASUALTY_FIGURE: [LinkType.SUPERSEDES, LinkType.SUPPORTS, LinkType.CORROBORATES],
    StatementKind.TESTIMONY: [LinkType.CORROBORATES, LinkType.SUPPORTS, LinkType.REPLIES_TO],
    StatementKind.ALLEGATION: [LinkType.REPEATS, LinkType.SUPPORTS, LinkType.CORROBORATES],
    StatementKind.CHARACTERIZATION: [LinkType.SUPPORTS, LinkType.REPLIES_TO, LinkType.QUALIFIES],
    StatementKind.CONDEMNATION: [LinkType.SUPPORTS, LinkType.REPLIES_TO, LinkType.QUALIFIES],
    StatementKind.ENDORSEMENT: [LinkType.SUPPORTS, LinkType.REPLIES_TO, LinkType.QUALIFIES],
    StatementKind.MOTIVE_CLAIM: [LinkType.SUPPORTS, LinkType.REBUTS, LinkType.REPLIES_TO],
}
OTHERWISE: list[str] = [LinkType.REPLIES_TO, LinkType.DENIES, LinkType.REBUTS]


@dataclass(frozen=True)
class Candidate:
    """A statement that could answer: the likely ways first, then all others, each as (code, words)."""

    voice: Voice
    is_by_accused: bool

    @property
    def likely(self) -> list[tuple[str, str]]:
        return [(code, str(LinkType(code).label)) for code in LIKELY.get(self.voice.statement.kind, OTHERWISE)]

    @property
    def others(self) -> list[tuple[str, str]]:
        likely = {code for code, _words in self.likely}
        return [(code, str(label)) for code, label in LinkType.choices if code not in likely]


def offered(incident: Incident, user: User, refs: Iterable[str] = (), of: Party | None = None) -> list[Voice]:
    """The MOST_OFFERED logged last and those of ``refs``, with their words, oldest said first. Two queries.

    Where a party is named the MOST_OF_PARTY that it said last, as far as the reader is told that it did.
    """
    keys = {"incident": incident.pk, "of": of.pk if of else NONE}
    return with_words(_offered(user, refs=as_written(refs), **keys), user)


def answerable(
    statement: Statement, incident: Incident | None, user: User, refs: Iterable[str] = ()
) -> tuple[Voice, list[Candidate]]:
    """The statement, and what about the incident could answer it: of the accused first, oldest first. Four queries.

    Of many there are MOST_OFFERED and MOST_OF_PARTY, what was said next after the statement before what was said
    earlier; and those of ``refs``. Left out: the statement itself, what is linked to it, what is no longer current.
    """
    likely = _likely(statement, incident, user) if incident else []
    keys: dict[str, Any] = {"incident": incident.pk if incident else NONE, "target": statement.pk}
    heard = with_words(_answerable(user, refs=[*likely, *as_written(refs)], **keys), user)
    target = next(voice for voice in heard if voice.key == statement.pk)
    accused = {each.party_id for each in target.accused}
    found = []
    for voice in heard:
        if voice is not target:
            parties = {party.pk for party in (voice.speaker, voice.on_behalf_of) if party}
            found.append(Candidate(voice, bool(accused & (parties | voice.speaks_for))))
    return target, sorted(found, key=lambda each: not each.is_by_accused)


def as_written(refs: Iterable[str]) -> list[str]:
    """References as people type them, made whole; what cannot be one is left out."""
    return [whole for ref in refs if REF.fullmatch(whole := ref.strip().upper())]


@prepared
def _offered(user: User, incident: Any, refs: Any, of: Any) -> QuerySet[Any]:
    rows = _about(user, incident)
    newest = rows.order_by(*NEWEST_OF_FEW)
    # Whose name is withheld is not told by its statement being offered.
    theirs = newest.seen_through(user, HIDES_SPEAKER).filter(party=of, party__in=parties_shown_to(user))
    return _read(user, _among(newest[:MOST_OFFERED], theirs[:MOST_OF_PARTY], _called(rows, refs)))


def _likely(statement: Statement, incident: Incident, user: User) -> list[str]:
    """Of the incident in outline the references of what is offered first."""
    outline = arranged_for(incident, user).outline
    said = outline.said
    found = (place for place, each in enumerate(said) if each.ref == statement.ref)
    first = at = next(found, 0)
    while first and said[first - 1].said == said[at].said:  # what was said on the same day, or also at no known time
        first -= 1
    answering = {answer for answer, target in outline.ties if said[target].ref == statement.ref}
    order = [
        place
        for place in (*range(first, len(said)), *range(first))
        if said[place].is_current and place not in answering and said[place].ref != statement.ref
    ]
    accused = {party.ref: party.is_accused for party in _accused_and_tied(user, target=statement.pk)}

    def is_by_accused(each: Said) -> bool:
        # Whose name is withheld is not told to be the accused by where its statement stands.
        names = [outline.parties[party].ref if party >= 0 else "" for party in (each.speaker, each.behalf)]
        return bool(names[0]) and (names[0] in accused or accused.get(names[1], False))

    by_accused = list(islice((place for place in order if is_by_accused(said[place])), MOST_OF_PARTY))
    return [said[place].ref for place in dict.fromkeys((*by_accused, *order[:MOST_OFFERED]))]


@prepared
def _accused_and_tied(user: User, target: Any) -> QuerySet[Any]:
    """Parties that ``target`` accuses, and those that were ever tied to them; ``is_accused`` tells which."""
    parties = parties_shown_to(user)
    accused = Accusation.objects.filter(statement=target, party__in=parties).values("party")
    tied = Affiliation.objects.filter(withdrawn_at=None, body__in=accused).values("party")
    is_accused = is_among("pk", ArraySubquery(accused))
    among = Q(is_accused) | Q(is_among("pk", ArraySubquery(tied)))
    return parties.filter(among).only("ref").annotate(is_accused=is_accused)


@prepared
def _answerable(user: User, incident: Any, target: Any, refs: Any) -> QuerySet[Any]:
    linked = Link.objects.filter(from_statement=OuterRef("pk"), to_statement=target, removed_at=None)
    rows = _about(user, incident).filter(~Exists(linked), lifecycle=Lifecycle.CURRENT).exclude(pk=target)
    found = _read(user, Q(pk=target) | _among(_called(rows, refs)))
    accused = Accusation.objects.filter(statement=target)
    annotated: QuerySet[Any] = found.annotate(speaks_for=accused_spoken_for(accused, user))
    return annotated


def _among(*chosen: QuerySet[Any]) -> Q:
    """Statements of any of these lists, each read once and found by key, however many the incident has."""
    among = Q()
    for each in chosen:
        among |= Q(is_among("pk", ArraySubquery(each.values("pk"))))
    return among


def _called(rows: QuerySet[Any], refs: Any) -> QuerySet[Any]:
    return rows.filter(is_among("ref", refs, CharField)).order_by()


def _read(user: User, among: Q) -> QuerySet[Any]:
    return readable(Statement.objects.visible_to(user).filter(among), user)


def _about(user: User, incident: uuid.UUID) -> Any:
    return Statement.objects.visible_to(user).filter(incidents=incident).exclude(lifecycle=Lifecycle.REMOVED)
