"""The Reader beside the text: what makes it doubtful, what it says of itself, how visits failed, other views."""

import html
import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from claims.models import MediaItem
from claims.reading import paragraphs
from harmtracker import audit
from sources.models import Source
from tests.factories import (
    CaptureFactory,
    MediaItemFactory,
    SourceFactory,
    TeamFactory,
    analyst,
    capture_under_way,
    viewer,
)

pytestmark = pytest.mark.django_db
TEXT = "First paragraph.\nSecond paragraph.\nWhat a reader wrote."


@pytest.fixture
def reader(client_of):
    return client_of(analyst())


def words_of(answer) -> str:
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def failed(source, outcome, **fields):
    empty = {"text": "", "body": None, "walker_version": None, "title": ""}
    return CaptureFactory(source=source, outcome=outcome, **(empty | fields))


def page_of(reader, capture):
    return words_of(reader.get(capture.source.get_absolute_url()))


# ---- What makes a text doubtful ----


def test_a_text_two_readers_read_differently_says_so(reader):
    shown = page_of(reader, CaptureFactory(agreement=0.409))
    assert "A second reader found only 40 % of these words: compare with the page itself." in shown
    assert "A second reader" not in page_of(reader, CaptureFactory(agreement=0.6))
    assert "A second reader" not in page_of(reader, CaptureFactory(agreement=None))


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"outcome": "ok.partial", "outcome_detail": "page 4 of 9"}, ("Captured in part", "page 4 of 9")),
        ({"robots": "disallowed"}, ("robots.txt asks robots to stay away",)),
        ({"flags": [{"start": 0, "end": 5, "flag": "hidden"}]}, ("they cannot be quoted",)),
        ({"flags": [{"start": 3, "end": 4, "flag": "bidi"}]}, ("1 character that turns the direction",)),
        ({"flags": [{"start": 3, "end": 9, "flag": "comment"}]}, ("not the publisher’s word",)),
        (
            {"metadata": {"lang": [{"value": "en", "from": "html"}, {"value": "ru", "from": "detected"}]}},
            ("The page declares en; its words read as ru.",),
        ),
    ],
)
def test_what_a_capture_is_marked_with_is_said_in_words(reader, fields, words):
    shown = page_of(reader, CaptureFactory(text=TEXT, **fields))
    plain = page_of(reader, CaptureFactory(text=TEXT))
    for each in words:
        assert each in shown
        assert each not in plain


def test_a_page_gone_from_its_site_says_since_when(reader):
    capture = CaptureFactory(source=SourceFactory(gone_at=datetime(2026, 3, 4, 5, 6, tzinfo=UTC)))
    assert "Since 4 Mar 2026, 05:06 UTC the site has said" in page_of(reader, capture)


def test_paused_watching_names_the_reason_and_by_whom_to_those_who_work_here(reader, client_of):
    person = analyst(name="Vera Kovalenko")
    source = SourceFactory(watch=False, unwatched_reason="The host counts visits", workflow="approved", tlp="GREEN")
    CaptureFactory(source=source)
    with audit.recording():
        audit.record("source.unwatched", subject=source, by=person, reason="The host counts visits")
    shown = words_of(reader.get(source.get_absolute_url()))
    assert "Paused by Vera Kovalenko" in shown
    assert "The host counts visits" in shown
    seen = words_of(client_of(viewer()).get(source.get_absolute_url()))
    assert "Watching is paused" in seen
    assert "Vera" not in seen
    assert "The host counts visits" not in seen
    listed = words_of(client_of(viewer()).get(reverse("sources")))
    assert "Watching paused" in listed
    assert "The host counts visits" not in listed


def test_the_next_visit_is_announced_unless_there_is_none(reader):
    due = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    assert "Next visit due 1 Dec 2026, 08:00 UTC" in page_of(
        reader, CaptureFactory(source=SourceFactory(recheck_after=due))
    )
    never = SourceFactory(recheck_after=due, visit_policy="do_not_contact")
    assert "Next visit" not in page_of(reader, CaptureFactory(source=never))


# ---- How visits failed ----


@pytest.mark.parametrize(
    ("outcome", "family", "icon"),
    [
        ("http.403", "The newest visit was refused", "lock"),
        ("tcp.timeout", "The site could not be reached at the newest visit", "clock"),
        ("http.410", "The site says that the page is not there", "missing"),
        ("size.streamed", "The newest visit brought no text", "warn"),
    ],
)
def test_refused_unreachable_and_removed_are_told_apart_in_words_and_icon(reader, outcome, family, icon):
    source = CaptureFactory(text=TEXT).source
    failed(source, outcome, number=2)
    answer = reader.get(source.get_absolute_url())
    assert f"{family}. " in words_of(answer)
    assert "The text below is from an earlier capture." in words_of(answer)
    assert "First paragraph" in words_of(answer)
    assert f'#i-{icon}"/></svg><p><b>{family}' in answer.content.decode()


