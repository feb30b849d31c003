"""A visit ends in its named outcome whatever the site does, in time, and goes nowhere it must not."""

import ast
import hashlib
import time
from pathlib import Path

import pytest

from sources.addresses import Doors
from sources.capture.fetch import Fetched, fetch
from sources.capture.outcomes import Outcome
from sources.capture.visit import split_content_type
from tests.hostile import ARTICLE

MB = 1024 * 1024
SOURCES = Path(__file__).parents[2] / "sources"


def visit(site, path: str) -> Fetched:
    return fetch(site.url(path))


def test_an_article_comes_whole_and_its_hop_is_recorded(site):
    fetched = visit(site, "article")
    assert fetched.outcome == Outcome.OK
    assert fetched.body == ARTICLE.encode()
    assert (fetched.media_type, fetched.charset) == ("text/html", "utf-8")
    assert [(hop.status, hop.connected) for hop in fetched.hops] == [(200, "127.0.0.1")]
    assert fetched.wire_sha256 == hashlib.sha256(ARTICLE.encode()).hexdigest()


def test_a_server_that_says_it_will_hang_up_has_sent_everything(site):
    fetched = visit(site, "hangs-up")
    assert (fetched.outcome, fetched.body) == (Outcome.OK, ARTICLE.encode())


@pytest.mark.parametrize("path", ["packed", "packed-brotli"])
def test_a_packed_body_is_unpacked_and_its_wire_form_hashed(site, path):
    fetched = visit(site, path)
    assert fetched.outcome == Outcome.OK
    assert fetched.body == ARTICLE.encode()
    assert fetched.wire_length < len(ARTICLE.encode())
    assert fetched.wire_sha256 != hashlib.sha256(fetched.body).hexdigest()


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("broken", "http.5xx"),
        ("missing", "http.404"),
        ("gone", "http.410"),
        ("forbidden", "http.403"),
        ("slow-down", "http.429"),
        ("loop", "redirect.loop"),
        ("ring", "redirect.loop"),
        ("many", "redirect.toomany"),
        ("inward", "ssrf.blocked"),
        ("inward-spelt", "ssrf.blocked"),
        ("to-file", "url.scheme"),
        ("large", "size.header"),
        ("large-silent", "size.streamed"),
        ("announced", "size.header"),
        ("bomb", "ratio"),
        ("bomb?as=gzip,+gzip", "ratio"),
        ("bomb?as=br", "ratio"),
        ("packed-cut", "body.truncated"),
        ("packed-not", "http.broken"),
        ("packed-strangely", "type.unsupported"),
        ("lying-length", "body.truncated"),
        ("many-headers", "size.headers"),
        ("long-header", "size.headers"),
        ("not-http", "http.broken"),
        ("silent", "tcp.reset"),
    ],
)
def test_what_a_site_does_has_a_name(site, path, outcome):
    fetched = visit(site, path)
    assert fetched.outcome == outcome
    assert str(fetched.outcome.sentence)


@pytest.mark.parametrize("path", ["drip", "drip-headers"])
def test_a_site_that_drips_is_left_at_the_deadline(site, path, settings):
    settings.FETCH_DEADLINE_SECONDS = 1
    begun = time.monotonic()
    fetched = visit(site, path)
    assert fetched.outcome == Outcome.TIME_TOTAL
    assert time.monotonic() - begun < 3


def test_what_came_before_a_stop_is_kept(site, settings):
    settings.FETCH_DEADLINE_SECONDS = 1
    assert visit(site, "drip").body.startswith(b"<p>slowly ")
    assert visit(site, "lying-length").body == ARTICLE.encode()
    assert 24 * MB < len(visit(site, "large-silent").body) <= 25 * MB


def test_a_bomb_never_unpacks_beyond_its_ratio(site):
    fetched = visit(site, "bomb")
    assert len(fetched.body) <= max(MB, 100 * fetched.wire_length) + 64 * 1024


def test_a_redirect_is_followed_and_each_hop_recorded(site):
    fetched = visit(site, "moved")
    assert fetched.outcome == Outcome.OK
    assert fetched.href == site.url("article")
    assert [hop.status for hop in fetched.hops] == [302, 200]


def test_a_redirect_inward_stands_on_record_as_refused(site):
    fetched = visit(site, "inward")
    assert [(hop.status, hop.refusal) for hop in fetched.hops] == [(302, ""), (None, "ssrf.blocked")]


def test_no_cookie_and_no_referer_are_sent(site):
    assert visit(site, "moved").outcome == Outcome.OK
    source = (SOURCES / "capture" / "visit.py").read_text()
    assert "Cookie" not in source
    assert '"Referer"' not in source


def test_loopback_is_closed_without_the_exact_pair(site, settings):
    settings.FETCH_ALLOWED_LOOPBACK = [f"127.0.0.1:{site.port + 1}"]
    assert visit(site, "article").outcome == Outcome.SSRF_BLOCKED
    assert site.asked == []


def test_a_dead_port_refuses(site, settings):
    import socket

    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        pair = f"127.0.0.1:{reserved.getsockname()[1]}"
        assert fetch(f"http://{pair}/", doors=Doors(loopback=frozenset({pair}))).outcome == Outcome.TCP_REFUSED


def test_a_dead_host_has_its_own_outcome(site):
    assert fetch("http://no-such-site.invalid/").outcome in (Outcome.DNS_NXDOMAIN, Outcome.DNS_TEMP)


def test_seconds_to_wait_are_read_from_the_answer(site):
    assert visit(site, "slow-down").retry_after == 120


def test_codes_written_in_the_child_are_outcomes():
    codes = set()
    for name in ("visit", "guard", "unpack", "alarm", "robots", "fetch_child", "text", "pdf", "page"):
        tree = ast.parse((SOURCES / "capture" / f"{name}.py").read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "Stopped",
                "Unreadable",
                "AddressRefused",
            ):
                codes |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    codes.discard(10)
    assert len(codes) > 15
    assert {code for code in codes if code not in Outcome.values} == set()


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("text/html; charset=UTF-8", ("text/html", "utf-8")),
        ('Text/HTML;charset="windows-1251"', ("text/html", "windows-1251")),
        ("", ("", "")),
        (";;;charset", ("", "")),
    ],
)
def test_content_type_is_split(header, expected):
    assert split_content_type(header) == expected
