"""The only way out of a rendering browser: by the guard, for one account, in a rendering's time and bytes."""

import json
import os
import socket

import pytest

from sources.capture import child

BOUNDS = child.Bounds(seconds=10, cpu_seconds=5, memory_bytes=512 * 1024 * 1024)


@pytest.fixture
def through(site, tmp_path):
    """Say things to a proxy, each over a connection of its own: what it answered to each, and its own account."""

    def say(*said: bytes, **more) -> tuple[list[bytes], dict]:
        folder = tmp_path / "lasts"
        folder.mkdir()
        asked = {
            "ports": [80, 443], "loopback": [site.pair], "seconds": 8, "connect_seconds": 1, "head_bytes": 8_000,
            "body_bytes": 100_000, "account": os.getuid(), "lasts_while": str(folder),
        } | more  # fmt: skip
        answers: list[bytes] = []

        def begin(_kind: bytes, port: bytes) -> None:
            answers.extend(answer_to(int(port), words) for words in said)
            folder.rmdir()

        told = child.run("sources.capture.proxy_child", json.dumps(asked).encode(), BOUNDS, on_piece=begin)
        return answers, json.loads(told)

    return say


def answer_to(port: int, words: bytes) -> bytes:
    answer = b""
    with socket.create_connection(("127.0.0.1", port), 5) as browser:
        browser.sendall(words)
        while True:
            try:
                some = browser.recv(65536)
            except ConnectionResetError:
                some = b""
            if not some:
                return answer
            answer += some


def get(address: str) -> bytes:
    return f"GET {address} HTTP/1.1\r\nHost: somewhere\r\nProxy-Connection: keep-alive\r\n\r\n".encode()


def connect(authority: str, then: bytes = b"") -> bytes:
    return f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode() + then


def test_a_page_comes_through_and_is_put_down(site, through):
    (answer,), told = through(get(site.url("article")))
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"the statement itself" in answer
    assert told == {site.pair: {"asked": 1, "connected": "127.0.0.1", "received": len(answer), "refusal": ""}}


def test_nothing_forbidden_is_connected_to(site, through):
    """The site's own end looks at the canary: it hears of every connection to this machine but the allowed one."""
    bird = site.canary.port
    forbidden = {
        f"127.0.0.1:{bird}": "ssrf.blocked", f"2130706433:{bird}": "ssrf.blocked", f"127.1:{bird}": "ssrf.blocked",
        f"[::1]:{bird}": "ssrf.blocked", "10.0.0.1:443": "ssrf.blocked", "localhost:443": "ssrf.blocked",
        "169.254.169.254:80": "ssrf.blocked", "93.184.215.14:8443": "url.port", "93.184.215.14:22": "url.port",
        f"a:b@127.0.0.1:{bird}": "url.credentials", "[": "url.invalid",
    }  # fmt: skip
    answers, told = through(*[connect(each) for each in forbidden], *[get(f"http://{each}/") for each in forbidden])
    assert {answer[:12] for answer in answers} == {b"HTTP/1.1 403"}
    assert {each: entry["refusal"] for each, entry in told.items()} == forbidden
    assert {entry["connected"] for entry in told.values()} == {""}


@pytest.mark.parametrize("words", [get("/article"), get("ftp://a.example/"), b"\r\n\r\n", get("https://127.0.0.1/")])
def test_what_is_no_request_for_a_page_is_refused(through, words):
    (answer,), _told = through(words)
    assert answer.startswith(b"HTTP/1.1 403")


def test_a_tunnel_is_passed_on_as_it_is(site, through):
    (answer,), _told = through(connect(site.pair, get("/article")))
    assert answer.startswith(b"HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200")
    assert b"the statement itself" in answer


def test_one_connection_is_for_one_request(site, through):
    through(get(site.url("article")) + get(site.url("gone")))
    assert site.asked == ["/article"]


def test_another_account_is_not_served(site, through):
    (answer,), told = through(get(site.url("article")), account=os.getuid() + 1)
    assert (answer, told, site.asked) == (b"", {}, [])


def test_a_rendering_has_only_so_many_bytes(site, through):
    (answer,), told = through(get(site.url("article")), body_bytes=300)
    assert b"the statement itself" not in answer
    assert told[site.pair]["received"] > 300


def test_its_time_is_up_though_the_browser_goes_on(site, tmp_path):
    asked = {
        "ports": [], "loopback": [site.pair], "seconds": 0.3, "connect_seconds": 1, "head_bytes": 8_000,
        "body_bytes": 100_000, "account": os.getuid(), "lasts_while": str(tmp_path),
    }  # fmt: skip
    assert child.run("sources.capture.proxy_child", json.dumps(asked).encode(), BOUNDS) == b"{}"
