"""Connections go to the very address that was checked."""

import socket
import time

import pytest

from sources.addresses import Doors, parse
from sources.capture import guard
from sources.capture.guard import Stopped
from sources.capture.visit import Limits, visit

PUBLIC, OTHER_PUBLIC = "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"


def resolving_to(monkeypatch, *answers: list[str]) -> list[str]:
    """Make the resolver give these answers, one after the other; returns the names it is asked for."""
    asked: list[str] = []

    def getaddrinfo(host, port, *_rest, **_named):
        asked.append(host)
        addresses = answers[min(len(asked), len(answers)) - 1]
        return [
            (socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses
        ]

    monkeypatch.setattr(guard.socket, "getaddrinfo", getaddrinfo)
    return asked


def connecting_to(monkeypatch) -> list[tuple[str, int]]:
    """Stand in for the network: every connection is refused, and written down."""
    tried: list[tuple[str, int]] = []

    def connect(_socket, address):
        tried.append((address[0], address[1]))
        raise ConnectionRefusedError

    monkeypatch.setattr(guard.socket.socket, "connect", connect, raising=False)
    return tried


def ask(href: str, doors: Doors | None = None) -> str:
    with pytest.raises(Stopped) as caught:
        guard.ask(
            parse(href, doors or Doors()),
            doors or Doors(),
            headers={},
            connect_seconds=1,
            deadline=time.monotonic() + 30,
        )
    return caught.value.code


@pytest.mark.parametrize(
    "addresses",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["10.0.0.5", PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC, "::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["fe80::1%eth0"],
        ["169.254.169.254"],
        ["224.0.0.1"],
    ],
)
def test_one_bad_record_refuses_the_whole_name(monkeypatch, addresses):
    resolving_to(monkeypatch, addresses)
    tried = connecting_to(monkeypatch)
    assert ask("http://site.example/") == "ssrf.blocked"
    assert tried == []


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    """Rebinding: a second look at the name would find loopback."""
    asked = resolving_to(monkeypatch, [PUBLIC], ["127.0.0.1"])
    tried = connecting_to(monkeypatch)
    assert ask("http://site.example/") == "tcp.refused"
    assert asked == ["site.example"]
    assert tried == [(PUBLIC, 80)]


def test_every_address_is_tried_before_giving_up(monkeypatch):
    resolving_to(monkeypatch, [PUBLIC, OTHER_PUBLIC])
    tried = connecting_to(monkeypatch)
    assert ask("https://site.example/") == "tcp.refused"
    assert [address for address, _port in tried] == [PUBLIC, OTHER_PUBLIC]


def test_each_hop_is_guarded_afresh(site, monkeypatch):
    doors = Doors(loopback=frozenset({site.pair}))
    made = visit(site.url("inward"), Limits(), doors)
    assert made.code == "ssrf.blocked"
    assert site.canary.touched == []


def test_without_the_guard_the_canary_is_touched(site, monkeypatch):
    """The test above can fail: with every address called public, the redirect inward arrives."""
    monkeypatch.setattr("sources.addresses.is_plainly_public", lambda _address: True)
    monkeypatch.setattr(guard, "is_plainly_public", lambda _address: True)
    doors = Doors(ports=frozenset({80, 443, site.canary.port}), loopback=frozenset({site.pair}))
    visit(site.url("inward"), Limits(total_seconds=2), doors)
    until = time.monotonic() + 10
    while not site.canary.touched and time.monotonic() < until:
        time.sleep(0.02)
    assert site.canary.touched != []
    site.canary.touched.clear()


def test_a_loopback_pair_is_not_loopback_at_large(site):
    doors = Doors(loopback=frozenset({site.pair}))
    assert guard.checked_addresses("127.0.0.1", site.port, doors) == ["127.0.0.1"]
    with pytest.raises(Stopped):
        guard.checked_addresses("127.0.0.1", site.canary.port, doors)


@pytest.mark.parametrize(
    ("number", "code"),
    [(socket.EAI_NONAME, "dns.nxdomain"), (socket.EAI_AGAIN, "dns.temp"), (socket.EAI_FAIL, "dns.temp")],
)
def test_a_name_that_does_not_resolve_says_which_way(monkeypatch, number, code):
    def getaddrinfo(*_arguments, **_named):
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(guard.socket, "getaddrinfo", getaddrinfo)
    assert ask("http://site.example/") == code


def test_a_label_too_long_for_the_resolver_is_no_such_site():
    with pytest.raises(Stopped) as caught:
        guard.resolve("a" * 64 + ".example", 80)
    assert caught.value.code == "dns.nxdomain"


def test_plain_words_from_a_tls_port_are_named(site, monkeypatch):
    doors = Doors(loopback=frozenset({site.pair}))
    assert ask(f"https://{site.pair}/", doors) in ("tls.invalid", "tcp.reset")
