"""Drafts: what is typed is kept before it is sent, comes back when the form is opened again, goes when it is sent."""

import re

import pytest

from harmtracker.models import Draft
from tests.factories import (
    CaptureFactory,
    IncidentFactory,
    StatementFactory,
    admin,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
NEW = "incident-new:/incidents/new/"


@pytest.fixture
def writer():
    return analyst()


@pytest.fixture
def browser(client_of, writer):
    return client_of(writer)


def keep(browser, key=NEW, saved="", **fields):
    return browser.post("/drafts/", {"draft_key": key, "draft_saved": saved} | fields)


def edit_of(incident):
    return f"incident-edit:/incidents/{incident.ref}/edit/"


def opened(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_was_typed_comes_back_when_the_form_is_opened_again(browser):
    answer = keep(browser, title="Fire in the market hall", harm=["killing", "injury"], summary="Two <b>rows</b>")

    assert answer.json()["words"].startswith("Saved ")
    page = opened(browser, "/incidents/new/")
    assert 'value="Fire in the market hall"' in page
    assert "Two &lt;b&gt;rows&lt;/b&gt;" in page
    assert page.count("checked") >= 2
    assert "Restored what you typed at" in page
    assert 'data-draft="incident-new:/incidents/new/"' in page


def test_nothing_is_said_of_drafts_where_there_is_none(browser):
    assert "Restored" not in opened(browser, "/incidents/new/")


def test_a_form_that_was_sent_leaves_no_draft(browser):
    saved = keep(browser, title="Shelling").json()["saved"]

    answer = browser.post("/incidents/new/", {"title": "Fire in the market hall", "occurred": "2022-03-01",
                                              "occurred_zone": "Europe/Kyiv", "place_precision": "settlement",
                                              "means": "unknown", "tlp": "AMBER", "draft_saved": saved})  # fmt: skip

    assert answer.status_code == 302
    assert not Draft.objects.exists()


def test_a_form_that_is_refused_keeps_its_draft(browser):
    saved = keep(browser, title="", summary="Long words").json()["saved"]

    answer = browser.post("/incidents/new/", {"title": "", "summary": "Long words", "draft_saved": saved})

    assert answer.status_code == 422
    assert f'name="draft_saved" value="{saved}"' in answer.content.decode()
    assert Draft.objects.count() == 1


def test_a_draft_is_its_owners_alone(browser, client_of):
    keep(browser, title="Fire in the market hall")
    mine = Draft.objects.get()
    other = client_of(editor())

    assert "market hall" not in opened(other, "/incidents/new/")
    assert "market hall" not in opened(other, "/desk/")
    other.post("/drafts/throw-away/", {"draft": mine.pk})
    assert Draft.objects.get() == mine


def test_throwing_away_leads_back_to_the_empty_form(browser):
    keep(browser, title="Fire in the market hall")

    answer = browser.post("/drafts/throw-away/", {"draft": Draft.objects.get().pk}, follow=True)

    assert answer.redirect_chain == [("/incidents/new/", 302)]
    assert "market hall" not in answer.content.decode()
    assert "Thrown away." in answer.content.decode()
    assert not Draft.objects.exists()


@pytest.mark.parametrize("draft", ["", "x", "0199e7a0-0000-7000-8000-000000000000"])
def test_throwing_away_what_is_not_there_leads_to_the_desk(browser, draft):
    assert browser.post("/drafts/throw-away/", {"draft": draft}).url == "/desk/"


def test_an_edit_is_restored_upon_the_version_it_was_typed_on(browser, writer):
    incident = IncidentFactory(title="Killings in Bucha", created_by=writer)
    keep(browser, edit_of(incident), title="Killings in Bucha, Yablunska", version="1")
    assert Draft.objects.get().based_on == 1
    type(incident).objects.filter(pk=incident.pk).update(version=2, title="Killings in Bucha city")

    page = opened(browser, f"/incidents/{incident.ref}/edit/")

    assert 'name="version" value="1"' in page
    assert "Killings in Bucha, Yablunska" in page


def test_each_selection_of_a_text_has_a_draft_of_its_own(browser):
    capture = CaptureFactory()
    address = f"/sources/{capture.source.ref}/captures/{capture.number}/log/"
    keep(browser, f"capture-log:{address}?start=0&end=6", said_in="An interview", exact="Bodies")

    assert "An interview" in opened(browser, f"{address}?start=0&end=6&exact=Bodies")
    assert "An interview" not in opened(browser, f"{address}?start=7&end=10&exact=lay")


def test_every_larger_form_keeps_what_is_typed(browser, writer):
    statement = StatementFactory(created_by=writer)
    incident = statement.incidents.get()
    capture = statement.renderings.get().capture
    text = f"/sources/{capture.source.ref}/captures/{capture.number}"
    for address in (
        "/incidents/new/", f"/incidents/{incident.ref}/edit/", f"/incidents/{incident.ref}/assess/",
        f"/incidents/{incident.ref}/figures/new/", f"/incidents/{incident.ref}/requests/new/",
        f"/statements/{statement.ref}/edit/", f"/statements/{statement.ref}/answer/",
        f"/statements/{statement.ref}/assess/", f"{text}/log/", f"{text}/words/", f"{text}/note/",
    ):  # fmt: skip
        page = opened(browser, address)
        [key] = re.findall(r'data-draft="([^"]+)"', page)
        assert page.count('name="draft_saved" value=""') == 1, address
        assert keep(browser, key, reasons="x").status_code == 200, address


def test_the_sheet_of_a_finding_comes_back_whole(browser):
    statement = StatementFactory()
    key = f"statement-assess:/statements/{statement.ref}/assess/"
    keep(browser, key, finding="in_progress", reasons="Three photos agree", also="ST-0000000", version="1")

    page = opened(browser, f"/statements/{statement.ref}/assess/")

    assert "Three photos agree" in page
    assert "ST-0000000" in page


def test_a_second_tab_is_told_and_both_are_kept(browser):
    first = keep(browser, title="Written in the first tab").json()["saved"]

    second = keep(browser, title="Written in the second tab").json()

    assert "Also open elsewhere, saved there" in second["words"]
    assert "Written in the second tab" in opened(browser, "/incidents/new/")
    assert "Written in the first tab" in opened(browser, "/incidents/new/?draft=other")
    third = keep(browser, saved=first, title="Written on in the first tab").json()
    assert "Also open elsewhere" in third["words"]
    texts = {draft.fields["title"][0] for draft in Draft.objects.all()}
    assert texts == {"Written on in the first tab", "Written in the second tab"}


def test_one_tab_never_meets_itself(browser):
    saved = ""
    for words in ("S", "Sh", "She", "Shelling"):
        answer = keep(browser, saved=saved, title=words).json()
        saved = answer["saved"]
        assert "elsewhere" not in answer["words"]
    assert Draft.objects.count() == 1


def test_sending_one_tab_leaves_what_the_other_typed(browser):
    keep(browser, title="Second tab")
    saved = keep(browser, title="First tab").json()["saved"]

    browser.post("/incidents/new/", {"title": "First tab", "occurred": "2022-03-01", "occurred_zone": "Europe/Kyiv",
                                     "place_precision": "settlement", "means": "unknown", "tlp": "AMBER",
                                     "draft_saved": saved})  # fmt: skip

    assert [draft.fields["title"] for draft in Draft.objects.all()] == [["Second tab"]]


def test_secrets_and_keys_of_the_page_are_not_kept(browser):
    keep(browser, title="Shelling", password="x", csrfmiddlewaretoken="y", api_token="z", passphrase="p")

    assert Draft.objects.get().fields == {"title": ["Shelling"]}


def test_files_are_not_kept(browser, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(b"\xff\xd8")
    with (tmp_path / "photo.jpg").open("rb") as photo:
        keep(browser, title="Shelling", file=photo)

    assert Draft.objects.get().fields == {"title": ["Shelling"]}


def test_signs_the_database_cannot_hold_are_left_out(browser):
    keep(browser, title="Shel\x00ling", **{"na\x00me": "x"})

    assert Draft.objects.get().fields == {"title": ["Shelling"], "name": ["x"]}


def test_too_much_is_refused_in_words(browser):
    answer = keep(browser, title="x" * 200_001)

    assert answer.status_code == 422
    assert "longer than what can be kept" in answer.json()["words"]
    assert not Draft.objects.exists()


def test_too_many_are_refused_in_words(browser, writer):
    Draft.objects.bulk_create(Draft(owner=writer, key=f"incident-new:/incidents/new/{n}") for n in range(500))

    answer = keep(browser, title="One more")

    assert answer.status_code == 422
    assert "Throw some away" in answer.json()["words"]


@pytest.mark.parametrize(
    "key",
    ["", "x", "incident-new:", "incident-new:/incidents/IN-1/edit/", "incidents:/", "account:/account/",
     "incident-new:/incidents/new/#other", "incident-new://evil.example/", "incident-new:/incidents/new/?" + "x" * 150],
)  # fmt: skip
def test_only_forms_have_drafts(browser, key):
    assert keep(browser, key, title="x").status_code == 422
    assert not Draft.objects.exists()


@pytest.mark.parametrize("person", [viewer, admin])
def test_who_writes_nothing_has_no_drafts(client_of, person):
    assert keep(client_of(person()), title="x").status_code == 403


def test_a_draft_needs_a_token_against_forgery(writer):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(writer)
    assert keep(strict, title="x").status_code == 403


def test_without_a_session_nothing_is_kept(client):
    assert keep(client, title="x").status_code == 403
    assert not Draft.objects.exists()
