"""Web addresses as people hand them in: parsed once (ada-url, the WHATWG rules) and refused early.

Nothing else in the product parses an address: two parsers that disagree on `http://A:80\\@B/` are how a guard
is passed by. Imports no Django, because the fetching child process uses it too.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import ada_url

if TYPE_CHECKING:
    from sources.capture.outcomes import Outcome

LONGEST: Final = 4096
DEFAULT_PORTS: Final = {"http": 80, "https": 443}

# Parameters that say who passed the link on, never which page it is.
TRACKING: Final = frozenset(
    {
        "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "ymclid", "twclid", "ttclid", "igshid",
        "igsh", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "mkt_tok", "vero_id", "oly_anon_id", "oly_enc_id", "wickedid",
        "_openstat", "ref_src", "ref_url", "at_medium", "at_campaign", "ns_mchannel", "ns_source", "cmpid",
    }
)  # fmt: skip

# Ranges `ipaddress` calls global although they carry, or may carry, an address that is not.
TUNNELS: Final = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",  # NAT64, RFC 6052
        "64:ff9b:1::/48",  # NAT64 for local use, RFC 8215
        "2002::/16",  # 6to4, RFC 3056
        "2001::/32",  # Teredo, RFC 4380
        "::ffff:0:0/96",  # IPv4-mapped
        "::/96",  # IPv4-compatible
        "::ffff:0:0:0/96",  # IPv4-translated, RFC 2765
        "fec0::/10",  # site-local, RFC 3879
        "192.88.99.0/24",  # 6to4 relay anycast
        "100.64.0.0/10",  # carrier-grade NAT, RFC 6598
        "168.63.129.16/32",  # a cloud's own services behind a public-looking number
    )
)


class AddressRefused(Exception):
    """An address we do not visit. `code` is an Outcome code, `outcome` the Outcome with its sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def outcome(self) -> Outcome:
        """The outcome a person is told of."""
        from sources.capture.outcomes import Outcome

        return Outcome(self.code)


@dataclass(frozen=True, slots=True)
class Doors:
    """Which doors may be knocked at: ports anywhere public, and exact `127.0.0.1:port` pairs on this machine."""

    ports: frozenset[int] = frozenset({80, 443})
    loopback: frozenset[str] = frozenset()

    @classmethod
    def from_settings(cls) -> Doors:
        """The doors of this installation: settings FETCH_PORTS and FETCH_ALLOWED_LOOPBACK."""
        from django.conf import settings

        return cls(frozenset(settings.FETCH_PORTS), frozenset(settings.FETCH_ALLOWED_LOOPBACK))

    def allow_pair(self, host: str, port: int) -> bool:
        """Whether this exact pair of this machine is allowed by name (the demonstration's own site)."""
        return f"{host}:{port}" in self.loopback


@dataclass(frozen=True, slots=True)
class Address:
    """A link: as submitted, byte for byte, and as the one parser understood it. `host` has no brackets."""

    submitted: str
    href: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def is_secure(self) -> bool:
        """Whether it is https."""
        return self.scheme == "https"


def parse(text: str, doors: Doors | None = None) -> Address:
    """Parse a submitted link. Raises AddressRefused when it is no link or leads where we do not go.

    A host that is a name is not judged here: what it resolves to is, at the moment of connecting.
    """
    doors = doors or Doors.from_settings()
    if len(text) > LONGEST:
        raise AddressRefused("url.length")
    if any(character in text.strip() for character in "\r\n\t\0"):
        raise AddressRefused("url.invalid")
    try:
        url = ada_url.URL(text)
    except ValueError as error:
        raise AddressRefused("url.invalid") from error
    scheme = url.protocol.removesuffix(":")
    if scheme not in DEFAULT_PORTS:
        raise AddressRefused("url.scheme")
    if url.username or url.password:
        raise AddressRefused("url.credentials")
    host = url.hostname.removeprefix("[").removesuffix("]")
    port = int(url.port) if url.port else DEFAULT_PORTS[scheme]
    _check_door(host, port, doors)
    return Address(text, url.href, scheme, host, port, url.pathname + url.search)


def receiver(text: str, doors: Doors | None = None) -> Address:
    """Parse an address that is to be sent messages: https, but for the allowed pairs. Raises AddressRefused."""
    doors = doors or Doors.from_settings()
    address = parse(text, doors)
    if not (address.is_secure or doors.allow_pair(address.host, address.port)):
        raise AddressRefused("url.scheme")
    return address


def _check_door(host: str, port: int, doors: Doors) -> None:
    """Refuse unusual ports and hosts that are literally an address which is not public."""
    if not host.strip("."):
        raise AddressRefused("url.invalid")
    if doors.allow_pair(host, port):
        return
    literal = literal_address(host)
    if literal is not None and not is_plainly_public(literal):
        raise AddressRefused("ssrf.blocked")
    if _is_ours(host):
        raise AddressRefused("ssrf.blocked")
    if port not in doors.ports:
        raise AddressRefused("url.port")


def _is_ours(host: str) -> bool:
    """Whether a name says of itself that it stands for a machine inside (RFC 6761, RFC 6762, ICANN's .internal)."""
    name = host.rstrip(".")
    return name == "localhost" or name.endswith((".localhost", ".local", ".internal"))


def literal_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address a host spells out, or None for a name. ada-url has already undone 127.1, 0x7f.1 and full-width."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_plainly_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """Whether an address can only be a host on the open internet.

    `is_global` alone is not enough: it is true of 224.0.0.1 and of tunnels that carry a private address.
    """
    if getattr(address, "scope_id", None) is not None:
        return False
    if any(address.version == network.version and address in network for network in TUNNELS):
        return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified or address.is_link_local
    )


def join(base: str, reference: str) -> str:
    """A reference found in a page or a Location header, made absolute. Raises AddressRefused when it is no link.

    With no base ("") only a reference that is absolute already is a link.
    """
    try:
        return ada_url.join_url(base, reference) if base else ada_url.URL(reference).href
    except ValueError as error:
        raise AddressRefused("url.invalid") from error


def normalised_key(href: str) -> str:
    """A key under which the same page is found again; never shown, never fetched, never proof of sameness.

    Folds http and https, the fragment, a trailing slash and parameters that only track; keeps every other
    parameter as it stands, blank ones too, in their order.
    """
    url = ada_url.URL(href)
    kept = [
        pair for pair in url.search.removeprefix("?").split("&") if pair and not _only_tracks(pair.partition("=")[0])
    ]
    path = url.pathname.rstrip("/")
    return url.host + path + ("?" + "&".join(kept) if kept else "")


def _only_tracks(name: str) -> bool:
    return name.lower().startswith("utm_") or name.lower() in TRACKING
