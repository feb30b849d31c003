"""Names and addresses that lead inside: each is refused before anything is connected to, and each rule is needed.

A little internet stands in for the real one: one public address answers (with the hostile site), and everything
else that is connected to is either really there, as the canary is on every address of this machine, or written down.
"""

import base64
import ipaddress
import socket
import time
from urllib.parse import urlsplit

import pytest

from sources import addresses
from sources.addresses import Doors, is_plainly_public, literal_address
from sources.capture import guard
from sources.capture.visit import Limits, Visit, visit

PUBLIC, OTHER = "93.184.215.14", "93.184.215.15"
LIMITS = Limits(total_seconds=5, connect_seconds=0.5)

# However an address of this machine is spelt, a resolver or a parser somewhere reaches it by that spelling.
REACHES_US = [
    "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001",
    "\uff11\uff12\uff17.0.0.1", "127\u30020\u30020\u30021", "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460", "127.0.0.1.",
    "localhost", "LOCALHOST.", "0", "0.0.0.0", "127.255.255.254", "[::1]", "[::]", "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]", "%31%32%37.0.0.1",
]  # fmt: skip
REACHES_INSIDE = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.127.255.254", "224.0.0.1",
    "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "192.88.99.1", "168.63.129.16",
    "[64:ff9b::7f00:1]", "[64:ff9b::10.0.0.1]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::1]", "[2002:7f00:1::]",
    "[2002:a00:1::1]", "[2001::1]", "[2001:0:4136:e378:8000:63bf:3fff:fdd2]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]",
    "[fe80::1]", "[fec0::1]", "[fc00::1]", "[fd12::1]", "[ff02::1]", "[2001:db8::1]", "[100::1]", "[5f00::1]",
]  # fmt: skip


@pytest.fixture
def net(site, monkeypatch):
    """The little internet: `names` says what the resolver answers, a list for each time it is asked."""
    return Net(site, monkeypatch)


