"""Deciding on a proposal: everything beside the decision, what is missing before the click, and one winner of two."""

import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from claims.models import Decision
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    AssessmentFactory,
    EvidenceFactory,
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


def page_of(assessment):
    return reverse("assessment", args=[assessment.pk])


def decide(client, assessment, act, reason="Seen."):
    return client.post(page_of(assessment), {"act": act, "reason": reason})


def proposed(finding="could_not_confirm", **fields):
    statement = fields.pop("subject", None) or StatementFactory()
    approve_finding(statement, "in_progress")
    return AssessmentFactory(subject=statement, finding=finding, **fields)


@pytest.mark.parametrize(
    ("person", "act", "status"),
    [
        (editor, "approve", 302),
        (editor, "send_back", 302),
        (editor, "withdraw", 422),
        (analyst, "approve", 403),
        (analyst, "send_back", 403),
        (analyst, "withdraw", 422),
        (admin, "approve", 403),
        (viewer, "approve", 403),
    ],
)
def test_who_decides_what(person, act, status):
    assessment = proposed()
    assert decide(signed_in(person()), assessment, act).status_code == status
    assert Decision.objects.filter(assessment=assessment).exists() is (status == 302)


def test_who_proposed_withdraws_it_with_a_reason():
    by = analyst()
    assessment = proposed(proposed_by=by)
    client = signed_in(by)
    assert "Withdraw my proposal" in words_of(client.get(page_of(assessment)))
    refused = decide(client, assessment, "withdraw", reason="")
    assert refused.status_code == 422
    assert "Say why." in words_of(refused)
    assert decide(client, assessment, "withdraw", reason="Too soon").status_code == 302
    assert assessment.decision.kind == "withdraw"


def test_sending_back_needs_a_reason_and_moves_nothing():
    assessment = proposed()
    client = signed_in(editor())
    assert decide(client, assessment, "send_back", reason=" ").status_code == 422
    assert decide(client, assessment, "send_back", reason="One origin only").status_code == 302
    assessment.statement.refresh_from_db()
    assert assessment.statement.finding == "in_progress"
    assert "One origin only" in words_of(client.get(page_of(assessment)))


def test_approval_takes_effect_and_goes_to_the_next():
    first, second = proposed(), proposed()
    answer = decide(signed_in(editor()), first, "approve", reason="")
    assert answer.url == page_of(second)
    first.statement.refresh_from_db()
    assert first.statement.finding == "could_not_confirm"
    assert decide(signed_in(editor()), second, "approve").url == reverse("review")


def test_the_page_holds_everything_beside_the_decision():
    assessment = proposed(public_wording="Example Desk could not confirm this.", tried=["no_access"])
    EvidenceFactory(assessment=assessment, direction="against", reliability="B", credibility="3", remark="Shadows fit")
    page = words_of(signed_in(editor()).get(page_of(assessment)))
    for shown in (
        "In progress", "Could not independently confirm", "Example Desk could not confirm this.", "No access",
        "Access to the place.", "Against the claim", "Shadows fit", "B: usually reliable", "3: possibly true",
        "We compared what there is.", "You may decide this", str(assessment.proposed_by),
    ):  # fmt: skip
        assert shown in page, shown


def test_evidence_the_reader_may_not_see_is_absent_from_the_page():
    assessment = proposed()
    EvidenceFactory(assessment=assessment, statement=StatementFactory(team=TeamFactory()), remark="Hidden remark")
    page = words_of(signed_in(editor()).get(page_of(assessment)))
    assert "Hidden remark" not in page
    assert "No evidence is cited" in page


def weighty(*, proposer=None, origins=2, subject=None):
    assessment = proposed("verified", subject=subject or StatementFactory(names_nobody=True),
                          proposed_by=proposer or analyst())  # fmt: skip
    for _each in range(origins):
        EvidenceFactory(assessment=assessment)
    return assessment


def approve_is_offered(page):
    return 'value="approve"' in page.content.decode()


def test_verified_is_approved_by_a_second_person():
    assessment = weighty()
    client = signed_in(editor())
    assert approve_is_offered(client.get(page_of(assessment)))
    assert decide(client, assessment, "approve").status_code == 302


