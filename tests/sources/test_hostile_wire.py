"""Every attack below the page ends in its named outcome, in time, with what came on record, and harms no other."""

import hashlib
import os
import signal
import time
from pathlib import Path

import pytest

from sources.addresses import Doors
from sources.capture import child, guard, unpack
from sources.capture.fetch import GRACE_SECONDS, MODULE, Fetched, fetch
from sources.capture.outcomes import Outcome
from sources.capture.visit import Limits, visit
from tests.hostile import ARTICLE
from tests.hostile_wire import NOUGHTS, PACKERS, bomb

MB = 1024 * 1024
SMALL = Limits(total_seconds=5, body_bytes=2 * MB)
SHORT = Limits(total_seconds=1, body_bytes=2 * MB)  # for what only the clock ends
PATIENCE = 14  # seconds more on a machine with other work; a site that never ends goes on for 20
MOST_MEMORY = 300 * MB

ATTACKS = [
    # path, outcome, how what is kept of the body begins
    ("endless", "size.streamed", b"x" * 2 * MB),
    ("endless-chunks", "size.streamed", b"x" * 2 * MB),
    ("endless-headers", "size.headers", b""),
    ("endless-header", "size.headers", b""),
    ("endless-status", "size.headers", b""),
    ("endless-continue", "size.headers", b""),
    ("endless-trailers", "time.total", b"words"),
    ("endless-extension", "body.truncated", b""),
    ("many-headers", "size.headers", b""),
    ("long-header", "size.headers", b""),
    ("drip", "time.total", b"<p>slowly <p>slowly "),
    ("drip-packed", "time.total", b"<p>slowly <p>slowly "),
    ("drip-headers", "time.total", b""),
    ("drip-status", "time.total", b""),
    ("says-nothing", "time.total", b""),
    ("announced", "size.header", b""),
    ("lying-length", "body.truncated", ARTICLE.encode()),
    ("short-length", "ok", ARTICLE.encode()[:100]),
    ("two-lengths", "http.broken", b""),
    ("negative-length", "ok", ARTICLE.encode()),
    ("odd-length", "ok", ARTICLE.encode()),
    ("chunk-of-lies", "body.truncated", b"words "),
    ("chunk-of-nonsense", "body.truncated", b"words"),
    ("packed-cut", "body.truncated", ARTICLE.encode()[:100]),
    ("packed-cut-zstd", "body.truncated", b""),
    ("packed-not?as=gzip", "http.broken", b""),
    ("packed-not?as=deflate", "http.broken", b""),
    ("packed-not?as=br", "http.broken", b""),
    ("packed-not?as=zstd", "http.broken", b""),
    ("packed-strangely", "type.unsupported", b""),
    ("packed-thrice", "ratio", b""),
    ("packed-wide", "http.broken", b""),
    ("not-http", "http.broken", b""),
    ("silent", "tcp.reset", b""),
    ("odd-header", "ok", b"<p>words"),
    ("loop", "redirect.loop", b""),
    ("ring", "redirect.loop", b""),
    ("many", "redirect.toomany", b""),
    ("to-file", "url.scheme", b""),
    ("inward", "ssrf.blocked", b""),
    ("inward-spelt", "ssrf.blocked", b""),
]
BOMBS = ["gzip", "deflate", "br", "zstd", "gzip, gzip", "gzip, zstd", "br, gzip", "zstd, br"]


def attack(site, path: str, limits: Limits = SMALL, **more) -> Fetched:
    return fetch(site.url(path), limits, Doors(loopback=frozenset({site.pair})), **more)


def wire_of(fetched: Fetched) -> bytes:
    return fetched.wire_body or fetched.body


@pytest.mark.parametrize(("path", "outcome", "kept"), ATTACKS)
def test_an_attack_ends_in_its_name_and_in_time(site, path, outcome, kept):
    limits = SHORT if outcome == "time.total" else SMALL
    begun = time.monotonic()
    fetched = attack(site, path, limits)
    assert time.monotonic() - begun < limits.total_seconds + PATIENCE
    assert fetched.outcome == outcome, fetched.detail
    assert fetched.body.startswith(kept)
    assert len(fetched.body) <= SMALL.body_bytes
    assert fetched.wire_length == len(wire_of(fetched))
    assert fetched.wire_sha256 == hashlib.sha256(wire_of(fetched)).hexdigest()
    assert fetched.hops[-1].status or fetched.hops[-1].refusal
    assert attack(site, "article").outcome == Outcome.OK  # the worker, and the child, go on
    assert child.peak_bytes(MODULE) < MOST_MEMORY


