"""What a partner holds after fetching all files of a dump: looked at as files, with the tools partners use."""

import ast
import csv
import io
import json
import re
import zipfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb
import frictionless
import pytest
from django.db import transaction
from django.test import override_settings
from pyarrow import parquet

from claims.actions.partner import create_partner, issue_token
from claims.api.bulk import relations
from claims.api.bulk.files import zstd
from claims.api.bulk.package import Package
from claims.api.dumps import make_dumps
from claims.release.scopes import SCOPES
from tests.api.conftest import DOCS, PartnerClient, reading, released_statement, shipped
from tests.api.test_schema import one_of_everything
from tests.factories import admin

ROOT = DOCS.parent
pytestmark = pytest.mark.django_db  # the tests themselves look at files only
FORMULA = "=1+1 was said"
LISTS = ("incidents", "statements", "links", "figures", "comment-requests", "notes")
# Fields that stand in tables of their own, or in columns of other names.
ELSEWHERE = {"object", "sensitivity", "place", "under_review", "exact_place", "media_item", "quote_check"}


FETCH = shipped("fetch_dump")


@dataclass(frozen=True)
class Fetched:
    """A folder of files, the listing they came from, and what the lists answered at the same moment."""

    folder: Path
    listing: dict
    lists: dict

    def files(self, content, written_as):
        """Paths of the files that hold this."""
        (dump,) = self.listing["dumps"]
        wanted = [each for each in dump["segments"] if (each["content"], each["format"]) == (content, written_as)]
        return [self.folder / "dump" / each["name"] for each in wanted]

    def rows(self, table):
        """Rows of a Parquet table."""
        return [row for path in self.files(table, "parquet") for row in parquet.read_table(path).to_pylist()]

    def lines(self, content):
        """Lines of JSON, without the first of each file."""
        texts = [zstd.decompress(path.read_bytes()).splitlines()[1:] for path in self.files(content, "ndjson")]
        return [json.loads(line) for lines in texts for line in lines]


@pytest.fixture(scope="module")
def fetched(tmp_path_factory, django_db_setup, django_db_blocker):
    """One of everything, dumped, fetched with every scope; nothing of it stays in the database."""
    folder = tmp_path_factory.mktemp("partner")
    with django_db_blocker.unblock(), override_settings(EVIDENCE_ROOT=folder / "evidence"), transaction.atomic():
        one_of_everything()
        released_statement(kind="testimony", said_in=FORMULA)
        by = admin()
        partner = create_partner(name="An agency", by=by, ceiling="AMBER_STRICT")
        _token, plaintext = issue_token(partner=partner, scopes=list(SCOPES), ceiling="AMBER_STRICT", by=by)
        client = PartnerClient(plaintext)
        make_dumps()
        listing = client.read("exports/")
        FETCH.fetch(reading(client), folder / "dump")
        lists = {name: client.read(f"{name}/")["results"] for name in LISTS}
        transaction.set_rollback(True)
    return Fetched(folder, listing, lists)


def same(name, value, row):
    """Whether a field of a document stands in its row."""
    if isinstance(value, dict) and "reported" in value:
        moments = {f"{name}_{end}": moment(value[end]) for end in ("start", "end")}
        return row[name] == value["reported"] and all(row[column] == at for column, at in moments.items())
    if isinstance(value, dict):
        return row[f"{name}_id"] == value["id"] if "id" in value else row[name] == value["code"]
    return row[name] == (moment(value) if isinstance(row[name], datetime) else value)


def moment(text):
    return datetime.fromisoformat(text) if text else None


@pytest.mark.parametrize("name", LISTS)
def test_a_table_has_the_ids_and_the_values_of_the_list(fetched, name):
    rows = {row["id"]: row for row in fetched.rows(name.replace("-", "_"))}
    documents = fetched.lists[name]
    assert documents
    assert set(rows) == {each["id"] for each in documents}
    for document in documents:
        told = {field: value for field, value in document.items() if value not in (None, []) and field not in ELSEWHERE}
        own = {field: value for field, value in told.items() if not nested(value)}
        assert [field for field, value in own.items() if not same(field, value, rows[document["id"]])] == []


def nested(value):
    """A list of objects, or an object of such lists: these stand in tables of their own."""
    if isinstance(value, dict):
        return "cited" in value
    return isinstance(value, list) and any(isinstance(each, dict) for each in value)


def test_what_stands_inside_records_has_tables_that_lead_back_to_them(fetched):
    statements, incidents = fetched.lists["statements"], fetched.lists["incidents"]
    for table, documents, field in [
        ("renderings", statements, "renderings"),
        ("assessments", statements + incidents, "assessments"),
        ("links", statements, "links"),
        ("media_items", statements, "media_item"),
    ]:
        found = [document[field] for document in documents if document[field]]
        items = {each["id"] for value in found for each in (value if isinstance(value, list) else [value])}
        assert {row["id"] for row in fetched.rows(table)} == items, table
    evidence = [document["evidence"] for document in statements + incidents]
    cited = {item["id"] for each in evidence for item in each["cited"]}
    assert {row["id"] for row in fetched.rows("evidence_cited")} == cited
    proofs = {proof["rendering"]: proof for each in evidence for proof in each["quotations"]}
    assert {row["rendering_id"]: row["exact"] for row in fetched.rows("quotation_proofs")} == {
        key: proof["selector"]["exact"] for key, proof in proofs.items()
    }
    assert len(fetched.rows("ratings")) == sum(len(each["ratings"]) for each in statements + incidents) > 0
    (exact,) = fetched.rows("exact_places")
    assert exact["latitude"] == incidents[0]["exact_place"]["latitude"]
    named = {row["id"] for row in fetched.rows("parties")}
    assert {row["party_id"] for row in fetched.rows("statements")} <= named
    assert {row["source_id"] for row in fetched.rows("renderings")} <= {row["id"] for row in fetched.rows("sources")}


