"""Turns in the review queue: one takes, the others are told; it ends by itself and gives no right."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from claims.actions.assessment import approve
from claims.actions.review import give_back, skip, take_turn
from claims.models import Decision, ReviewTurn
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    AssessmentFactory,
    IncidentFactory,
    MediaItemFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
TURN, NEXT, QUEUE = "/review/turn/", "/review/next/", "/review/"


def proposed(**fields):
    return AssessmentFactory(subject=StatementFactory(), finding="not_checkable", **fields)


def post(client, subject, act="take", kind="assessment", **more):
    return client.post(TURN, {"subject": subject.pk, "kind": kind, "act": act} | more, follow=True)


def address(assessment):
    return reverse("assessment", args=[assessment.pk])


def over(subject):
    ReviewTurn.objects.filter(pk=subject.pk).update(until=timezone.now() - timedelta(seconds=1))


def test_what_one_takes_the_others_see_as_taken():
    waits, one = proposed(), editor(name="Olha Marchuk")
    client = signed_in(one)

    taken = words_of(post(client, waits))
    others = words_of(signed_in(editor()).get(QUEUE))

    assert "you have it until" in taken
    assert "Olha Marchuk has it until" in others
    assert "1 left" in others
    turn = ReviewTurn.objects.get()
    assert (turn.kind, turn.until - turn.taken_at) == ("assessment", timedelta(minutes=20))


def test_a_second_one_is_told_who_has_it():
    waits = proposed()
    take_turn(subject=waits, by=editor(name="Olha Marchuk"))

    told = words_of(post(signed_in(editor()), waits))

    assert "Olha Marchuk has taken this just now. You may decide all the same." in told
    assert str(ReviewTurn.objects.get().taken_by) == "Olha Marchuk"


def test_a_turn_is_made_longer_by_whoever_has_it():
    waits, one = proposed(), editor()
    take_turn(subject=waits, by=one)
    ReviewTurn.objects.update(until=timezone.now() + timedelta(minutes=1))

    again = take_turn(subject=waits, by=one)

    assert again.until > timezone.now() + timedelta(minutes=19)
    assert ReviewTurn.objects.count() == 1


def test_a_turn_that_is_over_goes_to_whoever_asks_first():
    waits, second = proposed(), editor()
    take_turn(subject=waits, by=editor())
    over(waits)

    assert take_turn(subject=waits, by=second).taken_by == second


def test_giving_back_frees_it():
    waits, one = proposed(), editor()
    take_turn(subject=waits, by=one)

    assert not give_back(subject=waits, by=editor())
    assert "Given back." in words_of(post(signed_in(one), waits, "give_back"))
    assert not ReviewTurn.objects.exists()


def test_next_takes_the_oldest_that_nobody_else_has():
    first, second = proposed(), proposed()
    one, other = editor(), editor()

    assert signed_in(one).post(NEXT).url == address(first)
    assert signed_in(other).post(NEXT).url == address(second)
    assert set(ReviewTurn.objects.values_list("pk", "taken_by")) == {(first.pk, one.pk), (second.pk, other.pk)}
    nothing = signed_in(editor()).post(NEXT, follow=True)
    assert "Nothing waits that you may decide and nobody else has taken." in words_of(nothing)


def test_next_leads_to_ones_own_turn_again():
    waits, one = proposed(), editor()
    client = signed_in(one)
    assert client.post(NEXT).url == client.post(NEXT).url == address(waits)


@pytest.mark.parametrize(("make", "kind"), [(IncidentFactory, "incident"), (StatementFactory, "statement"),
                                            (MediaItemFactory, "media_item")])  # fmt: skip
def test_records_in_review_are_taken_too(make, kind):
    record, client = make(workflow="in_review"), signed_in(editor())

    assert client.post(NEXT).url == record.get_absolute_url()
    assert ReviewTurn.objects.get().kind == kind
    assert "Given back." in words_of(post(client, record, "give_back", kind))


def test_taking_gives_no_right_and_takes_none_away():
    waits = proposed()
    take_turn(subject=waits, by=editor())

    decided = signed_in(editor()).post(address(waits), {"act": "approve", "reason": ""})

    assert decided.status_code == 302
    assert Decision.objects.get().assessment == waits


def test_whoever_had_taken_one_has_the_next_when_it_is_decided():
    first, second, third = proposed(), proposed(), proposed()
    one = editor()
    take_turn(subject=second, by=editor())
    client = signed_in(one)
    client.post(NEXT)

    decided = client.post(address(first), {"act": "approve", "reason": ""})

    assert decided.url == address(third)
    assert ReviewTurn.objects.filter(taken_by=one).values_list("pk", flat=True).get() == third.pk


def test_who_comes_second_is_told_who_decided():
    waits = proposed()
    approve(assessment=waits, by=editor(name="Olha Marchuk"))

    told = signed_in(editor()).post(address(waits), {"act": "approve", "reason": ""})

    assert "Olha Marchuk has decided on this already" in words_of(told)
    assert Decision.objects.count() == 1


def test_skipping_needs_a_reason_and_is_recorded_and_passed_by():
    first, second, one = proposed(), proposed(), editor(name="Olha Marchuk")
    client = signed_in(one)
    client.post(NEXT)

    assert "Say why you skip it" in words_of(post(client, first, "skip", reason=" "))
    assert "Use at most 500 characters." in words_of(post(client, first, "skip", reason="x" * 501))
    assert "Skipped." in words_of(post(client, first, "skip", reason="I know the witness"))

    event = AuditEvent.objects.get(verb="review.skipped")
    assert (event.subject_id, event.reason, event.actor_id) == (first.pk, "I know the witness", one.pk)
    assert first.subject.pk in event.about
    assert not ReviewTurn.objects.exists()
    assert client.post(NEXT).url == address(second)
    other = signed_in(editor())
    assert "Skipped by Olha Marchuk : I know the witness" in words_of(other.get(QUEUE))
    assert other.post(NEXT).url == address(first)


@pytest.mark.parametrize("person", [viewer, analyst, admin])
def test_only_who_decides_takes_turns(person):
    waits, by = proposed(), person()

    assert post(signed_in(by), waits).status_code == 403
    for act in (take_turn, give_back):
        with pytest.raises(NotAllowed):
            act(subject=waits, by=by)
    with pytest.raises(NotAllowed):
        skip(subject=waits, reason="x", by=by)


@pytest.mark.parametrize(
    "sent", [{}, {"kind": "assessment"}, {"subject": "x"}, {"kind": "assessment", "subject": "x", "act": "take"},
             {"kind": "partner", "act": "take"}, {"kind": "assessment", "act": "decide"}]
)  # fmt: skip
def test_odd_forms_are_told_that_it_does_not_wait(sent):
    sent = {"subject": proposed().pk} | sent
    assert "This does not wait any more." in words_of(signed_in(editor()).post(TURN, sent, follow=True))
    assert not ReviewTurn.objects.exists()


def test_what_one_may_not_see_is_answered_like_what_is_not_there():
    hidden = AssessmentFactory(subject=StatementFactory(team=TeamFactory()), finding="not_checkable")
    record = StatementFactory(team=TeamFactory(), workflow="in_review")
    client = signed_in(editor())

    for subject, kind in ((hidden, "assessment"), (record, "statement")):
        assert "This does not wait any more." in words_of(post(client, subject, kind=kind))
    assert not ReviewTurn.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_once_one_gets_it():
    waits, people = proposed(), [editor() for _each in range(4)]
    start, got = threading.Barrier(len(people)), []

    def press(person):
        start.wait()
        try:
            got.append(take_turn(subject=waits, by=person).taken_by)
        except Refused as refusal:
            got.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)

    assert len(got) == len(people)
    assert got.count("taken") == len(people) - 1
    assert ReviewTurn.objects.get().taken_by in got
