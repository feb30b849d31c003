"""One scope, one content: the same records with the same fields in every format, for whoever's eyes.

The formats that say less (a map layer has no statements, a table for humanitarian tools no words) are held to what they
say. A new format gets a line in ``FORMATS``.
"""

import csv
import io
import json
import re
import zipfile
from collections import defaultdict
from datetime import datetime
from itertools import product

import pytest
from pyarrow import parquet

from claims.api import tables
from claims.api.dumps import make_dumps
from claims.api.linked.terms import FIELDS
from claims.release.scopes import SCOPES
from tests.api.conftest import released, released_statement
from tests.api.test_restricted_later import mark
from tests.api.test_schema import one_of_everything
from tests.factories import IncidentFactory, PartyFactory, PlaceFactory, approve_finding

KINDS = ("incident", "statement")
# Fields of linked data by the kind of node they stand in, back to our names.
NAMES = {kind: {word: name for name, word in words.items()} for kind, words in FIELDS.items()}
LISTS = {"handling", "redacted", "links", "harm", "accuses", "renderings", "incidents"}
# What is no text in a cell of the Data Package.
JSON = re.compile(r'\["|\[\]$|(true|false)$')


def cells(document):
    """A document by the columns of a table, as text; only what is there."""
    values = {name: read(document) for name, read in tables.COLUMNS[document["object"]]}
    return {name: str(tables.inert(value)) for name, value in values.items() if value not in (None, "")}


def sent(client, kind, media_type, **asked):
    response = client.get(f"{kind}s/", asked, headers={"Accept": media_type})
    assert response.status_code == 200, response.content
    return b"".join(response.streaming_content) if response.streaming else response.content


def pages(client, kind):
    return [cells(each) for each in json.loads(sent(client, kind, "application/json"))["results"]]


def lines(client, kind):
    *documents, _end = map(json.loads, sent(client, kind, "application/x-ndjson").splitlines())
    return [cells(each) for each in documents]


def table(client, kind):
    rows = csv.DictReader(io.StringIO(sent(client, kind, "text/csv").decode(), newline=""))
    return [{name: value for name, value in row.items() if value} for row in rows]


def layer(client, kind):
    features = json.loads(sent(client, kind, "application/geo+json"))["features"]
    assert [each["id"] for each in features] == [each["properties"]["id"] for each in features]
    shown = [{name: tables.inert(value) for name, value in each["properties"].items()} for each in features]
    return [{name: str(value) for name, value in each.items() if value not in (None, "")} for each in shown]


def linked_data(client, kind):
    return [cells(_plain(each, "")) for each in json.loads(sent(client, kind, "application/ld+json"))["results"]]


def hashtags(client, kind):
    text = sent(client, kind, "text/csv", profile="hxl").decode()
    rows = list(csv.DictReader(io.StringIO(text, newline="")))[1:]
    known = dict(tables.COLUMNS[kind])
    return [{name: value for name, value in row.items() if value and name in known} for row in rows]


def parquet_table(files, kind):
    """A table of a dump; lists joined and moments written as in ours."""
    return [row for file in files[f"{kind}s", "parquet"] for row in parquet.read_table(io.BytesIO(file)).to_pylist()]


def package_table(files, kind):
    """A table of the Data Package; what is no text in it is JSON."""
    (archive,) = files["package", "package"]
    text = zipfile.ZipFile(io.BytesIO(archive)).read(f"data/{kind}s.csv").decode()
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [{name: json.loads(cell) if JSON.match(cell) else cell for name, cell in row.items()} for row in rows]


# What comes as files of a dump.
FILES = {"Parquet": parquet_table, "Data Package": package_table}


def dumped(client):
    """The files of a dump made now, by what they hold and how."""
    make_dumps()
    files = defaultdict(list)
    for each in client.read("exports/")["dumps"][0]["segments"]:
        if each["format"] in ("parquet", "package"):
            files[each["content"], each["format"]].append(b"".join(client.get(each["address"]).streaming_content))
    return files


def known_cells(row, kind):
    """What a row of a file shares with a row of ours."""
    told = {name: _cell(row[name]) for name, _read in tables.COLUMNS[kind] if name in row}
    return {name: value for name, value in told.items() if value}