@pytest.mark.parametrize("encoding", BOMBS)
def test_a_bomb_is_never_unpacked_beyond_its_ratio(site, encoding):
    packed = bomb(encoding)
    begun = time.monotonic()
    fetched = attack(site, f"bomb?as={encoding.replace(' ', '+')}", Limits(total_seconds=10))
    assert time.monotonic() - begun < 10 + PATIENCE
    assert fetched.outcome in ("ratio", "size.decoded")
    assert len(fetched.body) <= max(MB, 100 * len(packed)) + unpack.PIECE
    assert packed.startswith(fetched.wire_body)
    assert len(fetched.wire_body) > 0
    assert child.peak_bytes(MODULE) < MOST_MEMORY


def test_without_the_ratio_a_bomb_goes_off(site):
    """The rule is what stops it: without it, and with room for it, all of it arrives."""
    bomb("zstd")
    fetched = attack(site, "bomb?as=zstd", Limits(total_seconds=20, body_bytes=100 * MB, ratio=10**9))
    assert (fetched.outcome, len(fetched.body)) == (Outcome.OK, NOUGHTS)


def test_without_the_cap_on_the_body_more_arrives(site):
    assert len(attack(site, "large-silent").body) == 2 * MB
    assert len(attack(site, "large-silent", Limits(total_seconds=10, body_bytes=5 * MB)).body) == 5 * MB


def test_without_the_cap_on_headers_they_are_all_taken(site):
    assert attack(site, "many-headers", Limits(header_bytes=MB)).outcome == Outcome.OK


def test_without_the_cap_on_redirects_they_are_all_followed(site):
    fetched = attack(site, "many", Limits(redirects=60))
    assert (fetched.outcome, len(fetched.hops)) == (Outcome.OK, 42)


def test_without_the_cap_on_the_window_a_reader_remembers_128_mib(monkeypatch):
    from tests.hostile_wire import wide_frame

    taken = []
    with pytest.raises(guard.Stopped):
        unpack.Unpacker("zstd", most=MB, ratio=10**6, take=taken.append).feed(wide_frame())
    monkeypatch.setattr(unpack, "LARGEST_WINDOW", 27)
    unpack.Unpacker("zstd", most=MB, ratio=10**6, take=taken.append).feed(wide_frame())
    assert b"".join(taken) == b"<p>words</p>" * 1000


def test_without_the_alarm_headers_that_drip_outlast_the_deadline(site):
    """`visit` alone looks at the clock between two reads; the alarm of the child interrupts one."""
    begun = time.monotonic()
    visit(site.url("drip-headers?for=1.2"), Limits(total_seconds=0.3), Doors(loopback=frozenset({site.pair})))
    assert time.monotonic() - begun > 1
    begun = time.monotonic()
    assert attack(site, "drip-headers", Limits(total_seconds=0.3)).outcome == Outcome.TIME_TOTAL
    assert time.monotonic() - begun < PATIENCE  # the site goes on for 20


@pytest.mark.parametrize("path", ["packed", "packed-brotli", "packed-zstd", "packed-in-parts", "packed-twice"])
def test_a_packed_body_arrives_in_both_forms(site, path):
    fetched = attack(site, path)
    assert (fetched.outcome, fetched.body) == (Outcome.OK, ARTICLE.encode())
    assert fetched.wire_body not in (b"", fetched.body)


