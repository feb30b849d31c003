"""The incident page: the ledger with its finding, facts and history, as one reader may see it; adding and editing."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Incident, Place
from harmtracker.models import AuditEvent
from sources.names import fold
from tests.factories import (
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    OutsideNoteFactory,
    PartyFactory,
    PlaceFactory,
    RequestEventFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory(title="Killings in Bucha")


def page(client, incident, user):
    client.force_login(user)
    return client.get(f"/incidents/{incident.ref}/")


def text(answer):
    return answer.content.decode()


def without_tokens(page):
    """The page without what differs each time it is asked for."""
    return re.sub(r"[A-Za-z0-9]{64}", "", page)


def denied(incident, **fields):
    """An allegation about the incident and a denial of it."""
    claim = StatementFactory(incident=incident, **fields)
    LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident))
    return claim


def test_the_page_shows_claim_denial_and_that_nothing_is_assessed(client, incident):
    claim = denied(incident)

    shown = text(page(client, incident, analyst()))

    assert "Killings in Bucha" in shown
    assert "“Bodies lay on the streets of Bucha.”" in shown
    assert "denies 1" in shown
    assert "Not yet assessed" in shown
    assert str(claim.party) in shown


def test_a_standing_finding_says_who_when_and_why(client, incident):
    by, proposer = editor(name="Olha Marchuk"), analyst(name="Ines Caldeira")
    approve_finding(incident, "could_not_confirm", by=by, proposer=proposer)

    shown = text(page(client, incident, analyst()))

    for words in (
        "Could not independently confirm", "Set by Olha Marchuk", "Proposed by Ines Caldeira.",
        "The organisation could not independently confirm this.", "No access", "Access to the place.",
    ):  # fmt: skip
        assert words in shown


def test_a_viewer_sees_the_record_and_not_who_works_on_it(client):
    incident = IncidentFactory(workflow="approved", tlp="GREEN")
    by, proposer = editor(name="Olha Marchuk"), analyst(name="Ines Caldeira")
    approve_finding(incident, "could_not_confirm", by=by, proposer=proposer)

    shown = text(page(client, incident, viewer()))

    assert "Could not independently confirm" in shown
    for hidden in ("Olha Marchuk", "Ines Caldeira", "We compared what there is.", 'id="history"', "/answer/"):
        assert hidden not in shown


def test_an_accused_that_never_answered_is_named_in_its_silence(client, incident):
    accused = PartyFactory(name="Ministry of War")
    StatementFactory(incident=incident, accused=[accused])

    assert "No answer from Ministry of War is on record." in text(page(client, incident, analyst()))


def test_an_answer_of_the_accused_ends_its_silence(client, incident):
    accused = PartyFactory(name="Ministry of War")
    claim = StatementFactory(incident=incident, accused=[accused])
    LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident, party=accused))

    assert "No answer from" not in text(page(client, incident, analyst()))


def test_an_unknown_number_is_not_shown_as_zero(client, incident):
    FigureFactory(statement=StatementFactory(incident=incident), least=20)

    shown = text(page(client, incident, analyst()))

    assert "at least 20" in shown
    assert "Nobody gave an upper end." in shown


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("awaiting_reply", "Awaiting reply"),
        ("no_response_by_deadline", "Did not respond by the deadline"),
        ("declined", "Declined to comment"),
    ],
)
def test_had_asked_did_not_respond_and_declined_are_three_facts(client, incident, outcome, words):
    asked = CommentRequestFactory(incident=incident, asked_by=PartyFactory(name="CNN"))
    RequestEventFactory(request=asked, outcome=outcome)

    shown = text(page(client, incident, analyst()))

    assert "CNN had asked" in shown
    assert words in shown


def test_nobody_who_may_not_see_it_learns_that_it_exists(client, incident):
    hidden = IncidentFactory(team=TeamFactory())
    reader = analyst()

    unseen, unknown = page(client, hidden, reader), client.get("/incidents/IN-ZZZZZZ/")

    assert (unseen.status_code, unknown.status_code) == (404, 404)
    assert without_tokens(text(unseen)) == without_tokens(text(unknown))


def test_a_stranger_is_asked_to_sign_in(client, incident):
    assert client.get(f"/incidents/{incident.ref}/").status_code == 302


def test_hidden_parties_sources_and_requests_are_absent(client, incident):
    team = TeamFactory()
    StatementFactory(incident=incident, party=PartyFactory(name="Secret witness", team=team))
    CommentRequestFactory(incident=incident, question="Secret question", team=team)
    OutsideNoteFactory(incident=incident, party=PartyFactory(name="Secret body"), team=team)

    shown = text(page(client, incident, analyst()))

    assert "Secret" not in shown
    assert "Speaker withheld" in shown


def full(incident, times):
    """Everything the page can show, ``times`` over."""
    for _each in range(times):
        claim = denied(incident)
        FigureFactory(statement=claim)
        OutsideNoteFactory(incident=incident)
        RequestEventFactory(request=CommentRequestFactory(incident=incident, statement=claim))
        approve_finding(claim, "could_not_confirm")
        StatementFactory(kind="announcement", incident=incident)


def test_four_times_as_much_takes_the_same_twelve_queries(client, incident):
    reader = editor()
    full(incident, 1)
    page(client, incident, reader)
    with CaptureQueriesContext(connection) as few:
        page_again = client.get(f"/incidents/{incident.ref}/")
    full(incident, 3)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/incidents/{incident.ref}/")

    assert page_again.status_code == 200
    assert len(many) == len(few)
    assert len(few) <= 12


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


def place(name, *spellings):
    made = PlaceFactory(name=name)
    for spelling in spellings:
        made.names.create(text=spelling, folded=fold(spelling))
    return made


def stated(**given):
    kept = {
        "title": "Strike on a hospital", "occurred": "2022-03-09", "occurred_zone": "Europe/Kyiv",
        "place_precision": "settlement", "means": "air_strike", "harm": ["killing"], "tlp": "AMBER",
    }  # fmt: skip
    return kept | given


def test_a_new_incident_is_confined_from_its_first_moment(client):
    own, other = TeamFactory(name="Kharkiv desk"), TeamFactory(name="Another desk")
    writer = analyst(teams=[own])
    client.force_login(writer)
    assert "Another desk" not in text(client.get("/incidents/new/"))

    assert client.post("/incidents/new/", stated(team=other.pk)).status_code == 422
    client.post("/incidents/new/", stated(team=own.pk, handling=["minor", "graphic"]))

    made = Incident.objects.get()
    assert (made.team, made.handling) == (own, ["minor", "graphic"])
    assert not Incident.objects.visible_to(analyst()).exists()
    event = AuditEvent.objects.get(verb="incident.created")
    assert set(event.changes) == {"title", "tlp", "handling", "team"}


@pytest.mark.parametrize("spelling", ["Bucha", "Буча", "Bouha", "Bukha"])
def test_a_place_is_found_by_any_of_its_spellings(client, writer, spelling):
    bucha = place("Bucha", "Буча")

    client.post("/incidents/new/", stated(place=spelling, place_as_reported=spelling))

    made = Incident.objects.get()
    assert (made.place, made.place_as_reported, made.created_by, made.workflow) == (bucha, spelling, writer, "draft")


def test_bhutan_is_not_taken_for_bucha(client, writer):
    place("Bucha", "Буча")

    refused = client.post("/incidents/new/", stated(place="Bhutan"))

    assert refused.status_code == 422
    assert "No place is held under this name." in text(refused)
    assert not Incident.objects.exists()


def test_a_new_place_is_added_when_that_is_said(client, writer):
    client.post("/incidents/new/", stated(place="Borodianka", is_new_place="on"))

    assert Incident.objects.get().place.name == "Borodianka"


def test_two_places_of_one_name_are_offered_and_the_choice_is_kept(client, writer):
    place("Bucha")
    meant = place("Bucha")

    asked = client.post("/incidents/new/", stated(place="Bucha"))
    client.post("/incidents/new/", stated(place="Bucha", place_choice=meant.ref))

    assert asked.status_code == 422
    assert "Several places are called so." in text(asked)
    assert meant.ref in text(asked)
    assert Incident.objects.get().place == meant


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"title": "  "}, "This field is required."),
        ({"occurred": "9/3/2022"}, "Write the year first"),
        ({"occurred": "2022-02-30"}, "There is no such date"),
        ({"occurred": "0001", "occurred_zone": "Europe/Kyiv"}, "There is no such date"),
        ({"occurred_zone": "Europe"}, "There is no time zone called Europe"),
        ({"occurred_zone": "Kyiv/Nowhere"}, "zone"),
        ({"harm": ["war"]}, "Select a valid choice."),
    ],
)
def test_an_incident_that_cannot_be_kept_is_refused_in_words(client, writer, given, words):
    refused = client.post("/incidents/new/", stated(summary="Typed with care", **given))

    assert refused.status_code == 422
    assert words in text(refused)
    assert "Typed with care" in text(refused)
    assert not Incident.objects.exists()


def test_a_refused_incident_leaves_no_new_place(client, writer):
    client.post("/incidents/new/", stated(place="Borodianka", is_new_place="on", occurred="9/3/2022"))

    assert not Place.objects.exists()


def edited(client, incident, **changes):
    form = client.get(f"/incidents/{incident.ref}/edit/").context["form"]
    given = {name: value for name, value in form.initial.items() if value not in (None, "")}
    return client.post(f"/incidents/{incident.ref}/edit/", given | changes)


def test_an_edit_keeps_what_it_does_not_touch(client, writer):
    incident = IncidentFactory(latitude=50.5, longitude=30.2)

    saved = edited(client, incident, title="Killings in Bucha, spring 2022")

    before = incident.place
    incident.refresh_from_db()
    assert saved.status_code == 302
    assert (incident.title, incident.version) == ("Killings in Bucha, spring 2022", 2)
    assert (incident.place, incident.latitude, incident.longitude) == (before, 50.5, 30.2)


def test_two_people_editing_see_both_versions_and_choose(client, writer, incident):
    edited(client, incident, title="Theirs", means="shelling")

    stale = edited(client, incident, title="Mine", version="1")
    chosen = stale.context["form"].data.copy()
    chosen["choice_title"] = "theirs"
    chosen["summary"] = "Added after the conflict."
    saved = client.post(f"/incidents/{incident.ref}/edit/", chosen)

    incident.refresh_from_db()
    assert stale.status_code == 422
    assert [(row.name, row.mine, row.theirs) for row in stale.context["differing"]] == [("title", "Mine", "Theirs")]
    assert str(writer) in text(stale)
    assert saved.status_code == 302
    assert (incident.title, incident.summary, incident.version) == ("Theirs", "Added after the conflict.", 3)


def test_a_place_one_may_not_see_is_neither_shown_nor_lost(client, writer):
    hidden = PlaceFactory(name="Secret village", team=TeamFactory())
    incident = IncidentFactory(place=hidden)

    shown = text(client.get(f"/incidents/{incident.ref}/edit/"))
    edited(client, incident, title="Another title")

    incident.refresh_from_db()
    assert hidden.ref not in shown
    assert (incident.place, incident.title) == (hidden, "Another title")


def test_who_may_not_edit(client):
    approved = IncidentFactory(workflow="approved", tlp="GREEN")
    client.force_login(viewer())
    assert client.get("/incidents/new/").status_code == 403
    assert client.get(f"/incidents/{approved.ref}/edit/").status_code == 403
    client.force_login(analyst())
    assert client.get(f"/incidents/{IncidentFactory(team=TeamFactory()).ref}/edit/").status_code == 404


def test_of_long_text_both_versions_can_be_kept(client, writer, incident):
    client.force_login(writer)
    opened = client.get(f"/incidents/{incident.ref}/edit/").context["form"]["opened"].value()
    edited(client, incident, summary="Theirs, at length.")

    stale = edited(client, incident, summary="Mine, at length.", title="Mine", version="1", opened=opened)
    rows = {row.name for row in stale.context["differing"]}
    sent = stale.context["form"].data | {"choice_summary": "both", "mine_summary": "Mine, at length."}
    saved = client.post(f"/incidents/{incident.ref}/edit/", sent)

    incident.refresh_from_db()
    assert 'name="choice_summary" value="both"' in text(stale)
    assert "summary" in rows
    assert saved.status_code == 302
    assert incident.summary == "Theirs, at length.\n\nMine, at length."


def test_what_somebody_else_alone_changed_meanwhile_is_taken_over_and_said(client, writer, incident):
    client.force_login(writer)
    opened = client.get(f"/incidents/{incident.ref}/edit/").context["form"]["opened"].value()
    edited(client, incident, means="shelling")

    stale = edited(client, incident, title="Mine", means=incident.means, version="1", opened=opened)
    saved = client.post(f"/incidents/{incident.ref}/edit/", stale.context["form"].data)

    incident.refresh_from_db()
    assert "Taken over into the field below." in text(stale)
    assert saved.status_code == 302
    assert (incident.title, incident.means) == ("Mine", "shelling")
