"""A ledger of many lines comes in parts: small pages, true counts, and every line within reach without script."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.queries.ledger import Group, Ledger, Line
from claims.queries.stretches import LINES_TOGETHER, stretch, stretches
from tests.factories import (
    CaptureFactory,
    CommentRequestFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    StatementFactory,
    TeamFactory,
    analyst,
)

MORE = LINES_TOGETHER + 5


def voice(number):
    return SimpleNamespace(statement=SimpleNamespace(ref=f"ST-{number}"), key=number)


def made_of(threads, also_said):
    """A ledger whose threads have so many lines each, and whose parties said so much outside them."""
    numbers = iter(range(10_000))
    read = Ledger()
    for beneath in threads:
        line = Line(voice(next(numbers)), "1")
        line.answers = [Line(voice(next(numbers)), "1.1") for _answer in range(beneath)]
        read.threads.append(line)
    for party, count in enumerate(also_said):
        lines = [Line(voice(next(numbers)), "") for _line in range(count)]
        read.also_said.append(Group(party, lines))
    return read


SIZES = st.tuples(st.lists(st.integers(0, 90), max_size=6), st.lists(st.integers(1, 150), max_size=4))


@settings(deadline=None, max_examples=50)
@given(SIZES)
def test_every_line_is_in_one_part_in_its_order(sizes):
    read = made_of(*sizes)
    parts = stretches(read)

    assert [line.anchor for part in parts for line in part.lines] == [line.anchor for line in read.lines]
    assert [part.number for part in parts] == list(range(1, len(parts) + 1))
    assert {part.of for part in parts} == {len(parts)}


@settings(deadline=None, max_examples=50)
@given(SIZES)
def test_parts_are_small_but_for_one_long_thread_and_say_truly_which_lines_they_hold(sizes):
    read, told = made_of(*sizes), 0
    for part in stretches(read):
        held = len(part.lines)
        last = part.threads[-1] if part.threads and not part.also_said else None
        assert held - (len(last.in_order()) if last else 1) < LINES_TOGETHER
        assert (part.first, part.last) == (told + 1, told + held)
        assert part.total == len(read.lines)
        told += held


@settings(deadline=None, max_examples=50)
@given(SIZES, st.integers(-3, 400))
def test_any_number_leads_to_a_part_and_any_line_to_its_own(sizes, number):
    read = made_of(*sizes)
    assert 1 <= stretch(read, number).number <= len(stretches(read))
    for line in read.lines[::20]:
        shown = stretch(read, number, at=line.anchor.lower())
        assert line.anchor in shown.anchors
        assert shown.address_of(line.anchor) == f"#{line.anchor}"


@settings(deadline=None, max_examples=50)
@given(SIZES)
def test_a_line_of_another_part_is_reached_by_naming_it(sizes):
    read = made_of(*sizes)
    first, *others = stretches(read)
    for line in (line for part in others for line in part.lines):
        assert first.address_of(line.anchor) == f"?at={line.anchor}#{line.anchor}"


@pytest.fixture
def reader(client, db):
    client.force_login(analyst())
    return client


@pytest.fixture
def long_one(db):
    """An incident with more allegations than one part shows, oldest first, all from one capture and one party."""
    incident = IncidentFactory()
    shared = {"incident": incident, "capture": CaptureFactory(), "party": PartyFactory(name="Meridian Wire")}
    accused = PartyFactory(name="Ministry of War")
    made = [StatementFactory(accused=[accused], **shared) for _number in range(MORE)]
    return SimpleNamespace(incident=incident, claims=made, address=f"/incidents/{incident.ref}/")


def lines_of(answer):
    return re.findall(r'<article class="line" id="(ST-[^"]+)"', answer.content.decode())


def test_a_long_ledger_shows_its_first_part_and_leads_to_the_next(reader, long_one):
    first = reader.get(long_one.address)
    shown = first.content.decode()
    second = reader.get(long_one.address + "?part=2")

    assert len(lines_of(first)) == LINES_TOGETHER
    assert len(lines_of(second)) == MORE - LINES_TOGETHER
    assert not set(lines_of(first)) & set(lines_of(second))
    assert set(lines_of(first)) | set(lines_of(second)) == {claim.ref for claim in long_one.claims}
    assert f"Lines 1 to {LINES_TOGETHER} of {MORE}" in shown
    assert 'href="?part=2#ledger"' in shown and "Lines before" not in shown
    assert 'href="?part=1#ledger"' in second.content.decode()


def test_the_counts_are_of_the_whole_ledger(reader, long_one):
    for query in ("", "?part=2"):
        shown = reader.get(long_one.address + query).content.decode()
        assert f"{MORE} claims" in shown
        assert f"{MORE} never answered by a party accused" in shown
        assert f'Ledger <span class="n">{MORE}</span>' in shown
        assert f"{MORE} statements" in shown  # the position of the one who spoke


def test_a_statement_named_in_the_address_is_on_the_page(reader, long_one):
    for claim in (long_one.claims[0], long_one.claims[-1]):
        shown = reader.get(f"{long_one.address}?at={claim.ref}")
        assert claim.ref in lines_of(shown)


@pytest.mark.parametrize("query", ["?part=0", "?part=999", "?part=-1", "?part=two", "?part=99999999999", "?at=ST-ZZ",
                                   "?at=%00", "?part=2&at=nonsense"])  # fmt: skip
def test_an_address_with_a_part_that_is_not_there_shows_the_nearest(reader, long_one, query):
    assert lines_of(reader.get(long_one.address + query))


def test_links_to_a_line_of_another_part_name_it(reader, long_one):
    last = long_one.claims[-1]
    CommentRequestFactory(incident=long_one.incident, statement=last)

    assert f'href="?at={last.ref}#{last.ref}"' in reader.get(long_one.address).content.decode()
    assert f'href="#{last.ref}"' in reader.get(long_one.address + "?part=2").content.decode()


def test_an_answer_to_a_claim_of_another_part_leads_back_to_its_own_line(reader, long_one):
    claim = long_one.claims[-1]
    denial = StatementFactory(kind="denial", incident=long_one.incident)

    sent = reader.post(
        f"/statements/{claim.ref}/answer/",
        {"answer": f"denies:{denial.ref}", "incident": long_one.incident.ref, "aspect": "occurrence",
         "basis": "explicit"},
    )  # fmt: skip

    assert sent.status_code == 302
    assert denial.ref in lines_of(reader.get(sent.url.partition("#")[0]))


def test_what_a_reader_may_not_see_makes_no_part_and_is_found_by_no_name(reader, long_one):
    team = TeamFactory()
    capture = long_one.claims[0].renderings.get().capture
    hidden = [StatementFactory(incident=long_one.incident, team=team, capture=capture) for _number in range(3)]

    shown = reader.get(f"{long_one.address}?at={hidden[-1].ref}")

    assert lines_of(shown) == lines_of(reader.get(long_one.address))
    assert f"of {MORE}" in shown.content.decode()
    assert hidden[-1].ref not in shown.content.decode()


def test_a_short_ledger_is_shown_whole_and_offers_no_parts(reader):
    incident = IncidentFactory()
    claim = StatementFactory(incident=incident)
    LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident))

    shown = reader.get(f"/incidents/{incident.ref}/").content.decode()

    assert "Parts of the ledger" not in shown
    assert f'href="#{claim.ref}"' in shown
