"""Every page that stands around a restricted record, read by those it is restricted from.

Two questions. Of a record one may not see: are all pages, with every list, count, range and choice on them, the same
bytes whether it exists or not? Of a record one may see, but not through a flag: does a word that the flag takes away
stand on any page?
"""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    CaptureFactory,
    CommentRequestFactory,
    CopyFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    RenderingFactory,
    RequestEventFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    editor,
    viewer,
)
from tests.test_access import ALL, BY_ACT, without_tokens

pytestmark = pytest.mark.django_db
SECRET = "Zyxwvut"
OPEN = {"tlp": "GREEN", "workflow": "approved"}
PASSING = re.compile(
    rb'name="draft_saved" value="[^"]*"|data-token="[^"]*"|<time [^>]*>[^<]*</time>|released at</dt><dd><bdi>[^<]*'
    rb'|\?at=[^"]*Z"|Printed from [^<]*|As it stood on [^<]*|value="20[0-9-]*"|State of [^<]*'
)


class World:
    """An incident that everybody sees, with one of everything about it, and the addresses of all its pages."""

    def __init__(self):
        self.place = PlaceFactory(tlp="GREEN")
        self.incident = IncidentFactory(place=self.place, **OPEN)
        self.source = SourceFactory(workflow="approved")
        self.capture = CaptureFactory(source=self.source)
        self.accused, self.speaker = PartyFactory(tlp="GREEN"), PartyFactory(tlp="GREEN")
        about = {"incident": self.incident, "capture": self.capture, "party": self.speaker, **OPEN}
        self.statement = StatementFactory(accused=[self.accused], **about)
        self.media_item = MediaItemFactory(source=self.source, **OPEN)
        self.request = CommentRequestFactory(incident=self.incident, party=self.accused, tlp="GREEN")
        self.assessment = AssessmentFactory(subject=self.statement)
        FigureFactory(statement=self.statement)

    def pages(self):
        """The address of each page that is opened with GET, around the open records."""
        keys = {
            "incidents": {"ref": self.incident.ref}, "statements": {"ref": self.statement.ref},
            "sources": {"ref": self.source.ref, "number": self.capture.number}, "parties": {"ref": self.accused.ref},
            "places": {"ref": self.place.ref}, "media": {"ref": self.media_item.ref},
            "requests": {"ref": self.request.ref}, "assessments": {"pk": self.assessment.pk},
        }  # fmt: skip
        for path, name, _view in ALL:
            wanted = re.findall(r"<(?:\w+:)?(\w+)>", path)
            of_kind = keys.get(path.split("/")[0], {})
            if name in BY_ACT and all(each in of_kind for each in wanted):
                yield name, reverse(name, kwargs={each: of_kind[each] for each in wanted})
        yield "the past", f"{self.incident.get_absolute_url()}dossier/?at={timezone.now():%Y-%m-%d}"
        for found in (f"/go/?q={SECRET}", f"/parties/?q={SECRET}", f"/statements/?party={SECRET}", "/go/?q=a"):
            yield found, found


def read(client, pages):
    """What stands on each page that this person may open, without what passes: tokens and moments."""
    shown = {}
    for name, address in pages:
        answer = client.get(address)
        if answer.status_code in (200, 302) and not answer.streaming:
            shown[name] = PASSING.sub(b"", without_tokens(answer)) + answer.headers.get("Location", "").encode()
    assert len(shown) > 20
    return shown


def first_difference(before, after):
    at = next((at for at, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), len(before))
    return "" if before == after else f"{before[at - 60 : at + 60]!r} is now {after[at - 60 : at + 60]!r}"


def hide(world, by, **hidden):
    """One of everything about the open incident that nobody in this test may see; nothing else is made."""
    mine, reference = {"created_by": by}, {"created_by": by, **hidden}
    record = {"workflow": "approved", **reference}
    party = PartyFactory(name=f"{SECRET} party", **reference)
    IncidentFactory(title=f"{SECRET} incident", place=world.place, **record)
    IncidentFactory(title="Elsewhere", place=PlaceFactory(name=f"{SECRET} place", **reference), **record)
    source = SourceFactory(title=f"{SECRET} source", publisher=party, **record)
    capture = CaptureFactory(source=source, requested_by=by)
    said = {"incident": world.incident, "party": party, **record}
    statement = StatementFactory(capture=capture, accused=[world.accused], **said)
    answer = StatementFactory(kind="denial", capture=world.capture, **said)
    FigureFactory(statement=statement, incident=world.incident, least=9000, **mine)
    LinkFactory(from_statement=answer, to_statement=world.statement, **mine)
    AssessmentFactory(subject=statement, proposed_by=by)
    MediaItemFactory(description=f"{SECRET} video", source=world.source, **record)
    OutsideNoteFactory(incident=world.incident, capture=world.capture, party=party, **reference)
    request = CommentRequestFactory(incident=world.incident, party=world.accused, asked_by=party, **reference)
    RequestEventFactory(request=request, **mine)
    AffiliationFactory(party=party, body=world.accused, **mine)
    CopyFactory(derived=source, original=world.source, confirmed=True, decided_by=by, **mine)


