"""Undo: the button beside what was done, for every act that has an inverse; refused once the record moved on."""

import re
from html import unescape

import pytest
from django.contrib.messages import get_messages
from django.core import signing
from django.urls import reverse

from claims.models import (
    Alarm,
    Assessment,
    Assignment,
    Following,
    Incident,
    Link,
    OutsideNote,
    Remark,
    ReviewTurn,
    Statement,
)
from harmtracker import undo
from harmtracker.models import AuditEvent
from sources.models import Party, Source
from tests.factories import (
    CaptureFactory,
    CopyFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer(client):
    user = editor(name="Olha Marchuk")
    client.force_login(user)
    return user


def done(client, address, sent):
    """Send a form; the page it leads to and the reference of the undo button there."""
    answer = client.post(address, sent, follow=True)
    assert answer.status_code == 200
    html = unescape(answer.content.decode())
    found = re.search(r'<button[^>]*form="undo-\d+"[^>]*name="token" value="([^"]+)"[^>]*aria-keyshortcuts="u"', html)
    assert found, "the page offers to undo it"
    return found.group(1)


def pressed(client, token):
    """What is said of a press: on the page it leads to, but that is for a test of its own."""
    answer = client.post("/undo/", {"token": token})
    assert answer.status_code == 302
    *_earlier, said = get_messages(answer.wsgi_request)
    return unescape(str(said))


def figure():
    made = FigureFactory()
    return made, f"/figures/{made.pk}/withdraw/", {"reason": "Twice"}, lambda: made.withdrawn_at is None


def rendering():
    made = RenderingFactory(statement=StatementFactory())
    return made, f"/renderings/{made.pk}/withdraw/", {"reason": "Twice"}, lambda: made.withdrawn_at is None


def note():
    made = OutsideNoteFactory()
    return made, f"/notes/{made.pk}/withdraw/", {"reason": "Twice"}, lambda: made.withdrawn_at is None


def removed_link():
    made = LinkFactory()
    return made, f"/links/{made.pk}/remove/", {"reason": "Twice"}, lambda: made.removed_at is None


def lifecycle():
    made = StatementFactory()
    sent = {"version": made.version, "lifecycle": "corrected", "reason": "On Monday"}
    return made, f"/statements/{made.ref}/lifecycle/", sent, lambda: made.lifecycle == "current"


def step():
    made = StatementFactory(workflow="in_review")
    sent = {"version": made.version, "to": "approved"}
    return made, f"/statements/{made.ref}/workflow/", sent, lambda: made.workflow == "in_review"


def set_aside():
    made = IncidentFactory(workflow="approved")
    sent = {"version": made.version, "to": "set_aside", "reason": "A duplicate"}
    return made, f"/incidents/{made.ref}/workflow/", sent, lambda: made.workflow == "approved"


def under_an_incident():
    made, other = StatementFactory(), IncidentFactory()
    sent = {"do": "add", "incident": other.ref, "version": made.version, "reason": "Both towns"}
    return made, f"/statements/{made.ref}/incidents/", sent, lambda: made.incidents.count() == 1


def out_of_an_incident():
    other = IncidentFactory()
    made = StatementFactory(incidents=[other])
    sent = {"do": "remove", "incident": other.ref, "version": made.version, "reason": "One town"}
    return made, f"/statements/{made.ref}/incidents/", sent, lambda: made.incidents.count() == 2


def copy():
    made = CopyFactory(state="suggested", decided_at=None, decided_by=None)
    sent = {"decision": "dismiss", "reason": "Another text", "version": made.version, "kind": made.kind}
    return made, f"/copies/{made.pk}/", sent, lambda: made.state == "suggested"


ACTS = [
    figure, rendering, note, removed_link, lifecycle, step, set_aside, under_an_incident, out_of_an_incident, copy,
]  # fmt: skip


@pytest.mark.parametrize("act", ACTS)
def test_an_act_is_undone_once_and_not_after_the_record_moved_on(client, writer, act):
    record, address, sent, is_as_before = act()
    token = done(client, address, sent)
    record.refresh_from_db()
    assert not is_as_before()

    assert "Undone" in pressed(client, token)
    record.refresh_from_db()
    assert is_as_before()

    version = record.version
    again = pressed(client, token)
    assert "moved on since" in again or "Not undone." in again
    record.refresh_from_db()
    assert record.version == version


def added_words():
    made = StatementFactory()
    original = made.renderings.get()
    sent = {"translates": str(original.pk), "lang": "en", "translator": "tracker_human", "text": "Ours"}
    newest = made.renderings.order_by("created_at", "pk")
    return f"{made.get_absolute_url()}translate/", sent, lambda: newest.last().withdrawn_at


def added_figure():
    made = StatementFactory(incident=IncidentFactory())
    sent = {"statement": made.ref, "outcome": "killed", "population": "civilian", "demographic": "total",
            "count_kind": "incident", "least": "20"}  # fmt: skip
    return f"{made.incidents.get().get_absolute_url()}figures/new/", sent, lambda: made.figures.get().withdrawn_at


def added_note():
    capture, party = CaptureFactory(text="CNN could not confirm the details."), PartyFactory(name="Cable News")
    incident = IncidentFactory()
    StatementFactory(capture=capture, words="confirm the details", incident=incident)
    sent = {"exact": "could not confirm", "party": party.name, "incident": incident.ref, "aspect": "victims",
            "words_are": "verbatim", "tlp": "AMBER"}  # fmt: skip
    address = reverse("capture-note", args=[capture.source.ref, capture.number])
    return address, sent, lambda: OutsideNote.objects.get().withdrawn_at


def forbidden_visits():
    made = SourceFactory(visit_policy="public_link")
    sent = {"version": made.version, "visit_policy": "do_not_contact", "reason": "They watch who visits"}
    policy = Source.objects.filter(pk=made.pk).values_list("visit_policy", flat=True)
    return f"{made.get_absolute_url()}visits/", sent, lambda: policy.get() == "public_link"


def paused_visits():
    made = SourceFactory()
    sent = {"watch": "no", "reason": "They watch who visits"}
    watched = Source.objects.filter(pk=made.pk).values_list("watch", flat=True)
    return f"{made.get_absolute_url()}watch/", sent, watched.get


def proposed():
    made = IncidentFactory()
    sent = {"version": made.version, "aspect": "occurrence", "finding": "not_checkable", "reasons": "An opinion",
            "confidence": "high", "standard_of_proof": "none", "public_wording": "No fact"}  # fmt: skip
    waiting = Assessment.objects.filter(incident=made, decision=None)
    return f"{made.get_absolute_url()}assess/", sent, lambda: not waiting.exists()


def remark():
    made = IncidentFactory()
    return f"{made.get_absolute_url()}discussion/", {"words": "Wrong one"}, lambda: Remark.objects.get().taken_back_at


def new_incident():
    sent = OF_INCIDENT | {"title": "Shelling", "tlp": "AMBER"}
    return "/incidents/new/", sent, lambda: Incident.objects.get().workflow == "set_aside"


def new_party():
    return "/parties/new/", {"name": "Bhutan", "kind": "state"}, lambda: Party.objects.get().set_aside_at


ADDED = [
    added_words, added_figure, added_note, forbidden_visits, paused_visits, proposed, remark, new_incident, new_party,
]  # fmt: skip


@pytest.mark.parametrize("act", ADDED)
def test_what_was_just_added_or_said_is_taken_back_once(client, writer, act):
    address, sent, is_taken_back = act()
    token = done(client, address, sent)
    assert not is_taken_back()

    assert "Undone" in pressed(client, token)
    assert is_taken_back()

    again = pressed(client, token)
    assert "moved on since" in again or "Not undone." in again


def test_only_who_may_set_a_record_aside_is_offered_to_undo_its_making(client_of):
    page = client_of(analyst()).post(*new_incident()[:2], follow=True).content.decode()
    assert f"Added {Incident.objects.get().ref}." in page
    assert "undo-1" not in page


OF_INCIDENT = {"means": "drone", "occurred_zone": "Europe/Kyiv", "place_precision": "settlement"}
EDITS = {
    "incident": (lambda: IncidentFactory(place=PlaceFactory()), "edit", OF_INCIDENT | {"title": "New", "place": ""}),
    "statement": (lambda: StatementFactory(on_behalf_of=PartyFactory()), "edit", {
        "kind": "testimony", "spoken_as": "witness", "how_known": "on_record", "checkability": "factual",
        "said": "2022-04-01", "said_zone": "UTC",
    }),
    "source": (SourceFactory, "edit", {"title": "Another title", "kind": "broadcast", "lang": "uk"}),
    "party": (PartyFactory, "describe", {"name": "Another", "kind": "media", "description": "A desk"}),
    "place": (PlaceFactory, "edit", {"name": "Another", "precision": "adm1", "country": "UA"}),
    "media item": (MediaItemFactory, "edit", {"description": "Another", "kind": "photo"}),
}  # fmt: skip


def columns(record):
    record = type(record).objects.get(pk=record.pk)
    return {field.attname: getattr(record, field.attname) for field in record._meta.concrete_fields} | {"version": 0}


@pytest.mark.parametrize("kind", EDITS)
def test_an_edit_is_undone_as_a_whole_and_by_the_ordinary_action(client, writer, kind):
    make, page, sent = EDITS[kind]
    record = make()
    before, address = columns(record), f"{record.get_absolute_url()}{page}/"
    stands = sent | {"version": record.version}
    if kind == "source":
        stands |= {"published": record.published}
    if kind == "statement":
        stands |= {"accuses": "; ".join(each.party.ref for each in record.accuses.all())}
    token = done(client, address, stands)
    assert columns(record) != before

    assert "stands as it stood before" in pressed(client, token)
    assert columns(record) == before
    assert "moved on since" in pressed(client, token)


def test_saving_what_stands_offers_no_undo_of_an_older_edit(client, writer):
    place = PlaceFactory(name="Bucha")
    address = f"{place.get_absolute_url()}edit/"
    done(client, address, {"version": place.version, "name": "Irpin", "precision": "settlement"})
    place.refresh_from_db()
    stands = {name: getattr(place, name) or "" for name in ("name", "precision", "country", "adm1_code", "adm1_name")}
    stands |= {"latitude": place.latitude or "", "longitude": place.longitude or "", "katottg": place.katottg}
    answer = client.post(address, stands | {"version": place.version}, follow=True)
    assert "Saved." in answer.content.decode()
    assert "undo-1" not in answer.content.decode()


def test_an_edit_whose_earlier_value_may_not_be_seen_any_more_is_not_undone(client, writer):
    hidden = PlaceFactory(name="A safe house")
    incident = IncidentFactory(place=hidden)
    bucha = PlaceFactory(name="Bucha").ref
    sent = {"version": incident.version, "title": incident.title, "place": bucha} | OF_INCIDENT
    token = done(client, f"{incident.get_absolute_url()}edit/", sent)
    type(hidden).objects.filter(pk=hidden.pk).update(tlp="AMBER_STRICT")
    page = unescape(client.post("/undo/", {"token": token}, follow=True).content.decode())
    assert "may not be seen by you any more" in page
    assert "safe house" not in page


def test_whom_it_accuses_comes_back_in_the_words_it_was_said_in(client, writer):
    forces, ministry = PartyFactory(name="Russian forces"), PartyFactory(name="Ministry")
    made = StatementFactory(kind="allegation", accused=[forces, ministry])
    made.accuses.filter(party=forces).update(wording="the occupiers")
    address, stands = f"{made.get_absolute_url()}edit/", {
        "kind": "allegation", "spoken_as": "witness", "how_known": "on_record", "checkability": "factual",
        "said": made.said, "said_zone": "UTC", "version": made.version,
    }  # fmt: skip
    token = done(client, address, stands | {"accuses": ministry.ref})
    assert [each.party for each in made.accuses.all()] == [ministry]

    assert "stands as it stood before" in pressed(client, token)
    assert set(made.accuses.values_list("party__name", "wording")) == {
        ("Russian forces", "the occupiers"), ("Ministry", "as said"),
    }  # fmt: skip
    assert "moved on since" in pressed(client, token)


def test_a_date_of_publication_comes_back_with_its_bounds_and_where_it_was_taken_from(client, writer):
    kyiv = {"published": "2022-04-03", "published_start": "2022-04-02T21:00Z", "published_end": "2022-04-03T21:00Z"}
    source = SourceFactory(published_from="json_ld", title="Bucha", **kyiv)
    source.refresh_from_db()
    before = columns(source)
    stands = {"title": source.title, "kind": source.kind, "lang": source.lang, "version": source.version}
    token = done(client, f"{source.get_absolute_url()}edit/", stands | {"published": "", "published_zone": "UTC"})
    assert columns(source)["published_start"] is None
    pressed(client, token)
    assert columns(source) == before


def test_a_marking_is_undone_by_who_may_mark_it_back(client, client_of, writer):
    named = analyst(name="Ines Caldeira")
    record = IncidentFactory(tlp="GREEN", handling=["graphic"])
    stands = {"version": record.version, "tlp": "RED", "handling": ["graphic", "minor"], "reason": "A child is named"}
    token = done(client, f"/incidents/{record.ref}/marking/", stands | {"named": [named.pk, writer.pk]})
    assert "TLP:GREEN, as before" in pressed(client, token)
    record.refresh_from_db()
    assert (record.tlp, record.handling, list(record.named.all())) == ("GREEN", ["graphic"], [])
    assert AuditEvent.objects.filter(verb="marking.lowered", subject_id=record.pk).get().actor_id == writer.pk
    assert "moved on since" in pressed(client, token)

    who_raises = client_of(analyst())
    stands = {"version": record.version, "tlp": "AMBER", "handling": ["graphic"]}
    page = who_raises.post(f"/incidents/{record.ref}/marking/", stands, follow=True).content.decode()
    assert "is now TLP:AMBER" in page
    assert "undo-1" not in page, "lowering is an editor's"


def test_a_link_just_made_is_taken_back(client, writer):
    incident = IncidentFactory()
    target, denial = (StatementFactory(incident=incident) for _end in range(2))
    sent = {"answer": f"denies {denial.ref}", "aspect": "occurrence", "basis": "explicit"}
    html = client.get(f"/statements/{target.ref}/answer/").content.decode()
    value = re.search(rf'value="([^"]*{denial.ref}[^"]*)"', html).group(1)
    token = done(client, f"/statements/{target.ref}/answer/", sent | {"answer": value})
    assert Link.objects.get().removed_at is None
    pressed(client, token)
    assert Link.objects.get().removed_at is not None
    assert "Not undone." in pressed(client, token)


def test_sources_approved_along_with_a_statement_go_back_with_it(client, writer):
    statement = StatementFactory(workflow="in_review")
    source = statement.renderings.get().source
    Source.objects.filter(pk=source.pk).update(workflow="draft")
    token = done(client, f"/statements/{statement.ref}/workflow/", {"version": statement.version, "to": "approved"})
    source.refresh_from_db()
    assert source.workflow == "approved"
    pressed(client, token)
    source.refresh_from_db()
    assert source.workflow == "draft"


def test_a_turn_taken_and_an_alarm_answered(client, writer):
    waiting = StatementFactory(workflow="in_review")
    token = done(client, "/review/turn/", {"kind": "statement", "subject": waiting.pk, "act": "take"})
    assert ReviewTurn.objects.exists()
    assert "given back" in pressed(client, token)
    assert not ReviewTurn.objects.exists()
    assert "not your turn" in pressed(client, token)

    alarm = Alarm.objects.create(kind="source_gone", for_user=writer, source=waiting.renderings.get().source)
    token = done(client, "/desk/answer/", {"alarm": alarm.pk, "answer": "no_change", "note": ""})
    assert "waits for an answer again" in pressed(client, token)
    alarm.refresh_from_db()
    assert alarm.answered_at is None


def test_who_looks_after_it_and_who_follows_it(client, writer):
    incident, other, another = IncidentFactory(), analyst(name="Petro Bondar"), analyst(name="Ines Caldeira")
    page = f"/incidents/{incident.ref}/assign/"
    done(client, page, {"assignee": other.pk, "task": "Ask the hospital", "instead_of": ""})
    first = Assignment.objects.get()
    token = done(client, page, {"assignee": another.pk, "task": "", "instead_of": first.pk})
    assert "Ines Caldeira does not look after it" in pressed(client, token)
    assert [each.assignee for each in Assignment.objects.filter(ended_at=None)] == [other], "as it was before"
    assert "Not undone." in pressed(client, token)

    [held] = Assignment.objects.filter(ended_at=None)
    token = done(client, f"/assignments/{held.pk}/end/", {})
    assert "looks after it again" in pressed(client, token)
    assert Assignment.objects.get(ended_at=None).task == "Ask the hospital"
    assert "looks after it already" in pressed(client, token)

    token = done(client, f"/incidents/{incident.ref}/follow/", {"follow": "yes"})
    pressed(client, token)
    assert not Following.objects.exists()


def test_a_button_is_for_who_it_was_made_for_and_nobody_else(client, client_of, writer):
    record, address, sent, is_as_before = figure()
    token = done(client, address, sent)
    assert "can no longer be undone by a press" in pressed(client_of(editor()), token)
    assert client_of(viewer()).post("/undo/", {"token": token}).status_code == 403
    for broken in ("", "x", token[:-2], signing.dumps({"name": "os.system"}, salt="another")):
        assert "can no longer be undone by a press" in pressed(client, broken)
    record.refresh_from_db()
    assert not is_as_before()


def test_a_button_lasts_a_quarter_of_an_hour(client, writer, monkeypatch):
    _record, address, sent, _is_as_before = figure()
    token = done(client, address, sent)
    monkeypatch.setattr(undo, "KEPT_FOR", -1)
    assert "can no longer be undone by a press" in pressed(client, token)


def test_what_may_not_be_seen_any_more_is_not_undone(client, writer):
    record, address, sent, is_as_before = figure()
    token = done(client, address, sent)
    Statement.objects.filter(pk=record.statement_id).update(tlp="AMBER_STRICT")
    assert "as far as you may see" in pressed(client, token)
    record.refresh_from_db()
    assert not is_as_before()


def test_a_step_is_undone_by_who_took_it_only_while_it_is_the_last(client, client_of, writer):
    record, address, sent, _is_as_before = set_aside()
    token = done(client, address, sent)
    other = client_of(editor())
    record.refresh_from_db()
    other.post(address, {"version": record.version, "to": "draft"})
    assert "Something else has happened" in pressed(client, token)
    record.refresh_from_db()
    assert record.workflow == "draft"


def test_who_has_no_right_to_the_act_any_more_cannot_undo_it(client, writer):
    _record, address, sent, _is_as_before = set_aside()
    token = done(client, address, sent)
    type(writer).objects.filter(pk=writer.pk).update(role="analyst")
    assert "Your role does not include this" in pressed(client, token)
    assert analyst().role == "analyst"


def test_a_new_record_on_which_somebody_else_went_on_is_not_set_aside_by_a_press(client, client_of, writer):
    sent = {"title": "The station", "occurred_zone": "UTC", "place_precision": "adm1", "means": "drone", "tlp": "GREEN"}
    token = done(client, "/incidents/new/", sent)
    incident = Incident.objects.get()
    client_of(analyst()).post(f"{incident.get_absolute_url()}discussion/", {"words": "I log what was said here."})

    assert "Something else has happened to the record since." in pressed(client, token)
    incident.refresh_from_db()
    assert incident.workflow == "draft"
