"""What a page says of itself, by the real reading child: every value with where it came from, rivals beside it."""

import json

import pytest

from sources.capture.extract import extract
from sources.capture.judge import Kind
from sources.capture.text import CanonicalText

WORDS = "<p>The ministry said on Monday that nobody was harmed while its troops held the town."


def read(body: str = WORDS, head: str = "", base: str = "https://site.example/a") -> CanonicalText:
    html = f"<html><head>{head}</head><body>{body}</body></html>"
    text = extract(html.encode(), Kind.HTML, base=base).text
    assert text
    return text


def ld(*nodes: dict[str, object]) -> str:
    return f'<script type="application/ld+json">{json.dumps(list(nodes))}</script>'


def told(text: CanonicalText, name: str) -> list[tuple[str, str]]:
    return [(entry["value"], entry["from"]) for entry in text.metadata.get(name, [])]


def test_values_stand_in_the_order_in_which_they_are_believed():
    text = read(
        "<article itemscope><span itemprop=author>C. Third</span><p class=byline>D. Fourth</p>"
        "<time datetime='2022-04-06'>then</time>" + WORDS,
        ld(
            {
                "@type": "NewsArticle",
                "headline": "H",
                "datePublished": "2022-04-03T18:05:00+03:00",
                "author": "A. First",
            }
        )
        + "<meta property='article:published_time' content='2022-04-04'><meta name=author content='B. Second'>",
    )
    assert told(text, "published") == [
        ("2022-04-03T18:05:00+03:00", "json-ld"),
        ("2022-04-04", "article:published_time"),
        ("2022-04-06", "time"),
    ]
    assert told(text, "byline") == [
        ("A. First", "json-ld"),
        ("B. Second", "author"),
        ("C. Third", "microdata"),
        ("D. Fourth", "byline"),
    ]
    assert (text.published, text.byline) == ("2022-04-03T18:05:00+03:00", "A. First")


def test_published_and_modified_are_two_values_with_the_zone_as_given():
    text = read(
        head=ld({
            "@type": "ReportageNewsArticle", "headline": "H",
            "datePublished": "2022-04-03T18:05:00+03:00", "dateModified": "2022-04-05T07:00:00Z",
        })
    )  # fmt: skip
    assert told(text, "published") == [("2022-04-03T18:05:00+03:00", "json-ld")]
    assert told(text, "modified") == [("2022-04-05T07:00:00Z", "json-ld")]


def test_microdata_tells_when_no_other_does():
    text = read(
        "<article itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop=headline>Denial</h1>"
        "<meta itemprop=datePublished content='2022-04-03'><time itemprop=dateModified datetime='2022-04-05'>x</time>"
        "<span itemprop=author itemscope itemtype='https://schema.org/Person'><b itemprop=name>A. Writer</b></span>"
        + WORDS
    )
    assert told(text, "title")[0] == ("Denial", "microdata")
    assert told(text, "published")[0] == ("2022-04-03", "datepublished")
    assert told(text, "modified") == [("2022-04-05", "microdata")]
    assert ("A. Writer", "microdata") in told(text, "byline")


def test_a_date_nobody_stated_is_a_guess_and_says_so():
    text = read(WORDS + "<p>Published on 3 April 2022 in Kyiv.")
    assert told(text, "published") == [("2022-04-03", "guess")]
    assert text.published == ""  # a guess never fills a source's date


def test_where_a_date_is_stated_nothing_is_guessed():
    text = read(WORDS + "<p>Published on 3 April 2022 in Kyiv. <time datetime='2022-04-09'>x</time>")
    assert told(text, "published") == [("2022-04-09", "time")]


