"""Filters by what a record says, and answers cut down to some fields."""

import pytest

from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.factories import IncidentFactory, LinkFactory, PlaceFactory, StatementFactory

pytestmark = pytest.mark.django_db


def ids(client, path, **asked):
    return [each["id"] for each in client.read(path, asked)["results"]]


def test_incidents_by_box_region_country_words_and_marking(calling):
    place = PlaceFactory(name="Bucha", country="UA", adm1_code="UA-32")
    inside = released(
        IncidentFactory(
            workflow="approved", tlp="GREEN", latitude=50.54, longitude=30.2, place_precision="exact", place=place,
            title='Said "so" in Bucha')
    )  # fmt: skip
    other = released(
        IncidentFactory(
            workflow="approved", tlp="AMBER", latitude=-17, longitude=179, place_precision="exact", place=None
        )
    )
    client = calling()
    only = [str(inside.pk)]
    for asked in (
        {"bbox": "22,44,40,52"}, {"country": "UA"}, {"adm1": "UA-32"}, {"q": "bUCHA"}, {"q": 'said "SO"'},
        {"tlp_max": "GREEN"},
    ):  # fmt: skip
        assert ids(client, "incidents/", **asked) == only, asked
    assert ids(client, "incidents/", bbox="170,-20,-170,20") == [str(other.pk)]
    assert ids(client, "incidents/", q="released") == []  # words of the record, not of its format
    mark(inside, handling=["precise_location"])
    assert ids(client, "incidents/", bbox="22,44,40,52") == ids(client, "incidents/", q="Bucha") == []


def test_statements_by_words_relation_position_and_accused(calling):
    said = released_statement(kind="allegation", words="Nobody answered.")
    denial = StatementFactory(
        workflow="approved", kind="denial", responsibility_position="denies_act", incident=said.incidents.get()
    )
    LinkFactory(from_statement=denial, to_statement=said, type="denies", basis="editorial", reason="x")
    released(denial)
    client = calling()
    assert ids(client, "statements/", q="nobody ANSW") == [str(said.pk)]
    assert ids(client, "statements/", has_relation="denies") == [str(denial.pk)]
    assert ids(client, "statements/", position="denies_act") == [str(denial.pk)]
    assert ids(client, "statements/", lifecycle="retracted_by_speaker") == []
    accused = said.accuses.get().party_id
    assert ids(client, "statements/", accuses=str(accused)) == [str(said.pk)]


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("incidents/", {"bbox": "1,2,3"}),
        ("incidents/", {"bbox": "0,80,0,-80"}),
        ("incidents/", {"bbox": "nan,0,0,0"}),
        ("statements/", {"q": "x" * 10_000}),
        ("statements/", {"q": " "}),
        ("statements/", {"tlp_max": "PINK"}),
        ("statements/", {"fields": "ref,,kind"}),
        ("statements/", {"fields": "handling"}),
    ],
)
def test_what_cannot_be_asked_is_named(calling, path, asked):
    answer = calling().get(path, asked)
    assert (answer.status_code, answer.json()["parameter"]) == (400, next(iter(asked)))


def test_fields_cut_a_document_down_and_what_is_withheld_stays_named(calling):
    statement = released_statement(kind="testimony")
    client = calling("AMBER", "bulk:read")
    whole = client.read(f"statements/{statement.pk}/")
    cut = {name: whole[name] for name in ("object", "id", "ref", "sentence", "sensitivity")}
    assert client.read(f"statements/{statement.pk}/", {"fields": "ref,sentence"}) == cut
    assert client.read("statements/", {"fields": "ref,sentence"})["results"] == [cut]
    refused = client.get("statements/", {"fields": "figures"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "figures:read")
    refused = client.get("statements/", {"fields": "ref"}, headers={"Accept": "text/csv"})
    assert refused.json()["parameter"] == "fields"
