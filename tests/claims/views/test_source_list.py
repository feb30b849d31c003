"""The list of sources: every filter and every combination of them, its orders, its counts, what it must not tell."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.forms.source_filters import SourceFilters
from claims.listing import source_tally
from claims.models import QuoteCheck
from claims.views.lists import QUICK
from sources.models import Capture, Source
from tests.factories import (
    CaptureFactory,
    CopyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    capture_under_way,
    viewer,
)
from tests.many import alike

pytestmark = pytest.mark.django_db
LIST = "/sources/"


@pytest.fixture
def reader(client_of):
    return client_of(analyst())


def refs(answer):
    return re.findall(r"<code>([A-Z]{2}-[0-9A-Z]+)</code>", answer.content.decode())


def words_of(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def captured(days_ago=0, outcome="ok", source=None, number=1):
    """A capture begun so many days ago; its source. When it was begun never changes, so it is begun on that day."""
    fields = {} if outcome == "ok" else {"text": "", "body": None, "walker_version": None, "title": ""}
    source = source or SourceFactory()
    begun = timezone.now() - timedelta(days=days_ago)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: begun)
        CaptureFactory(source=source, outcome=outcome, number=number, **fields)
    return source


def count_of(answer, words):
    """The number beside a choice above the list; None where the choice is not offered."""
    choices = [choice for division in answer.context["divisions"] for choice in division.choices]
    return next((choice.number for choice in choices if choice.words == words), None)


def test_by_outcome_family_and_exact_code(reader):
    refused, unreachable, captured_one = captured(outcome="http.403"), captured(outcome="tcp.timeout"), captured()
    waiting, untried = capture_under_way().source, SourceFactory()
    for codes, wanted in (
        (["refused"], {refused}),
        (["http.403"], {refused}),
        (["failed"], {refused, unreachable}),
        (["unreachable", "captured"], {unreachable, captured_one}),
        (["under_way"], {waiting}),
        ([], {refused, unreachable, captured_one, waiting, untried}),
    ):
        assert set(refs(reader.get(LIST, {"outcome": codes}))) == {each.ref for each in wanted}, codes


def test_only_the_newest_capture_counts(reader):
    mended = captured(outcome="http.403")
    captured(source=mended, number=2)
    assert refs(reader.get(LIST, {"outcome": "refused"})) == []
    assert refs(reader.get(LIST, {"outcome": "captured"})) == [mended.ref]


def test_by_age_of_the_newest_capture(reader):
    today, lately, old, ancient, never = captured(0), captured(3), captured(40), captured(400), SourceFactory()
    visited_again = captured(400)
    captured(0, source=visited_again, number=2)
    for code, wanted in (
        ("within_day", [visited_again, today]),
        ("within_week", [visited_again, lately, today]),
        ("over_week", [ancient, old]),
        ("over_month", [ancient, old]),
        ("over_year", [ancient]),
        ("never", [never]),
    ):
        assert refs(reader.get(LIST, {"age": code})) == [each.ref for each in wanted], code


def test_gone_paused_and_copies_suggested(reader):
    gone, paused = SourceFactory(gone_at=timezone.now()), SourceFactory(watch=False, unwatched_reason="Counted")
    suggested, settled = CopyFactory(), CopyFactory(confirmed=True)
    for code, wanted in (("gone", {gone}), ("paused", {paused}), ("copies", {suggested.derived, suggested.original})):
        answer = reader.get(LIST, {"state": code})
        assert set(refs(answer)) == {each.ref for each in wanted}, code
    assert settled.derived.ref in refs(reader.get(LIST))
    assert "Watching paused: Counted" in words_of(reader.get(LIST, {"state": "paused"}))


def test_changed_is_what_the_newest_check_says_of_words_one_may_see(reader):
    def quoted(outcome, later="", **fields):
        statement = StatementFactory(**fields)
        rendering = statement.renderings.get()
        for number, each in enumerate((outcome, later), 2):
            if each:
                capture = CaptureFactory(source=rendering.source, number=number)
                QuoteCheck.objects.create(rendering=rendering, capture=capture, outcome=each)
        return rendering.source

    edited, put_back = quoted("edited"), quoted("missing", later="exact")
    hidden, unknown = quoted("edited", team=TeamFactory()), quoted("edited", handling=["source_identity"])
    assert refs(reader.get(LIST, {"state": "changed"})) == [edited.ref]
    for source in (put_back, hidden, unknown):
        assert source.ref in refs(reader.get(LIST))


def test_words_changed_in_a_copy_do_not_make_the_original_changed(reader):
    rendering = StatementFactory().renderings.get()
    QuoteCheck.objects.create(rendering=rendering, capture=CaptureFactory(), outcome="edited")
    assert refs(reader.get(LIST, {"state": "changed"})) == []


def test_a_copy_one_may_not_see_is_no_suggestion(reader):
    copy = CopyFactory(original=SourceFactory(team=TeamFactory()))
    assert refs(reader.get(LIST, {"state": "copies"})) == []
    assert copy.derived.ref in refs(reader.get(LIST))


def test_orders(reader):
    middle = captured(5, source=SourceFactory(host="b.example"))
    newest = captured(1, source=SourceFactory(host="a.example"))
    oldest = captured(9, source=SourceFactory(host="c.example"))
    again = captured(20, source=SourceFactory(host="d.example"))
    captured(0, source=again, number=2)
    by_key = [middle, newest, oldest, again]  # keys are made in the order of the captures
    untried = SourceFactory(host="")
    for code, wanted in (
        ("", [untried, again, oldest, newest, middle]),
        ("captured", list(reversed(by_key))),
        ("longest_ago", by_key),
        ("host", [untried, newest, middle, oldest, again]),
    ):
        assert refs(reader.get(LIST, {"order": code})) == [each.ref for each in wanted], code


def test_every_source_stands_on_one_page_of_each_order(reader):
    first = captured(source=SourceFactory(host="0.example"))
    capture = first.captures.get()
    others = [alike(first, host=f"{number % 3}.example", address_key=f"{number}") for number in range(1, 53)]
    Source.objects.bulk_create(others)
    Capture.objects.bulk_create(alike(capture, source_id=each.pk) for each in others)
    made = {each.ref for each in (first, *others)}
    for order in ("", "captured", "longest_ago", "host"):
        first = reader.get(LIST, {"order": order})
        older = html.unescape(re.search(r'rel="next" href="([^"]+)"', first.content.decode()).group(1))
        second = reader.get(LIST + older)
        assert (len(refs(first)), len(refs(second))) == (50, 3), order
        assert set(refs(first)) | set(refs(second)) == made, order
        newer = html.unescape(re.search(r'rel="prev" href="([^"]+)"', second.content.decode()).group(1))
        assert refs(reader.get(LIST + newer)) == refs(first), order
        other = "host" if order != "host" else "captured"
        moved = reader.get(LIST, {"order": other, "page": re.search(r"page=([^&]+)", older).group(1)})
        assert "incomplete or out of date" in words_of(moved), order


def test_counts_say_what_a_choice_would_list(reader):
    for outcome in ("ok", "ok", "http.403", "http.401", "tcp.timeout"):
        captured(outcome=outcome)
    captured(outcome="http.403", source=SourceFactory(kind="broadcast", gone_at=timezone.now()))
    captured(source=SourceFactory(team=TeamFactory()))
    answer = reader.get(LIST)
    counts = (
        ("Captured", 2),
        ("Refused our visit", 3),
        ("Unreachable", 1),
        ("Failed, in any way", 4),
        ("Not there", None),
    )
    for words, number in counts:
        assert count_of(answer, words) == number, words
    assert count_of(answer, "Visit refused (403)") is None
    narrower = reader.get(LIST, {"outcome": "refused"})
    assert (count_of(narrower, "Visit refused (403)"), count_of(narrower, "Captured")) == (2, 2)
    assert (count_of(narrower, "Broadcast"), count_of(narrower, "Gone from its site")) == (1, 1)
    assert count_of(reader.get(LIST, {"kind": "broadcast"}), "Captured") is None


def test_each_choice_lists_as_many_as_it_counts_and_can_be_taken_back(reader):
    for outcome, days in (("ok", 0), ("http.403", 3), ("http.404", 40), ("tcp.timeout", 0)):
        captured(days, outcome=outcome)
    SourceFactory(gone_at=timezone.now())
    everything = reader.get(LIST)
    for division in everything.context["divisions"]:
        for choice in division.choices:
            listed = reader.get(LIST + choice.url)
            assert len(refs(listed)) == choice.number, choice
            [back] = [each for d in listed.context["divisions"] for each in d.choices if each.is_on]
            assert back.url == "?", "as without any choice"


def test_counting_stops_and_says_so(reader, monkeypatch):
    monkeypatch.setattr(source_tally, "MOST_COUNTED", 2)
    for _number in range(3):
        captured()
    answer = reader.get(LIST)
    assert count_of(answer, "Captured") == 2
    assert "Counted over the newest 2; there are more." in words_of(answer)


def test_a_viewer_counts_what_a_viewer_sees(client_of):
    captured(source=SourceFactory(workflow="approved", tlp="GREEN"))
    captured()
    answer = client_of(viewer()).get(LIST)
    assert count_of(answer, "Captured") == 1


def test_the_views_offered_follow_their_own_filter(reader):
    captured(0, outcome="http.403")
    for _words, address in QUICK:
        answer = reader.get(LIST + address)
        assert answer.status_code == 200
        assert answer.context["complaints"] == []
        assert html.escape(reverse("sources") + address) in answer.content.decode()


CODES = {
    name: [code for code, _words in SourceFilters.base_fields[name].choices] + ["nonsense", ""]
    for name in ("outcome", "age", "state", "kind", "order")
}
WORDS = {name: st.sampled_from(["", "news.example", "Killings", "%", "\x00", "SO-0000000"]) for name in
         ("host", "publisher", "incident", "page")}  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.fixed_dictionaries(
        {}, optional={name: st.lists(st.sampled_from(codes), max_size=3) for name, codes in CODES.items()} | WORDS
    )
)
def test_every_combination_is_an_answer(reader, query):
    if not Capture.objects.exists():
        captured(3, outcome="http.403")
        CopyFactory()
        StatementFactory()
    assert reader.get(LIST, query).status_code == 200


def test_as_many_queries_for_one_source_as_for_many(reader, django_assert_max_num_queries):
    asked = (
        {},
        {"outcome": "failed", "age": "within_day", "order": "captured"},
        {"publisher": "Ministry", "incident": "Killings", "state": ["gone", "changed", "paused", "copies"]},
    )

    def counts():
        for query in asked:
            with django_assert_max_num_queries(12) as counted:
                reader.get(LIST, query)
            yield len(counted)

    StatementFactory()
    captured(outcome="http.403")
    one = list(counts())
    for _number in range(3):
        StatementFactory()
        captured(outcome="http.403")
        CopyFactory()
    assert list(counts()) == one