def test_no_page_tells_that_a_record_one_may_not_see_exists(client):
    world = World()
    other, team = editor(), TeamFactory()
    client.force_login(editor(clearance="AMBER"))
    client.get(reverse("desk"))  # every page says from now on what waited there
    before = read(client, world.pages())
    hide(world, other, team=team)
    hide(world, other, tlp="RED", named=[other])
    after = read(client, world.pages())
    differ = {name: first_difference(before[name], after.get(name, b"")) for name in before}
    assert not any(differ.values()), "\n".join(f"{name}: {told}" for name, told in differ.items() if told)
    client.force_login(other)
    assert SECRET in client.get(world.incident.get_absolute_url()).content.decode()


FLAGS = [
    "victim_identity", "minor", "witness_identity", "source_identity", "sexual_violence", "precise_location",
    "military_sensitive",
]  # fmt: skip
WORDS_GO = {"victim_identity", "minor", "sexual_violence", "precise_location", "military_sensitive"}
SPEAKER_GOES = {"witness_identity", "source_identity"}
NAME_GOES = {"victim_identity", "minor", "witness_identity", "source_identity"}


def flagged(world, flag):
    """Records about the open incident under one flag; each word that it takes away holds SECRET and what it is."""
    elsewhere = CaptureFactory(
        source=SourceFactory(team=TeamFactory()), text=f"{SECRET} note by {flag}. Nothing more."
    )  # its own words would stand in the Reader of an open source
    said = {"incident": world.incident, "capture": world.capture, "handling": [flag], **OPEN}
    made = StatementFactory(
        words=None,
        accused=[world.accused],
        role_words=f"{SECRET} role" if flag in SPEAKER_GOES else "",
        said_in=f"{SECRET} said in" if flag in SPEAKER_GOES | {"precise_location"} else "",
        **said,
    )
    words = f"{SECRET} words of {flag}" if flag in WORDS_GO else "Plain words"
    RenderingFactory(statement=made, quoted=False, fidelity="summary", text=words, capture=world.capture)
    if flag in WORDS_GO:
        made.accuses.update(wording=f"{SECRET} accused so")
        FigureFactory(statement=made, incident=world.incident, words=f"{SECRET} number")
        note = {"wording": f"{SECRET} note by {flag}.", "capture": elsewhere}
        OutsideNoteFactory(incident=world.incident, handling=[flag], tlp="GREEN", **note)
        request = CommentRequestFactory(
            incident=world.incident, question=f"{SECRET} question", handling=[flag], tlp="GREEN"
        )
        RequestEventFactory(request=request, words=f"{SECRET} reply", outcome="replied_denied")
        MediaItemFactory(description=f"{SECRET} film", handling=[flag], source=world.source, **OPEN)
    if flag in NAME_GOES:
        party = PartyFactory(name=f"{SECRET} {flag}", description=f"{SECRET} life", tlp="GREEN", handling=[flag])
        StatementFactory(incident=world.incident, capture=world.capture, party=party, accused=[party], **OPEN)
        OutsideNoteFactory(incident=world.incident, party=party, capture=world.capture, tlp="GREEN")
        CommentRequestFactory(incident=world.incident, party=party, asked_by=party, tlp="GREEN")
        AffiliationFactory(party=party, body=world.accused)
    if flag in SPEAKER_GOES:
        hidden = SourceFactory(title=f"{SECRET} page", publisher=world.speaker, handling=[flag], workflow="approved")
        StatementFactory(incident=world.incident, capture=CaptureFactory(source=hidden), **OPEN)
        CopyFactory(derived=hidden, original=world.source, confirmed=True)
    told = IncidentFactory(
        title=f"Told {flag}", summary=f"{SECRET} summary", place=world.place, handling=[flag], **OPEN
    )
    StatementFactory(incident=told, capture=world.capture, **OPEN)
    return [made, told]


def test_no_page_holds_a_word_that_a_flag_takes_away(client):
    world = World()
    seen = [record for flag in FLAGS for record in flagged(world, flag)]
    of_their_own = [
        (f"{each.ref} {page}", f"{each.get_absolute_url()}{page}")
        for each in seen
        for page in ("", "edit/", "dossier/", "figures/")
    ]
    for reader, pages in ((editor(clearance="AMBER"), [*world.pages(), *of_their_own]), (viewer(), world.pages())):
        client.force_login(reader)
        shown = read(client, pages)
        found = {name: page for name, page in shown.items() if SECRET.encode() in page}
        asked = {f"/go/?q={SECRET}", f"/parties/?q={SECRET}", f"/statements/?party={SECRET}"}  # say what was asked for
        told = {}
        for name, page in found.items():
            if name not in asked:
                told[name] = [each.decode() for each in re.findall(SECRET.encode() + rb"[^<\"&]{0,40}", page)][:4]
        assert not told, "\n".join(f"{name}: {words}" for name, words in told.items())
