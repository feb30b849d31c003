"""Filters by what a record says, and answers cut down to some fields."""

import pytest

from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.factories import IncidentFactory, LinkFactory, PartyFactory, PlaceFactory, StatementFactory

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
        ("statements/", {"q": "x" * 3_000}),
        ("statements/", {"q": " "}),
        ("statements/", {"tlp_max": "PINK"}),
        ("statements/", {"fields": "ref,,kind"}),
        ("statements/", {"fields": "handling"}),
        ("statements/", {"fields": "ref,ref"}),
        ("statements/", {"expand": "statements"}),
        ("statements/", {"limit": "51", "expand": "incidents"}),
        ("incidents/", {"expand": "statements", "as_of": "2022-04-03"}),
        ("incidents/", {"count": "yes"}),
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


def test_whole_records_come_along_as_far_as_they_may_be_read(calling, monkeypatch):
    incident = released()
    said = released_statement(kind="testimony", incident=incident)
    reply, hidden = (StatementFactory(workflow="approved", kind="testimony", incident=incident) for _each in range(2))
    for each in (reply, hidden):
        LinkFactory(from_statement=each, to_statement=said, type="replies_to", basis="editorial", reason="x")
        released(each)
    mark(hidden, tlp="AMBER_STRICT")
    client = calling("AMBER")
    lone = {str(each.pk): client.read(f"statements/{each.pk}/") for each in (said, reply)}
    whole = client.read(f"incidents/{incident.pk}/")
    both = [lone[key] for key in sorted(lone)]
    assert client.read(f"incidents/{incident.pk}/", {"expand": "statements"}) == whole | {
        "expanded": {"cut": [], "statements": both}
    }
    (listed,) = client.read("incidents/", {"expand": "statements", "fields": "ref"})["results"]
    assert listed["expanded"]["statements"] == both
    assert "title" not in listed
    beside = client.read(f"statements/{said.pk}/", {"expand": "incidents,answered_by,links"})["expanded"]
    assert beside == {"cut": [], "incidents": [whole], "answered_by": [lone[str(reply.pk)]], "links": []}
    (answered,) = client.read(f"statements/{reply.pk}/", {"expand": "links"})["expanded"]["links"]
    assert answered == lone[str(said.pk)]
    monkeypatch.setattr("claims.api.expansions.MOST", 1)
    cut = client.read(f"incidents/{incident.pk}/", {"expand": "statements"})["expanded"]
    assert cut == {"cut": ["statements"], "statements": both[:1]}
    refused = calling("AMBER", only=["incidents:read"]).get("incidents/", {"expand": "statements"})
    assert (refused.status_code, refused.json()["scope"]) == (403, "statements:read")


def test_a_count_is_of_what_the_token_reads_and_ends_somewhere(calling, monkeypatch):
    party = PartyFactory()
    shown, hidden, _other = [
        released_statement(kind="testimony", **fields) for fields in ({"party": party}, {"party": party}, {})
    ]
    mark(hidden, handling=["witness_identity"])
    client = calling("AMBER")
    page = client.read("statements/", {"count": "on", "limit": 1})
    assert (page["count"], page["count_is_exact"], len(page["results"])) == (3, True, 1)
    assert "count" not in client.read(page["next"])
    assert client.read("statements/", {"count": "on", "party": str(party.pk)})["count"] == 1
    assert client.read("sources/", {"count": "on"})["count"] == 2  # the third is withheld with its words
    assert client.read("links/", {"count": "on"})["count"] == 0
    monkeypatch.setattr("claims.api.pages.COUNTED", 2)
    page = client.read("statements/", {"count": "on"})
    assert (page["count"], page["count_is_exact"]) == (2, False)
    assert shown.party_id == party.pk