@pytest.mark.parametrize("encoding", PACKERS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_the_pieces_of_the_wire_may_be_cut_anywhere(encoding, size):
    body = ARTICLE.encode() * 3
    taken = []
    unpacker = unpack.Unpacker(encoding, most=MB, ratio=1000, take=taken.append)
    packed = PACKERS[encoding](body) + (PACKERS[encoding](body) if encoding in ("gzip", "zstd") else b"")
    for start in range(0, len(packed), size):
        unpacker.feed(packed[start : start + size])
    assert b"".join(taken) == (body * 2 if encoding in ("gzip", "zstd") else body)
    assert unpacker.is_complete


def test_status_line_and_headers_are_kept_as_they_came(site):
    (hop,) = attack(site, "odd-header").hops
    assert hop.raw_head == b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Odd: a\0b\xff\r\n\r\n"
    assert hop.status_line == "HTTP/1.1 200 OK"
    assert hop.headers == [["Content-Type", "text/html"], ["X-Odd", "ab\xff"]]


def test_headers_that_broke_off_are_kept_as_far_as_they_came(site):
    (hop,) = attack(site, "drip-headers", SHORT).hops
    assert hop.raw_head.startswith(b"HTTP/1.1 200 OK\r\nX-Slow: aaa")
    assert (hop.status, hop.refusal) == (None, "time.total")
    (hop,) = attack(site, "endless-header").hops
    assert len(hop.raw_head) == SMALL.header_bytes


def test_the_answer_after_a_continue_is_the_answer(site):
    fetched = attack(site, "continued")
    assert fetched.hops[-1].status_line == "HTTP/1.1 200 OK"
    assert fetched.hops[-1].raw_head.startswith(b"HTTP/1.1 100 Continue")
    assert (fetched.header("x-then"), fetched.header("x-first")) == ("2", "")


def test_a_hop_that_could_not_connect_says_where_it_tried():
    import socket

    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        pair = f"127.0.0.1:{reserved.getsockname()[1]}"
        fetched = fetch(f"http://{pair}/", SMALL, Doors(loopback=frozenset({pair})))
    (hop,) = fetched.hops
    assert (hop.refusal, hop.resolved, hop.tried, hop.connected) == ("tcp.refused", ["127.0.0.1"], ["127.0.0.1"], "")
    assert hop.at.endswith("+00:00")


def fetching_child() -> int:
    """The process that is fetching for us."""
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        words = status.read_bytes().split(b"\0")
        if MODULE.encode() in words and str(os.getpid()).encode() in words:
            return int(status.parent.name)
    raise LookupError("nobody is fetching")


def test_what_came_before_the_child_was_killed_is_kept(site):
    def kill(told):
        if told["step"] == "downloading":
            os.kill(fetching_child(), signal.SIGKILL)

    fetched = attack(site, "drip", on_progress=kill)
    assert fetched.outcome == Outcome.WORKER_LOST
    assert fetched.body.startswith(b"<p>slowly ")
    assert (fetched.media_type, [hop.status for hop in fetched.hops]) == ("text/html", [200])
    assert attack(site, "article").outcome == Outcome.OK


def test_what_came_before_the_child_froze_is_kept(site):
    def freeze(told):
        if told["step"] == "downloading":
            os.kill(fetching_child(), signal.SIGSTOP)

    assert attack(site, "article").outcome == Outcome.OK  # the child is loaded
    begun = time.monotonic()
    fetched = attack(site, "drip-packed", Limits(total_seconds=1), on_progress=freeze)
    assert time.monotonic() - begun < 1 + GRACE_SECONDS + PATIENCE
    assert fetched.outcome == Outcome.TIME_TOTAL
    assert fetched.body.startswith(b"<p>slowly ")
    assert fetched.wire_body.startswith(b"\x1f\x8b")
    assert attack(site, "article").outcome == Outcome.OK


def test_a_child_that_died_before_any_answer_says_whom_it_asked(site):
    fetched = attack(site, "says-nothing", on_progress=lambda _told: os.kill(fetching_child(), signal.SIGKILL))
    assert fetched.outcome == Outcome.WORKER_LOST
    assert [(hop.url, hop.refusal) for hop in fetched.hops] == [(site.url("says-nothing"), "worker.lost")]


@pytest.mark.parametrize(
    "lie",
    [
        "flood",
        "hops",
        "no-hop",
        "odd-hop",
        "odd-piece",
        "progress",
        "code",
        "detail",
        "robots",
        "delay",
        "list",
        "deep",
    ],
)
def test_a_child_that_was_taken_over_is_a_crash_and_no_more(monkeypatch, lie):
    monkeypatch.setattr("sources.capture.fetch.MODULE", "tests.sources.child_that_lies")
    fetched = fetch(f"http://a.example/{lie}", SMALL, Doors(), on_progress=lambda _told: None)
    assert fetched.outcome == Outcome.WORKER_LOST
    assert len(fetched.body) <= SMALL.body_bytes
    assert len(fetched.hops) < 10


def test_the_same_child_is_believed_when_it_is_honest(monkeypatch):
    monkeypatch.setattr("sources.capture.fetch.MODULE", "tests.sources.child_that_lies")
    assert fetch("http://a.example/honest", SMALL, Doors()).outcome == Outcome.OK


def test_progress_says_how_much_came(site):
    told = []
    attack(site, "drip", SHORT, on_progress=told.append)
    assert told[0] == {"step": "connecting", "address": site.url("drip")}
    amounts = [each["bytes"] for each in told if each["step"] == "downloading"]
    assert amounts == sorted(amounts)
    assert 1 < len(amounts) < 10
