"""A visit ends in its named outcome whatever the site does, in time, and goes nowhere it must not."""

import ast
import hashlib
import json
import time
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sources.addresses import Doors
from sources.capture.fetch import Fetched, fetch
from sources.capture.outcomes import Outcome
from sources.capture.visit import Hop, split_content_type
from tests.hostile import ARTICLE
from tests.hostile_wire import bomb

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
    if path.startswith("bomb"):  # made beforehand: the visitor does not wait as long as that may take
        bomb(path.partition("=")[2].replace("+", " ") or "gzip")
    fetched = visit(site, path)
    assert fetched.outcome == outcome
    assert str(fetched.outcome.sentence)


@pytest.mark.parametrize("path", ["drip", "drip-headers"])
def test_a_site_that_drips_is_left_at_the_deadline(site, path, settings):
    settings.FETCH_DEADLINE_SECONDS = 1
    begun = time.monotonic()
    fetched = visit(site, path)
    assert fetched.outcome == Outcome.TIME_TOTAL
    assert time.monotonic() - begun < 15  # the site goes on for 20


def test_what_came_before_a_stop_is_kept(site, settings):
    assert visit(site, "lying-length").body == ARTICLE.encode()
    assert 24 * MB < len(visit(site, "large-silent").body) <= 25 * MB
    settings.FETCH_DEADLINE_SECONDS = 1
    assert visit(site, "drip").body.startswith(b"<p>slowly ")


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


@pytest.mark.parametrize(
    ("until", "seconds"),
    [
        ("Sun, 06 Nov 1994 08:51:37 GMT", 120),  # by the clock of the site, where it is 08:49:37
        ("Sunday, 06-Nov-94 08:50:37 GMT", 60),
        ("Sun Nov  6 08:49:40 1994", 3),
        ("Sun, 06 Nov 1994 08:00:00 GMT", 0),
        ("Wed, 21 Oct 2099 07:28:00 GMT", 86_400),
        ("99999999999999999999", 86_400),
        ("soon", None),
        ("-5", None),
    ],
)
def test_the_wait_may_be_told_as_a_date(site, until, seconds):
    assert visit(site, f"slow-down?until={until.replace(' ', '+')}").retry_after == seconds


def test_without_a_clock_of_the_site_the_wait_counts_from_the_visit():
    begun = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    hop = Hop("http://a.example/", status=503, headers=[["retry-after", "Sun, 22 Nov 2026 12:00:30 GMT"]])
    assert Fetched("", "", Outcome.HTTP_5XX, begun, (hop,)).retry_after == 30


def test_the_manifest_holds_all_but_the_bytes(site):
    fetched = visit(site, "packed")
    told = json.loads(json.dumps(fetched.manifest()))
    assert set(told) == {field.name for field in fields(Fetched)} - {"body", "wire_body"} | {
        "decoded_length", "decoded_sha256",
    }  # fmt: skip
    assert told["decoded_sha256"] == hashlib.sha256(ARTICLE.encode()).hexdigest()
    assert told["wire_sha256"] == hashlib.sha256(fetched.wire_body).hexdigest()
    assert told["limits"]["body_bytes"] == 25 * MB
    assert told["limits"]["user_agent"].startswith("Mozilla/5.0 (compatible; harmtracker")
    assert told["doors"] == {"ports": [80, 443], "loopback": [site.pair]}
    assert {"fetcher", "python", "urllib3", "tls", "brotli", "zstd", "ada-url", "protego"} == set(told["versions"])
    begun, asked, ended = (
        datetime.fromisoformat(moment) for moment in (told["started_at"], told["hops"][0]["at"], told["finished_at"])
    )
    assert begun - timedelta(milliseconds=1) <= asked <= ended  # a hop is told to the millisecond
    assert tuple(Hop(**hop) for hop in told["hops"]) == fetched.hops


def test_a_hop_that_was_recorded_before_there_were_more_fields_is_read():
    old = {"url": "http://a.example/", "status": 200, "resolved": [], "connected": "", "certificate_sha256": "",
           "headers": [], "refusal": ""}  # fmt: skip
    assert Hop(**old).raw_head == b""


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
