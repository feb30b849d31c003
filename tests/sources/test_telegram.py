"""Public posts on Telegram: where they are fetched, and what their embedded page tells."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from sources.capture.extract import extract
from sources.capture.fetch import Fetched
from sources.capture.judge import Kind, judge
from sources.capture.outcomes import Outcome
from sources.capture.telegram import address_to_visit
from sources.capture.text import CanonicalText
from sources.capture.visit import Hop

PAGES = Path(__file__).resolve().parent.parent / "pages"
EMBEDDED = "https://t.me/ministry_news/100?embed=1&mode=tme"


@pytest.mark.parametrize(
    ("address", "visited"),
    [
        ("https://t.me/ministry_news/100", EMBEDDED),
        ("http://t.me/ministry_news/100/", EMBEDDED),
        ("https://t.me/s/ministry_news/100", EMBEDDED),
        ("https://telegram.me/ministry_news/100?embed=1", EMBEDDED),
        ("https://www.t.me/ministry_news/100#top", EMBEDDED),
        ("https://t.me/ministry_news/100?single&utm_source=x", EMBEDDED + "&single"),
        ("https://t.me/ministry_news/100?comment=7", EMBEDDED + "&comment=7"),
        (EMBEDDED, EMBEDDED),
    ],
)
def test_a_post_is_fetched_as_it_is_embedded(address, visited):
    assert address_to_visit(address) == visited


@pytest.mark.parametrize(
    "address",
    [
        "https://t.me/ministry_news",
        "https://t.me/s/ministry_news",
        "https://t.me/c/1234567/100",
        "https://t.me/joinchat/100",
        "https://t.me/+abcdef",
        "https://t.me:8443/ministry_news/100",
        "https://t.me.evil.example/ministry_news/100",
        "https://evil.example/t.me/ministry_news/100",
        "https://site.example/news/100",
        "not a link",
        "",
    ],
)
def test_any_other_address_stays_what_it_is(address):
    assert address_to_visit(address) == address


def read(name: str, base: str = EMBEDDED) -> CanonicalText:
    text = extract((PAGES / name).read_bytes(), Kind.HTML, base=base).text
    assert text
    return text


def told(text: CanonicalText, name: str) -> list[str]:
    return [entry["value"] for entry in text.metadata.get(name, []) if entry["from"] == "telegram"]


def judged(html: str, base: str = EMBEDDED) -> Outcome:
    visit = Fetched(base, base, Outcome.OK, datetime.now(UTC), hops=(Hop(base, status=200),))
    return judge(visit, extract(html.encode(), Kind.HTML, base=base).text)


def test_a_post_of_words_alone_is_captured_with_its_channel_and_time():
    text = read("telegram_text.html")
    assert "Ни один житель города не пострадал. 🕊\nПодробности — в заявлении." in text.text
    assert text.title == "Ни один житель города не пострадал. 🕊"
    assert (text.byline, text.site_name) == ("Ministry: news", "Telegram")
    assert text.published == "2022-04-03T15:05:00+00:00"
    assert told(text, "channel_url") == ["https://t.me/ministry_news"]
    assert (told(text, "views"), told(text, "post"), told(text, "edited")) == (
        ["12.5M"],
        ["ministry_news/100"],
        ["edited"],
    )
    assert told(text, "media_kind") == []
    assert "https://ministry.example/statement" in [link["href"] for link in text.links]
    assert judged((PAGES / "telegram_text.html").read_text(encoding="utf-8")) == Outcome.OK


def test_a_forwarded_post_says_where_it_came_from_and_what_it_shows():
    text = read("telegram_media.html", "https://t.me/town_chat/77?embed=1&mode=tme")
    assert text.title == "Вулиця вранці третього квітня."
    assert told(text, "channel") == ["Town chat"]
    assert (text.byline, text.published) == ("O. Editor", "2022-04-03T18:05:00+03:00")
    assert told(text, "forwarded_from") == ["A witness"]
    assert told(text, "forwarded_url") == ["https://t.me/witness_channel/5"]
    assert told(text, "forwarded_author") == ["N. N."]
    assert told(text, "content_url") == ["https://cdn.example/street.jpg", "https://cdn.example/street.mp4?token=x"]
    assert told(text, "thumbnail") == ["https://cdn.example/still.jpg"]
    assert told(text, "media_kind") == ["image", "video"]
    assert told(text, "duration") == ["0:42"]


def test_faces_replies_and_previews_are_not_the_post():
    values = str(read("telegram_media.html", "https://t.me/town_chat/77").metadata)
    assert "preview.jpg" not in values
    assert "Words of an older post" not in values
    assert "face.jpg" not in str(read("telegram_text.html").metadata)


@pytest.mark.parametrize(
    "body",
    [
        "<div class='tgme_widget_message_error'>Post not found</div>",
        "<div class='tgme_widget_message err_message'><p class='tgme_widget_message_error'>Post not found</p></div>",
        "<div class='tgme_widget_message_error'> post  Not Found </div>",
    ],
)
def test_a_post_that_is_not_there_is_named(body):
    assert judged(body) == Outcome.VERDICT_DELETED_POST


@pytest.mark.parametrize(
    "body",
    [
        "<div class='tgme_widget_message_error'>Channel with username @ministry_news not found</div>",
        "<div class='tgme_widget_message_error'>Please open Telegram to view this post</div>",
        "<div class='tgme_widget_message' data-post='a/1'><p class='js-message_text'>Post not found</p></div>",
        "<div class='tgme_widget_message' data-post='a/1'><b class=tgme_widget_message_error>Post not found</b></div>",
    ],
)
def test_other_complaints_delete_no_post(body):
    assert judged(body) != Outcome.VERDICT_DELETED_POST


@pytest.mark.parametrize("words", ["Страница не найдена", "Just a moment...", "404", "Log in", "Before you continue"])
def test_what_a_post_says_decides_nothing(words):
    post = "<div class='tgme_widget_message' data-post='a/1'><div class='js-message_text'>%s</div></div>"
    assert judged(post % words) == Outcome.OK


def test_the_card_of_a_channel_is_not_its_post():
    card = "<div class='tgme_page'><div class='tgme_page_title'>Ministry</div><div>8 subscribers</div></div>"
    assert judged(card, "https://t.me/ministry_news/100") == Outcome.VERDICT_NOT_ARTICLE


def test_the_same_markup_on_another_site_is_no_post():
    page = (PAGES / "telegram_text.html").read_bytes()
    text = extract(page, Kind.HTML, base="https://site.example/ministry_news/100").text
    assert "post" not in text.signs
    assert told(text, "channel") == []
