"""Has the accused answered? Each half of the definition, and what looks like an answer and is none."""

import pytest

from claims.actions.party import withdraw_tie
from claims.models import Accusation
from claims.queries.answers import silences, with_answered
from claims.queries.arranged import arranged_for
from tests.factories import (
    AffiliationFactory,
    CommentRequestFactory,
    LinkFactory,
    PartyFactory,
    RequestEventFactory,
    StatementFactory,
    TeamFactory,
    analyst,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def accused():
    return PartyFactory()


@pytest.fixture
def claim(accused):
    return StatementFactory(accused=[accused])


def answer(claim, party, how="denies", **fields):
    kind = fields.pop("kind", "denial")
    made = StatementFactory(kind=kind, incident=claim.incidents.first(), party=party, **fields)
    return LinkFactory(from_statement=made, to_statement=claim, type=how)


def is_silent(claim, accused, reader=None):
    """All doors say the same: of one, of all there are, and of one incident in outline."""
    reader = reader or analyst()
    listed = [(row.statement, row.party) for row in silences(reader).filter(statement=claim)]
    told = arranged_for(claim.incidents.first(), reader).outline
    assert (claim.ref in {told.said[place].ref for place in told.silent}) == bool(listed)
    (row,) = with_answered(Accusation.objects.filter(statement=claim, party=accused), reader)
    assert ((claim, accused) not in listed) == row.is_answered
    return (claim, accused) in listed


def test_nobody_answered(claim, accused):
    assert is_silent(claim, accused)


@pytest.mark.parametrize("how", ["denies", "rebuts", "qualifies", "replies_to"])
def test_the_accused_answered(claim, accused, how):
    answer(claim, accused, how)

    assert not is_silent(claim, accused)


def test_owning_up_is_an_answer(claim, accused):
    answer(claim, accused, "replies_to", kind="acknowledgement", responsibility_position="accepts_responsibility")

    assert not is_silent(claim, accused)


@pytest.mark.parametrize("how", ["supports", "repeats"])
def test_siding_with_it_is_no_answer(claim, accused, how):
    answer(claim, accused, how)

    assert is_silent(claim, accused)


def test_a_denial_that_is_not_linked_is_no_answer(claim, accused):
    StatementFactory(kind="denial", incident=claim.incidents.first(), party=accused)

    assert is_silent(claim, accused)


def test_somebody_else_answered(claim, accused):
    answer(claim, PartyFactory())

    assert is_silent(claim, accused)


def test_the_holder_of_the_office_answered(claim, accused):
    minister = PartyFactory(kind="person")
    tie = AffiliationFactory(party=minister, body=accused, kind="holds", since="2022-01-01", until="2022-12-31")
    answer(claim, minister)

    assert not is_silent(claim, accused)
    withdraw_tie(tie=tie, reason="Another office", by=analyst())
    assert is_silent(claim, accused)


def test_a_former_holder_answered(claim, accused):
    minister = PartyFactory(kind="person")
    AffiliationFactory(party=minister, body=accused, kind="holds", until="2022-01-01")
    answer(claim, minister)

    assert is_silent(claim, accused)


def test_the_body_it_belongs_to_answered(claim, accused):
    state = PartyFactory()
    AffiliationFactory(party=accused, body=state)
    answer(claim, state)

    assert not is_silent(claim, accused)


def test_a_sister_of_the_same_body_answered(claim, accused):
    state, sister = PartyFactory(), PartyFactory()
    AffiliationFactory(party=accused, body=state)
    AffiliationFactory(party=sister, body=state)
    answer(claim, sister)

    assert is_silent(claim, accused)


def test_somebody_answered_on_its_behalf(claim, accused):
    answer(claim, PartyFactory(kind="person"), on_behalf_of=accused)

    assert not is_silent(claim, accused)


@pytest.mark.parametrize(
    ("outcome", "silent"),
    [
        ("declined", False),
        ("replied_denied", False),
        ("replied_substantive", False),
        ("replied_partial", False),
        ("replied_not_for_publication", False),
        ("no_response_by_deadline", True),
        ("awaiting_reply", True),
        ("acknowledged", True),
        ("undeliverable", True),
        ("referred", True),
    ],
)
def test_what_came_of_asking_it(claim, accused, outcome, silent):
    asked = CommentRequestFactory(party=accused, incident=claim.incidents.first(), statement=claim)
    RequestEventFactory(request=asked, outcome=outcome)

    assert is_silent(claim, accused) is silent


def test_a_reply_about_another_allegation(claim, accused):
    other = StatementFactory(accused=[accused], incident=claim.incidents.first())
    asked = CommentRequestFactory(party=accused, incident=claim.incidents.first(), statement=other)
    RequestEventFactory(request=asked, outcome="replied_denied")

    assert is_silent(claim, accused)
    assert not is_silent(other, accused)


def test_an_answer_that_was_retracted(claim, accused):
    by = analyst()
    answer(
        claim, accused, lifecycle="retracted_by_speaker", lifecycle_reason="Took it back.",
        lifecycle_at="2022-05-01T00:00Z", lifecycle_by=by,
    )  # fmt: skip

    assert is_silent(claim, accused)


def test_a_link_that_was_removed(claim, accused):
    link = answer(claim, accused)
    link.removed_at, link.removed_by, link.removed_reason = "2022-05-01T00:00Z", analyst(), "Another claim."
    link.save()

    assert is_silent(claim, accused)


def test_an_answer_the_reader_may_not_see(claim, accused):
    team = TeamFactory()
    answer(claim, accused, team=team)

    assert is_silent(claim, accused)
    assert not is_silent(claim, accused, analyst(teams=[team]))


def test_each_accused_is_asked_for_itself():
    one, other = PartyFactory(), PartyFactory()
    claim = StatementFactory(accused=[one, other])
    answer(claim, one)

    assert not is_silent(claim, one)
    assert is_silent(claim, other)
