"""A link is parsed once, by one parser; what leads inside or is no link is refused in its own words."""

import ipaddress

import pytest

from sources.addresses import AddressRefused, Doors, is_plainly_public, normalised_key, parse

DOORS = Doors(loopback=frozenset({"127.0.0.1:8123"}))


def refusal(text: str) -> str:
    with pytest.raises(AddressRefused) as caught:
        parse(text, DOORS)
    assert str(caught.value.outcome.sentence)
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "url.invalid"),
        ("   ", "url.invalid"),
        ("Bucha", "url.invalid"),
        ("example.org/page", "url.invalid"),
        ("http://", "url.invalid"),
        ("http://exa\nmple.org/", "url.invalid"),
        ("http://example.org/\0", "url.invalid"),
        ("http://.../", "url.invalid"),
        ("javascript:alert(1)", "url.scheme"),
        ("JaVaScRiPt:alert(1)", "url.scheme"),
        ("file:///etc/passwd", "url.scheme"),
        ("data:text/html,x", "url.scheme"),
        ("ftp://example.org/", "url.scheme"),
        ("http://example.org:22/", "url.port"),
        ("https://example.org:8443/", "url.port"),
        ("http://user:word@example.org/", "url.credentials"),
        ("http://user@example.org/", "url.credentials"),
        ("http://example.org/" + "a" * 5000, "url.length"),
    ],
)
def test_what_is_no_link_to_visit_is_refused_by_name(text, code):
    assert refusal(text) == code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "127.0.1", "2130706433", "0x7f.1", "0x7f000001", "0177.0.0.1", "017700000001",
        "１２７.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "127.0.0.1.", "localhost", "LOCALHOST", "localhost.",
        "a.localhost",
        "printer.local", "metadata.google.internal", "0", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "192.88.99.1", "168.63.129.16",
        "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[::ffff:0:127.0.0.1]",
        "[64:ff9b::7f00:1]", "[64:ff9b::8.8.8.8]", "[64:ff9b:1::1]", "[2002:7f00:1::]", "[2001::1]", "[2001:db8::1]",
        "[fe80::1]", "[fc00::1]", "[fd12::1]", "[ff02::1]", "[fec0::1]", "[100::1]",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_refused_however_it_is_spelt(host):
    assert refusal(f"http://{host}/") == "ssrf.blocked"


def test_the_backslash_that_two_parsers_read_differently_has_one_reading():
    address = parse("http://example.org:80\\@127.0.0.1/", DOORS)
    assert address.host == "example.org"
    assert address.href == "http://example.org/@127.0.0.1/"


def test_only_the_exact_loopback_pair_is_open():
    assert parse("http://127.0.0.1:8123/page", DOORS).port == 8123
    assert refusal("http://127.0.0.1:8124/page") == "ssrf.blocked"
    assert refusal("http://localhost:8123/page") == "ssrf.blocked"
    assert refusal("http://127.0.0.2:8123/page") == "ssrf.blocked"
    assert refusal("http://[::1]:8123/page") == "ssrf.blocked"


def test_the_submitted_text_is_kept_byte_for_byte():
    address = parse(" HTTPS://Müller.Example/ä?q=ї#part ", DOORS)
    assert address.submitted == " HTTPS://Müller.Example/ä?q=ї#part "
    assert address.href == "https://xn--mller-kva.example/%C3%A4?q=%D1%97#part"
    assert (address.scheme, address.port, address.target) == ("https", 443, "/%C3%A4?q=%D1%97")


def test_a_public_literal_may_be_visited():
    assert parse("http://8.8.8.8/", DOORS).host == "8.8.8.8"
    assert is_plainly_public(ipaddress.ip_address("2606:4700::1111"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://example.org/a", "https://example.org/a/"),
        ("https://example.org/a#part", "https://EXAMPLE.org/a"),
        ("https://example.org/a?utm_source=x&id=1", "https://example.org/a?id=1&fbclid=zzz"),
        ("https://example.org/?UTM_Medium=x", "http://example.org"),
    ],
)
def test_the_same_page_has_one_key(one, other):
    assert normalised_key(one) == normalised_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://example.org/a?id=1", "https://example.org/a?id=2"),
        ("https://example.org/a?x=", "https://example.org/a"),
        ("https://example.org/a", "https://example.org/A"),
        ("https://example.org/a", "https://www.example.org/a"),
    ],
)
def test_different_pages_have_different_keys(one, other):
    assert normalised_key(one) != normalised_key(other)