@pytest.mark.parametrize("hand", ["proposed it", "logged the record", "edited the evidence"])
def test_verified_says_before_the_click_who_may_not_approve(hand):
    one = editor()
    subject = StatementFactory(names_nobody=True, created_by=one) if hand == "logged the record" else None
    assessment = weighty(proposer=one if hand == "proposed it" else None, subject=subject)
    if hand == "edited the evidence":
        EvidenceFactory(assessment=assessment, statement=StatementFactory(created_by=one))
    client = signed_in(one)
    page = client.get(page_of(assessment))
    assert not approve_is_offered(page)
    assert "need a second person" in words_of(page)
    refused = decide(client, assessment, "approve")
    assert refused.status_code == 422
    assert "need a second person" in words_of(refused)
    assert not Decision.objects.filter(assessment=assessment).exists()


@pytest.mark.parametrize(
    ("lacking", "says"),
    [
        ("origins", "fewer than two origins"),
        ("asked", "An accused party was never asked for its side."),
        ("unchanged", "The record was changed after this was proposed."),
        ("stage", "The finding has moved since this was proposed."),
    ],
)
def test_what_is_missing_is_on_the_page_before_the_click_and_refused_after_it(lacking, says):
    subject = StatementFactory(accused=[PartyFactory()]) if lacking == "asked" else None
    assessment = weighty(origins=1 if lacking == "origins" else 2, subject=subject)
    statement = assessment.statement
    if lacking == "unchanged":
        type(statement).objects.filter(pk=statement.pk).update(version=9)
    if lacking == "stage":
        approve_finding(statement, "could_not_confirm")
    client = signed_in(editor())
    page = client.get(page_of(assessment))
    assert not approve_is_offered(page)
    assert says in words_of(page)
    refused = decide(client, assessment, "approve")
    assert refused.status_code == 422
    assert says in words_of(refused)


def test_a_double_click_approves_once_and_goes_on():
    assessment = proposed()
    client = signed_in(editor())
    first, second = decide(client, assessment, "approve"), decide(client, assessment, "approve")
    assert first.status_code == second.status_code == 302
    assert Decision.objects.filter(assessment=assessment).count() == 1


def test_the_second_of_two_editors_is_told_who_was_first():
    assessment = proposed()
    quick = editor(name="Quick Editor")
    decide(signed_in(quick), assessment, "send_back", reason="Later")
    late = decide(signed_in(editor()), assessment, "approve")
    assert late.status_code == 422
    assert "Quick Editor has decided on this already: Sent back." in words_of(late)
    assert not approve_is_offered(late)


@pytest.mark.django_db(transaction=True)
def test_two_editors_at_once_one_wins_and_the_other_is_told():
    assessment = proposed()
    clients = [signed_in(editor()), signed_in(editor())]
    ready = threading.Barrier(2)
    answers = []

    def press(client):
        ready.wait()
        try:
            answers.append(decide(client, assessment, "approve"))
        finally:
            connection.close()

    presses = [threading.Thread(target=press, args=[client]) for client in clients]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert sorted(answer.status_code for answer in answers) == [302, 422]
    assert Decision.objects.filter(assessment=assessment).count() == 1
    loser = next(answer for answer in answers if answer.status_code == 422)
    assert "has decided on this already: Approved." in words_of(loser)


def test_a_proposal_on_a_hidden_record_is_as_unknown():
    client = signed_in(editor())
    hidden = client.get(page_of(proposed(subject=StatementFactory(team=TeamFactory()))))
    unknown = client.get(reverse("assessment", args=[uuid.uuid4()]))
    assert hidden.status_code == unknown.status_code == 404
    assert words_of(hidden) == words_of(unknown)


# ---- Queries ----


def test_queries_do_not_grow_with_the_evidence(django_assert_max_num_queries):
    client = signed_in(editor())

    def count(number):
        assessment = proposed()
        for _each in range(number):
            EvidenceFactory(assessment=assessment)
        with django_assert_max_num_queries(12) as captured:
            assert client.get(page_of(assessment)).status_code == 200
        return len(captured)

    assert count(1) == count(4)
