"""A 200 is not a capture; when in doubt it is."""

import time
from datetime import UTC, datetime

import pytest

from sources.capture.fetch import Fetched
from sources.capture.judge import Kind, WrongType, judge, kind_of
from sources.capture.outcomes import FACTS, Again, Family, Outcome
from sources.capture.text import CanonicalText, read_html
from sources.capture.visit import Hop
from tests.hostile import ARTICLE

LINK = "https://site.example/news/2022/denial"
LONG = "<p>" + "The ministry denied it and residents told another story. " * 60


def fetched(
    outcome: Outcome = Outcome.OK, href: str = LINK, submitted: str = LINK, hops: int = 1, **headers: str
) -> Fetched:
    hop = Hop(href, status=200, headers=[[name.replace("_", "-"), value] for name, value in headers.items()])
    return Fetched(submitted, href, outcome, datetime.now(UTC), hops=(hop,) * hops)


def read(title: str, body: str) -> CanonicalText:
    return read_html(f"<title>{title}</title><body>{body}".encode())


def test_an_article_is_a_capture():
    assert judge(fetched(), read_html(ARTICLE.encode())) == Outcome.OK


@pytest.mark.parametrize(
    "title", ["Just a moment...", "Attention Required! | Cloudflare", "DDoS-Guard", "Проверка браузера"]
)
@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.HTTP_403, Outcome.HTTP_5XX])
def test_a_check_for_robots_is_named_whatever_its_status(title, outcome):
    assert judge(fetched(outcome), read(title, "<p>Please wait")) == Outcome.VERDICT_CHALLENGE


def test_a_header_tells_of_a_check_for_robots():
    assert judge(fetched(cf_mitigated="challenge"), read("x", LONG)) == Outcome.VERDICT_CHALLENGE


@pytest.mark.parametrize("title", ["404", "Page not found - Paper", "Страница не найдена", "Error 404: Not found"])
def test_an_excuse_with_status_200_is_a_soft_404(title):
    assert judge(fetched(), read(title, "<p>Sorry")) == Outcome.VERDICT_SOFT404


def test_a_log_in_form_is_not_the_page():
    form = "<form><input name=u><input type=password name=p></form><p>Log in to continue"
    at_login = fetched(href="https://site.example/login?next=/news", hops=2)
    assert judge(at_login, read("Paper", form)) == Outcome.VERDICT_LOGIN
    assert judge(fetched(), read("Log in", form)) == Outcome.VERDICT_LOGIN


def test_a_teaser_before_a_paywall_is_not_the_page():
    told = '<script type="application/ld+json">{"headline": "x", "isAccessibleForFree": false}</script>'
    assert judge(fetched(), read("x", told + "<p>The first lines")) == Outcome.VERDICT_PAYWALL
    assert judge(fetched(), read("x", told + LONG)) == Outcome.OK


def test_a_consent_form_is_not_the_page():
    assert judge(fetched(href="https://consent.site.example/m?x=1", hops=2), read("x", LONG)) == Outcome.VERDICT_CONSENT


def test_being_sent_to_the_front_page_is_not_the_page():
    home = fetched(href="https://site.example/", hops=2)
    assert judge(home, read("All the news", LONG)) == Outcome.REDIRECT_HOME
    assert (
        judge(fetched(href="https://site.example/", submitted="https://site.example/"), read("x", LONG)) == Outcome.OK
    )


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("Court finds 404 people missing", LONG),
        ("Page not found: how sites lose the record", LONG),
        ("How to sign in to the ministry's portal", LONG + "<input type=password>"),
        ("Just a moment, says the minister", LONG),
        ("Security check at the border", LONG),
    ],
)
def test_an_article_that_speaks_of_such_things_is_still_an_article(title, body):
    assert judge(fetched(), read(title, body)) == Outcome.OK


@pytest.mark.parametrize("body", ["", "<img src=x>", "<p>…", "<p hidden>words nobody sees</p>"])
def test_a_page_without_words_is_empty(body):
    assert judge(fetched(), read("Title", body)) == Outcome.VERDICT_EMPTY