def test_columns_have_types_and_moments_are_in_utc(fetched):
    schema = parquet.read_schema(fetched.files("statements", "parquet")[0])
    told = {name: str(schema.field(name).type) for name in ("released_at", "version", "names_nobody", "handling", "id")}
    assert told == {
        "released_at": "timestamp[us, tz=UTC]",
        "version": "int64",
        "names_nobody": "bool",
        "handling": "list<element: string>",
        "id": "string",
    }
    assert not schema.field("id").nullable
    assert schema.field("said_in").nullable


def test_the_base_and_what_scopes_add_make_the_document_of_the_list(fetched):
    nothing = {
        "figures": [],
        "notes": [],
        "evidence": {"quotations": [], "cited": []},
        "ratings": [],
        "exact_place": None,
    }
    for kind in ("incident", "statement"):
        joined = {each["id"]: each for each in fetched.lines(f"{kind}s")}
        for part, absent in nothing.items():
            parts = {line["id"]: line[part] for line in fetched.lines(f"{kind}_{part}")}
            for key, document in joined.items():
                document[part] = parts.get(key, absent)
        documents = fetched.lists[f"{kind}s"]
        assert [{name: joined[each["id"]][name] for name in each} for each in documents] == documents


def test_the_example_of_the_guide_runs_as_it_stands(fetched, monkeypatch):
    guide = (DOCS / "partners.md").read_text()
    examples = re.findall(r"```sql\n(.*?)```", guide, re.DOTALL)
    monkeypatch.chdir(fetched.folder)
    found = [duckdb.sql(example).fetchall() for example in examples]
    assert len(found) == 3
    (denied,) = found[0]
    (link,) = fetched.lists["links"]
    by_id = {each["id"]: each for each in fetched.lists["statements"]}
    denial, allegation = by_id[link["from"]["id"]], by_id[link["to"]["id"]]
    assert denied == (allegation["ref"], allegation["party"]["name"], denial["party"]["name"], denial["sentence"])
    parties = {row["id"] for row in fetched.rows("parties")}
    assert {row[0] for row in found[1]} == parties
    (figure,) = fetched.lists["figures"]
    assert [row[1] for row in found[2]] == [figure["outcome"]]


@pytest.fixture
def package(fetched, tmp_path):
    """The Data Package, taken apart."""
    (path,) = fetched.files("package", "package")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path)
    return tmp_path


def complaints(package):
    report = frictionless.Package(str(package / "datapackage.json")).validate()
    return [tuple(row) for row in report.flatten(["type", "fieldName", "message"])]


def test_the_package_is_valid_and_every_reference_leads_somewhere(package, fetched):
    assert complaints(package) == []
    described = json.loads((package / "datapackage.json").read_text())
    keys = {each["name"]: each["schema"]["foreignKeys"] for each in described["resources"]}
    assert len(keys["links"]) == 2
    held = {row["id"] for row in rows_of(package, "statements")}
    assert held == {each["id"] for each in fetched.lists["statements"]}
    assert {"figures", "notes"}.isdisjoint(keys)  # these need a scope


def test_a_package_that_was_broken_is_not_valid(package):
    """A link to nobody, a kind that is none, a moment that is none, and words without a key."""
    for table, column, value in [
        ("links", "to_id", "00000000-0000-7000-8000-000000000000"),
        ("statements", "kind", "rumour"),
        ("incidents", "released_at", "yesterday"),
        ("renderings", "id", ""),
    ]:
        rows = rows_of(package, table)
        rows[0][column] = value
        with (package / "data" / f"{table}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    said = {(each[0], each[1]) for each in complaints(package)}
    assert {("foreign-key", None), ("constraint-error", "kind"), ("type-error", "released_at")} <= said
    assert {("constraint-error", "id"), ("primary-key", None)} & said


def rows_of(package, table):
    return list(csv.DictReader(io.StringIO((package / "data" / f"{table}.csv").read_text(), newline="")))


def test_no_cell_of_the_package_runs_in_a_spreadsheet(package):
    assert f"'{FORMULA}" in {row["said_in"] for row in rows_of(package, "statements")}


def test_the_same_records_make_the_same_archive(fetched):
    about = {"id": "x", "ceiling": "AMBER", "change_seq": 7}
    documents = fetched.lines("incidents") + fetched.lines("statements")
    assert archive_of(documents, about) == archive_of(documents, about)


def archive_of(documents, about):
    with Package() as package:
        for document in documents:
            package.take(relations.rows_of(document, "base"))
        with package.finish(about) as body:
            body.seek(0)
            return body.read()


def test_only_who_makes_a_dump_loads_what_writes_parquet():
    """The web process and every other worker would hold it for nothing."""
    named = {"pyarrow", "claims.api.bulk.parquet"}
    texts = {
        path: path.read_text() for app in ("harmtracker", "sources", "claims") for path in (ROOT / app).rglob("*.py")
    }
    loading = {
        path.name
        for path, text in texts.items()
        if any(name in text for name in named)
        for node in ast.parse(text).body
        if isinstance(node, ast.Import | ast.ImportFrom)
        and named & {getattr(node, "module", ""), *(each.name for each in node.names)}
    }
    assert loading == {"parquet.py"}
