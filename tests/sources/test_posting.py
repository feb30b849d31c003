"""Sending to an address of somebody else's choosing: through the guard, and whatever stands there."""

import pytest

from sources.addresses import AddressRefused, receiver
from sources.posting import post
from tests.hostile import Site

HEADERS = {"Content-Type": "application/json", "webhook-id": "msg_1"}


def sent_to(site: Site, path: str):
    return post(site.url(path), '{"type":"test"}', HEADERS)


def test_a_message_arrives_as_it_was_sent(site):
    posted = sent_to(site, "hook")
    assert (posted.code, posted.status) == ("ok", 204)
    [(headers, body)] = site.server.posted
    assert body == b'{"type":"test"}'
    assert (headers["Content-Type"], headers["webhook-id"]) == ("application/json", "msg_1")
    assert {"Cookie", "Referer", "Authorization"}.isdisjoint(headers.keys())


@pytest.mark.parametrize("status", [301, 410, 500])
def test_any_status_is_an_answer_and_no_redirect_is_followed(site, status):
    posted = sent_to(site, f"hook/{status}?to={site.url('article')}")
    assert (posted.code, posted.status) == ("ok", status)
    assert len(site.server.posted) == 1
    assert site.asked == []


def test_a_wish_to_wait_is_told(site):
    assert sent_to(site, "slow-down?until=90").retry_after == 90
    assert sent_to(site, "slow-down?until=Sun,%2006%20Nov%201994%2008:50:37%20GMT").retry_after == 60


@pytest.mark.parametrize("page", ["endless", "large-silent"])
def test_an_answer_without_end_is_not_read(site, page):
    assert sent_to(site, page).status == 200


@pytest.mark.parametrize("page", ["says-nothing", "drip-status"])
def test_whoever_takes_too_long_is_left(site, settings, page):
    settings.WEBHOOK_DEADLINE_SECONDS = 0.5
    posted = sent_to(site, page)
    assert (posted.code, posted.status) == ("time.total", None)


@pytest.mark.parametrize(
    ("page", "code"), [("endless-header", "size.headers"), ("not-http", "http.broken"), ("silent", "tcp.reset")]
)
def test_what_is_no_answer_is_named(site, page, code):
    posted = sent_to(site, page)
    assert (posted.code, posted.status) == (code, None)


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/", "https://10.0.0.1/hook", "https://[::1]/", "https://169.254.169.254/", "https://localhost/",
     "https://2130706433/"],
)  # fmt: skip
def test_an_address_inside_is_never_connected_to(site, address):
    assert post(address, "{}", HEADERS).code == "ssrf.blocked"


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://partner.example/", "url.scheme"), ("ftp://partner.example/", "url.scheme"), ("partner", "url.invalid"),
     ("https://a:b@partner.example/", "url.credentials"), ("https://partner.example:22/", "url.port")],
)  # fmt: skip
def test_only_https_receives_messages(address, code):
    with pytest.raises(AddressRefused) as refused:
        receiver(address)
    assert refused.value.code == code


def test_the_allowed_pair_needs_no_certificate(site):
    assert receiver(site.url("hook")).port == site.port
