"""Whose language a page is in: the person's own, else the browser's; what is stored and published is the house's."""

import re

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import translation

from claims.actions.reexamination import reopen_after_change
from claims.release.make import release_statement
from claims.release.render import read as render
from claims.undoing import UNDONE
from harmtracker import audit, wording
from tests.factories import (
    PASSWORD,
    PartyFactory,
    QuoteCheckFactory,
    StatementFactory,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


def lang_of(response) -> str:
    return response.content.decode().partition('<html lang="')[2][:2]


def test_the_way_in_speaks_the_language_of_the_browser_until_another_is_chosen():
    client = Client()
    page = client.get(reverse("sign-in"), headers={"Accept-Language": "uk,en;q=0.5"})
    assert (lang_of(page), page["Content-Language"]) == ("uk", "uk")
    assert "Ім’я користувача" in page.content.decode()
    assert {"Accept-Language", "Cookie"} <= {each.strip() for each in page["Vary"].split(",")}
    assert lang_of(client.get(reverse("sign-in"), headers={"Accept-Language": "de"})) == "en"
    answer = client.post(reverse("set_language"), {"language": "ru"}, headers={"Referer": "http://testserver/sign-in/"})
    assert answer.url.endswith(reverse("sign-in"))
    assert lang_of(client.get(reverse("sign-in"), headers={"Accept-Language": "uk"})) == "ru"


def test_a_person_chooses_and_goes_on_where_they_were(client_of):
    person = viewer()
    client = client_of(person)
    before = "http://testserver/statements/?kind=denial"
    chosen = client.post(reverse("account-language"), {"language": "uk"}, headers={"Referer": before})
    assert chosen.url == before
    assert lang_of(client.get("/statements/", headers={"Accept-Language": "ru"})) == "uk"
    # In another browser too: it is kept with the account.
    elsewhere = Client()
    elsewhere.post(reverse("sign-in"), {"username": person.username, "password": PASSWORD})
    page = elsewhere.get(reverse("account"))
    assert lang_of(page) == "uk"
    assert '<option value="uk" lang="uk" selected>' in page.content.decode()
    client.post(reverse("account-language"), {"language": ""})
    assert lang_of(client.get("/statements/", headers={"Accept-Language": "ru"})) == "ru"


@pytest.mark.parametrize("language", ["tlh", "en-gb", "uk'"])
def test_a_language_we_lack_changes_nothing(client_of, language):
    person = analyst()
    from_elsewhere = {"Referer": "https://evil.example/"}
    answer = client_of(person).post(reverse("account-language"), {"language": language}, headers=from_elsewhere)
    assert answer.url == reverse("account")
    person.refresh_from_db()
    assert person.language == ""


OF_ONE_LANGUAGE = {"en": r"[а-яёіїєґ]", "uk": r"[ёыэъ]|Incidents|Not yet", "ru": r"[іїєґ]|Incidents|Not yet"}
"""What never stands on a page in that language whose data are English."""


def test_two_people_read_the_same_page_each_in_their_own_language(client_of):
    """Whatever is kept from one answer to the next must not speak to the next reader."""
    statement = StatementFactory(role_words="spokesman")
    incident = statement.incidents.get()
    readers = {language: client_of(analyst(language=language)) for language in ("uk", "ru", "en")}
    for address in (incident.get_absolute_url(), statement.get_absolute_url(), reverse("desk")):
        for language in ("uk", "ru", "en", "uk"):
            page = readers[language].get(address)
            assert lang_of(page) == language
            # The languages themselves are named each in itself.
            text = re.sub(r'lang="(uk|ru)".*?</', "", page.content.decode())
            assert not re.search(OF_ONE_LANGUAGE[language], text), (address, language)
    assert wording.date_words("2022-04-03") == "3 Apr 2022"  # and the thread is left as it was


def test_what_partners_read_does_not_depend_on_who_works(client_of):
    """An editor who reads Ukrainian releases, and reopens, in the words one who reads English would have written."""
    written = {}
    for language in ("en", "uk"):
        by = editor(language=language)
        client = client_of(by)
        statement = StatementFactory(
            workflow="approved", party=PartyFactory(name="The ministry"), role_words="spokesman", created_by=by,
            said="2022-04-03", said_precision="day",
        )  # fmt: skip
        rendering = statement.renderings.get()
        QuoteCheckFactory(rendering=rendering, outcome="exact")
        approve_finding(statement, "could_not_confirm", by=editor(), public_wording="As it stands.")
        client.get(reverse("desk"))
        with translation.override(language), audit.recording():
            made = release_statement(
                statement=statement, expected_version=statement.version, by=by, confirmed_unassessed=True
            )
            edited = reopen_after_change(statement, {"said": ["2022-04-03", "2022-04-04"]}, by=by)
            told = wording.for_the_record(UNDONE)
        document = made.documents.get(ceiling="AMBER", scope="base").document
        written[language] = [document["sentence"], document["finding"]["label"], edited.reasons, told]
    assert written["uk"] == written["en"]
    assert written["en"][2:] == ["Approval lapsed: changed date.", "Undone"]


@pytest.mark.parametrize("language", ["uk", "ru"])
def test_a_house_that_writes_another_language_publishes_in_it(language, settings):
    settings.LANGUAGE_CODE = language
    statement = StatementFactory(party=PartyFactory(name="CNN"), kind="denial")
    said = render(statement).whole["sentence"]
    assert said.startswith({"uk": "CNN — заперечення", "ru": "CNN — отрицание"}[language])
    assert not re.search(r"[a-z]{4}", said.replace(settings.HARMTRACKER_ORGANISATION, "").split("“")[0])


def test_words_for_partners_are_marked_as_being_in_their_own_language():
    tag = Template("{% load record %}<p{% house_lang %}>")
    with translation.override("uk"):
        assert tag.render(Context()) == '<p lang="en">'
    assert tag.render(Context()) == "<p>"


def test_the_export_refuses_in_the_language_of_the_installation():
    refusal = Client().get("/api/v1/incidents/", headers={"Accept-Language": "uk"})
    assert refusal.json()["title"] == "A token is needed"
    assert "Content-Language" not in refusal
