"""The tab "Captures and changes": every attempt, two texts side by side, and only what the reader may see."""

import pytest
from django.urls import reverse

from claims.quote_checks import check_quotations
from tests.factories import (
    TEXT,
    WORDS,
    CaptureFactory,
    CopyFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    capture_under_way,
    viewer,
)

pytestmark = pytest.mark.django_db
LONG = "\n".join([f"Paragraph {number} of the report was never touched." for number in range(30)])
BEFORE = f"{LONG}\n{TEXT}\nThe end of it."
AFTER = BEFORE.replace("Bucha", "Bhutan").replace("не постраждав", "постраждав")
DENIAL = "Жоден місцевий житель не постраждав"


@pytest.fixture
def reader(client_of):
    return client_of(analyst())


@pytest.fixture
def source():
    capture = CaptureFactory(text=BEFORE)
    StatementFactory(words=WORDS, capture=capture, party=PartyFactory(name="Outlet"))
    StatementFactory(kind="denial", words=DENIAL, capture=capture)
    return capture.source


def again(source, text=AFTER, **fields):
    capture = CaptureFactory(source=source, text=text, **fields)
    check_quotations(capture)
    return capture


def address(source, query=""):
    return reverse("source-changes", args=[source.ref]) + query


def test_the_newest_two_texts_are_laid_side_by_side_with_what_changed_marked(reader, source):
    again(source)
    response = reader.get(address(source))
    shown = response.context["shown"]
    assert (shown.left.number, shown.right.number, shown.changes, shown.touched) == (1, 2, 2, 2)
    page = response.content.decode()
    assert '<del><span class="vh">removed: </span><bdi>Bucha</bdi></del>' in page
    assert '<ins><span class="vh">added: </span><bdi>Bhutan</bdi></ins>' in page
    assert "2 changes" in page
    assert "Show 29 unchanged paragraphs" in page
    assert {(each.outcome, each.is_red) for each in shown.quoted} == {("edited", True)}


def test_quotations_are_marked_where_they_stand_on_both_sides(reader, source):
    again(source)
    shown = reader.get(address(source)).context["shown"]
    [pair] = [pair for passage in shown.passages for pair in passage.pairs if not pair.is_same]
    for side, words in ((pair.left, WORDS), (pair.right, WORDS.replace("Bucha", "Bhutan"))):
        assert "".join(part.text for part in side if part.quoted and part.quoted.number == 1) == words


def test_every_attempt_is_listed_with_how_it_ended_and_what_became_of_the_quotations(reader, source):
    again(source, BEFORE, cause="recheck")
    again(source, AFTER, obtained="uploaded", reason="From the desk")
    again(source, "", outcome="http.404", walker_version=None)
    capture_under_way(source=source)
    response = reader.get(address(source))
    rows = {each.capture.number: each for each in response.context["attempts"]}
    assert list(rows) == [5, 4, 3, 2, 1]
    assert (rows[2].is_same_text, rows[2].before, rows[2].checks) == (True, 1, [("exact", 2)])
    assert (rows[3].is_same_text, rows[3].before, rows[3].checks) == (False, 2, [("edited", 2)])
    assert (rows[4].is_readable, rows[4].checks) == (False, [])
    page = response.content.decode()
    for words in (
        "same as in capture 1",
        "differs from capture 2",
        "not looked for: there is no text",
        "On the schedule",
    ):
        assert words in page
    shown = response.context["shown"]
    assert (shown.left.number, shown.right.number) == (2, 3)


def test_any_two_can_be_chosen(reader, source):
    again(source)
    again(source, BEFORE)
    shown = reader.get(address(source, "?from=1&to=3")).context["shown"]
    assert (shown.left.number, shown.right.number, shown.changes) == (1, 3, 0)
    assert "word for word" in reader.get(address(source, "?from=1&to=3")).content.decode()


@pytest.mark.parametrize(
    "query",
    ["?from=9", "?to=9", "?from=x&to=1", "?from=1&to=3", "?with=SO-NONE00/1", "?with=x", "?from=99999999999&to=1"],
)
def test_what_is_not_there_is_not_found(reader, source, query):
    again(source)
    again(source, "", outcome="http.404", walker_version=None)
    assert reader.get(address(source, query)).status_code == 404


