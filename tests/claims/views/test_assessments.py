"""Proposing and deciding through the pages: every allowed and forbidden move, and what each refusal says."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from claims.actions.assessment import Proposal, propose
from claims.models import Assessment, Decision
from claims.models.findings import MOVES, Finding
from claims.views.evidence_listed import STEP
from harmtracker.errors import Refused
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    RenderingFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    viewer,
)
from tests.refusals import taken_back

pytestmark = pytest.mark.django_db
SETTLED = {
    "reasons": "Two reports, one origin.",
    "confidence": "moderate",
    "standard_of_proof": "reasonable_grounds",
    "public_wording": "The organisation could not confirm this.",
    "tried": ["no_access"],
    "would_settle": "Access to the street.",
}


def assess_of(subject, kind="statement"):
    return reverse(f"{kind}-assess", args=[subject.ref])


def sent(subject, finding, *, version=None, aspect="occurrence", act="propose", **fields):
    """What the form sends for a whole proposal."""
    subject.refresh_from_db()
    form = {"version": version or subject.version, "aspect": aspect, "finding": finding, "act": act}
    return form | SETTLED | fields


def post_move(client, subject, finding, kind="statement", **fields):
    return client.post(assess_of(subject, kind), sent(subject, finding, **fields))


def stage_at(subject, stage):
    """Lead the record to the stage, lawfully."""
    if stage == "withdrawn":
        approve_finding(subject, "could_not_confirm")
    if stage != "unverified":
        approve_finding(subject, stage)
    subject.refresh_from_db()
    assert subject.stage == stage


# ---- Moves ----


@pytest.mark.parametrize("stage", Finding.values)
def test_every_move_of_the_table_and_no_other(stage):
    """The act refuses all others; at the page the first of them, whose words are those of all."""
    statement, by = StatementFactory(), analyst()
    client = signed_in(by)
    stage_at(statement, stage)
    proposals = Assessment.objects.filter(statement=statement, decision=None)
    for finding in Finding.values:
        if finding in MOVES[stage]:
            with taken_back():
                assert post_move(client, statement, finding).status_code == 302
                assert [(each.moves_from, each.finding) for each in proposals.all()] == [(stage, finding)]
        else:
            proposal = Proposal(finding=finding, **SETTLED)
            with pytest.raises(Refused, match="cannot follow"):
                propose(subject=statement, proposal=proposal, expected_version=statement.version, by=by)
    refused = next(finding for finding in Finding.values if finding not in MOVES[stage])
    answer = post_move(client, statement, refused)
    assert answer.status_code == 422
    assert "cannot follow" in words_of(answer)
    assert not proposals.all()


@pytest.mark.parametrize("stage", Finding.values)
def test_page_offers_the_allowed_moves_and_says_why_not_the_others(stage):
    statement = StatementFactory()
    stage_at(statement, stage)
    page = signed_in(analyst()).get(assess_of(statement)).content.decode()
    offered = set(re.findall(r'name="finding" id="finding-\w+" value="(\w+)"', page))
    assert offered == MOVES[stage] - {"in_progress"}
    assert "Not offered, and why" in page
    assert ("Take it up" in page) is (stage in ("unverified", "withdrawn") or "Re-examine it" in page)


def test_a_finding_that_does_not_exist_is_refused():
    statement = StatementFactory()
    answer = post_move(signed_in(analyst()), statement, "proven")
    assert answer.status_code == 422
    assert "There is no such finding." in words_of(answer)


@pytest.mark.parametrize(("person", "status"), [(viewer, 403), (admin, 403), (analyst, 302), (editor, 302)])
def test_who_may_propose(person, status):
    statement = StatementFactory(tlp="GREEN", workflow="approved")
    assert post_move(signed_in(person()), statement, "not_checkable").status_code == status
    assert Assessment.objects.count() == (status == 302)


def test_nobody_signed_in_is_sent_to_sign_in():
    answer = Client().get(assess_of(StatementFactory()))
    assert answer.status_code == 302
    assert reverse("sign-in") in answer.url


@pytest.mark.parametrize("kind", ["incident", "statement", "media-item"])
def test_what_one_may_not_see_is_as_unknown(kind):
    make = {"incident": IncidentFactory, "statement": StatementFactory, "media-item": MediaItemFactory}[kind]
    client = signed_in(editor())
    unknown = client.get(reverse(f"{kind}-assess", args=["XX-2222222"]))
    hidden = client.get(assess_of(make(team=TeamFactory()), kind))
    assert hidden.status_code == unknown.status_code == 404
    assert words_of(hidden) == words_of(unknown)
    assert client.post(assess_of(make(team=TeamFactory()), kind), {}).status_code == 404


@pytest.mark.parametrize("kind", ["incident", "media-item"])
def test_incidents_and_media_items_are_assessed_alike(kind):
    subject = IncidentFactory() if kind == "incident" else MediaItemFactory()
    client = signed_in(editor())
    extra = {"media_authenticity": "decontextualised"} if kind == "media-item" else {}
    assert post_move(client, subject, "not_checkable", kind, act="conclude", **extra).status_code == 302
    subject.refresh_from_db()
    assert subject.finding == "not_checkable"
    assert client.get(assess_of(subject, kind)).status_code == 200


# ---- Could not independently confirm ----


@pytest.mark.parametrize(
    ("left_out", "says"),
    [
        ({"tried": []}, "Say what was tried."),
        ({"would_settle": " "}, "Say what would settle it."),
        ({"tried": ["other"], "tried_words": ""}, "Say in words what else was tried."),
        ({"reasons": ""}, "Give the reasons."),
        ({"confidence": ""}, "Say how confident you are."),
    ],
)
def test_could_not_confirm_needs_each_of_its_fields(left_out, says):
    statement = StatementFactory()
    approve_finding(statement, "in_progress")
    answer = post_move(signed_in(analyst()), statement, "could_not_confirm", **left_out)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert not Assessment.objects.filter(finding="could_not_confirm").exists()


def test_empty_wording_is_written_from_the_fields_and_read_before_it_is_sent(settings):
    settings.HARMTRACKER_ORGANISATION = "Example Desk"
    statement = StatementFactory()
    approve_finding(statement, "in_progress")
    client = signed_in(analyst())
    answer = post_move(client, statement, "could_not_confirm", public_wording="")
    assert answer.status_code == 422
    wording = answer.context["form"]["public_wording"].value()
    assert "Example Desk could not independently confirm this." in wording
    assert "the place and the witnesses could not be reached" in wording
    assert "What would settle it: Access to the street." in wording
    assert not Assessment.objects.filter(finding="could_not_confirm").exists()
    assert post_move(client, statement, "could_not_confirm", public_wording=wording).status_code == 302
    assert Assessment.objects.get(finding="could_not_confirm").public_wording == wording


def test_nothing_typed_is_lost_when_refused():
    statement = StatementFactory()
    other = StatementFactory(kind="testimony", incident=statement.incidents.first())
    prefix = f"statement-{other.pk}"
    page = post_move(
        signed_in(analyst()), statement, "verified",
        reasons="Because <b>so</b>", tried_words="We asked", would_settle="A second video",
        **{f"{prefix}-direction": "against", f"{prefix}-reliability": "C", f"{prefix}-remark": "It was dark"},
    )  # fmt: skip
    assert page.status_code == 422
    text = page.content.decode()
    for kept in ("Because &lt;b&gt;so&lt;/b&gt;", "We asked", "A second video", "It was dark"):
        assert kept in text
    assert '<option value="against" selected>' in text
    assert '<option value="C" selected>' in text


# ---- Evidence ----


def test_evidence_is_picked_from_the_record_with_its_two_ratings():
    statement = StatementFactory(is_about_media=True)
    incident = statement.incidents.first()
    other = StatementFactory(kind="testimony", incident=incident)
    second = RenderingFactory(statement=other)
    note = OutsideNoteFactory(incident=incident)
    approve_finding(statement, "in_progress")
    pieces = {
        f"statement-{other.pk}-direction": "for",
        f"statement-{other.pk}-reliability": "B",
        f"statement-{other.pk}-credibility": "2",
        f"rendering-{second.pk}-direction": "context",
        f"note-{note.pk}-direction": "against",
        f"media_item-{statement.media_item.pk}-direction": "for",
    }
    assert post_move(signed_in(analyst()), statement, "contradicted", **pieces).status_code == 302
    cited = Assessment.objects.get(finding="contradicted").evidence
    assert {(each.direction, each.reliability, each.credibility) for each in cited.exclude(statement=None)} == {
        ("for", "B", "2")
    }
    assert cited.get(rendering=second).direction == "context"
    assert cited.get(note=note).direction == "against"
    assert cited.get(media_item=statement.media_item).direction == "for"


def test_a_rating_without_a_direction_is_asked_about():
    statement = StatementFactory()
    other = StatementFactory(incident=statement.incidents.first())
    answer = post_move(signed_in(analyst()), statement, "not_checkable", **{f"statement-{other.pk}-reliability": "B"})
    assert answer.status_code == 422
    assert "Say whether it speaks for, against or is context" in words_of(answer)


def test_evidence_one_may_not_see_is_neither_offered_nor_taken():
    statement = StatementFactory()
    hidden = StatementFactory(incident=statement.incidents.first(), team=TeamFactory(), words="Nobody answered.")
    client = signed_in(analyst())
    assert hidden.ref not in client.get(assess_of(statement)).content.decode()
    post_move(client, statement, "not_checkable", also=hidden.ref, **{f"statement-{hidden.pk}-direction": "for"})
    assert not Assessment.objects.get().evidence.exists()


def test_another_record_is_listed_by_its_reference_without_losing_anything():
    statement, elsewhere = StatementFactory(), StatementFactory()
    client = signed_in(analyst())
    assert elsewhere.ref not in client.get(assess_of(statement)).content.decode()
    page = post_move(client, statement, "not_checkable", act="add", also=elsewhere.ref.lower(), reasons="Kept")
    assert page.status_code == 200
    assert elsewhere.ref in page.content.decode()
    assert "Kept" in page.content.decode()
    assert not Assessment.objects.exists()


def test_a_long_record_is_listed_in_parts_and_nothing_cited_is_lost():
    statement = StatementFactory()
    incident = statement.incidents.first()
    tied = LinkFactory(to_statement=statement, from_statement__incident=incident).from_statement
    others = [StatementFactory(incident=incident) for _number in range(STEP + 3)]
    client = signed_in(analyst())

    def listed(page):
        html = page.content.decode()
        return [each for each in [tied, *others] if f'name="statement-{each.pk}-direction"' in html]

    first = listed(client.get(assess_of(statement)))
    assert tied in first, "what is tied to it comes first"
    assert len(first) < len(others)
    left = next(each for each in others if each not in first)
    cited = {f"statement-{first[-1].pk}-direction": "for", f"statement-{first[-1].pk}-remark": "The same lorry"}
    found = post_move(client, statement, "not_checkable", act="find", find=left.ref.lower(), reasons="Kept", **cited)
    assert set(listed(found)) == {left, first[-1]}
    assert "The same lorry" in found.content.decode() and "Kept" in found.content.decode()
    assert found.status_code == 200
    assert len(listed(post_move(client, statement, "not_checkable", act="more", **cited))) == len(others) + 1
    post_move(client, statement, "not_checkable", act="propose", find="nothing of this", **cited)
    assert Assessment.objects.get().evidence.get().statement == first[-1]


def test_a_speaker_one_may_not_name_is_withheld():
    statement = StatementFactory()
    StatementFactory(incident=statement.incidents.first(), party=PartyFactory(name="Secret Voice", tlp="RED"))
    page = words_of(signed_in(analyst()).get(assess_of(statement)))
    assert "Secret Voice" not in page
    assert "withheld" in page


# ---- Taking up ----


def take_up(client, subject, kind="statement", **fields):
    subject.refresh_from_db()
    url = reverse(f"{kind}-take-up", args=[subject.ref])
    return client.post(url, {"version": subject.version, "reasons": "New video"} | fields)


def test_take_up_then_re_examine_leaves_the_finding_in_force():
    statement = StatementFactory()
    client = signed_in(analyst())
    assert take_up(client, statement).status_code == 302
    approve_finding(statement, "could_not_confirm")
    assert take_up(client, statement).status_code == 302
    statement.refresh_from_db()
    assert (statement.finding, statement.stage) == ("could_not_confirm", "in_progress")
    assert "Under re-examination; the finding stays in force." in words_of(client.get(assess_of(statement)))


def test_take_up_needs_a_reason_and_happens_once():
    statement = StatementFactory()
    client = signed_in(analyst())
    answer = take_up(client, statement, reasons=" ")
    assert answer.status_code == 422
    assert "Say why it is taken up." in words_of(answer)
    take_up(client, statement)
    again = take_up(client, statement)
    assert again.status_code == 422
    assert "Someone is working on it already." in words_of(again)
    assert Assessment.objects.count() == 1


def test_taking_up_an_outdated_page_is_said_with_the_reason_kept():
    statement = StatementFactory()
    answer = take_up(signed_in(analyst()), statement, version=7, reasons="I saw it")
    assert answer.status_code == 422
    assert "Someone changed the record after you opened it." in words_of(answer)
    assert "I saw it" in answer.content.decode()
    assert answer.context["take_up_form"]["version"].value() == str(statement.version)


@pytest.mark.parametrize("person", [viewer, admin])
def test_others_take_nothing_up(person):
    statement = StatementFactory(tlp="GREEN", workflow="approved")
    assert take_up(signed_in(person()), statement).status_code == 403


# ---- Stale and twice ----


def test_an_outdated_proposal_says_so_and_can_be_sent_again():
    statement = StatementFactory()
    client = signed_in(analyst())
    answer = post_move(client, statement, "not_checkable", version=99, reasons="My reasons")
    assert answer.status_code == 422
    assert "Someone changed the record after you opened it." in words_of(answer)
    assert "My reasons" in answer.content.decode()
    version = answer.context["form"]["version"].value()
    assert post_move(client, statement, "not_checkable", version=version).status_code == 302


def test_a_double_click_proposes_once():
    statement = StatementFactory()
    client = signed_in(analyst())
    first = post_move(client, statement, "not_checkable")
    second = post_move(client, statement, "not_checkable")
    assert first.url == second.url
    assert Assessment.objects.count() == 1


def test_a_double_click_concludes_once():
    statement = StatementFactory()
    client = signed_in(editor())
    first = post_move(client, statement, "not_checkable", act="conclude")
    second = post_move(client, statement, "not_checkable", act="conclude")
    assert first.url == second.url == statement.get_absolute_url()
    assert Decision.objects.count() == 1


# ---- Concluding at once ----


def test_an_editor_concludes_alone_where_one_may():
    statement = StatementFactory()
    by = editor()
    approve_finding(statement, "in_progress")
    assert post_move(signed_in(by), statement, "could_not_confirm", act="conclude").status_code == 302
    statement.refresh_from_db()
    assert statement.finding == "could_not_confirm"
    assert statement.standing.proposed_by == by


def test_an_analyst_does_not_conclude_and_reads_why_before_the_click():
    statement = StatementFactory()
    client = signed_in(analyst())
    page = client.get(assess_of(statement))
    assert "An editor concludes. You can propose." in words_of(page)
    assert 'value="conclude"' not in page.content.decode()
    assert post_move(client, statement, "not_checkable", act="conclude").status_code == 403
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("finding", ["verified", "refuted"])
def test_nobody_verifies_or_refutes_alone(finding):
    statement = StatementFactory(names_nobody=True)
    approve_finding(statement, "in_progress")
    client = signed_in(editor())
    assert "need a second person" in words_of(client.get(assess_of(statement)))
    answer = post_move(client, statement, finding, act="conclude")
    assert answer.status_code == 422
    assert "Verified and refuted need a second person" in words_of(answer)
    assert not Assessment.objects.filter(finding=finding).exists()


def test_another_aspect_starts_from_its_own_finding():
    incident = IncidentFactory()
    approve_finding(incident, "could_not_confirm")
    client = signed_in(editor())
    page = client.get(assess_of(incident, "incident"), {"aspect": "responsibility"})
    assert "Propose a finding on: responsibility" in words_of(page)
    assert set(re.findall(r'name="finding" id="finding-\w+" value="(\w+)"', page.content.decode())) == {"not_checkable"}
    post_move(client, incident, "not_checkable", "incident", aspect="responsibility", act="conclude")
    incident.refresh_from_db()
    assert incident.finding == "could_not_confirm"


# ---- Queries ----


def test_queries_do_not_grow_with_the_record(django_assert_max_num_queries):
    client = signed_in(editor())

    def count(number):
        statement = StatementFactory()
        for _each in range(number):
            StatementFactory(incident=statement.incidents.first())
        with django_assert_max_num_queries(12) as captured:
            assert client.get(assess_of(statement)).status_code == 200
        return len(captured)

    assert count(1) == count(4)
