"""How often a token may ask: exact, told in every answer, and its own affair."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from django.db import connection

from claims.api.rates import count_request
from claims.api.retiring import Retiring
from claims.models import PartnerToken, TokenUse

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_a_minute(settings):
    settings.EXPORT_REQUESTS_PER_MINUTE = 3


def at_the_beginning_of_a_minute(token):
    """So that no minute ends while a test counts: the row's minute is the one that runs, as far as it knows."""
    TokenUse.objects.filter(token=token).update(count=0)


def test_the_fourth_in_a_minute_is_told_to_wait(calling):
    client = calling()
    answers = [client.get("me/") for _each in range(3)]
    refused = client.get("me/")
    if refused.status_code == 200:  # a new minute began in between
        refused = [client.get("me/") for _each in range(3)][-1]
    assert {each.status_code for each in answers} == {200}
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["retry_after"] == int(refused["Retry-After"])
    assert refused["Content-Type"] == "application/problem+json"
    assert refused["RateLimit"].startswith('"token";r=0;t=')


def test_every_answer_tells_what_is_left(calling):
    client = calling()
    client.get("me/")
    at_the_beginning_of_a_minute(PartnerToken.objects.get())
    answer = client.get("me/")
    assert answer["RateLimit-Policy"] == '"token";q=3;w=60'
    assert answer["RateLimit"].startswith('"token";r=2;t=')


def test_tokens_do_not_count_for_one_another(calling):
    first, second = calling(), calling()
    for _each in range(4):
        first.get("me/")
    assert second.get("me/").status_code == 200


def test_only_who_knows_the_secret_uses_up_the_minute(calling, client):
    calling().get("me/")
    token = PartnerToken.objects.get()
    wrong = {"Authorization": f"Bearer ht_{token.public_id}_{'x' * 43}"}
    assert client.get("/api/v1/me/", headers=wrong).status_code == 401
    assert TokenUse.objects.get().count == 1


def test_a_call_from_a_wrong_network_uses_up_nothing_and_one_from_the_right_is_counted(calling):
    client = calling()
    PartnerToken.objects.update(networks=["192.0.2.0/24"])
    assert client.get("me/", REMOTE_ADDR="203.0.113.9").status_code == 401
    assert not TokenUse.objects.exists()
    assert client.get("me/", REMOTE_ADDR="192.0.2.7").json()["requests"]["used"] == 1


def test_no_limit_is_no_header(calling, settings):
    settings.EXPORT_REQUESTS_PER_MINUTE = 0
    client = calling()
    answers = [client.get("me/") for _each in range(5)]
    assert {each.status_code for each in answers} == {200}
    assert "RateLimit" not in answers[0]


@pytest.mark.django_db(transaction=True)
def test_the_count_is_exact_under_many_threads(calling, settings):
    settings.EXPORT_REQUESTS_PER_MINUTE = 10
    calling()
    token = PartnerToken.objects.get()

    def ask(_number):
        try:
            return count_request(token)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        rates = list(threads.map(ask, range(40)))
    if len({rate.left for rate in rates}) == 40:  # all within one minute
        assert sum(rate.left >= 0 for rate in rates) == 10
    assert TokenUse.objects.get().count <= 40


def test_an_address_that_is_to_go_says_when_and_what_to_use_instead(calling, monkeypatch):
    monkeypatch.setattr(
        "claims.api.parts.Links.retiring",
        Retiring(datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC), "/api/v2/links/"),
    )
    answer = calling().get("links/")
    assert (answer["Deprecation"], answer["Sunset"]) == ("@1798761600", "Sat, 01 Jan 2028 00:00:00 GMT")
    assert answer["Link"] == '</api/v2/links/>; rel="successor-version"'
    assert "Deprecation" not in calling().get("figures/")
