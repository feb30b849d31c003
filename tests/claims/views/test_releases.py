"""The release page: what each partner will read stands there before the click, and nothing goes out unticked."""

import pytest
from django.urls import reverse

from claims.models import PublishedRecord, Release, ReleaseWithdrawal
from harmtracker.db import save_version
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    PartyFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    approve_finding,
    editor,
    ready_incident,
    ready_statement,
    viewer,
)

pytestmark = pytest.mark.django_db


def page_of(record, kind="incident"):
    return reverse(f"{kind}-release", args=[record.ref])


def release(client, record, kind="incident", *, ticked=(), **fields):
    form = {
        "version": record.version,
        "statements": [f"{each.ref}@{each.version}" for each in ticked],
        "confirmed_unassessed": "on",
        "reason": "Two outlets have asked",
    }
    return client.post(page_of(record, kind), {name: value for name, value in (form | fields).items() if value})


def withdraw(client, record, kind="incident", **fields):
    form = {"code": "error", "reason": "The wrong town"}
    return client.post(reverse(f"{kind}-withdraw", args=[record.ref]), form | fields)


def released(record):
    return PublishedRecord.objects.filter(record_id=record.pk, withdrawal=None).exists()


@pytest.mark.parametrize(("person", "status"), [(viewer, 403), (analyst, 403), (admin, 403), (editor, 302)])
@pytest.mark.parametrize("kind", ["incident", "statement"])
def test_only_an_editor_releases_and_withdraws(kind, person, status):
    record = ready_incident(tlp="GREEN") if kind == "incident" else ready_statement(tlp="GREEN")
    client = signed_in(person())
    assert release(client, record, kind).status_code == status
    assert released(record) is (status == 302)
    release(signed_in(editor()), record, kind)
    assert withdraw(client, record, kind).status_code == status
    assert released(record) is (status != 302)


def test_what_goes_out_stands_on_the_page_for_each_ceiling():
    incident = ready_incident(tlp="GREEN", title="A strike on a clinic")
    page = words_of(signed_in(editor()).get(page_of(incident)))
    assert "TLP:GREEN TLP:AMBER" in page
    assert "TLP:CLEAR" not in page
    assert "A strike on a clinic" in page
    assert "had not yet assessed this." in page


def test_ceilings_that_read_differently_are_shown_apart():
    statement = ready_statement(tlp="GREEN", party=PartyFactory(name="Amber Ministry", tlp="AMBER"))
    answer = signed_in(editor()).get(page_of(statement, "statement"))
    assert answer.content.decode().count("data-preview") == 2
    low, high = answer.context["previews"]
    assert low.ceilings == ["TLP:GREEN"]
    assert "Amber Ministry" not in low.sentence
    assert "Amber Ministry" in high.sentence
    assert ("party", "restricted") in low.redacted


def test_statements_go_along_only_when_ticked():
    incident = ready_incident()
    ticked, unticked = ready_statement(incident=incident), ready_statement(incident=incident)
    client = signed_in(editor())
    page = client.get(page_of(incident)).content.decode()
    assert f'value="{ticked.ref}@1"' in page
    assert " checked" not in page.split('name="statements"')[1].split("</ul>")[0]
    assert release(client, incident, ticked=[ticked]).status_code == 302
    assert (released(incident), released(ticked), released(unticked)) == (True, True, False)


def test_a_statement_that_is_not_ready_cannot_be_ticked_and_says_why():
    incident = ready_incident()
    draft = StatementFactory(incident=incident, workflow="draft")
    altered = ready_statement("edited", incident=incident)
    page = signed_in(editor()).get(page_of(incident))
    assert 'name="statements"' not in page.content.decode()
    assert "It is not approved." in words_of(page)
    assert "A quotation is not exact in the newest capture." in words_of(page)
    refused = release(signed_in(editor()), incident, ticked=[draft])
    assert refused.status_code == 422
    assert f"{draft.ref} is not approved." in words_of(refused)
    assert release(signed_in(editor()), incident, ticked=[altered]).status_code == 422
    assert not Release.objects.exists()


def test_a_statement_changed_since_it_was_ticked_is_looked_at_again():
    incident = ready_incident()
    statement = ready_statement(incident=incident)
    save_version(statement, 1, said_in="Another channel")
    statement.version = 1
    answer = release(signed_in(editor()), incident, ticked=[statement])
    assert answer.status_code == 422
    assert "A statement you ticked has changed meanwhile." in words_of(answer)
    assert not Release.objects.exists()


