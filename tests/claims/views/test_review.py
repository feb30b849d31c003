"""The review queue: what waits, whose it is, what one may decide; nothing of what one may not see."""

import pytest
from django.urls import reverse

from harmtracker import people
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    AssessmentFactory,
    DecisionFactory,
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


def proposed(finding="not_checkable", subject=None, **fields):
    return AssessmentFactory(subject=subject or StatementFactory(), finding=finding, **fields)


def queue(person):
    return signed_in(person).get(reverse("review"))


@pytest.mark.parametrize(("person", "status"), [(viewer, 403), (admin, 403), (analyst, 200), (editor, 200)])
def test_who_sees_the_queue(person, status):
    assert queue(person()).status_code == status


def test_an_empty_queue_says_so():
    page = words_of(queue(editor()))
    assert "Nothing waits" in page
    assert "0 left" in page


def test_proposals_and_records_wait_oldest_first_and_are_counted():
    first, second = proposed(), proposed(subject=IncidentFactory(title="A strike on a clinic"))
    StatementFactory(workflow="in_review")
    IncidentFactory(workflow="in_review", title="An incident in review")
    MediaItemFactory(workflow="in_review")
    StatementFactory(workflow="draft")
    answer = queue(editor())
    page = words_of(answer)
    assert "5 left" in page
    assert "5 that you may decide" in page
    text = answer.content.decode()
    assert text.index(reverse("assessment", args=[first.pk])) < text.index(reverse("assessment", args=[second.pk]))
    assert "A strike on a clinic" in page
    assert "An incident in review" in page


def test_what_is_decided_waits_no_more():
    DecisionFactory(assessment=proposed())
    assert "0 left" in words_of(queue(editor()))


def test_ones_own_is_shown_as_such_and_why_one_may_not_decide_it():
    one = editor()
    statement = StatementFactory()
    approve_finding(statement, "in_progress")
    proposed("verified", statement, proposed_by=one)
    page = words_of(queue(one))
    assert "yours" in page
    assert "0 that you may decide" in page
    assert "Verified and refuted need a second person." in page
    assert "Next, please" not in page
    assert "Next, please" in words_of(queue(editor()))


def test_an_analyst_sees_what_waits_and_that_an_editor_decides():
    one = analyst()
    proposed(proposed_by=one)
    page = words_of(queue(one))
    assert "1 left" in page
    assert "An editor decides" in page
    assert "Next, please" not in page


def test_what_one_may_not_see_is_absent_and_not_counted():
    hidden = StatementFactory(team=TeamFactory(), workflow="in_review")
    proposed(subject=hidden)
    StatementFactory(workflow="in_review", party=PartyFactory(name="Secret Voice", tlp="RED"))
    answer = queue(editor())
    page = words_of(answer)
    assert hidden.ref not in page
    assert "1 left" in page
    assert "Secret Voice" not in page


def test_a_long_queue_is_cut_and_still_counted(monkeypatch):
    monkeypatch.setattr("claims.listing.proposals.MOST_SHOWN", 2)
    for _each in range(4):
        proposed()
    StatementFactory(workflow="in_review")
    page = words_of(queue(editor()))
    assert "5 left" in page
    assert "the rest follows" in page


def test_every_editor_is_shown_what_was_granted():
    people.create_person(username="new.person", name="New Person", role="editor", by=admin(name="The Admin"))
    page = words_of(queue(editor()))
    assert "The Admin made an account: New Person" in page
    assert "Role: Editor" in page
    assert "made an account" not in words_of(queue(analyst()))


def test_queries_do_not_grow_with_the_queue(django_assert_num_queries):
    client = signed_in(editor())

    def count(number):
        for _each in range(number):
            proposed()
            proposed(subject=IncidentFactory())
            proposed(subject=MediaItemFactory())
            StatementFactory(workflow="in_review")
            IncidentFactory(workflow="in_review")
        with django_assert_num_queries(12, exact=False) as captured:
            assert client.get(reverse("review")).status_code == 200
        return len(captured)

    assert count(1) == count(3)
