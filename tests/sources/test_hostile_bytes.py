"""Whatever bytes arrive, a visit ends in a known outcome, keeps them, and never raises."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import asdict

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.addresses import Doors, parse
from sources.capture.guard import Stopped
from sources.capture.outcomes import Outcome
from sources.capture.robots import Robots
from sources.capture.unpack import Unpacker
from sources.capture.visit import Limits, visit
from tests.hostile_wire import PACKERS

MOST = 10_000
quickly = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


class Parrot:
    """A server that answers every request with the bytes it was given, whatever they are."""

    def __init__(self) -> None:
        self.says = b""
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.pair = f"127.0.0.1:{self.listening.getsockname()[1]}"

    def serve(self) -> None:
        while True:
            opened, _whence = self.listening.accept()
            with opened:
                if self.says is None:
                    return
                opened.recv(65_536)
                opened.sendall(self.says)


@pytest.fixture(scope="module")
def parrot() -> Iterator[Parrot]:
    bird = Parrot()
    thread = threading.Thread(target=bird.serve)
    thread.start()
    yield bird
    bird.says = None
    socket.create_connection(bird.listening.getsockname()).close()
    thread.join()
    bird.listening.close()


LINES = st.lists(
    st.sampled_from(
        [
            b"HTTP/1.1 200 OK", b"HTTP/1.1 302 Found", b"HTTP/1.1 100 Continue", b"HTTP/1.0 999 \xff", b"HTTP/9.9 0 x",
            b"Location: /next", b"Location: http://[::1", b"Location: \xff\xfe", b"Location: //", b"Location:",
            b"Content-Length: 5", b"Content-Length: -1", b"Content-Length: 9999999999999999999999",
            b"Content-Length: x", b"Transfer-Encoding: chunked", b"Transfer-Encoding: gzip, chunked",
            b"Content-Encoding: gzip", b"Content-Encoding: br, zstd", b"Content-Encoding: ,,,",
            b"Content-Type: text/html; charset=\0",
            b" folded", b"no colon", b": no name", b"\0: \0", b"", b"5", b"0", b"zz;", b"words",
        ]
    )
    | st.binary(max_size=60),
    max_size=12,
)  # fmt: skip


@quickly
@given(LINES, st.sampled_from([b"\r\n", b"\n", b"\r"]))
def test_any_answer_at_all_has_an_outcome(parrot, lines, end):
    parrot.says = end.join([b"HTTP/1.1 200 OK", *lines])
    limits = Limits(total_seconds=2, body_bytes=MOST, header_bytes=2_000)
    made = visit(f"http://{parrot.pair}/", limits, Doors(loopback=frozenset({parrot.pair})))
    assert made.code in Outcome.values
    assert len(made.body) <= MOST
    told = json.dumps([asdict(hop) for hop in made.hops])
    assert "\\u0000" not in told  # the database takes no NUL in JSON
    assert all(parrot.says.startswith(hop.raw_head) for hop in made.hops)


@quickly
@given(st.binary(max_size=3_000), st.sampled_from([*PACKERS, "gzip, br", "zstd, gzip"]), st.integers(1, 500))
def test_any_bytes_are_unpacked_or_refused(body, encoding, size):
    taken = bytearray()
    unpacker = Unpacker(encoding, most=MOST, ratio=100, take=taken.extend)
    try:
        for start in range(0, len(body), size):
            unpacker.feed(body[start : start + size])
    except Stopped as stopped:
        assert stopped.code in Outcome.values
    assert len(taken) <= MOST


@quickly
@given(st.binary(max_size=200), st.sampled_from(list(PACKERS)), st.data())
def test_one_wrong_byte_anywhere_is_noticed_or_harmless(body, encoding, data):
    packed = bytearray(PACKERS[encoding](body * 20))
    packed[data.draw(st.integers(0, len(packed) - 1))] ^= data.draw(st.integers(1, 255))
    taken = bytearray()
    try:
        Unpacker(encoding, most=MOST, ratio=100, take=taken.extend).feed(bytes(packed))
    except Stopped as stopped:
        assert stopped.code in ("http.broken", "size.decoded", "ratio")
    assert len(taken) <= MOST


@quickly
@given(st.binary(max_size=300) | LINES.map(b"\nDisallow: ".join))
def test_any_robots_file_has_an_answer(parrot, body):
    parrot.says = b"HTTP/1.1 200 OK\r\n\r\nUser-agent: *\n" + body
    doors = Doors(loopback=frozenset({parrot.pair}))
    wish = Robots().wish(parse(f"http://{parrot.pair}/page", doors), Limits(total_seconds=2), doors)
    assert wish.robots in ("allowed", "disallowed", "unknown")
