"""Signing in: the right door, the wrong word, guessing slowed down, and nobody locked out by their name."""

import threading

import pytest
from django.db import connection
from django.urls import reverse

from harmtracker.models import SignInFailure
from harmtracker.sign_in import FAILURES, address_of, begin_try
from tests.factories import PASSWORD, analyst

pytestmark = pytest.mark.django_db


def try_to(client, name: str, password: str, **extra):
    return client.post(reverse("sign-in"), {"username": name, "password": password, **extra})


def test_signing_in_leads_where_one_was_heading(client):
    person = analyst()
    response = client.get("/statements/")
    assert response.status_code == 302
    response = try_to(client, person.username, PASSWORD, next="/statements/")
    assert response.url == "/statements/"
    assert not SignInFailure.objects.exists()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_host(client, elsewhere):
    assert try_to(client, analyst().username, PASSWORD, next=elsewhere).url == "/"


def test_a_wrong_password_says_nothing_on_which_was_wrong(client):
    person = analyst()
    known = try_to(client, person.username, "wrong")
    unknown = try_to(client, "nobody", "wrong")
    assert known.status_code == unknown.status_code == 422
    assert list(known.context["form"].errors["__all__"]) == list(unknown.context["form"].errors["__all__"])


def test_guessing_is_slowed_down_and_the_account_stays_open_elsewhere(client):
    person = analyst()
    for _number in range(FAILURES):
        assert try_to(client, person.username, "wrong").status_code == 422
    assert try_to(client, person.username, PASSWORD).status_code == 429
    elsewhere = client.post(
        reverse("sign-in"), {"username": person.username, "password": PASSWORD}, REMOTE_ADDR="192.0.2.7"
    )
    assert elsewhere.status_code == 302


@pytest.mark.django_db(transaction=True)
def test_many_tries_at_once_do_not_slip_through():
    let_through = []

    def guess():
        if begin_try("192.0.2.9") is not None:
            let_through.append(1)
        connection.close()

    threads = [threading.Thread(target=guess) for _number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_through) == FAILURES


def test_an_inactive_person_cannot_sign_in(client):
    person = analyst(is_active=False)
    assert try_to(client, person.username, PASSWORD).status_code == 422


def test_a_link_in_somebodys_text_signs_nobody_out(client):
    client.force_login(analyst())
    opened = client.get(reverse("sign-out"))
    assert (opened.status_code, opened["Allow"]) == (405, "POST")
    assert "only takes what a form sends" in opened.content.decode()
    assert client.post(reverse("sign-out")).status_code == 302
    assert client.get("/statements/").status_code == 302


def test_an_address_is_taken_from_trusted_proxies_only(settings):
    settings.TRUSTED_PROXIES = 0
    assert address_of("198.51.100.1", "127.0.0.1") == "127.0.0.1"
    settings.TRUSTED_PROXIES = 1
    assert address_of("spoofed, 198.51.100.1", "127.0.0.1") == "198.51.100.1"


def test_health_needs_no_account(client):
    assert client.get(reverse("health")).json() == {"status": "ok"}


def test_a_form_that_came_too_late_is_offered_again_after_signing_in(client):
    late = client.post("/log/?answers=ST-1", {"text": "Zwei\r\nZeilen “quoted”", "title": ["a", "b"]})
    assert late.status_code == 403
    assert "no-store" in late["Cache-Control"]
    sealed = late.context["kept"]
    assert "Zeilen" not in late.content.decode()
    page = try_to(client, analyst().username, PASSWORD, next="/log/", kept=sealed)
    assert (page.status_code, page.context["kept"].path) == (200, "/log/?answers=ST-1")
    assert page.context["kept"].fields == [("text", "Zwei\r\nZeilen “quoted”"), ("title", "a"), ("title", "b")]


def test_a_form_nobody_of_us_sealed_is_not_offered(client):
    assert try_to(client, analyst().username, PASSWORD, kept="eyJwYXRoIjoiLyJ9:1x:forged").url == "/"


def test_a_person_changes_their_own_password_and_stays_signed_in(client):
    person = analyst()
    client.force_login(person)
    new = "a longer line of plain words"
    given = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post(reverse("account"), given | {"old_password": "wrong"}).status_code == 422
    assert client.post(reverse("account"), given).status_code == 302
    assert client.get("/statements/").status_code == 200
    person.refresh_from_db()
    assert person.check_password(new)
