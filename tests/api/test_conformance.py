"""What we send and describe, held to the standards' own readers; each of them refuses a broken one."""

import copy
import json
import re
from pathlib import Path

import frictionless
import pytest
import yaml
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from claims.api.schema import json_schema
from tests.api.conftest import released
from tests.factories import FigureFactory, IncidentFactory, StatementFactory

RESPONSES = Path(__file__).parent / "responses"
COMMITTED = Path(__file__).parent.parent.parent / "docs" / "openapi.yaml"
# Committed answer -> the schema we serve for it.
OBJECTS = {
    "incident": "IncidentAnswer",
    "statement": "StatementAnswer",
    "bundle": "Bundle",
    "history": "History",
    "links": "LinkPage",
    "figures": "FigurePage",
    "comment-requests": "RequestPage",
    "notes": "NotePage",
    "exports": "Dumps",
    "audit-head": "AuditHead",
    "vocabulary-finding": "Vocabulary",
    "withdrawn": "Tombstone",
    "wrong-parameter": "Problem",
    "no-token": "Problem",
}
# Numbers that differ from run to run stand in words in a committed answer.
COUNTED = r'"<(change_seq|next_after|sequence|bytes)>"'
WITH_HASHTAGS = ("incidents", "statements", "figures")


SPOILED = [
    lambda shape: shape["info"].pop("version"),
    lambda shape: shape["paths"]["/api/v1/me/"]["get"]["responses"]["200"].pop("description"),
    lambda shape: shape["paths"]["/api/v1/me/"]["get"].update({"parameters": [{"name": "q", "in": "nowhere"}]}),
]


def test_the_description_is_valid_and_a_broken_one_is_not():
    whole = yaml.safe_load(COMMITTED.read_text())
    assert list(OpenAPIV31SpecValidator(whole).iter_errors()) == []
    part = whole | {"paths": {"/api/v1/me/": whole["paths"]["/api/v1/me/"]}}
    for spoil in SPOILED:
        broken = copy.deepcopy(part)
        spoil(broken)
        assert list(OpenAPIV31SpecValidator(broken).iter_errors()) != []


@pytest.mark.parametrize(("name", "shape"), OBJECTS.items())
def test_every_kind_of_answer_meets_its_schema_and_a_broken_one_does_not(name, shape):
    answer = json.loads(re.sub(COUNTED, "1", (RESPONSES / f"{name}.json").read_text()))
    validator = Draft202012Validator(json_schema(shape))
    assert [error.message for error in validator.iter_errors(answer)] == []
    for field in validator.schema["$defs"][shape]["required"]:
        without = {each: value for each, value in answer.items() if each != field}
        assert not validator.is_valid(without), field


@pytest.mark.django_db
def test_every_table_is_valid_for_the_fields_own_reader_and_a_broken_one_is_not(calling, tmp_path):
    incident = released(IncidentFactory(workflow="approved", summary='Says "so",\nthey say'))
    counted = StatementFactory(workflow="approved", incident=incident, kind="casualty_figure")
    FigureFactory(statement=counted, incident=incident, least=20)
    released(counted)
    client = calling("AMBER", "bulk:read", "figures:read")
    for path, profile in (("incidents", ""), ("statements", ""), *((each, "hxl") for each in WITH_HASHTAGS)):
        asked = {"profile": profile} if profile else {}
        response = client.get(f"{path}/", asked, headers={"Accept": "text/csv"})
        text = b"".join(response.streaming_content).decode()
        assert faults(text, tmp_path, profile) == [], (path, profile)
        assert faults(text + "one cell only\r\n", tmp_path, profile) != [], (path, profile)


def faults(text, folder, profile):
    """What the reader finds wrong. A row of hashtags is to be told to it."""
    (folder / "table.csv").write_text(text, newline="")
    dialect = {"dialect": frictionless.Dialect(comment_rows=[2])} if profile else {}
    resource = frictionless.Resource(path="table.csv", basepath=str(folder), **dialect)
    return resource.validate().flatten(["type", "message"])
