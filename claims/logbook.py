"""From the Reader's form to the record: names looked up, what is new added, all in one transaction.

The form gives names and references as people write them; the actions take records. Whatever is refused on the way,
nothing of it is written.
"""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.incident import IncidentFields, create_incident
from claims.actions.link import link_statements
from claims.actions.media_item import create_media_item
from claims.actions.party import create_party
from claims.actions.statement import Accused, StatementFields, log_statement
from claims.actions.witness import create_witness
from claims.actions.words import Words, anchor
from claims.by_kind import aspect_of, checkability_of, link_type_of, role_of
from claims.forms.statement import PROTECTED, WORDS_ARE
from claims.lookups import incidents_called, incidents_named, parties_by_pseudonym, parties_named
from claims.models import Incident, MediaItem, Rendering, Statement
from claims.models.statement import StatementKind
from harmtracker import audit
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.records import called
from harmtracker.wording import told_plainly
from sources.models import Capture, Party
from sources.shown import parties_shown_to

MOMENT = timedelta(seconds=10)  # in which the same form again is the same wish
LOCK = 4714  # beside 4711 (audit chain), 4712 (links) and 4713 (sign-in)

FIELDS_OF_LINKS = {"type": "link_type", "reason": "link_reason"}  # what the action calls them, and the form
MOST_NAMED = 10
"""How many of those a name may mean are told to whoever wrote it."""


def last_logged(capture: Capture, by: User, **which: Any) -> Statement | None:
    """What the person logged last from this source, or the last of the statements named."""
    own = Statement.objects.visible_to(by).filter(renderings__source=capture.source_id, created_by=by, **which)
    return own.order_by("-created_at", "-id").first()


def log_from_reader(given: dict[str, Any], *, marking: dict[str, Any], capture: Capture, by: User) -> Statement:
    """Log what the form says. A new incident, photo or video gets the ``marking`` of its first statement.

    Raises ``Refused`` naming the field, with nothing written.
    A form that comes twice in a moment (a double click, sent again by hand) gives the statement of the first time.
    """
    with audit.recording():
        _one_form_at_a_time(by)
        words, incidents = words_of(given, capture), _incidents(given, marking, by)
        speaker = _speaker(given, incidents, by)
        if again := _logged_a_moment_ago(given["kind"], words, speaker, by):
            return again
        accused = _accused(given, by)
        statement = log_statement(
            given=_fields(given, speaker, capture, marking, by),
            words=words,
            incidents=incidents,
            accuses=accused,
            by=by,
            **marking,
        )
        if _answered(given):
            _link(statement, given, by)
    return statement


def words_of(given: dict[str, Any], capture: Capture) -> Words:
    """The words as the form has them."""
    _label, fidelity, translator = WORDS_ARE[given["words_are"]]
    return Words(
        lang=given["lang"].strip(),
        fidelity=fidelity,
        translator=translator,
        capture=capture,
        exact=given["exact"],
        utf16_start=given["start"],
        utf16_end=given["end"],
        text=given["text"],
        attribution=given["attribution"],
        attribution_utf16_start=given["attribution_start"],
        attribution_utf16_end=given["attribution_end"],
    )


def one_party(name: str, *, user: User, field: str) -> Party:
    """The one party of this name, pseudonym or reference. Raises ``Refused`` when there is none or more than one."""
    found = list(parties_named(user, name)[:MOST_NAMED])
    words = [party.name for party in found]
    if not found:
        found = list(parties_by_pseudonym(user, name)[:MOST_NAMED])
        words = [party.pseudonym for party in found]
    if len(found) > 1:
        choices = ", ".join(f"{told_plainly(each)} ({party.ref})" for each, party in zip(words, found, strict=True))
        raise Refused(
            _("Several parties are called so. Write the reference: %(choices)s.") % {"choices": choices}, field=field
        )
    if not found:
        raise Refused(
            _("No party is held under “%(name)s”. Check the spelling, or add it.") % {"name": name}, field=field
        )
    return found[0]