def test_a_failed_attempt_offers_every_way_on_and_what_is_held_from_before(reader):
    source = CaptureFactory(text=TEXT).source
    attempt = failed(source, "http.404", number=2, outcome_detail="<b>gone</b>")
    answer = reader.get(attempt.get_absolute_url())
    shown = words_of(answer)
    for words in ("Page not found (404)", "Retry", "Upload it instead", "a screenshot", "We hold what stood there"):
        assert words in shown, words
    page = answer.content.decode()
    assert reverse("capture", args=[source.ref, 1]) in page
    assert reverse("source-again", args=[source.ref]) in page
    assert "<b>gone</b>" not in page


def test_a_site_not_to_be_contacted_is_not_offered_another_visit(reader):
    attempt = failed(SourceFactory(visit_policy="do_not_contact"), "http.403")
    answer = reader.get(attempt.get_absolute_url())
    assert "Retry" not in words_of(answer)
    assert "Upload it instead" in words_of(answer)


def test_a_viewer_is_told_of_a_failure_and_offered_nothing(client_of):
    attempt = failed(SourceFactory(workflow="approved", tlp="GREEN"), "http.403")
    shown = words_of(client_of(viewer()).get(attempt.get_absolute_url()))
    assert "Visit refused (403)" in shown
    assert "a screenshot" not in shown


def test_only_the_newest_attempts_stand_beside_the_text(reader):
    source = SourceFactory()
    for number in range(1, 15):
        CaptureFactory(source=source, number=number)
    shown = words_of(reader.get(source.get_absolute_url()))
    assert "Capture 14" in shown
    assert "All 14 captures" in shown
    assert "Capture 2 " not in shown


def test_a_number_nobody_gave_a_capture_is_not_there(reader):
    source = CaptureFactory().source
    assert reader.get(reverse("capture", args=[source.ref, 7])).status_code == 404


# ---- What a page says of itself ----


def metadata(**told):
    return {name: [{"value": value, "from": origin} for value, origin in values] for name, values in told.items()}


def test_each_fact_names_where_it_comes_from_and_its_rivals(reader):
    told = metadata(
        published=[("2022-04-03T18:05:00+03:00", "json-ld"), ("2022-04-04", "article:published_time")],
        byline=[("A. Reporter", "author"), ("A. Reporter", "json-ld")],
    )
    answer = reader.get(CaptureFactory(metadata=told).source.get_absolute_url())
    shown = words_of(answer)
    assert "Published 3 Apr 2022, 18:05 +03:00 JSON-LD 4 Apr 2022 OpenGraph (article:published_time)" in shown
    assert shown.count("A. Reporter") == 1