@pytest.mark.parametrize("outcome", [Outcome.HTTP_404, Outcome.HTTP_5XX, Outcome.TIME_TOTAL, Outcome.SIZE_STREAMED])
def test_a_failed_visit_stays_failed_whatever_was_read(outcome):
    assert judge(fetched(outcome), read("x", LONG)) == outcome
    assert judge(fetched(outcome), None) == outcome


def test_half_a_page_is_a_capture_in_part():
    assert judge(fetched(Outcome.BODY_TRUNCATED), read("x", LONG)) == Outcome.OK_PARTIAL
    assert judge(fetched(Outcome.BODY_TRUNCATED), None) == Outcome.BODY_TRUNCATED


def test_what_was_handed_over_is_judged_by_its_words_alone():
    assert judge(None, read("404", "<p>Just a moment...")) == Outcome.OK
    assert judge(None, read("x", "")) == Outcome.VERDICT_EMPTY


@pytest.mark.parametrize(
    ("media_type", "body", "kind"),
    [
        ("text/html", b"words", Kind.HTML),
        ("application/xhtml+xml", b"<?xml?>", Kind.HTML),
        ("", b"  <!DOCTYPE html><p>", Kind.HTML),
        ("application/octet-stream", b"<html>", Kind.HTML),
        ("text/plain", b"words", Kind.TEXT),
        ("application/pdf", b"%PDF-1.7", Kind.PDF),
        ("text/html", b"%PDF-1.7", Kind.PDF),
    ],
)
def test_bytes_are_read_as_what_they_are(media_type, body, kind):
    assert kind_of(media_type, body) == kind


@pytest.mark.parametrize(
    ("media_type", "body", "outcome"),
    [
        ("image/png", b"\x89PNG\r\n", Outcome.TYPE_UNSUPPORTED),
        ("text/html", b"\x89PNG\r\n", Outcome.TYPE_MISMATCH),
        ("text/plain", b"PK\x03\x04", Outcome.TYPE_MISMATCH),
        ("application/pdf", b"<html>", Outcome.TYPE_MISMATCH),
        ("application/json", b"{}", Outcome.TYPE_UNSUPPORTED),
        ("", b"\x00\x01", Outcome.TYPE_UNSUPPORTED),
    ],
)
def test_bytes_of_another_kind_are_refused(media_type, body, outcome):
    with pytest.raises(WrongType) as caught:
        kind_of(media_type, body)
    assert caught.value.outcome == outcome


@pytest.mark.parametrize(
    "body",
    [
        "<p hidden>a<h2 hidden>404</h2>" * 20_000,
        "<p>word<p hidden>a" * 20_000,
        "<h1>not found" + "-" * 400_000 + "</h1>",
        "<a href=/x>y</a><br>" * 20_000,
        "<title>" + "404 - " * 60,
    ],
    ids=["hidden headings", "hidden paragraphs", "a long heading", "links", "marks in a title"],
)
def test_no_page_keeps_the_judge_busy(body):
    """The judge works in a process of ours, not in one that is killed."""
    text = read_html(body.encode(), "", LINK)
    began = time.process_time()
    judge(fetched(), text)
    assert time.process_time() - began < 3


def test_every_outcome_says_what_happened_and_what_to_do():
    assert set(FACTS) == set(Outcome)
    for outcome in Outcome:
        assert str(outcome.sentence).endswith(".")
        assert len(outcome.value) <= 30
        assert (outcome.retry_seconds is not None) == (outcome.again == Again.LATER)


def test_refused_unreachable_and_missing_are_three_facts():
    assert Outcome.HTTP_403.family == Outcome.VERDICT_CHALLENGE.family == Family.REFUSED
    assert Outcome.TCP_TIMEOUT.family == Outcome.HTTP_5XX.family == Family.UNREACHABLE
    assert Outcome.HTTP_404.family == Outcome.VERDICT_SOFT404.family == Family.MISSING
    assert {outcome for outcome in Outcome if outcome.is_captured} == {Outcome.OK, Outcome.OK_PARTIAL}