def test_not_yet_assessed_is_confirmed_in_so_many_words():
    incident = ready_incident()
    client = signed_in(editor())
    assert "It goes out as “Not yet assessed”" in words_of(client.get(page_of(incident)))
    refused = release(client, incident, confirmed_unassessed="")
    assert refused.status_code == 422
    assert 'Confirm that it goes out as "Not yet assessed".' in words_of(refused)
    assert "Two outlets have asked" in refused.content.decode()
    approve_finding(incident, "could_not_confirm")
    assert "Not yet assessed" not in words_of(client.get(page_of(incident)))
    assert release(client, incident, confirmed_unassessed="").status_code == 302


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"workflow": "draft"}, "It is not approved. Approve the record first."),
        ({"handling": ["legal_hold"]}, "Its marking stops release"),
        ({"handling": ["sub_judice"]}, "Its marking stops release"),
    ],
)
def test_what_stops_release_is_said_before_the_click_and_after_it(fields, says):
    incident = ready_incident(**fields)
    client = signed_in(editor())
    page = client.get(page_of(incident))
    assert says in words_of(page)
    assert "btn-1 btn-l" not in page.content.decode()
    assert release(client, incident).status_code == 422
    assert not Release.objects.exists()


def test_changes_not_yet_released_are_shown_with_both_sides():
    incident = ready_incident(title="The first title")
    client = signed_in(editor())
    assert "Partners have never seen it." in words_of(client.get(page_of(incident)))
    release(client, incident)
    assert "None: partners read the record as it stands." in words_of(client.get(page_of(incident)))
    save_version(incident, incident.version, title="The second title")
    page = client.get(page_of(incident)).content.decode()
    assert "<del><bdi>The first title" in page
    assert "<ins><bdi>The second title" in page
    assert release(client, incident).status_code == 302
    assert Release.objects.count() == 2


def test_an_outdated_page_releases_nothing_and_can_be_sent_again():
    incident = ready_incident()
    save_version(incident, 1, title="Another title")
    client = signed_in(editor())
    refused = release(client, incident, version=1)
    assert refused.status_code == 422
    assert "Someone saved this record after you opened it." in words_of(refused)
    assert "Another title" in words_of(refused)
    assert not released(incident)
    assert release(client, incident, version=refused.context["form"]["version"].value()).status_code == 302


def test_a_double_click_releases_once():
    incident = ready_incident()
    client = signed_in(editor())
    release(client, incident)
    again = release(client, incident)
    assert again.status_code == 422
    assert "is released already, and nothing has changed since." in words_of(again)
    assert Release.objects.count() == 1


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"code": ""}, "Choose why it is withdrawn."),
        ({"reason": " "}, "Say why it is withdrawn."),
        ({"code": "shame"}, "shame is not one of the available choices"),
    ],
)
def test_a_withdrawal_has_a_code_and_a_reason(sent, says):
    incident = ready_incident()
    client = signed_in(editor())
    release(client, incident)
    refused = withdraw(client, incident, **sent)
    assert refused.status_code == 422
    assert says in words_of(refused)
    assert released(incident)


def test_a_withdrawal_acts_once_and_is_shown_with_who_and_why():
    incident = ready_incident()
    client = signed_in(editor(name="The Editor"))
    assert "Withdraw it from partners" not in words_of(client.get(page_of(incident)))
    assert "there is nothing to withdraw" in words_of(withdraw(client, incident))
    release(client, incident)
    assert withdraw(client, incident).status_code == 302
    again = withdraw(client, incident)
    assert again.status_code == 422
    assert ReleaseWithdrawal.objects.count() == 1
    assert "Withdrawn by The Editor: Released in error." in words_of(client.get(page_of(incident)))


@pytest.mark.parametrize("kind", ["incident", "statement"])
def test_what_one_may_not_see_is_as_unknown(kind):
    make = ready_incident if kind == "incident" else ready_statement
    client = signed_in(editor())
    record = make(team=TeamFactory())
    unknown = client.get(reverse(f"{kind}-release", args=["XX-2222222"]))
    hidden = client.get(page_of(record, kind))
    assert hidden.status_code == unknown.status_code == 404
    assert words_of(hidden) == words_of(unknown)
    assert release(client, record, kind).status_code == withdraw(client, record, kind).status_code == 404


def test_a_statement_of_another_team_is_not_offered():
    incident = ready_incident()
    hidden = ready_statement(incident=incident, team=TeamFactory())
    client = signed_in(editor())
    assert hidden.ref not in client.get(page_of(incident)).content.decode()
    assert release(client, incident, ticked=[hidden]).status_code == 422
    assert not Release.objects.exists()


def test_queries_do_not_grow_with_the_statements(django_assert_max_num_queries):
    client = signed_in(editor())

    def count(number):
        incident = ready_incident()
        for _each in range(number):
            ready_statement(incident=incident)
        with django_assert_max_num_queries(30) as captured:
            assert client.get(page_of(incident)).status_code == 200
        return len(captured)

    assert count(1) == count(4)