def test_facts_from_outside_stay_words(reader):
    told = metadata(strange_name=[("<script>alert(1)</script>\u202e", "x<y")])
    page = reader.get(CaptureFactory(metadata=told).source.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "x<y" not in page
    assert "U+202E" in page


def test_where_a_picture_was_taken_is_for_those_cleared_for_places(client_of):
    told = metadata(gps=[("50.547000, 30.210000", "exif")], duration=[("PT1M3S", "json-ld")])
    address = CaptureFactory(metadata=told).source.get_absolute_url()
    shown = words_of(client_of(analyst()).get(address))
    assert "30.210000" not in shown
    assert "Taken at withheld" in shown
    assert "1 min 3 s" in shown
    assert "50.547000, 30.210000" in words_of(client_of(analyst(flags=["precise_location"])).get(address))


@pytest.mark.parametrize("value", ["", "yesterday", "2022", "2022-13-45", "2022-04-03T99:99", "0001-01-01T00:00+14:00"])
def test_any_date_a_page_claims_is_shown_somehow(reader, value):
    told = metadata(published=[(value, "json-ld")], duration=[(value, "json-ld")])
    assert reader.get(CaptureFactory(metadata=told).source.get_absolute_url()).status_code == 200


# ---- Views of the text ----


def test_the_reading_view_shows_the_article_alone_and_takes_no_quotation(reader):
    capture = CaptureFactory(text=TEXT, reading="First paragraph.\n\nSecond paragraph.")
    whole = reader.get(capture.get_absolute_url()).content.decode()
    assert "?view=reading" in whole
    answer = reader.get(capture.get_absolute_url(), {"view": "reading"})
    page = answer.content.decode()
    assert "<p><bdi>Second paragraph.</bdi></p>" in page
    assert "What a reader wrote" not in page
    for needed_to_quote in ("data-reader-text", "selection.js", 'id="pick"', "Open the form"):
        assert needed_to_quote in whole
        assert needed_to_quote not in page
    assert f'href="{capture.get_absolute_url()}"' in page


def test_a_capture_without_a_reading_view_shows_the_whole_text_whatever_is_asked(reader):
    capture = CaptureFactory(text=TEXT)
    page = reader.get(capture.get_absolute_url(), {"view": "reading"}).content.decode()
    assert "data-reader-text" in page
    assert "?view=reading" not in page


def test_pages_of_a_pdf_have_marks_to_point_at_and_comments_are_set_apart(reader):
    second, last = TEXT.index("Second"), TEXT.index("What")
    flags = [
        {"start": 0, "end": 16, "flag": "page", "page": 1},
        {"start": second, "end": last - 1, "flag": "page", "page": 3},
        {"start": last, "end": len(TEXT), "flag": "comment"},
    ]
    made = paragraphs(TEXT, [], flags)
    assert [each.pages for each in made] == [[1], [3], []]
    assert [each.begins_comments for each in made] == [False, False, True]
    page = reader.get(CaptureFactory(text=TEXT, flags=flags).source.get_absolute_url()).content.decode()
    assert re.search(r'id="page-3"[^>]*>Page 3<', page)
    assert re.search(r"Readers’ comments</p><div class=\"p\" data-comment>", page)


def test_links_in_quotations_come_first(reader):
    links = [
        {"href": f"https://{name}.example/", "text": name, "start": at} for name, at in (("menu", 0), ("said", 20))
    ]
    flags = [{"start": 17, "end": 34, "flag": "quote_block"}]
    answer = reader.get(CaptureFactory(text=TEXT, links=links, flags=flags).source.get_absolute_url())
    assert [link["href"] for link in answer.context["links"]] == ["https://said.example/", "https://menu.example/"]


# ---- Photos and videos ----


def picture(**fields):
    empty = {"text": "", "walker_version": None, "media_type": "image/jpeg", "title": ""}
    return CaptureFactory(**(empty | fields))


def test_a_captured_picture_becomes_a_media_item_tied_to_its_bytes(reader):
    capture = picture(source=SourceFactory(title="Street after the shelling", published="2022-04-03", tlp="GREEN"))
    address = reverse("source-media", args=[capture.source.ref])
    assert address in reader.get(capture.source.get_absolute_url()).content.decode()
    form = reader.get(address).context["form"]
    assert form["description"].value() == "Street after the shelling"
    assert (form["kind"].value(), form["first_seen"].value(), form["tlp"].value()) == ("photo", "2022-04-03", "GREEN")
    sent = {"description": "A street", "kind": "photo", "first_seen": "2022-04-03", "tlp": "AMBER",
            "handling": ["graphic"]}  # fmt: skip
    assert reader.post(address, sent).status_code == 302
    item = MediaItem.objects.get()
    assert (item.source, item.body, item.handling, item.tlp) == (capture.source, capture.body, ["graphic"], "AMBER")
    assert "A street" in words_of(reader.get(capture.source.get_absolute_url()))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"description": " "}, "description"), ({"first_seen": "3.4.2022"}, "first_seen"), ({"tlp": "RED"}, "tlp")],
)
def test_a_media_item_that_cannot_be_kept_is_refused_beside_its_field(reader, change, field):
    source = CaptureFactory(source=SourceFactory(kind="video_page")).source
    sent = {"description": "A street", "kind": "video", "first_seen": "", "tlp": "AMBER"} | change
    answer = reader.post(reverse("source-media", args=[source.ref]), sent)
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert not MediaItem.objects.exists()


def test_an_article_is_no_photo_and_a_hidden_item_is_not_named(reader):
    article = CaptureFactory().source
    assert "Make a media item" not in words_of(reader.get(article.get_absolute_url()))
    video = CaptureFactory(source=SourceFactory(kind="video_page")).source
    MediaItemFactory(source=video, description="Unseen by most", team=TeamFactory())
    MediaItemFactory(source=video, description="Withheld words", handling=["victim_identity"])
    shown = words_of(reader.get(video.get_absolute_url()))
    assert "Unseen by most" not in shown
    assert "Withheld words" not in shown
    assert "description withheld" in shown


# ---- Queries ----


@pytest.mark.parametrize("count", [1, 5])
def test_the_reader_stays_within_twelve_queries_however_often_it_was_captured(reader, count, django_assert_num_queries):
    source = SourceFactory(kind="video_page")
    for number in range(1, count + 1):
        CaptureFactory(source=source, number=number, text=TEXT)
        MediaItemFactory(source=source)
        Source.objects.get(pk=source.pk).cited_by.create(
            citing=SourceFactory(), address="https://a.example/", created_by=analyst()
        )
    with django_assert_num_queries(12) as asked:
        reader.get(source.get_absolute_url())
    texts = [each["sql"] for each in asked.captured_queries if '"sources_capture"."text",' in each["sql"]]
    assert len(texts) == 1, "the text of one capture is read, not that of all"


def test_a_capture_under_way_is_followed(reader):
    waiting = capture_under_way()
    assert reader.get(waiting.source.get_absolute_url()).status_code == 200