def _cell(value):
    if isinstance(value, list):
        return tables.SEVERAL.join(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(tables.inert(value))


# Format -> which kinds it has, and how to read it. Rows are told by their columns, in text.
FORMATS = {
    "NDJSON": (KINDS, lines),
    "CSV": (KINDS, table),
    "GeoJSON": (("incident",), layer),
    "JSON-LD": (KINDS, linked_data),
    "HXL": (KINDS, hashtags),
}
# What HXL leaves out on purpose: free text, whoever may be a person, and what its own columns say otherwise.
HXL = {
    "incident": {"id", "ref", "place", "place_precision", "country", "adm1_code", "latitude", "longitude", "harm",
                 "means", "finding", "finding_label", "tlp", "handling"},
    "statement": {"id", "kind", "responsibility_position", "checkability", "lifecycle", "finding", "finding_label",
                  "tlp", "handling"},
}  # fmt: skip


class _Found(dict):
    """Where linked data says nothing, JSON says null, or lists nothing."""

    def __missing__(self, name):
        return [] if name in LISTS else None


def _plain(node, field):
    """An object of linked data in the words of our JSON."""
    kind = node.get("object") or field
    named = NAMES.get(kind, {})
    found = _Found()
    for word, value in node.items():
        name = {"@id": "id", "identifier": "ref"}.get(word) or named.get(word, word)
        found[name] = _value(value, name)
    if "containedInPlace" in node:
        found |= {"id": node["containedInPlace"]["@id"].removeprefix("urn:uuid:")}
    return found


def _value(value, name):
    if isinstance(value, dict):
        return _plain(value, name)
    if isinstance(value, list):
        return [_value(each, name) for each in value]
    return value.removeprefix("urn:uuid:") if name == "id" else value


def differences(plain, other, only=None):
    """Where a format says something else than the pages of JSON do: ids, fields that are there, and their values."""
    if [each.get("id") for each in plain] != [each.get("id") for each in other]:
        return ["other records"]
    found = []
    for one, same in zip(plain, other, strict=True):
        names = only if only is not None else {*one, *same}
        found += [f"{one['id']}: {name}" for name in sorted(names) if one.get(name) != same.get(name)]
    return found


def assert_same_in_every_format(client):
    """Returns what the pages of JSON say, by kind."""
    shown = {kind: pages(client, kind) for kind in KINDS}
    for name, (kinds, read) in FORMATS.items():
        for kind in kinds:
            only = HXL[kind] if name == "HXL" else None
            assert differences(shown[kind], read(client, kind), only) == [], (name, kind)
    return shown


@pytest.fixture
def record(db):
    """One of everything for AMBER, an incident of two that everybody may read, and a formula for a name."""
    one_of_everything()
    everybody = {"tlp": "CLEAR"}
    incident = IncidentFactory(workflow="approved", place=PlaceFactory(name="=Bucha", **everybody), harm=["killing"],
                               summary="-1, with a comma\nand a line", latitude=50.5, longitude=-30.25,
                               place_precision="exact", **everybody)  # fmt: skip
    approve_finding(incident, "could_not_confirm")
    released(incident)
    return released_statement(incident=incident, party=PartyFactory(**everybody), **everybody)


@pytest.mark.django_db
@pytest.mark.usefixtures("evidence_root")
def test_every_format_says_the_same_to_every_reader(calling, record):
    amber = calling("AMBER_STRICT", only=list(SCOPES))
    shown = assert_same_in_every_format(amber)
    everybody = assert_same_in_every_format(calling("CLEAR", "bulk:read"))
    assert (len(everybody["incident"]), len(everybody["statement"])) == (1, 1)
    assert all(len(shown[kind]) > 1 for kind in KINDS)
    mark(record, handling=["witness_identity"])
    mark(record.incidents.get(), handling=["victim_identity", "precise_location"])
    withheld = assert_same_in_every_format(amber)
    assert [len(withheld[kind]) for kind in KINDS] == [len(shown[kind]) for kind in KINDS]
    for kind, name in (("incident", "title"), ("statement", "party")):
        gone = [each for each in withheld[kind] if "withheld" in each]
        assert [name in each for each in gone] == [False], kind
    files = dumped(amber)
    for (name, read), kind in product(FILES.items(), KINDS):
        rows = read(files, kind)
        # What is withheld of a part that a scope adds stands with that part, in a file of its own.
        shared = set(rows[0]) & {column for column, _read in tables.COLUMNS[kind]} - {"withheld"}
        assert len(shared) > 15
        found = [known_cells(row, kind) for row in rows]
        assert differences(withheld[kind], found, shared) == [], (name, kind)


def test_a_format_that_loses_something_is_seen():
    plain = [{"id": "1", "party": "A", "words": "W"}, {"id": "2", "party": "B"}]
    assert differences(plain, plain) == []
    assert differences(plain, plain[1:]) == ["other records"]
    assert differences(plain, [{**plain[0], "words": "V"}, plain[1]]) == ["1: words"]
    assert differences(plain, [plain[0], {"id": "2"}]) == ["2: party"]
    assert differences(plain, [plain[0], {**plain[1], "words": "W"}]) == ["2: words"]


@pytest.mark.django_db
def test_an_exact_point_is_the_same_on_the_map_and_in_linked_data(calling, record):
    client = calling("CLEAR", "bulk:read", "locations.exact:read")
    (incident,) = client.read("incidents/")["results"]
    (feature,) = json.loads(sent(client, "incident", "application/geo+json"))["features"]
    (node,) = json.loads(sent(client, "incident", "application/ld+json"))["results"]
    point = [incident["exact_place"][name] for name in ("longitude", "latitude")]
    assert feature["geometry"]["coordinates"] == point
    assert [node["exact_place"][name] for name in ("longitude", "latitude")] == point
