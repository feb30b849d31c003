"""A ledger of many lines comes in parts: small pages, true counts, and every line within reach without script."""

import re
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.models import CommentRequest, Figure, Statement
from claims.queries.figures import TOGETHER
from claims.queries.ledger import arranged
from claims.queries.offered import MOST_OFFERED
from claims.queries.outline import Known, Outline, Said
from claims.queries.stretches import LINES_TOGETHER, SHOWN_WHOLE, stretch, stretches
from claims.queries.voices import Voice
from tests.factories import (
    CaptureFactory,
    CommentRequestFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    StatementFactory,
    TeamFactory,
    analyst,
)
from tests.many import alike, statements_like

MORE = SHOWN_WHOLE + 5


def made_of(threads, also_said):
    """A ledger whose threads have so many answers each, and whose parties said so much outside them."""
    told = Outline()

    def say(kind, speaker):
        told.said.append(Said(f"ST-{len(told.said)}", kind, True, speaker, -1, "", ""))
        return len(told.said) - 1

    for beneath in threads:
        claim = say("allegation", -1)
        told.ties += [(say("denial", -1), claim) for _answer in range(beneath)]
    for party, number in enumerate(also_said):
        told.parties.append(Known(f"PA-{party}", "", "", True))
        for _line in range(number):
            say("appeal", party)
    return arranged(told)


def drawn(part):
    """The part with its lines, every voice being there."""
    by_ref = {ref: Voice(Statement(ref=ref), None, None, None) for ref in part.refs}
    part.draw(by_ref, {})
    return part


SIZES = st.tuples(st.lists(st.integers(0, 150), max_size=6), st.lists(st.integers(1, 150), max_size=4))


@settings(deadline=None, max_examples=25)
@given(SIZES, st.integers(-3, 400))
def test_every_line_is_in_one_small_part_in_its_order(sizes, number):
    read, told = made_of(*sizes), 0
    parts = [drawn(part) for part in stretches(read)]
    refs = [read.outline.said[place.said].ref for place in read.places]

    assert [ref for part in parts for ref in part.anchors] == refs
    assert [(part.number, part.of) for part in parts] == [(at + 1, len(parts)) for at in range(len(parts))]
    for part in parts:
        assert [line.anchor for line in part.lines] == part.anchors
        assert len(part.anchors) <= (LINES_TOGETHER if len(parts) > 1 else SHOWN_WHOLE)
        assert (part.first, part.last, part.total) == (told + 1, told + len(part.anchors), len(read.places))
        told = part.last
    assert 1 <= stretch(read, number).number <= len(parts)


@settings(deadline=None, max_examples=25)
@given(SIZES)
def test_a_line_is_reached_from_its_own_part_and_by_its_name_from_every_other(sizes):
    read = made_of(*sizes)
    first, *others = stretches(read)
    for part in others:
        for ref in part.anchors[::20]:
            assert first.address_of(ref) == f"?at={ref}#{ref}"
            assert stretch(read, 1, at=ref.lower()).number == part.number
            assert part.address_of(ref) == f"#{ref}"


def test_only_a_thread_longer_than_a_part_is_torn_and_goes_on_beneath_what_it_answers():
    parts = [drawn(part) for part in stretches(made_of([LINES_TOGETHER - 2, 3, 2 * LINES_TOGETHER], []))]

    assert [len(part.anchors) for part in parts] == [LINES_TOGETHER - 1, 4, LINES_TOGETHER, LINES_TOGETHER, 1]
    assert [part.to_follow for part in parts] == [0, 0, LINES_TOGETHER + 1, 1, 0]
    [claim] = parts[3].threads
    assert (claim.number, claim.is_reference, claim.answers[0].number) == ("3", True, f"3.{LINES_TOGETHER}")


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
    first = StatementFactory(accused=[accused], **shared)
    claims = [first, *statements_like(first, MORE - 1)]
    return SimpleNamespace(incident=incident, claims=claims, address=f"/incidents/{incident.ref}/")


def lines_of(answer):
    return re.findall(r'<article class="line" id="(ST-[^"]+)"', answer.content.decode())


def test_a_long_ledger_shows_its_first_part_and_leads_to_the_next(reader, long_one):
    first = reader.get(long_one.address)
    shown = first.content.decode()
    second, third = (reader.get(f"{long_one.address}?part={number}") for number in (2, 3))
    lines = [lines_of(part) for part in (first, second, third)]

    assert [len(part) for part in lines] == [LINES_TOGETHER, LINES_TOGETHER, MORE - 2 * LINES_TOGETHER]
    assert sorted(ref for part in lines for ref in part) == sorted(claim.ref for claim in long_one.claims)
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


def test_an_address_with_a_part_that_is_not_there_shows_the_nearest(reader, long_one):
    for query in ("?part=0", "?part=999", "?part=-1", "?part=two", "?part=99999999999", "?at=ST-ZZ", "?at=%00",
                  "?part=2&at=nonsense"):  # fmt: skip
        assert lines_of(reader.get(long_one.address + query)), query


def test_links_to_a_line_of_another_part_name_it(reader, long_one):
    last = long_one.claims[-1]
    CommentRequestFactory(incident=long_one.incident, statement=last)

    assert f'href="?at={last.ref}#{last.ref}"' in reader.get(long_one.address).content.decode()
    assert f'href="#{last.ref}"' in reader.get(long_one.address + "?part=3").content.decode()


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


