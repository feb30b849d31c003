"""The desk as a whole: what waits for whom, counted, in the order of urgency, and only what they may see."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.actions.reexamination import reopen_after_change
from claims.listing.desk import Pile
from claims.queries.waiting import MOST
from harmtracker import audit
from tests.factories import (
    AssessmentFactory,
    CaptureFactory,
    CommentRequestFactory,
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    RequestEventFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
)

pytestmark = pytest.mark.django_db
ORDER = ["due", "lapsed", "quotes", "back", "failed", "unanswered"]


@pytest.fixture
def writer():
    return analyst()


def piles(client_of, person):
    response = client_of(person).get("/desk/")
    assert response.status_code == 200
    return {pile.code: pile for pile in response.context["desk"].piles}, response.content.decode()


def due(days, **fields):
    return CommentRequestFactory(deadline=timezone.now() + timedelta(days=days, hours=1), **fields)


def failed(by, **source):
    return CaptureFactory(source=SourceFactory(**source), requested_by=by, outcome="http.403", text="")


def lapsed(by):
    """A statement of this person with a finding that stands and is examined again."""
    made = StatementFactory(created_by=by, accused=[])
    approve_finding(made, "could_not_confirm")
    with audit.recording():
        reopen_after_change(made, {"said": ["", "2022-04-03"]}, by=by)
    return made


def everything(by, times=1):
    for _each in range(times):
        due(2, created_by=by)
        StatementFactory(created_by=by, workflow="changes_requested", kind="denial")
        IncidentFactory(created_by=by, workflow="changes_requested")
        SourceFactory(workflow="in_review", created_by=by)
        MediaItemFactory(workflow="in_review", created_by=by)
        StatementFactory(workflow="in_review", kind="denial", created_by=by)
        AssessmentFactory(statement=StatementFactory(created_by=by, accused=[PartyFactory()]))
        failed(by)


def test_an_empty_desk_says_what_it_is_for(client_of, writer):
    found, page = piles(client_of, writer)
    assert list(found) == ORDER
    assert "Nothing waits for you" in page
    assert "0 things wait for you" in page


def test_deadlines_reach_who_logged_the_request_and_editors(client_of, writer):
    near, passed = due(2, created_by=writer), due(-3, created_by=writer)
    due(30, created_by=writer)
    RequestEventFactory(request=due(1, created_by=writer), outcome="declined")
    hidden = due(1, team=TeamFactory())

    found, page = piles(client_of, writer)

    assert [row.ref for row in found["due"].rows] == [passed.ref, near.ref]
    assert "in 2 days" in page
    assert "passed 2 days ago" in page
    assert f"/requests/{passed.ref}/outcome/" in page
    assert piles(client_of, analyst())[0]["due"].count == 0
    of_editor, page = piles(client_of, editor())
    assert of_editor["due"].count == 2
    assert hidden.ref not in page


def test_a_party_one_may_not_see_is_not_named_beside_its_deadline(client_of, writer):
    due(1, created_by=writer, party=PartyFactory(name="Secret witness", team=TeamFactory()))
    page = piles(client_of, writer)[1]
    assert "Secret" not in page
    assert "a party that is withheld" in page


def test_what_was_sent_back_lapsed_and_failed_comes_to_who_made_it(client_of, writer):
    back = StatementFactory(created_by=writer, workflow="changes_requested", kind="denial")
    again = lapsed(writer)
    refused = failed(writer, title="The refused page")
    retried = failed(writer, title="Tried again since")
    CaptureFactory(source=retried.source)

    found, page = piles(client_of, writer)

    assert [row.ref for row in found["back"].rows] == [back.ref]
    assert [row.ref for row in found["lapsed"].rows] == [again.ref]
    assert "Approval lapsed: changed date." in page
    assert [row.ref for row in found["failed"].rows] == [refused.source.ref]
    assert "The refused page" in page
    assert f'action="/sources/{refused.source.ref}/again/"' in page or "Upload it" in page
    assert all(pile.count == 0 for code, pile in piles(client_of, analyst())[0].items())


def test_unanswered_allegations_tell_not_asked_from_did_not_respond(client_of, writer):
    accused = PartyFactory(name="Ministry of War")
    incident = IncidentFactory()
    first = StatementFactory(created_by=writer, incident=incident, accused=[accused])
    asked = StatementFactory(created_by=writer, incident=incident, accused=[accused])
    request = CommentRequestFactory(incident=incident, statement=asked, party=accused)
    RequestEventFactory(request=request, outcome="no_response_by_deadline")
    declined = StatementFactory(created_by=writer, incident=incident, accused=[accused])
    answer = CommentRequestFactory(incident=incident, statement=declined, party=accused)
    RequestEventFactory(request=answer, outcome="declined")

    found, page = piles(client_of, writer)

    assert {row.ref for row in found["unanswered"].rows} == {first.ref, asked.ref}
    assert f"/incidents/{incident.ref}/?at={first.ref}#{first.ref}" in page
    assert f"/incidents/{incident.ref}/requests/new/?statement={first.ref}" in page
    assert "Did not respond by the deadline" in page


def test_an_editor_reviews_proposals_and_records_of_every_kind(client_of, writer):
    judge = editor()
    everything(writer)
    own = AssessmentFactory(statement=StatementFactory(accused=[]), proposed_by=judge)

    found, page = piles(client_of, judge)

    assert list(found) == ["due", "review", *ORDER[1:]]
    assert found["review"].count == 5  # two proposals, a source, a photo and a statement
    assert "One of them is your own" in page
    assert f"/assessments/{own.pk}/" in page
    assert "review" not in piles(client_of, writer)[0]


def test_the_desk_takes_twelve_queries_for_one_and_for_four_of_everything(
    client_of, writer, django_assert_max_num_queries
):
    judge = client_of(editor())
    everything(writer)
    judge.get("/desk/")
    with django_assert_max_num_queries(12) as one:
        judge.get("/desk/")
    everything(writer, times=3)
    with django_assert_max_num_queries(12) as many:
        page = judge.get("/desk/").content.decode()
    assert len(one) == len(many)
    assert "/review/" in page  # the way to all of them


def test_of_more_than_ninety_nine_nobody_counts_the_rest():
    pile = Pile("back", "Sent back to you", MOST, [], "/statements/")
    assert (pile.number, pile.is_more, pile.is_cut) == ("99+", True, True)


def test_sources_in_review_wait_in_the_queue_and_are_taken(client_of, writer):
    judge = client_of(editor())
    waits = SourceFactory(workflow="in_review", title="A source to look at")
    hidden = SourceFactory(workflow="in_review", team=TeamFactory())

    page = judge.get("/review/").content.decode()

    assert "A source to look at" in page
    assert hidden.ref not in page
    taken = {"kind": "source", "subject": waits.pk, "act": "take"}
    assert "Yours for twenty minutes" in judge.post("/review/turn/", taken, follow=True).content.decode()
    for_nobody = judge.post("/review/turn/", taken | {"subject": hidden.pk}, follow=True).content.decode()
    assert "does not wait any more" in for_nobody


def test_the_queue_says_what_changed_under_an_approval_that_lapsed(client_of, writer):
    again = lapsed(writer)
    page = client_of(editor()).get("/review/").content.decode()
    assert "Lapsed approvals" in page
    assert again.ref in page
    assert "Approval lapsed: changed date." in page


def test_requests_for_comment_are_listed_with_what_came_of_them(client_of, writer):
    waits, answered = due(2), due(2)
    RequestEventFactory(request=answered, outcome="declined")
    hidden = due(2, team=TeamFactory())
    browser = client_of(writer)

    waiting = browser.get("/requests/").content.decode()
    every = browser.get("/requests/?show=all").content.decode()

    assert waits.ref in waiting
    assert answered.ref not in waiting
    assert "Declined to comment" in every
    assert hidden.ref not in waiting + every


def test_each_pile_leads_to_exactly_its_rows(client_of, writer):
    client = client_of(writer)
    back = [StatementFactory(created_by=writer, workflow="changes_requested", kind="denial") for _each in range(7)]
    StatementFactory(workflow="changes_requested", kind="denial")
    refused, elsewhere = [failed(writer) for _each in range(6)], failed(analyst())
    open_ones = [StatementFactory(created_by=writer, accused=[PartyFactory()]) for _each in range(6)]
    StatementFactory(accused=[PartyFactory()])

    found = piles(client_of, writer)[0]
    shown = {code: client.get(found[code].all_url).context["pile"] for code in ("back", "failed", "unanswered")}

    assert {code: len(found[code].rows) for code in shown} == dict.fromkeys(shown, 5)
    assert {row.ref for row in shown["back"].rows} == {each.ref for each in back}
    assert {row.ref for row in shown["failed"].rows} == {each.source.ref for each in refused} - {elsewhere.source.ref}
    assert {row.ref for row in shown["unanswered"].rows} == {each.ref for each in open_ones}
    assert client.get("/desk/piles/due/").status_code == 404


def test_the_menu_of_every_page_shows_what_waited_when_one_was_last_on_the_desk(client_of, writer):
    client = client_of(writer)
    StatementFactory(created_by=writer, workflow="changes_requested", kind="denial")
    assert '<span class="n" title' not in client.get("/").content.decode()
    assert '<span class="n">1</span>' in client.get("/desk/").content.decode()
    assert 'last on your desk">1</span>' in client.get("/").content.decode()
    StatementFactory(created_by=writer, workflow="changes_requested", kind="denial")
    client.get("/desk/")
    assert 'last on your desk">2</span>' in client.get("/").content.decode()