class Net:
    def __init__(self, site, monkeypatch):
        self.site = site
        self.names: dict[str, list[list[str]]] = {"good.example": [[PUBLIC]]}
        self.asked: list[str] = []
        self.tried: list[str] = []
        self.doors = Doors(ports=frozenset({80, 443, site.canary.port}))
        self._connect = socket.socket.connect
        monkeypatch.setattr(guard.socket, "getaddrinfo", self.resolve)

        def connect(opened, where):
            return self.connect(opened, where)

        monkeypatch.setattr(guard.socket.socket, "connect", connect)

    def resolve(self, host, port, *_rest, **_named):
        self.asked.append(host)
        answers = self.names.get(host) or ([["127.0.0.1"]] if host.lower().startswith("localhost") else [])
        if not answers:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = answers.pop(0) if len(answers) > 1 else answers[0]
        return [(socket.AF_INET6 if ":" in a else socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in found]

    def connect(self, opened, where):
        self.tried.append(where[0])
        if where[0] == PUBLIC:
            return self._connect(opened, ("127.0.0.1", self.site.port))
        literal = ipaddress.ip_address(where[0].partition("%")[0])
        mapped = getattr(literal, "ipv4_mapped", None) or literal
        if mapped.is_loopback or mapped.is_unspecified:
            return self._connect(opened, where)
        raise TimeoutError("nobody there")

    def visit(self, href: str) -> Visit:
        return visit(href, LIMITS, self.doors)

    def inside(self, host: str) -> str:
        return f"http://{host}:{self.site.canary.port}/secret"

    def through_redirect(self, href: str) -> Visit:
        where = base64.urlsafe_b64encode(href.encode()).decode()
        return self.visit(f"http://good.example/to?where={where}")


def codes(made: Visit) -> list[str]:
    return [hop.refusal or str(hop.status) for hop in made.hops]


def without_the_rule(monkeypatch) -> None:
    """Call every address public, as a fetcher does that does not look."""
    monkeypatch.setattr(addresses, "is_plainly_public", lambda _address: True)
    monkeypatch.setattr(guard, "is_plainly_public", lambda _address: True)
    monkeypatch.setattr(addresses, "_is_ours", lambda _host: False)


def touched(net: Net, seconds: float = 10) -> bool:
    """Whether somebody knocks at what must not be reached, within this time."""
    until = time.monotonic() + seconds
    while not net.site.canary.touched and time.monotonic() < until:
        time.sleep(0.02)
    was_touched = bool(net.site.canary.touched)
    net.site.canary.touched.clear()
    return was_touched


def test_the_little_internet_works(net):
    made = net.visit("http://good.example/article")
    assert (made.code, net.tried) == ("ok", [PUBLIC])
    assert (made.hops[0].resolved, made.hops[0].tried, made.hops[0].connected) == ([PUBLIC], [PUBLIC], PUBLIC)


@pytest.mark.parametrize("host", REACHES_US + REACHES_INSIDE)
def test_a_redirect_to_an_address_inside_is_not_followed(net, host):
    made = net.through_redirect(net.inside(host))
    assert codes(made) == ["302", "ssrf.blocked"]
    assert net.tried == [PUBLIC]


@pytest.mark.parametrize("host", REACHES_US)
def test_without_the_rule_each_spelling_reaches_this_machine(net, monkeypatch, host):
    without_the_rule(monkeypatch)
    net.through_redirect(net.inside(host))
    assert touched(net)


@pytest.mark.parametrize("host", REACHES_INSIDE)
def test_without_the_rule_each_address_is_connected_to(net, monkeypatch, host):
    without_the_rule(monkeypatch)
    made = net.through_redirect(net.inside(host))
    assert net.tried[0] == PUBLIC
    assert [ipaddress.ip_address(each) for each in made.hops[1].tried] == [ipaddress.ip_address(host.strip("[]"))]


def test_a_resolver_that_changes_its_mind_is_asked_once(net):
    """DNS rebinding: the second answer would be this machine."""
    net.names["turns.example"] = [[PUBLIC], ["127.0.0.1"]]
    made = net.visit(f"http://turns.example:{net.site.canary.port}/article")
    assert (made.code, net.asked, net.tried) == ("ok", ["turns.example"], [PUBLIC])


def test_a_fetcher_that_resolves_again_is_turned_round(net, monkeypatch):
    """The test above can fail: check first and then connect by name, as any plain client does."""

    def by_name(host, port, doors, *, trace, **_limits):
        guard.checked_addresses(host, port, doors, trace)
        return socket.create_connection((guard.resolve(host, port)[0], port), 1)

    monkeypatch.setattr(guard, "connect", by_name)
    monkeypatch.setattr(socket, "create_connection", lambda where, _seconds: connected(where))

    def connected(where):
        opened = socket.socket()
        net.connect(opened, where)
        return opened

    net.names["turns.example"] = [[PUBLIC], ["127.0.0.1"]]
    net.visit(f"http://turns.example:{net.site.canary.port}/article")
    assert touched(net)


def test_a_name_that_changes_its_mind_between_hops_is_looked_at_again(net):
    net.names["turns.example"] = [[PUBLIC], ["127.0.0.1"]]
    where = base64.urlsafe_b64encode(f"http://turns.example:{net.site.canary.port}/secret".encode()).decode()
    made = net.visit(f"http://turns.example/to?where={where}")
    assert codes(made) == ["302", "ssrf.blocked"]
    assert made.hops[1].resolved == ["127.0.0.1"]


@pytest.mark.parametrize(
    "records",
    [
        ["127.0.0.1"],
        [PUBLIC, "127.0.0.1"],
        ["127.0.0.1", PUBLIC],
        [PUBLIC, "::1"],
        [PUBLIC, "::ffff:127.0.0.1"],
        [PUBLIC, OTHER, "10.0.0.1"],
        [PUBLIC, "64:ff9b::7f00:1"],
        [PUBLIC, "fe80::1%lo"],
    ],
)
def test_one_record_that_leads_inside_refuses_the_name(net, records):
    net.names["mixed.example"] = [records]
    made = net.visit(net.inside("mixed.example"))
    assert (made.code, net.tried) == ("ssrf.blocked", [])
    assert made.hops[0].resolved == records  # on record, for whoever wonders why


def test_a_fetcher_that_takes_the_first_good_record_still_tries_the_bad_one(net, monkeypatch):
    """Why one bad record is enough: the good one is made not to answer, and the next is tried."""
    without_the_rule(monkeypatch)
    net.names["mixed.example"] = [[OTHER, "127.0.0.1"]]
    net.visit(net.inside("mixed.example"))
    assert net.tried == [OTHER, "127.0.0.1"]
    assert touched(net)


def test_two_parsers_disagree_and_only_one_is_asked(net):
    href = f"http://good.example:80\\@127.0.0.1:{net.site.canary.port}/"
    assert urlsplit(href).hostname == "127.0.0.1"  # where a fetcher that checks with one and asks another would go
    made = net.visit(href)
    assert net.tried == [PUBLIC]
    assert made.hops[0].url == f"http://good.example/@127.0.0.1:{net.site.canary.port}/"
    assert not touched(net, seconds=0.12)


@pytest.mark.parametrize(
    ("href", "code"),
    [
        ("http://user:word@good.example/", "url.credentials"),
        ("http://good.example@127.0.0.1/", "url.credentials"),
        ("http://good.example:22/", "url.port"),
        ("http://good.example:6379/", "url.port"),
        ("file:///etc/passwd", "url.scheme"),
        ("gopher://good.example/_x", "url.scheme"),
        ("ftp://good.example/", "url.scheme"),
        ("dict://good.example/", "url.scheme"),
        ("data:text/html,words", "url.scheme"),
        ("javascript:alert(1)", "url.scheme"),
        ("http://[::1", "url.invalid"),
        ("http://good.example:99999/", "url.invalid"),
    ],
)
def test_a_redirect_to_what_is_no_page_is_refused_by_name(net, href, code):
    made = net.through_redirect(href)
    assert codes(made) == ["302", code]
    assert net.tried == [PUBLIC]


def test_without_the_rule_any_port_is_knocked_at(net):
    net.doors = Doors(ports=frozenset(range(65536)))
    net.through_redirect("http://good.example:6379/")
    assert net.tried == [PUBLIC, PUBLIC]


@pytest.mark.parametrize(
    "text",
    ["224.0.0.1", "64:ff9b::a00:1", "168.63.129.16", "192.88.99.1"],
)
def test_what_the_library_calls_global_is_not_good_enough(text):
    address = literal_address(text)
    assert address.is_global
    assert not is_plainly_public(address)


@pytest.mark.parametrize("network", [str(network) for network in addresses.TUNNELS])
def test_every_range_on_the_list_is_refused_from_end_to_end(network):
    first, last = ipaddress.ip_network(network)[0], ipaddress.ip_network(network)[-1]
    assert not is_plainly_public(first)
    assert not is_plainly_public(last)
