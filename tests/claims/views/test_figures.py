"""Adding a number somebody gave."""

import pytest

from claims.models import Figure
from tests.factories import IncidentFactory, StatementFactory, TeamFactory, analyst, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


@pytest.fixture
def statement(incident):
    return StatementFactory(kind="casualty_figure", incident=incident)


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


def add(client, incident, statement, **given):
    kept = {
        "statement": statement.ref, "outcome": "killed", "population": "civilian", "demographic": "total",
        "count_kind": "incident",
    }  # fmt: skip
    return client.post(f"/incidents/{incident.ref}/figures/new/", kept | given)


def test_at_least_twenty_is_a_least_number_and_nothing_else(client, writer, incident, statement):
    added = add(client, incident, statement, least="20", words="at least 20", as_of="2022-04-02")

    figure = Figure.objects.get()
    assert added.url == f"/incidents/{incident.ref}/#figures"
    assert (figure.least, figure.best, figure.most, figure.created_by) == (20, None, None, writer)


def test_zero_is_kept_as_zero(client, writer, incident, statement):
    add(client, incident, statement, best="0")

    assert (Figure.objects.get().best, Figure.objects.get().least) == (0, None)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, "Give a number, or the words in which it was given."),
        ({"least": "300", "best": "20"}, "The least comes first"),
        ({"best": "-1"}, "greater than or equal to 0"),
        ({"best": "many"}, "Enter a whole number."),
        ({"best": "99999999999"}, "less than or equal to"),
        ({"best": "3", "is_other_area": "on"}, "Name the area that was counted."),
        ({"best": "3", "as_of": "yesterday"}, "Write a date as"),
    ],
)
def test_a_number_that_cannot_be_kept_is_refused_in_words(client, writer, incident, statement, given, words):
    refused = add(client, incident, statement, words="" if not given else "typed with care", **given)

    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not given or "typed with care" in refused.content.decode()
    assert not Figure.objects.exists()


def test_only_statements_about_this_incident_that_one_sees_can_give_it(client, writer, incident):
    hidden = StatementFactory(incident=incident, team=TeamFactory())

    for other in (hidden, StatementFactory()):
        assert add(client, incident, other, best="3").status_code == 422
    assert not Figure.objects.exists()


def test_who_may_not(client, incident, statement):
    client.force_login(viewer())
    assert add(client, incident, statement, best="3").status_code == 403
    client.force_login(analyst())
    assert add(client, IncidentFactory(team=TeamFactory()), statement, best="3").status_code == 404


def test_the_statement_one_came_from_is_chosen(client, writer, incident, statement):
    shown = client.get(f"/incidents/{incident.ref}/figures/new/?statement={statement.ref}").content.decode()

    assert f'<option value="{statement.ref}" selected>' in shown