def test_one_text_has_nothing_to_be_laid_beside(reader, source):
    response = reader.get(address(source))
    assert "shown" not in response.context
    assert "There is one text so far" in response.content.decode()
    nothing = SourceFactory()
    assert "Nothing is captured yet" in reader.get(address(nothing)).content.decode()


def test_a_copy_is_laid_beside_in_the_same_way(reader, source):
    copy = CaptureFactory(source=SourceFactory(title="The reprint"), text=AFTER)
    CopyFactory(original=source, derived=copy.source, confirmed=True)
    check_quotations(copy)
    page = reader.get(address(source)).content.decode()
    assert f"?with={copy.source.ref}/1" in page
    response = reader.get(address(source, f"?with={copy.source.ref}/1"))
    shown = response.context["shown"]
    assert (shown.left.source_id, shown.right.source_id, shown.touched) == (source.pk, copy.source_id, 2)
    assert {each.outcome for each in shown.quoted} == {"edited"}
    assert f"Words changed in {copy.source.ref}, capture 1" in response.content.decode()


def test_a_copy_one_may_not_see_is_neither_offered_nor_laid_beside(reader, source):
    copy = CaptureFactory(source=SourceFactory(title="The hidden reprint", team=TeamFactory()), text=AFTER)
    CopyFactory(original=source, derived=copy.source, confirmed=True)
    assert "hidden reprint" not in reader.get(address(source)).content.decode()
    assert reader.get(address(source, f"?with={copy.source.ref}/1")).status_code == 404


def test_quotations_of_statements_one_may_not_see_leave_no_trace(client_of, source):
    capture = source.captures.get()
    hidden = StatementFactory(kind="testimony", words="Nobody answered.", capture=capture, team=TeamFactory())
    untold = StatementFactory(kind="testimony", words="the ministry said", capture=capture,
                              handling=["source_identity"])  # fmt: skip
    again(source)
    page = client_of(analyst()).get(address(source))
    assert len(page.context["shown"].quoted) == 2
    for ref in (hidden.ref, untold.ref):
        assert ref not in page.content.decode()
    assert page.context["attempts"][0].checks == [("edited", 2)]


def test_a_withheld_speaker_is_not_named(client_of, source):
    capture = source.captures.get()
    StatementFactory(
        kind="testimony",
        words="Nobody answered.",
        capture=capture,
        party=PartyFactory(name="Her name", handling=["witness_identity"]),
    )
    again(source)
    assert "Her name" not in client_of(analyst()).get(address(source)).content.decode()


def test_a_source_one_may_not_see_is_not_found(client_of, source):
    hidden = CaptureFactory(source=SourceFactory(team=TeamFactory())).source
    assert client_of(analyst()).get(address(hidden)).status_code == 404
    assert client_of(viewer()).get(address(source)).status_code == 404


def test_hostile_text_is_shown_and_does_nothing(reader):
    capture = CaptureFactory(text="One <script>alert(1)</script> line.\nTwo \u202etxet.")
    CaptureFactory(source=capture.source, text="One <b>other</b> line.\nTwo \u202etxet, more.")
    page = reader.get(address(capture.source)).content.decode()
    assert "<script>alert" not in page
    assert "U+202E" in page


def test_as_many_queries_for_one_capture_as_for_five(reader, source, django_assert_max_num_queries):
    again(source)
    copy = CaptureFactory(text=AFTER).source
    CopyFactory(original=source, derived=copy, confirmed=True)
    with django_assert_max_num_queries(12) as few:
        reader.get(address(source))
    for number in range(4):
        again(source, AFTER + f" {number}")
        StatementFactory(kind="testimony", words="Nobody answered.", capture=source.captures.get(number=1))
    with django_assert_max_num_queries(12) as many:
        reader.get(address(source))
    assert len(many) == len(few)
    with django_assert_max_num_queries(12):
        reader.get(address(source, f"?with={copy.ref}/1"))
