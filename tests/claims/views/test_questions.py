"""The questions only this record can answer: what each lists, and that nothing hidden changes an answer."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from claims.models import OpenProposal, QuoteCheck
from claims.queries.arranged import arranged_for
from claims.queries.positions import positions_among
from claims.queries.questions import Counts
from claims.queries.stances import end_of, spoken_for, stances_on
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    CaptureFactory,
    CommentRequestFactory,
    CopyFactory,
    DecisionFactory,
    EvidenceFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    RequestEventFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db
LISTS = ["question-silences", "question-denials", "question-changed", "question-origins", "question-positions"]


@pytest.fixture
def reader():
    return signed_in(analyst())


@pytest.fixture
def team():
    """A team the reader is not in: what belongs to it must change nothing."""
    return {"team": TeamFactory()}


def said(day):
    return {
        "said": f"2022-04-{day:02}",
        "said_start": datetime(2022, 4, day, tzinfo=UTC),
        "said_end": datetime(2022, 4, day + 1, tzinfo=UTC),
    }


def published(day, **fields):
    at = datetime(2022, 4, day, tzinfo=UTC)
    return SourceFactory(published=f"2022-04-{day:02}", published_start=at, published_end=at, **fields)


def listed(reader, name, **query):
    """References of the records in the rows, in order; each once."""
    answer = reader.get(reverse(name), query)
    assert answer.status_code == 200
    found = [each.row.statement.ref if hasattr(each, "row") else each.incident.ref for each in answer.context["rows"]]
    return list(dict.fromkeys(found))


def disproved(*sources, **fields):
    """A denial refuted by a statement in each of ``sources``."""
    denial = StatementFactory(kind="denial", **({"party": PartyFactory()} | said(3) | fields))
    taken_up = AssessmentFactory(subject=denial)
    DecisionFactory(assessment=taken_up)
    denial.refresh_from_db()
    finding = AssessmentFactory(subject=denial, finding="contradicted")
    for source in sources:
        testimony = StatementFactory(kind="testimony", capture=CaptureFactory(source=source))
        EvidenceFactory(assessment=finding, statement=testimony, direction="against")
    DecisionFactory(assessment=finding)
    return denial, finding


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("person", [viewer, analyst])
def test_an_empty_record_says_so(name, person):
    page = signed_in(person()).get(reverse(name)).content.decode()
    assert 'class="blank"' in page


def test_the_questions_are_named_with_what_they_mean(reader):
    page = reader.get(reverse("questions")).content.decode()
    assert all(reverse(name) in page for name in LISTS)


# ---- Never answered ----


def test_an_allegation_stands_there_until_its_accused_answers(reader, team):
    accused = PartyFactory()
    silent, answered = (StatementFactory(accused=[accused]) for _each in range(2))
    hidden = StatementFactory(accused=[accused], **team)
    denial = StatementFactory(kind="denial", party=accused, incident=answered.incidents.get())
    LinkFactory(from_statement=denial, to_statement=answered)

    assert listed(reader, "question-silences") == [silent.ref]
    assert hidden.ref not in reader.get(reverse("question-silences")).content.decode()


def test_an_answer_one_may_not_see_leaves_it_unanswered(reader, team):
    accused = PartyFactory()
    claim = StatementFactory(accused=[accused])
    denial = StatementFactory(kind="denial", party=accused, incident=claim.incidents.get(), **team)
    LinkFactory(from_statement=denial, to_statement=claim)

    assert listed(reader, "question-silences") == [claim.ref]


def test_asked_and_not_asked_are_two_facts(reader):
    accused, other = PartyFactory(), PartyFactory()
    claim, unasked = StatementFactory(accused=[accused]), StatementFactory(accused=[other])
    request = CommentRequestFactory(party=accused, statement=claim, incident=claim.incidents.get())
    RequestEventFactory(request=request, outcome="no_response_by_deadline")

    assert "Did not respond by the deadline" in words_of(
        reader.get(reverse("question-silences"), {"accused": accused.ref})
    )
    words = words_of(reader.get(reverse("question-silences"), {"accused": other.ref}))
    assert "Not asked for comment" in words
    assert listed(reader, "question-silences", accused=other.ref) == [unasked.ref]


# ---- Denied before the evidence ----


def test_a_denial_counts_when_it_was_made_before_all_evidence_against_it(reader):
    early, _finding = disproved(published(7))
    late, _finding = disproved(published(2))
    undated, _finding = disproved(SourceFactory())

    assert listed(reader, "question-denials") == [early.ref]
    assert "4 days after the denial" in words_of(reader.get(reverse("question-denials")))
    assert listed(reader, "question-denials", party=late.party.ref) == []
    assert listed(reader, "question-denials", party=undated.party.ref) == []


def test_evidence_one_may_not_see_neither_makes_nor_unmakes_it(reader, team):
    only_hidden, _finding = disproved(published(7, **team))
    denial, _finding = disproved(published(2, **team), published(8))

    assert listed(reader, "question-denials") == [denial.ref]
    assert "5 days after the denial" in words_of(reader.get(reverse("question-denials")))
    assert only_hidden.ref not in reader.get(reverse("question-denials")).content.decode()


# ---- Positions ----


@pytest.fixture
def stood():
    """A minister speaks for a state that is accused, first one way and then another."""
    state, minister, incident = PartyFactory(name="A state"), PartyFactory(name="A minister"), IncidentFactory()
    AffiliationFactory(party=minister, body=state, since="2022-04-01", until="2022-04-30")
    StatementFactory(incident=incident, accused=[state], **said(2))
    first = StatementFactory(kind="denial", party=minister, incident=incident, **said(3))
    last = StatementFactory(
        kind="acknowledgement", party=minister, incident=incident, responsibility_position="accepts_responsibility",
        **said(9),
    )  # fmt: skip
    return state, minister, incident, first, last


def test_a_party_stands_where_it_stood_on_that_day(reader, stood):
    state, _minister, incident, first, last = stood
    address = reverse("question-positions")

    for query in ({"incident": incident.ref}, {"party": state.ref}, {"party": state.ref, "incident": incident.ref}):
        today = reader.get(address, query).content.decode()
        assert (last.ref in today, first.ref in today) == (True, False)
        then = reader.get(address, query | {"at": "2022-04-05"}).content.decode()
        assert (last.ref in then, first.ref in then) == (False, True)
    before = words_of(reader.get(address, {"incident": incident.ref, "at": "2022-04-02"}))
    assert "No position on record" in before


def test_all_ways_of_reading_positions_agree(stood, team):
    state, _minister, incident, first, _last = stood
    user = analyst()
    StatementFactory(kind="denial", party=state, incident=incident, **said(12), **team)
    StatementFactory(kind="denial", party=PartyFactory(), on_behalf_of=state, incident=incident, **said(9))
    AffiliationFactory(party=PartyFactory(), body=state)

    told = arranged_for(incident, user).outline
    of_page = {each.ref: {told.said[at.said].ref for at in each.stated} for each in positions_among(told)}
    found = {each.party.ref: refs_of(each.stated) for each in stances_on(incident, user)}
    assert {ref: refs for ref, refs in found.items() if refs} == {ref: refs for ref, refs in of_page.items() if refs}
    assert {each.ref for each in spoken_for(state, user, most=2)} == of_page[state.ref]
    then = {each.party: refs_of(each.stated) for each in stances_on(incident, user, end_of(date(2022, 4, 5)))}
    assert then[state] == {first.ref}


def refs_of(stated):
    return {voice.statement.ref for voice in stated}


def test_who_speaks_after_leaving_office_speaks_for_nobody_else(stood):
    state, minister, incident, _first, last = stood
    may = {"said": "2022-05-09", "said_start": datetime(2022, 5, 9, tzinfo=UTC)}
    may["said_end"] = datetime(2022, 5, 10, tzinfo=UTC)
    later = StatementFactory(kind="denial", party=minister, incident=incident, **may)
    user = analyst()

    assert [each.pk for each in spoken_for(state, user, most=1)] == [last.pk]
    assert [each.pk for each in spoken_for(minister, user, most=1)] == [later.pk]


def test_several_of_one_name_are_offered_to_choose_from(reader):
    one, other = IncidentFactory(title="Shelling of a school"), IncidentFactory(title="Shelling of a market")
    page = reader.get(reverse("question-positions"), {"incident": "Shelling", "at": "2022-04-05"}).content.decode()
    assert f"?incident={one.ref}&amp;at=2022-04-05" in page
    assert other.ref in page


# ---- Changed at the source ----


def changed(outcome="edited", **fields):
    """A statement whose source came again with other words."""
    statement = StatementFactory(**fields)
    rendering = statement.renderings.get()
    QuoteCheck.objects.create(rendering=rendering, capture=rendering.capture, outcome="exact")
    newest = CaptureFactory(source=rendering.source)
    QuoteCheck.objects.create(rendering=rendering, capture=newest, outcome=outcome)
    return statement


def test_words_that_changed_stand_there_until_they_stand_again(reader, team):
    edited, missing, exact = changed(), changed("missing"), changed("exact")
    hidden, of_witness = changed(**team), changed(handling=["witness_identity"])
    back = changed()
    QuoteCheck.objects.create(
        rendering=back.renderings.get(), capture=CaptureFactory(source=back.renderings.get().source), outcome="exact"
    )

    assert listed(reader, "question-changed") == [missing.ref, edited.ref]
    page = reader.get(reverse("question-changed")).content.decode()
    assert not any(each.ref in page for each in (exact, hidden, of_witness, back))
    assert listed(reader, "question-changed", party=edited.party.ref) == [edited.ref]


def test_withheld_words_are_not_shown_where_they_changed(reader):
    statement = changed(handling=["victim_identity"])
    text = statement.renderings.get().text
    page = words_of(reader.get(reverse("question-changed")))
    assert "Words withheld from you" in page
    assert text not in page


# ---- Reports and origins ----


def test_copies_count_as_one_origin_and_only_those_one_may_see(reader, team):
    incident, single = IncidentFactory(), IncidentFactory()
    sources = [SourceFactory() for _each in range(3)]
    for source in sources:
        StatementFactory(incident=incident, capture=CaptureFactory(source=source))
    StatementFactory(incident=single)
    CopyFactory(derived=sources[1], original=sources[0], confirmed=True)
    CopyFactory(derived=sources[2], original=sources[0])
    CopyFactory(derived=SourceFactory(**team), original=sources[0], confirmed=True)

    assert listed(reader, "question-origins") == [incident.ref]
    (row,) = reader.get(reverse("question-origins")).context["rows"]
    assert row.counts == Counts(reports=3, origins=2)


# ---- All of them ----


def test_a_page_asks_as_often_for_many_as_for_one(reader):
    accused, incident = PartyFactory(), IncidentFactory()

    def one_more():
        StatementFactory(accused=[accused], incident=incident)
        disproved(published(7))
        changed(incident=incident)
        sources = [SourceFactory(), SourceFactory()]
        for source in sources:
            StatementFactory(incident=incident, capture=CaptureFactory(source=source))
        CopyFactory(derived=sources[1], original=sources[0], confirmed=True)
        StatementFactory(kind="denial", party=accused, incident=incident)

    addresses = [reverse(name) for name in LISTS]
    addresses += [f"{addresses[-1]}?incident={incident.ref}", f"{addresses[-1]}?party={accused.ref}"]
    one_more()
    few = [asked(reader, address) for address in addresses]
    for _each in range(2):
        one_more()
    many = [asked(reader, address) for address in addresses]

    assert max(many) <= 12
    assert many == few


def asked(reader, address):
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(address).status_code == 200
    return len(queries)


def test_a_page_that_looked_through_its_share_leads_on(reader, monkeypatch):
    monkeypatch.setattr("harmtracker.listed.LOOKED_AT", 2)
    oldest = disproved(published(7))[0]
    for _each in range(3):
        disproved(published(2))

    first = reader.get(reverse("question-denials"))
    assert "Nothing found so far" in words_of(first)
    second = reader.get(reverse("question-denials") + first.context["pages"].next_url)
    assert [each.row.statement.ref for each in second.context["rows"]] == [oldest.ref]


def test_only_proposals_nobody_decided_on_are_open():
    waiting, decided = AssessmentFactory(), AssessmentFactory()
    DecisionFactory(assessment=decided)
    assert set(OpenProposal.objects.values_list("pk", flat=True)) == {waiting.pk}
