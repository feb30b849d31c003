"""Tables for humanitarian tools: valid by their own library, in the words of their dictionary, and about no person."""

import csv
import io
import warnings

import pytest

from claims.api import hxl
from tests.api.conftest import released, released_statement
from tests.factories import FigureFactory, IncidentFactory, PartyFactory, PlaceFactory, StatementFactory

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of the library's own making, while it is imported
    import hxl as libhxl

pytestmark = pytest.mark.django_db
CSV = "text/csv"
# What the dictionary of HXL 1.1 lets stand on the hashtags we use.
DICTIONARY = {
    "#meta": {"id", "source", "url"},
    "#event": {"code", "name", "type"},
    "#date": {"approved", "canceled", "converted", "end", "occurred", "reported", "start"},
    "#country": {"code", "dest", "name", "origin"},
    "#adm1": {"code", "dest", "name", "origin"},
    "#loc": {"code", "dest", "name", "origin", "type"},
    "#geo": {"bounds", "coord", "elevation", "lat", "lon"},
    "#impact": {"code", "name", "type"},
    "#cause": {"code", "name", "type"},
    "#status": {"code", "name"},
    "#description": {"type"},
    "#group": {"code", "name", "type"},
    "#affected": {"abducted", "adolescents", "adults", "children", "f", "hh", "i", "ind", "injured", "killed", "m"},
}
TABLES = {"incidents": hxl.INCIDENTS, "statements": hxl.STATEMENTS, "figures": hxl.figures(lambda _figure: True)}
# Beside the library's own rules (dates are dates, numbers are numbers): each row has an id and a marking.
RULES = [
    ["#valid_tag", "#valid_required", "#valid_unique", "#valid_severity"],
    ["#meta+id", "true", "true", "error"],
    ["#x_tlp", "true", "", "error"],
]
MARKER = "Zoryana"


@pytest.fixture
def bulk(calling):
    return calling("AMBER", "bulk:read", "figures:read", "locations.exact:read")


def table(client, path, **asked):
    response = client.get(path, {"profile": "hxl", **asked}, headers={"Accept": CSV})
    assert response.status_code == 200, response.content
    assert response["Content-Type"] == CSV
    return b"".join(response.streaming_content).decode()


def rows(text):
    """Rows by column name; the hashtags are the first of them."""
    return list(csv.DictReader(io.StringIO(text, newline="")))


def issues(text):
    """What the library finds wrong: by its own rules and by ours."""
    found = []
    for rules in (None, libhxl.data(RULES)):
        report = libhxl.validate(libhxl.data(io.BytesIO(text.encode())), rules)
        found += [issue["description"] for issue in report["issues"] if issue["severity"] == "error"]
    return found


@pytest.fixture
def talked_about(db):
    """A released incident with a figure and a statement by a person, in which every free text names somebody."""
    incident = IncidentFactory(
        workflow="approved",
        title=f"{MARKER} was killed",
        summary=f"{MARKER}.",
        place=PlaceFactory(name="=Bucha", adm1_code="UA-32", adm1_name="Kyiv oblast"),
        place_as_reported=f"the house of {MARKER}",
        latitude=50.54321,
        longitude=30.21234,
        place_precision="exact",
        harm=["killing"],
    )
    released(incident)
    released_statement(
        kind="testimony",
        party=PartyFactory(name=MARKER, kind="person"),
        role_words=f"the sister of {MARKER}",
        said_in=f"to {MARKER}",
        incident=incident,
    )
    counted = StatementFactory(workflow="approved", incident=incident, kind="casualty_figure")
    FigureFactory(statement=counted, incident=incident, words=f"20 with {MARKER}", area=f"around {MARKER}", least=20)
    released(counted)
    return incident


def test_every_table_is_valid_and_a_broken_one_is_not(bulk, talked_about):
    for path in TABLES:
        text = table(bulk, f"{path}/")
        assert len(rows(text)) > 1, path
        assert issues(text) == [], path
        first = rows(text)[1]["id"]
        assert issues(text.replace(first, "", 1)) != [], path  # a row without its id
        assert issues(text.replace(rows(text)[1]["released_at"], "soon")) != [], path  # a date that is none


def test_a_table_without_its_hashtags_is_refused(bulk, talked_about):
    names, _tags, *lines = table(bulk, "incidents/").splitlines(keepends=True)
    with pytest.raises(libhxl.input.HXLTagsNotFoundException):
        issues("".join([names, *lines]))


@pytest.mark.parametrize("path", TABLES)
def test_hashtags_stand_in_the_dictionary_or_say_that_they_do_not(path):
    for column in TABLES[path].columns:
        tag, *attributes = column.tag.split("+")
        if not tag.startswith("#x_"):
            own = {each for each in attributes if not each.startswith("x_")}
            assert own <= DICTIONARY[tag], column.tag
    tags = [column.tag for column in TABLES[path].columns]
    assert len(set(tags)) == len(tags)


def test_nothing_in_it_could_name_a_person(bulk, talked_about):
    for path in TABLES:
        text = table(bulk, f"{path}/")
        assert MARKER not in text, path
        assert "50.543" not in text, path
    said = next(row for row in rows(table(bulk, "statements/"))[1:] if row["kind"] == "testimony")
    assert (said["body_ref"], said["body"], said["body_kind"]) == ("", "", "")
    counted = next(row for row in rows(table(bulk, "statements/"))[1:] if row["kind"] == "casualty_figure")
    assert counted["body"]
    assert bulk.read("statements/")["results"]  # where the person is named, to whom may read it


def test_what_a_row_says(bulk, talked_about):
    incident = rows(table(bulk, "incidents/"))[1]
    assert (incident["ref"], incident["place"]) == (talked_about.ref, "'=Bucha")  # no formula
    assert (incident["latitude"], incident["longitude"]) == ("50.54", "30.21")
    assert (incident["occurred_first_day"], incident["occurred_last_day"]) == ("2022-04-02", "2022-04-02")
    assert (incident["harm"], incident["finding"], incident["tlp"]) == ("killing", "unverified", "AMBER")
    assert len(rows(table(bulk, "incidents/", finding="unverified"))) == 2
    assert len(rows(table(bulk, "incidents/", finding="verified"))) == 1  # the hashtags alone
    (figure,) = rows(table(bulk, "figures/", outcome="killed"))[1:]
    assert (figure["at_least"], figure["best"], figure["at_most"]) == ("20", "", "")
    assert rows(table(bulk, "figures/", outcome="injured"))[1:] == []


def test_what_is_asked_for_amiss_is_named(bulk, calling):
    for client, path, asked, accept, refused in (
        (bulk, "incidents/", {"profile": "hxl"}, "application/json", (400, "parameter", "profile")),
        (bulk, "incidents/", {"profile": "hxl"}, "application/ld+json", (400, "parameter", "profile")),
        (bulk, "incidents/", {"profile": "xlsform"}, CSV, (400, "parameter", "profile")),
        (bulk, "incidents/", {"profile": "hxl", "limit": "5"}, CSV, (400, "parameter", "limit")),
        (bulk, "figures/", {}, CSV, (400, "parameter", "profile")),
        (calling("AMBER", "figures:read"), "figures/", {"profile": "hxl"}, CSV, (403, "scope", "bulk:read")),
        (calling("AMBER", "bulk:read"), "figures/", {"profile": "hxl"}, CSV, (403, "scope", "figures:read")),
    ):
        status, member, name = refused
        answer = client.get(path, asked, headers={"Accept": accept})
        assert (answer.status_code, answer.json().get(member)) == (status, name), path
    assert bulk.get("parties/", headers={"Accept": CSV}).status_code == 406
