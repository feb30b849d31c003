"""The ledger: every claim with its answers beneath it, each voice in full once, from what the reader may see."""

from itertools import pairwise

import pytest

from claims.models import Accusation, Statement
from claims.queries.arranged import arranged_for
from claims.queries.ledger import arranged
from claims.queries.outline import Outline, Said, outline_of
from claims.queries.positions import positions_among
from claims.queries.stretches import stretch
from claims.queries.voices import accused_spoken_for, readable, with_words
from tests.factories import (
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


def link(answer, target, how="denies", **fields):
    return LinkFactory(from_statement=answer, to_statement=target, type=how, **fields)


def answer(target, how="denies", kind="denial", **fields):
    """A new statement about the same incident that answers ``target``."""
    made = StatementFactory(kind=kind, incident=target.incidents.first(), **fields)
    link(made, target, how)
    return made


def voices(incident, reader):
    """What was said about the incident, every statement read as a whole record."""
    told = readable(Statement.objects.visible_to(reader).filter(incidents=incident), reader)
    accusations = Accusation.objects.filter(statement__about__incident=incident)
    return with_words(told.annotate(speaks_for=accused_spoken_for(accusations, reader)), reader)


def ledger(incident, reader):
    """The incident's whole ledger, drawn."""
    read = stretch(arranged(arranged_for(incident, reader).outline), together=1000)
    read.draw({voice.statement.ref: voice for voice in voices(incident, reader)}, {})
    return read


def stands_in(told):
    """Positions without the numbers by which parties are called in an outline."""
    return [
        (
            each.ref,
            each.is_accused,
            [(at.said, at.position, at.day) for at in each.stated],
            [at.ref for at in each.spoke],
        )
        for each in positions_among(told)
    ]


def drawn(read):
    """The threads as (number, ref, is a reference), in order."""
    return [
        (line.number, line.voice.statement.ref, line.is_reference)
        for thread in read.threads
        for line in thread.in_order()
    ]


def test_answers_hang_beneath_what_they_answer_to_any_depth(incident):
    claim = StatementFactory(incident=incident)
    deepest = claim
    expected = [("1", claim.ref, False)]
    for depth in range(1, 13):
        deepest = answer(deepest, "replies_to")
        expected.append(("1" + ".1" * depth, deepest.ref, False))

    assert drawn(ledger(incident, analyst())) == expected


def test_a_thread_may_be_deeper_than_calls_can_be_nested():
    told = Outline([Said(f"ST-{at}", "denial" if at else "allegation", True, -1, -1, "", "") for at in range(3000)])
    told.ties = [(answer, target) for target, answer in pairwise(range(3000))]

    read = arranged(told)

    assert [place.above for place in read.places] == list(range(-1, 2999))
    assert read.threads == [0]
    assert read.places[-1].number == "1" + ".1" * 2999


def test_every_allegation_starts_a_thread_in_the_order_said(incident):
    late = StatementFactory(incident=incident, said_start="2022-04-05T00:00Z", said_end="2022-04-06T00:00Z")
    early = StatementFactory(incident=incident, said_start="2022-04-01T00:00Z", said_end="2022-04-02T00:00Z")
    undated = StatementFactory(incident=incident, said="", said_start=None, said_end=None, said_precision="unknown")

    assert [each[1] for each in drawn(ledger(incident, analyst()))] == [early.ref, late.ref, undated.ref]


def test_an_answer_to_two_claims_is_in_full_under_the_first_and_a_reference_under_the_second(incident):
    first, second = StatementFactory(incident=incident), StatementFactory(incident=incident)
    denial = answer(first)
    link(denial, second)
    beneath = answer(denial, "replies_to")

    assert drawn(ledger(incident, analyst())) == [
        ("1", first.ref, False),
        ("1.1", denial.ref, False),
        ("1.1.1", beneath.ref, False),
        ("2", second.ref, False),
        ("1.1", denial.ref, True),
    ]


def test_an_allegation_that_answers_another_keeps_its_own_number(incident):
    first = StatementFactory(incident=incident)
    counter = StatementFactory(incident=incident)
    link(counter, first, "rebuts")

    assert drawn(ledger(incident, analyst())) == [
        ("1", first.ref, False),
        ("2", counter.ref, True),
        ("2", counter.ref, False),
    ]


def test_what_is_answered_but_answers_nothing_starts_a_thread(incident):
    fake = StatementFactory(kind="authenticity_claim", incident=incident)
    supported = answer(fake, "supports", kind="motive_claim")

    assert drawn(ledger(incident, analyst())) == [("1", fake.ref, False), ("1.1", supported.ref, False)]


def test_statements_in_a_circle_are_shown_once_each(incident):
    one = StatementFactory(kind="denial", incident=incident)
    other = StatementFactory(kind="denial", incident=incident)
    link(one, other, "replies_to")
    link(other, one, "replies_to")

    lines = [each for each in drawn(ledger(incident, analyst())) if not each[2]]

    assert sorted(ref for _number, ref, _is_reference in lines) == sorted([one.ref, other.ref])


def test_the_later_of_two_that_contradict_is_the_answer_whichever_way_it_is_stored(incident):
    early = StatementFactory(kind="testimony", incident=incident)
    late = StatementFactory(
        kind="testimony", incident=incident, said_start="2022-05-01T00:00Z", said_end="2022-05-02T00:00Z"
    )
    ends = sorted([early, late], key=lambda each: each.pk)
    link(ends[0], ends[1], "contradicts", basis="editorial", reason="Both cannot be.")

    assert drawn(ledger(incident, analyst())) == [("1", early.ref, False), ("1.1", late.ref, False)]


def test_two_links_between_the_same_two_are_one_line(incident):
    claim = StatementFactory(incident=incident)
    denial = answer(claim)
    link(denial, claim, "denies", aspect="time")

    (thread,) = ledger(incident, analyst()).threads

    assert [sorted(each.aspect for each in line.links) for line in thread.answers] == [["occurrence", "time"]]


def test_statements_in_no_thread_are_also_said_by_party(incident):
    ministry, other = PartyFactory(), PartyFactory()
    StatementFactory(incident=incident)
    first = StatementFactory(kind="announcement", party=ministry, incident=incident)
    lone = StatementFactory(kind="appeal", party=other, incident=incident)
    second = StatementFactory(kind="movement_claim", party=ministry, incident=incident)

    groups = ledger(incident, analyst()).also_said

    assert [(group.party, [line.voice.statement for line in group.lines]) for group in groups] == [
        (ministry, [first, second]),
        (other, [lone]),
    ]


def test_answers_below_the_last_indent_follow_in_the_same_list(incident):
    deepest = StatementFactory(incident=incident)
    for _depth in range(6):
        deepest = answer(deepest, "replies_to")

    line = ledger(incident, analyst()).threads[0]
    drawn_depth = 0
    while line.shown_answers:
        drawn_depth += 1
        last = [each.number for each in line.shown_answers]
        line = line.shown_answers[0]

    assert drawn_depth == 3
    assert last == ["1" + ".1" * depth for depth in range(3, 7)]


def test_what_the_reader_may_not_see_is_absent_with_its_links(incident):
    claim = StatementFactory(incident=incident)
    answer(claim, team=TeamFactory())
    seen = answer(claim)

    assert drawn(ledger(incident, analyst())) == [("1", claim.ref, False), ("1.1", seen.ref, False)]


def test_a_viewer_reads_approved_statements_only(incident):
    approved = StatementFactory(incident=incident, workflow="approved", tlp="GREEN")
    answer(approved, tlp="GREEN")

    assert drawn(ledger(incident, viewer())) == [("1", approved.ref, False)]


def test_removed_statements_and_removed_links_are_absent(incident):
    claim = StatementFactory(incident=incident)
    by = analyst()
    unlinked = StatementFactory(kind="denial", incident=incident)
    link(unlinked, claim, removed_at="2022-05-01T00:00Z", removed_by=by, removed_reason="Another claim.")
    StatementFactory(
        kind="denial", incident=incident, lifecycle="removed", lifecycle_reason="Twice.",
        lifecycle_at="2022-05-01T00:00Z", lifecycle_by=by,
    )  # fmt: skip

    read = ledger(incident, by)

    assert drawn(read) == [("1", claim.ref, False)]
    assert [line.voice.statement for group in read.also_said for line in group.lines] == [unlinked]


def test_an_invisible_speaker_is_withheld_and_the_words_stay(incident):
    hidden = PartyFactory(team=TeamFactory())
    StatementFactory(incident=incident, party=hidden)

    (thread,) = ledger(incident, analyst()).threads

    assert thread.voice.speaker is None
    assert len(thread.voice.words) == 1


def test_a_flag_withholds_speaker_or_words_from_who_may_not_see_through_it(incident):
    StatementFactory(incident=incident, handling=["witness_identity", "minor"])
    cleared = analyst(flags=["witness_identity", "minor"])

    (dark,), (clear,) = ledger(incident, analyst()).threads, ledger(incident, cleared).threads

    assert (dark.voice.speaker, dark.voice.words, dark.voice.words_withheld) == (None, [], True)
    assert (clear.voice.speaker is not None, len(clear.voice.words)) == (True, 1)


def test_an_invisible_source_is_withheld_and_the_check_names_no_capture(incident):
    claim = StatementFactory(incident=incident)
    rendering = claim.renderings.get()
    rendering.source.team = TeamFactory()
    rendering.source.save()

    (words,) = ledger(incident, analyst()).threads[0].voice.words

    assert (words.source, words.capture, words.check_capture) == (None, None, None)


def test_what_is_read_at_once_is_what_the_voices_say(incident):
    """The outline is read by one query; an earlier state is put together from voices. Both lead to the same ledger."""
    team, body = TeamFactory(), PartyFactory()
    claim = StatementFactory(incident=incident, accused=[body])
    StatementFactory(incident=incident, said="", said_start=None, said_end=None, said_precision="unknown")
    for fields in ({"team": team}, {"handling": ["witness_identity"]}, {"party": body}, {"on_behalf_of": body}):
        answer(answer(claim, **fields), "replies_to")
    link(answer(claim), answer(claim), "corroborates")
    for hidden in (PartyFactory(team=team), PartyFactory(handling=["witness_identity"], pseudonym="Witness A")):
        StatementFactory(kind="announcement", incident=incident, party=hidden)

    for reader in (analyst(), analyst(teams=[team]), analyst(flags=["witness_identity"])):
        told, heard = arranged_for(incident, reader).outline, outline_of(voices(incident, reader))
        assert arranged(told).places == arranged(heard).places
        assert [each.ref for each in told.said] == [each.ref for each in heard.said]
        assert stands_in(told) == stands_in(heard)


def test_an_incident_nobody_spoke_of_has_an_empty_ledger(incident):
    StatementFactory()

    read = ledger(incident, analyst())

    assert (read.threads, read.also_said) == ([], [])
