"""What a site asks of robots is put on record, obeyed where the house says so, and never a reason to fail."""

import time

import pytest

from sources.addresses import Doors, parse
from sources.capture import child
from sources.capture.fetch import Fetched, fetch
from sources.capture.outcomes import Outcome
from sources.capture.robots import Robots
from sources.capture.visit import Limits
from tests.hostile import served

LIMITS = Limits(total_seconds=10)


@pytest.fixture
def site(running_site, settings):
    """The hostile site on a port nobody was at: the child that fetches remembers what it learnt of a site."""
    with served(running_site.canary) as site:
        settings.FETCH_ALLOWED_LOOPBACK = [site.pair]
        yield site
    assert site.canary.touched == []


def visit(site, path: str = "article", limits: Limits = LIMITS, **more) -> Fetched:
    return fetch(site.url(path), limits, Doors(loopback=frozenset({site.pair})), **more)


@pytest.mark.parametrize(
    ("robots", "expected"),
    [
        (b"User-agent: *\nDisallow: /", "disallowed"),
        (b"User-agent: *\nDisallow: /art", "disallowed"),
        (b"User-agent: *\nDisallow: /*cle$", "disallowed"),
        (b"User-agent: *\nDisallow: /\nAllow: /article", "allowed"),
        (b"User-agent: harmtracker\nDisallow: /\n\nUser-agent: *\nAllow: /", "disallowed"),
        (b"User-agent: Googlebot\nDisallow: /", "allowed"),
        (b"", "allowed"),
        (b"<html>nothing of the sort</html>", "allowed"),
        (b"\xef\xbb\xbfUser-agent: *\r\nDisallow: /\0\r\n", "disallowed"),
        (404, "allowed"),
        (403, "allowed"),
        (503, "unknown"),
        (429, "unknown"),
    ],
)
def test_what_the_site_asks_is_understood(site, robots, expected):
    site.server.robots = robots
    doors = Doors(loopback=frozenset({site.pair}))
    assert Robots().wish(parse(site.url("article"), doors), LIMITS, doors).robots == expected


def test_what_the_site_asks_is_on_record(site):
    site.server.robots = b"User-agent: *\nDisallow: /"
    fetched = visit(site)
    assert (fetched.outcome, fetched.robots) == (Outcome.OK, "disallowed")
    assert fetched.manifest()["robots"] == "disallowed"


@pytest.mark.parametrize(("asked", "told"), [(b"7", 7), (b"99999999999999999999999999999999", 86_400)])
def test_the_delay_a_site_asks_for_is_told(site, asked, told):
    site.server.robots = b"User-agent: *\nCrawl-delay: " + asked + b"\nDisallow: /private"
    assert visit(site).crawl_delay == told


def test_a_site_is_asked_once(site):
    for _ in range(3):
        visit(site)
    assert site.server.asked_robots == ["/robots.txt"]


def test_a_site_that_sends_robots_elsewhere_is_followed(site):
    site.server.robots = lambda handler: handler.send_to("/other-robots")
    assert visit(site).robots == "allowed"  # there is no such file
    assert "/other-robots" in site.asked


@pytest.mark.parametrize(
    "trick",
    [
        "says_nothing", "drip", "drip_headers", "silent", "not_http", "endless_headers", "loop", "inward", "announced",
        "packed_not",
    ],
)  # fmt: skip
def test_robots_never_fail_a_capture(site, trick):
    site.server.robots = lambda handler: getattr(handler, trick)()
    begun = time.monotonic()
    fetched = visit(site)
    assert time.monotonic() - begun < 18  # the site goes on for 20
    assert (fetched.outcome, fetched.robots) == (Outcome.OK, "unknown")


@pytest.mark.parametrize(
    "body",
    [
        b"User-agent: *\nDisallow: /\n" + b"# " + b"x" * 60 + b"\n" * 20_000_000,
        b"User-agent: *\nDisallow: /\n" + b"Disallow: /a\n" * 60_000,
        b"User-agent: *\nDisallow: /\n" + b"User-agent: x\n" * 60_000,
    ],
    ids=["long", "many-rules", "many-agents"],
)
def test_a_file_that_is_too_long_is_read_from_its_beginning(site, body):
    site.server.robots = body
    fetched = visit(site)
    assert (fetched.outcome, fetched.robots in ("disallowed", "unknown")) == (Outcome.OK, True)
    assert child.peak_bytes("sources.capture.fetch_child") < 300 * 1024 * 1024


def test_a_pattern_that_never_matches_ends_with_its_time(site):
    site.server.robots = b"User-agent: *\nDisallow: /" + b"*a" * 400 + b"b$\n"
    begun = time.monotonic()
    fetched = visit(site, "article?" + "a" * 3000)
    assert time.monotonic() - begun < 30
    assert fetched.outcome == Outcome.OK


def test_a_house_that_obeys_turns_back(site, settings):
    settings.FETCH_ROBOTS = "obey"
    site.server.robots = b"User-agent: *\nDisallow: /art"
    fetched = visit(site, "moved", for_person=False)
    assert fetched.outcome == Outcome.ROBOTS_DISALLOW
    assert [(hop.status, hop.refusal) for hop in fetched.hops] == [(302, ""), (None, "robots.disallow")]
    assert site.asked == ["/moved"]
    assert fetched.robots == "disallowed"


def test_what_a_person_asked_for_is_captured_all_the_same(site, settings):
    settings.FETCH_ROBOTS = "obey"
    site.server.robots = b"User-agent: *\nDisallow: /"
    assert (visit(site).outcome, visit(site).robots) == (Outcome.OK, "disallowed")


def test_a_house_that_records_visits_all_the_same(site):
    site.server.robots = b"User-agent: *\nDisallow: /"
    assert visit(site, for_person=False).outcome == Outcome.OK


def test_where_the_wish_is_unknown_nobody_turns_back(site, settings):
    settings.FETCH_ROBOTS = "obey"
    site.server.robots = lambda handler: handler.says_nothing()
    fetched = visit(site, for_person=False)
    assert (fetched.outcome, fetched.robots) == (Outcome.OK, "unknown")


def test_a_site_that_was_not_reached_is_not_asked(site):
    assert visit(site, "silent").robots == "unknown"
    assert site.server.asked_robots == []