def test_a_torn_thread_says_how_it_goes_on_and_shows_again_what_is_answered(reader):
    incident, capture = IncidentFactory(), CaptureFactory()
    shared = {"incident": incident, "capture": capture, "party": PartyFactory()}
    claim = StatementFactory(**shared)
    for _answer in range(SHOWN_WHOLE):
        LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", **shared))

    first, second, third = (reader.get(f"/incidents/{incident.ref}/?part={number}") for number in (1, 2, 3))

    assert "One more line of this thread follows in the next part." in second.content.decode()
    [last] = lines_of(third)
    assert last not in lines_of(first) + lines_of(second) and claim.ref in lines_of(first)
    assert f'href="?at={claim.ref}#{claim.ref}">1</a>' in third.content.decode()


def test_a_short_ledger_is_shown_whole_and_offers_no_parts(reader):
    incident = IncidentFactory()
    claim = StatementFactory(incident=incident)
    LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident))

    shown = reader.get(f"/incidents/{incident.ref}/").content.decode()

    assert "Parts of the ledger" not in shown
    assert f'href="#{claim.ref}"' in shown


def test_a_form_offers_some_of_many_statements_and_takes_any_other_by_its_reference(reader, long_one):
    hidden = StatementFactory(incident=long_one.incident, team=TeamFactory())
    oldest, address = long_one.claims[0], f"{long_one.address}figures/new/"
    shown = reader.get(address).content.decode()
    given = {"statement": long_one.claims[-1].ref, "outcome": "killed", "population": "unknown", "best": "3"}
    given |= {"demographic": "total", "count_kind": "incident"}

    refused = reader.post(address, given | {"other": hidden.ref})
    sent = reader.post(address, given | {"other": oldest.ref.lower()})

    assert shown.count('<option value="ST-') == MOST_OFFERED
    assert f'value="{oldest.ref}"' not in shown
    assert (refused.status_code, sent.status_code) == (422, 302)
    assert [figure.statement for figure in Figure.objects.all()] == [oldest]


def test_of_many_answers_those_said_next_are_offered_and_any_other_by_its_reference(reader, long_one):
    claim, *others = long_one.claims
    by_accused = StatementFactory(
        kind="denial", incident=long_one.incident, party=claim.accuses.get().party,
        said="2023-01-01", said_start="2023-01-01T00:00Z", said_end="2023-01-02T00:00Z",
    )  # fmt: skip
    address = f"/statements/{claim.ref}/answer/?incident={long_one.incident.ref}"

    offered = [each.voice.statement for each in reader.get(address).context["candidates"]]
    found = reader.get(f"{address}&find={others[-1].ref.lower()}").context["candidates"]

    assert offered == [by_accused, *others[:MOST_OFFERED]]
    assert others[-1] in [each.voice.statement for each in found]
    assert reader.get(f"{address}&find=%00").status_code == 200


def test_forms_of_a_request_offer_the_newest_of_many_and_take_any_other_by_its_reference(reader, long_one):
    oldest, asked_party = long_one.claims[0], PartyFactory(name="Ministry of Silence")
    by_asked = StatementFactory(kind="denial", incident=long_one.incident, party=asked_party)
    statements_like(oldest, MOST_OFFERED)
    asked = CommentRequestFactory(incident=long_one.incident, party=asked_party)
    address = f"{long_one.address}requests/new/"

    of_outcome = reader.get(f"/requests/{asked.ref}/outcome/").context["form"]
    form = reader.get(f"{address}?statement={oldest.ref}").context["form"]
    given = {"asked_by": "Meridian Wire", "party": "Ministry of War", "state": "sent", "tlp": "AMBER"}
    sent = reader.post(address, given | {"other": oldest.ref.lower()})

    assert len(form.fields["statement"].choices) == 1 + MOST_OFFERED + 1  # none, the newest, the one asked about
    assert (form["statement"].value(), form["party"].value()) == (oldest.ref, "Ministry of War")
    assert of_outcome.fields["reply"].choices[1][0] == by_asked.ref
    assert sent.status_code == 302
    assert CommentRequest.objects.get(party__name="Ministry of War").statement == oldest


def test_many_figures_are_listed_in_parts_and_counted_whole(reader, long_one):
    figure = FigureFactory(statement=long_one.claims[0], incident=long_one.incident)
    Figure.objects.bulk_create(alike(figure, statement_id=claim.pk) for claim in long_one.claims[1:])

    first, second = (reader.get(f"{long_one.address}figures/?part={number}") for number in (1, 2))
    dossier = reader.get(f"{long_one.address}dossier/").content.decode()

    assert [page.content.decode().count('<tr id="figure-') for page in (first, second)] == [TOGETHER, MORE - TOGETHER]
    assert f"Figures 1 to {TOGETHER} of {MORE}" in first.content.decode()
    assert f"from {MORE} figures" in second.content.decode() or "from one figure" in second.content.decode()
    assert f"of {MORE}: the newest, and those at the ends of the range." in dossier
    assert "Speaker withheld" not in dossier  # those at the ends of the range are named


def test_a_dossier_comes_in_parts_and_leads_to_other_lines_on_the_page_of_the_incident(reader, long_one):
    last = long_one.claims[-1]
    CommentRequestFactory(incident=long_one.incident, statement=last)

    first, second = (reader.get(f"{long_one.address}dossier/?part={number}") for number in (1, 2))

    assert (len(lines_of(first)), len(lines_of(second))) == (LINES_TOGETHER, LINES_TOGETHER)
    assert f'href="{long_one.address}?at={last.ref}#{last.ref}"' in first.content.decode()