def test_a_video_page_says_what_it_shows():
    text = read(
        head=ld({
            "@type": "VideoObject", "name": "A street", "uploadDate": "2022-04-03T18:05:00+03:00",
            "duration": "PT1M30S",
            "contentUrl": "https://cdn.example/a.mp4", "embedUrl": "https://video.example/embed/a",
            "thumbnailUrl": ["https://cdn.example/a.jpg"],
            "author": {"@type": "Person", "name": "A channel", "url": "https://video.example/c"},
        }),
        base="https://www.youtube.com/watch?v=a",
    )  # fmt: skip
    assert told(text, "media_kind") == [("video", "json-ld")]
    assert told(text, "duration") == [("PT1M30S", "json-ld")]
    assert told(text, "uploaded") == [("2022-04-03T18:05:00+03:00", "json-ld")]
    assert told(text, "content_url") == [("https://cdn.example/a.mp4", "json-ld")]
    assert told(text, "embed_url") == [("https://video.example/embed/a", "json-ld")]
    assert told(text, "thumbnail") == [("https://cdn.example/a.jpg", "json-ld")]
    assert told(text, "channel") == [("A channel", "json-ld")]
    assert told(text, "channel_url") == [("https://video.example/c", "json-ld")]
    assert told(text, "platform") == [("YouTube", "address")]
    assert told(text, "published") == [("2022-04-03T18:05:00+03:00", "json-ld")]


def test_a_photograph_says_who_took_it():
    text = read(
        head=ld({
            "@type": "ImageObject", "name": "A street", "contentUrl": "https://cdn.example/a.jpg", "creator": "A. Eye",
            "datePublished": "2022-04-03",
        })
    )  # fmt: skip
    assert told(text, "media_kind") == [("image", "json-ld")]
    assert told(text, "channel") == [("A. Eye", "json-ld")]


def test_the_picture_in_an_article_makes_no_picture_of_it():
    article = {
        "@type": "NewsArticle", "headline": "Denial", "image": {"@type": "ImageObject", "url": "https://cdn.example/a.jpg"},
        "publisher": {"name": "The Paper", "logo": {"@type": "ImageObject", "contentUrl": "https://cdn.example/l.png"}},
    }  # fmt: skip
    assert "media_kind" not in read(head=ld(article)).metadata


def test_the_text_is_believed_before_a_video_within_it():
    video = {"@type": "VideoObject", "name": "A clip", "uploadDate": "2021-01-01"}
    article = {"@type": "NewsArticle", "headline": "Denial", "datePublished": "2022-04-03"}
    text = read(head=ld(video, article))
    assert (text.title, text.published) == ("Denial", "2022-04-03")
    assert ("A clip", "json-ld") in told(text, "title")


def test_a_post_says_who_wrote_it():
    post = {
        "@type": "SocialMediaPosting", "headline": "We deny", "datePublished": "2022-04-03T18:05:00+03:00",
        "author": {"name": "Ministry"},
    }  # fmt: skip
    text = read(head=ld(post))
    assert (text.title, text.byline, text.published) == ("We deny", "Ministry", "2022-04-03T18:05:00+03:00")


def test_opengraph_tells_of_a_video():
    text = read(
        head="<meta property='og:type' content='video.other'><meta property='og:video' content='https://v.example/a.mp4'>"
        "<meta property='og:video:duration' content='90'><meta property='og:image' content='https://v.example/a.jpg'>"
    )
    assert told(text, "media_kind") == [("video", "og:type")]
    assert told(text, "content_url") == [("https://v.example/a.mp4", "og:video")]
    assert told(text, "duration") == [("90", "og:video:duration")]
    assert told(text, "thumbnail") == [("https://v.example/a.jpg", "og:image")]


def test_a_video_in_a_frame_is_named_with_its_platform():
    text = read(WORDS + "<iframe src='https://www.youtube-nocookie.com/embed/a'></iframe><iframe src='/ad'></iframe>")
    assert told(text, "embed_url") == [("https://www.youtube-nocookie.com/embed/a", "iframe")]
    assert told(text, "embed_platform") == [("YouTube", "iframe")]


@pytest.mark.parametrize(
    "selector", ["*", ".paid > p", ":has(p)", "[", ".a{}", "x" * 5000, ".", 7, None, ["", {}], "." + "a" * 100_000]
)
def test_a_strangers_selector_is_no_obstacle(selector):
    part = {"isAccessibleForFree": False, "cssSelector": selector}
    text = read(head=ld({"@type": "NewsArticle", "headline": "H", "hasPart": part}))
    assert "not_free" in text.signs