def _one_form_at_a_time(by: User) -> None:
    """The second of two forms of one person waits until the first is written, so that it can see it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, str(by.pk)])


def _logged_a_moment_ago(kind: str, words: Words, speaker: Party, by: User) -> Statement | None:
    """What this person has just logged of the same kind, from the same speaker, in the same place of the text."""
    place = anchor(words)
    span = {"start": place.start, "end": place.end} if place else {"start__isnull": True, "text": words.text.strip()}
    found = Statement.objects.filter(
        kind=kind,
        party=speaker,
        created_by=by,
        created_at__gt=Now() - MOMENT,
        pk__in=Rendering.objects.filter(capture=words.capture, fidelity=words.fidelity, **span).values("statement"),
    )
    return found.order_by("pk").first()


def _fields(
    given: dict[str, Any], speaker: Party, capture: Capture, marking: dict[str, Any], by: User
) -> StatementFields:
    nobody = given["names_nobody"] if given["kind"] == StatementKind.ALLEGATION else None
    behalf = given["on_behalf_of"].strip()
    spoken_as = given["spoken_as"]
    if not spoken_as:
        before = last_logged(capture, by, party=speaker)
        spoken_as = before.spoken_as if before else role_of(speaker.kind)
    return StatementFields(
        kind=given["kind"],
        party=speaker,
        on_behalf_of=one_party(behalf, user=by, field="on_behalf_of") if behalf else None,
        spoken_as=spoken_as,
        role_words=given["role_words"],
        said_in=given["said_in"],
        how_known=given["how_known"],
        said=given["said"],
        said_zone=given["said_zone"] or "UTC",
        responsibility_position=given["responsibility_position"] or None,
        checkability=given["checkability"] or checkability_of(given["kind"]),
        names_nobody=nobody,
        media_item=_media_item(given, marking, by),
    )


def _speaker(given: dict[str, Any], incidents: list[Incident], by: User) -> Party:
    name = given["speaker"]
    if given["party_kind"] == PROTECTED and not _is_held(name, by):
        if not incidents:
            raise Refused(_("Choose the incident this is about, or add a new one."), field="incidents")
        return create_witness(incident=incidents[0], name=name, by=by)
    if not name:
        raise Refused(_("Say who said it."), field="party")
    if given["party_kind"] not in ("", PROTECTED) and not parties_named(by, name).exists():
        return create_party(name=name, kind=given["party_kind"], by=by)
    return one_party(name, user=by, field="party")


def _is_held(name: str, by: User) -> bool:
    """Whether this is the pseudonym or the reference of somebody; a name may be held and be that of another person."""
    return parties_by_pseudonym(by, name).exists() or called(parties_shown_to(by), name).exists()


def _accused(given: dict[str, Any], by: User) -> list[Accused]:
    names = [name.strip() for name in given["accuses"].split(";") if name.strip()]
    return [Accused(one_party(name, user=by, field="accuses"), given["accuses_wording"]) for name in names]


def _incidents(given: dict[str, Any], marking: dict[str, Any], by: User) -> list[Incident]:
    chosen = list(incidents_called(by, given["incidents"]))
    if given["other_incident"].strip():
        found = list(incidents_named(by, given["other_incident"])[:2])
        if len(found) != 1:
            raise Refused(_("Write the reference of one incident, or its whole title."), field="other_incident")
        chosen += found
    if given["new_incident"].strip():
        fields = IncidentFields(title=given["new_incident"], occurred=given["new_incident_occurred"])
        chosen.append(create_incident(given=fields, by=by, **marking))
    return chosen


def _media_item(given: dict[str, Any], marking: dict[str, Any], by: User) -> MediaItem | None:
    if given["media_item"]:
        return MediaItem.objects.visible_to(by).get(ref=given["media_item"])
    if given["media_description"].strip():
        return create_media_item(description=given["media_description"], by=by, **marking)
    return None


def _link(statement: Statement, given: dict[str, Any], by: User) -> None:
    """Link the statement to everything it answers, in the same way each. One refusal refuses all of it."""
    link_type = given["link_type"] or link_type_of(given["kind"])
    if not link_type:
        raise Refused(_("Choose how it answers: denies, rebuts, replies to."), field="link_type")
    for ref in _answered(given):
        try:
            link_statements(
                from_statement=statement,
                to_statement=Statement.objects.visible_to(by).get(ref=ref),
                type=link_type,
                aspect=given["aspect"] or aspect_of(given["kind"]),
                basis=given["basis"] or "explicit",
                reason=given["link_reason"],
                by=by,
            )
        except Refused as refusal:
            field = FIELDS_OF_LINKS.get(refusal.field or "", refusal.field)
            words = _("%(ref)s: %(sentence)s") % {"ref": ref, "sentence": refusal.message}
            raise Refused(words, field=field, code=refusal.code) from refusal


def _answered(given: dict[str, Any]) -> list[str]:
    """References of the statements it answers, each once, in the order of the form."""
    return [ref for ref in dict.fromkeys([given["answers"], *given["also_answers"]]) if ref]
