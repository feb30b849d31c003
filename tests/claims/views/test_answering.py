"""Answers: one denial to several allegations, what it may answer, and every rule of links in words at the page."""

import pytest

from claims.models import Link, Statement
from tests.claims.views.test_reader import TEXT, form, log_address
from tests.factories import (
    AffiliationFactory,
    CaptureFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    StatementFactory,
    TeamFactory,
    analyst,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client):
    client.force_login(analyst())
    return client


@pytest.fixture
def capture():
    return CaptureFactory(text=TEXT)


@pytest.fixture
def ministry():
    return PartyFactory(name="Ministry of Truth")


def groups(response):
    """The choices of "answers which statement": {group: [reference]}, those of no group under ""."""
    found = {"": []}
    for code, words in response.context["form"].fields["answers"].choices:
        if isinstance(words, (list, tuple)):
            found[code] = [ref for ref, _words in words]
        elif code:
            found[""].append(code)
    return found


def test_one_denial_answers_several_allegations_at_once(browser, capture, ministry):
    incident = IncidentFactory()
    claims = [StatementFactory(incident=incident, accused=[ministry]) for _each in range(3)]
    refs = [claim.ref for claim in claims]

    sent = browser.post(log_address(capture), form(capture, incident, answers=refs[0], also_answers=refs))

    assert sent.status_code == 302
    denial = Statement.objects.get(kind="denial")
    assert {(link.to_statement.ref, link.type, link.aspect) for link in denial.links_out.all()} == {
        (ref, "denies", "occurrence") for ref in refs
    }


def test_where_one_of_them_cannot_be_answered_nothing_is_written(browser, capture, ministry):
    incident = IncidentFactory()
    claim, other = StatementFactory(incident=incident), StatementFactory(incident=IncidentFactory())
    given = form(capture, incident, answers=claim.ref, also_answers=[claim.ref, other.ref], said="2022-04-03")

    refused = browser.post(log_address(capture), given)

    assert refused.status_code == 422
    [words] = refused.context["form"].errors["link_type"]
    assert words.startswith(f"{other.ref}: ")
    assert "share no incident" in words
    assert not Link.objects.exists()
    assert not Statement.objects.filter(kind="denial").exists()


def test_what_somebody_else_may_not_see_cannot_be_answered(browser, capture, ministry):
    hidden = StatementFactory(incident=(incident := IncidentFactory()), team=TeamFactory())
    refused = browser.post(log_address(capture), form(capture, incident, also_answers=[hidden.ref]))
    assert "also_answers" in refused.context["form"].errors


def test_what_it_may_answer_stands_first_with_the_reason_and_is_never_chosen(browser, capture, ministry):
    state = PartyFactory(name="The State")
    AffiliationFactory(party=ministry, body=state, kind="belongs_to", since=None, until=None)
    incident = IncidentFactory()
    accuses_it = StatementFactory(incident=incident, accused=[ministry])
    accuses_state = StatementFactory(incident=incident, accused=[state])
    of_others = StatementFactory(incident=incident, accused=[PartyFactory()])
    later = {"said_start": "2022-05-01T00:00Z", "said_end": "2022-05-02T00:00Z", "said": "2022-05-01"}
    too_late = StatementFactory(incident=incident, accused=[ministry], **later)
    hidden = StatementFactory(incident=incident, accused=[ministry], team=TeamFactory())

    opened = browser.get(log_address(capture) + "?start=0&end=9")
    dated = browser.post(log_address(capture), form(capture, incident, kind=""))

    assert set(groups(opened)["It may answer"]) == {accuses_it.ref, accuses_state.ref, too_late.ref}
    assert set(groups(dated)["It may answer"]) == {accuses_it.ref, accuses_state.ref}
    assert of_others.ref in groups(opened)["Other statements"]
    page = opened.content.decode()
    assert "accuses Ministry of Truth" in page
    assert "accuses The State, tied to Ministry of Truth" in page
    assert hidden.ref not in page
    assert not opened.context["form"]["answers"].value()
    assert not opened.context["form"]["also_answers"].value()


def said(day, **fields):
    moment = {
        "said": f"2022-04-0{day}",
        "said_start": f"2022-04-0{day}T00:00Z",
        "said_end": f"2022-04-0{day + 1}T00:00Z",
    }
    return StatementFactory(**({"kind": "announcement"} | moment | fields))


def _two(**fields):
    shared = {"incident": IncidentFactory(), "party": PartyFactory()} | fields
    return said(6, **shared), said(3, **shared)


def _apart():
    return said(4, incident=IncidentFactory()), said(3, incident=IncidentFactory())


def _of_two_parties():
    incident = IncidentFactory()
    return said(4, incident=incident), said(3, incident=incident)


def _earlier():
    later, earlier = _two()
    return earlier, later


def _in_a_circle():
    first, second = _two()
    LinkFactory(from_statement=second, to_statement=first, type="repeats")
    return first, second


def _of_one_origin():
    incident, capture = IncidentFactory(), CaptureFactory()
    return said(4, incident=incident, capture=capture), said(3, incident=incident, capture=capture)


EXPLICIT, EDITORIAL = {"basis": "explicit"}, {"basis": "editorial", "reason": "Both cannot be."}
RULES = [
    (_two, "corroborates", EXPLICIT, "does not corroborate itself"),
    (_of_one_origin, "corroborates", EXPLICIT, "rest on the same origin"),
    (_two, "refutes", EXPLICIT, "Only a finding by a body refutes"),
    (_of_two_parties, "corrects", EXPLICIT, "Only the same party"),
    (_earlier, "supersedes", EXPLICIT, "An earlier statement cannot correct"),
    (_in_a_circle, "repeats", EXPLICIT, "would close a circle"),
    (_apart, "denies", EXPLICIT, "The two share no incident"),
    (_of_two_parties, "contradicts", EXPLICIT, "is our view"),
    (_of_two_parties, "denies", {"basis": "editorial"}, "An editorial link needs a reason"),
]


def test_every_rule_of_links_is_told_in_words_at_the_page(browser):
    for ends, kind, more, words in RULES:
        later, earlier = ends()
        before = Link.objects.count()

        refused = browser.post(
            f"/statements/{earlier.ref}/answer/", {"answer": f"{kind}:{later.ref}", "aspect": "occurrence"} | more
        )

        assert refused.status_code == 422, kind
        assert words in refused.content.decode(), kind
        assert Link.objects.count() == before


def test_a_statement_is_not_tied_to_itself_and_the_refusal_stands_in_the_row_it_is_about(browser):
    later, earlier = _of_two_parties()
    answer = f"/statements/{earlier.ref}/answer/"

    itself = browser.post(answer, {"answer": f"denies:{earlier.ref}", "aspect": "occurrence", "basis": "explicit"})
    refused = browser.post(answer, {"answer": f"refutes:{later.ref}", "aspect": "occurrence", "basis": "explicit"})

    assert "not linked to itself" in itself.content.decode()
    row = refused.content.decode().split('<div class="r-m">')[1]
    assert later.ref in row
    assert "Only a finding by a body refutes" in row


def test_a_statement_leads_to_its_line_in_whichever_part_of_the_ledger(browser):
    told = StatementFactory(incident=(incident := IncidentFactory()))
    page = browser.get(told.get_absolute_url()).content.decode()
    assert f"/incidents/{incident.ref}/?at={told.ref}#{told.ref}" in page
