"""Logging that a party was asked for its side, and what came of it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from claims.models import CommentRequest, CommentRequestEvent
from claims.models.comment_request import RequestOutcome
from tests.claims.views.test_undo import done, pressed
from tests.factories import (
    CommentRequestFactory,
    IncidentFactory,
    PartyFactory,
    RequestEventFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


@pytest.fixture
def parties():
    PartyFactory(name="CNN")
    PartyFactory(name="Ministry of War")


def ask(client, incident, **given):
    kept = {"asked_by": "CNN", "party": "ministry of war", "state": "sent", "tlp": "AMBER"}
    return client.post(f"/incidents/{incident.ref}/requests/new/", kept | given)


def test_a_request_is_logged_with_its_first_outcome(client, writer, incident, parties):
    claim = StatementFactory(incident=incident)

    logged = ask(client, incident, statement=claim.ref, outcome="awaiting_reply", asked="2022-04-03")

    asked = CommentRequest.objects.get()
    assert logged.url == f"/requests/{asked.ref}/"
    assert (asked.asked_by.name, asked.party.name, asked.statement) == ("CNN", "Ministry of War", claim)
    assert [event.outcome for event in asked.events.all()] == ["awaiting_reply"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"party": "Nobody so called"}, "No party is held under"),
        ({"state": "not_sought"}, "Say why no comment was sought."),
        ({"not_sought_reason": "No time."}, "goes with"),
        ({"asked": "3.4.2022"}, "Write the year first"),
        ({"deadline": "soon"}, "Enter a valid date/time."),
        ({"state": "draft", "outcome": "declined"}, "was not sent"),
        ({"state": "draft", "asked": "2022-04-03"}, "goes with a request that was sent"),
        ({"asked": "2999-04-03"}, "That day has not come"),
        ({"asked": "2022-04-03", "deadline": "2022-04-02T10:00"}, "has to come after"),
        ({"state": "not_sought", "not_sought_reason": "It spoke.", "deadline": "2022-04-02T10:00"}, "A deadline goes"),
        ({"outcome": "no_response_by_deadline"}, "No deadline is recorded"),
    ],
)
def test_a_request_that_cannot_be_kept_is_refused_in_words(client, writer, incident, parties, given, words):
    refused = ask(client, incident, question="Typed with care", **given)

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert "Typed with care" in refused.content.decode()
    assert not CommentRequest.objects.exists()


def test_the_accused_of_the_allegation_is_suggested(client, writer, incident):
    claim = StatementFactory(incident=incident, accused=[PartyFactory(name="Ministry of War")])

    form = client.get(f"/incidents/{incident.ref}/requests/new/?statement={claim.ref}").context["form"]

    assert (form["party"].value(), form["statement"].value()) == ("Ministry of War", claim.ref)


def test_the_same_form_twice_is_one_request(client, writer, incident, parties):
    ask(client, incident, question="Where were you?")
    ask(client, incident, question="Where were you?")

    assert CommentRequest.objects.count() == 1


# ---- A draft that is sent later, a record that is corrected ----


def edit(client, held, **given):
    kept = {"state": held.state, "question": held.question, "channel": held.channel, "version": held.version}
    return client.post(f"/requests/{held.ref}/edit/", kept | given)


def test_a_draft_is_sent_later(client, writer, incident):
    asked = CommentRequestFactory(incident=incident, state="draft")
    assert "Not sent yet" in client.get(f"/incidents/{incident.ref}/").content.decode()

    assert edit(client, asked, state="sent", asked="2022-04-04", deadline="2022-04-06T18:00").status_code == 302

    asked.refresh_from_db()
    assert (asked.state, asked.asked, asked.version) == ("sent", "2022-04-04", 2)
    assert asked.deadline == datetime(2022, 4, 6, 18, tzinfo=UTC)
    assert edit(client, asked, state="draft", reason="A slip.").status_code == 422  # what was sent stays sent


def test_two_who_change_a_draft_are_told_of_one_another(client, writer, incident):
    asked = CommentRequestFactory(incident=incident, state="draft")
    edit(client, asked, question="Their question, saved first")

    late = edit(client, asked, question="My question, typed meanwhile")

    assert late.status_code == 422
    assert "Their question, saved first" in late.content.decode()
    assert "My question, typed meanwhile" in late.content.decode()
    asked.refresh_from_db()
    assert asked.question == "Their question, saved first"


def test_what_was_sent_is_corrected_with_a_reason_and_never_against_what_came_of_it(client, writer, incident):
    asked = CommentRequestFactory(incident=incident, deadline=datetime(2022, 4, 6, tzinfo=UTC))
    assert "Say why the record of it is corrected" in edit(client, asked, channel="letter").content.decode()
    outcome(client, asked, outcome="no_response_by_deadline")

    later = edit(client, asked, deadline="2022-05-01T00:00", reason="They asked for more time.")
    before = edit(client, asked, asked="2022-04-07", deadline="2022-04-06T00:00", reason="A slip.")

    assert "did not respond by this deadline" in later.content.decode()
    assert before.status_code == 422


# ---- What came of it ----


def outcome(client, held, **given):
    return client.post(f"/requests/{held.ref}/outcome/", given)


def test_an_outcome_is_added_and_earlier_ones_stay(client, writer, incident):
    asked = CommentRequestFactory(incident=incident)
    RequestEventFactory(request=asked, outcome="awaiting_reply")

    outcome(client, asked, outcome="declined", words="No comment.")

    assert sorted(event.outcome for event in asked.events.all()) == ["awaiting_reply", "declined"]
    shown = client.get(f"/incidents/{incident.ref}/").content.decode()
    assert "Declined to comment" in shown
    assert "Awaiting reply" in shown


def test_silence_is_dated_to_the_deadline_and_a_late_reply_stands_beside_it(client, writer, incident):
    due = datetime(2022, 4, 6, 18, tzinfo=UTC)
    asked = CommentRequestFactory(incident=incident, deadline=due)

    outcome(client, asked, outcome="no_response_by_deadline")
    outcome(client, asked, outcome="replied_denied", happened_at="2022-04-08T10:00")

    assert [(each.outcome, each.happened_at.day) for each in asked.events.all()] == [
        ("no_response_by_deadline", 6),
        ("replied_denied", 8),
    ]
    shown = client.get(f"/requests/{asked.ref}/").content.decode()
    assert "after the deadline had passed" in shown
    assert "had received no reply" in shown
    assert "replied on 8 April 2022 with a denial." in shown


# What is recorded already, what is to be recorded, and the words of the refusal. Days are days of April 2022; the
# request was sent on the 3rd, and an answer was due on the 6th.
CONTRADICTIONS = [
    ([], {"outcome": ""}, "Choose what happened|This field is required"),
    ([], {"outcome": "declined", "happened_at": "2022-04-02T10:00"}, "before it was asked"),
    ([], {"outcome": "declined", "happened_at": "2999-04-02T10:00"}, "has not happened yet"),
    ([], {"outcome": "no_response_by_deadline", "happened_at": "2022-04-05T10:00"}, "Before the deadline nobody"),
    ([("no_response_by_deadline", 6)], {"outcome": "no_response_by_deadline"}, "recorded already"),
    ([("declined", 5)], {"outcome": "no_response_by_deadline"}, "answered before the deadline"),
    ([("undeliverable", 4)], {"outcome": "no_response_by_deadline"}, "silence says nothing"),
    ([("replied_denied", 5)], {"outcome": "awaiting_reply"}, "nothing is awaited any more"),
    ([("replied_denied", 5)], {"outcome": "declined"}, "They had replied by then"),
    ([("acknowledged", 4)], {"outcome": "undeliverable"}, "It had reached them"),
    ([("replied_partial", 5)], {"outcome": "withdrawn"}, "nothing left to withdraw"),
    ([("withdrawn", 5)], {"outcome": "no_response_by_deadline"}, "The request was withdrawn"),
    (
        [("no_response_by_deadline", 6)],
        {"outcome": "replied_denied", "happened_at": "2022-04-05T10:00"},
        "Say in words how this was overlooked",
    ),
]


@pytest.fixture
def asked(incident):
    day = {"asked": "2022-04-03", "asked_start": datetime(2022, 4, 3, tzinfo=UTC), "asked_precision": "day"}
    day["asked_end"] = day["asked_start"] + timedelta(days=1)
    return CommentRequestFactory(incident=incident, deadline=datetime(2022, 4, 6, tzinfo=UTC), **day)


def test_facts_that_contradict_one_another_are_refused_in_words(client, writer, incident, asked):
    for events, given, words in CONTRADICTIONS:
        each = CommentRequestFactory(
            incident=incident,
            deadline=asked.deadline,
            asked=asked.asked,
            asked_start=asked.asked_start,
            asked_end=asked.asked_end,
            asked_precision="day",
        )
        for code, day in events:
            RequestEventFactory(request=each, outcome=code, happened_at=datetime(2022, 4, day, tzinfo=UTC))

        refused = outcome(client, each, **given)

        assert refused.status_code == 422, given
        assert any(part in refused.content.decode() for part in words.split("|")), (events, given)
        assert each.events.count() == len(events)


def test_the_deadline_has_to_have_passed(client, writer, incident):
    asked = CommentRequestFactory(incident=incident, deadline=timezone.now() + timedelta(days=2))

    refused = outcome(client, asked, outcome="no_response_by_deadline")

    assert "The deadline has not passed yet." in refused.content.decode()


def test_a_reply_is_tied_to_the_statement_that_holds_its_words(client, writer, incident):
    asked_party = PartyFactory()
    asked = CommentRequestFactory(incident=incident, party=asked_party)
    denial = StatementFactory(kind="denial", incident=incident, party=asked_party)
    silent = StatementFactory(kind="no_comment", incident=incident, party=asked_party)
    stranger = StatementFactory(kind="denial", incident=incident)

    for reply, code, words in [
        (stranger, "replied_denied", "by somebody else"),
        (silent, "replied_denied", "they decline to comment"),
        (denial, "declined", "In that statement they comment"),
        (denial, "awaiting_reply", "Only an answer has words"),
    ]:
        assert words in outcome(client, asked, outcome=code, reply=reply.ref).content.decode()
    assert outcome(client, asked, outcome="replied_denied", reply=denial.ref).status_code == 302

    assert asked.events.get().reply == denial
    assert f"/statements/{denial.ref}/" in client.get(f"/requests/{asked.ref}/").content.decode()


def test_nothing_comes_of_a_request_that_was_not_sent(client, writer, incident):
    asked = CommentRequestFactory(incident=incident, state="draft")

    refused = outcome(client, asked, outcome="declined")

    assert refused.status_code == 422
    assert "was not sent" in refused.content.decode()


# ---- Who sees it ----


def test_a_party_one_may_not_see_is_withheld_from_the_page_and_the_wording(client, writer, incident):
    hidden = PartyFactory(name="Secret witness", team=TeamFactory())
    asked = CommentRequestFactory(incident=incident, party=hidden)

    shown = client.get(f"/requests/{asked.ref}/").content.decode()

    assert "Secret" not in shown
    assert "a party whose name is withheld" in shown
    assert "Do not print it." in shown


def test_a_viewer_sees_what_was_asked_and_no_draft(client):
    incident = IncidentFactory(workflow="approved", tlp="GREEN")
    sent = CommentRequestFactory(incident=incident, tlp="GREEN")
    draft = CommentRequestFactory(incident=incident, tlp="GREEN", state="draft")
    client.force_login(viewer())

    assert client.get(f"/requests/{sent.ref}/").status_code == 200
    assert client.get(f"/requests/{draft.ref}/").status_code == 404
    assert draft.ref not in client.get(f"/incidents/{incident.ref}/").content.decode()


def test_who_may_not(client, incident, parties):
    asked = CommentRequestFactory(incident=incident)
    hidden = CommentRequestFactory(incident=incident, team=TeamFactory())
    of_hidden = CommentRequestFactory(incident=IncidentFactory(team=TeamFactory()))
    client.force_login(viewer())
    assert ask(client, incident).status_code == 403
    for page in ("outcome", "edit"):
        assert client.get(f"/requests/{asked.ref}/{page}/").status_code == 403
    client.force_login(analyst())
    assert ask(client, IncidentFactory(team=TeamFactory())).status_code == 404
    for each in (hidden, of_hidden):
        for page in ("", "outcome/", "edit/"):
            assert client.get(f"/requests/{each.ref}/{page}").status_code == 404


def test_a_protected_witness_is_named_by_pseudonym_where_its_own_flag_alone_withholds_the_name(client, incident):
    witness = PartyFactory(name="Oksana Real", pseudonym="Witness A", handling=["witness_identity"])
    asked = CommentRequestFactory(incident=incident, party=witness)
    RequestEventFactory(request=asked, outcome="declined")
    confined = CommentRequestFactory(incident=incident, party=witness, handling=["witness_identity"])
    client.force_login(analyst())

    for page in (asked.get_absolute_url(), f"/incidents/{incident.ref}/timeline/", "/requests/?show=all"):
        shown = client.get(page).content.decode()
        assert "Witness A" in shown, page
        assert "Oksana" not in shown, page
    assert "Do not print it." not in client.get(asked.get_absolute_url()).content.decode()
    assert "Witness A" not in client.get(confined.get_absolute_url()).content.decode()


# ---- Taken back, put back, and its history ----


def test_a_withdrawal_recorded_by_mistake_is_put_back_and_both_stay(client, writer, incident, asked):
    when = {"outcome": "withdrawn", "happened_at": "2022-04-04T10:00"}
    outcome(client, asked, outcome="awaiting_reply", happened_at="2022-04-05T10:00")
    assert "It was still waited for after that" in outcome(client, asked, **when).content.decode()
    outcome(client, asked, outcome="withdrawn", happened_at="2022-04-05T12:00")
    assert asked.ref not in client.get("/requests/").content.decode()
    assert "withdrew the request" in client.get(asked.get_absolute_url()).content.decode()

    put = client.post(f"/requests/{asked.ref}/put-back/", {"version": asked.version, "reason": "Another request"})

    assert put.url == asked.get_absolute_url()
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert "withdrew the request" not in shown, "nothing of it is told for publication"
    assert "Request withdrawn" in shown, "the record of it stays"
    assert asked.ref in client.get("/requests/").content.decode(), "it is waited for again"
    client.post(f"/requests/{asked.ref}/put-back/")
    assert [each.outcome for each in asked.events.all()] == ["awaiting_reply", "withdrawn", "awaiting_reply"]
    assert outcome(client, asked, outcome="no_response_by_deadline").status_code == 302

    told = client.get(f"/requests/{asked.ref}/history/").content.decode()
    assert "Comment request put back" in told
    assert "Another request" in told


def test_a_correction_of_a_request_is_undone_and_restored_from_its_history(client, writer, incident, asked):
    told = {"asked": asked.asked, "deadline": "2022-04-06T00:00", "reason": "A slip"}
    page = client.get(edit(client, asked, channel="letter", **told).url).content.decode()
    asked.refresh_from_db()
    assert asked.channel == "letter"
    history = client.get(f"/requests/{asked.ref}/history/").content.decode()
    restore = re.search(r'href="(/requests/[^"]*restore=[^"]*)"', history)[1].replace("&amp;", "&")
    assert client.get(restore).context["form"]["channel"].value() == "e-mail"

    token = re.search(r'name="token" value="([^"]+)"', page)[1]
    assert "stands as it stood before" in client.post("/undo/", {"token": token}, follow=True).content.decode()
    asked.refresh_from_db()
    assert asked.channel == "e-mail"


@pytest.mark.parametrize("recorded", ["declined", "replied_denied", "no_response_by_deadline", "withdrawn"])
def test_an_outcome_recorded_by_mistake_is_taken_back_and_told_of_nowhere_but_in_the_history(
    client, writer, incident, asked, recorded
):
    outcome(client, asked, outcome="awaiting_reply", happened_at="2022-04-04T10:00")
    before = client.get(asked.get_absolute_url()).content.decode()
    token = done(client, f"/requests/{asked.ref}/outcome/", {"outcome": recorded, "happened_at": ""})
    assert asked.events.last().outcome == recorded

    assert "nothing is told of it any more" in pressed(client, token)

    assert [each.outcome for each in asked.events.all()] == ["awaiting_reply"]
    assert CommentRequestEvent._base_manager.filter(request=asked).count() == 3, "no row is lost"
    shown = client.get(asked.get_absolute_url()).content.decode()
    assert shown.count(str(RequestOutcome(recorded).label)) <= before.count(str(RequestOutcome(recorded).label))
    told = client.get(f"/requests/{asked.ref}/history/").content.decode()
    assert "taken back" in told and str(RequestOutcome(recorded).label) in told
    assert "It is not there any more" in pressed(client, token)
    assert outcome(client, asked, outcome=recorded).status_code == 302, "it can be recorded again when it is true"


def test_an_outcome_on_which_a_finding_may_rest_is_not_taken_back(client, writer, incident, asked):
    token = done(client, f"/requests/{asked.ref}/outcome/", {"outcome": "declined", "happened_at": ""})
    approve_finding(StatementFactory(incident=incident, accused=[asked.party]), "verified")
    assert "was approved since" in pressed(client, token)
    assert asked.events.count() == 1
