"""The statements tab: what rests on a source, as far as each reader may see it and know of the tie."""

import html
import re

import pytest
from django.urls import reverse

from claims.models import QuoteCheck
from tests.factories import (
    CaptureFactory,
    IncidentFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    viewer,
)

pytestmark = pytest.mark.django_db
TEXT = "CNN said so on Sunday. The ministry denied it. No locals were harmed, it said. Nobody checked."


@pytest.fixture
def reader(client_of):
    return client_of(analyst())


def tab(source) -> str:
    return reverse("source-statements", args=[source.ref])


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def passages(answer):
    return [passage for group in answer.context["resting"].captures for passage in group.passages]


def test_passages_stand_by_capture_and_in_the_order_of_the_text(reader):
    source = SourceFactory()
    first, second = (CaptureFactory(source=source, number=number, text=TEXT) for number in (1, 2))
    late = StatementFactory(capture=first, words="Nobody checked")
    early = StatementFactory(capture=first, words="CNN said so")
    newer = StatementFactory(capture=second, words="No locals were harmed")
    answer = reader.get(tab(source))
    assert [passage.voice.statement for passage in passages(answer)] == [newer, early, late]
    assert [group.capture.number for group in answer.context["resting"].captures] == [2, 1]
    text = words_of(answer)
    for shown in ("From capture 2", "“CNN said so”", early.incidents.get().title, "Draft", "Log another statement"):
        assert shown in text, shown


def test_what_became_of_the_words_in_the_newest_capture_is_said(reader):
    source = SourceFactory()
    first, second = (CaptureFactory(source=source, number=number, text=TEXT) for number in (1, 2))
    statement = StatementFactory(capture=first, words="CNN said so")
    QuoteCheck.objects.create(rendering=statement.renderings.get(), capture=second, outcome="missing")
    assert "Not in capture 2" in words_of(reader.get(tab(source)))


def test_a_statement_one_may_not_see_or_not_know_to_rest_here_is_absent(reader):
    capture = CaptureFactory(text=TEXT)
    StatementFactory(capture=capture, words="CNN said so", team=TeamFactory())
    StatementFactory(capture=capture, words="CNN said so", handling=["source_identity"])
    answer = reader.get(tab(capture.source))
    assert passages(answer) == []
    assert "Nothing rests on this source yet" in words_of(answer)


def test_words_behind_a_flag_and_a_withheld_speaker_are_not_sent(reader):
    capture = CaptureFactory(text=TEXT)
    StatementFactory(capture=capture, words="CNN said so", handling=["victim_identity"])
    StatementFactory(capture=capture, words="Nobody checked", party=PartyFactory(name="Secret", team=TeamFactory()))
    page = reader.get(tab(capture.source)).content.decode()
    assert "CNN said so" not in page
    assert "Words withheld from you" in page
    assert "Secret" not in page
    assert "speaker withheld" in page


def test_outside_notes_and_media_items_from_the_source_are_named(reader):
    note = OutsideNoteFactory()
    item = MediaItemFactory(source=note.source, description="A car on Yablunska street")
    hidden = MediaItemFactory(source=note.source, description="Unseen by most", team=TeamFactory())
    text = words_of(reader.get(tab(note.source)))
    assert note.wording in text
    assert item.ref in text
    assert hidden.ref not in text


def test_a_note_on_an_incident_one_may_not_see_is_absent(reader):
    note = OutsideNoteFactory(incident=IncidentFactory(team=TeamFactory()))
    assert note.wording not in words_of(reader.get(tab(note.source)))


def test_a_viewer_is_offered_nothing_to_log(client_of):
    capture = CaptureFactory(source=SourceFactory(workflow="approved", tlp="GREEN"))
    answer = client_of(viewer()).get(tab(capture.source))
    assert answer.status_code == 200
    assert "Log another" not in words_of(answer)


@pytest.mark.parametrize("begin", ["1", "x", "-1", "99999999999", "²", "\x00"])
def test_a_page_further_on_is_an_answer_whatever_is_asked(reader, begin):
    assert reader.get(tab(CaptureFactory().source), {"from": begin}).status_code == 200


def test_further_passages_stand_on_the_next_page(reader, monkeypatch):
    monkeypatch.setattr("claims.listing.resting.PAGE", 2)
    capture = CaptureFactory(text=TEXT)
    made = [StatementFactory(capture=capture, words=words) for words in ("CNN", "ministry", "Nobody")]
    first = reader.get(tab(capture.source))
    assert 'href="?from=2"' in first.content.decode()
    second = reader.get(tab(capture.source), {"from": "2"})
    shown = [passage.voice.statement for answer in (first, second) for passage in passages(answer)]
    assert shown == made
    assert "?from=" not in second.content.decode()


@pytest.mark.parametrize("count", [1, 4])
def test_as_many_queries_for_one_statement_as_for_four(reader, count, django_assert_num_queries):
    capture = CaptureFactory(text=TEXT)
    for _number in range(count):
        StatementFactory(capture=capture, words="CNN said so")
        MediaItemFactory(source=capture.source)
    with django_assert_num_queries(11):
        reader.get(tab(capture.source))
