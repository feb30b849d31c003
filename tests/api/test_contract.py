"""The description of the export says exactly what it does: schemathesis asks by it, lawfully and not.

The examples are drawn from a fixed seed, so that a run is as the last one. SEARCH=1 looks for new ones, and more.
"""

import copy
import os
import re

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from claims.api.schema import description
from claims.release.scopes import SCOPES
from harmtracker.identity import new_id
from tests.api.test_schema import assert_true_of, full_incident  # noqa: F401  # one is a fixture

pytestmark = pytest.mark.django_db
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
    checks.ignored_auth,
]
SEARCHING = "SEARCH" in os.environ
BOUNDED = settings(
    max_examples=60 if SEARCHING else 6,
    derandomize=not SEARCHING,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def served(settings):
    """Every operation of the application as a server calls it, within the transaction of the test."""
    settings.EXPORT_REQUESTS_PER_MINUTE = 0
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    schema = schemathesis.openapi.from_dict(copy.deepcopy(description()))
    schema.app = WSGIHandler()
    # Values that stand in whichever modules were loaded before would make one run differ from another.
    schema.config.analysis.constants.enabled = False
    yield [each.ok() for each in schema.get_all_operations()]
    for signal in signals:
        signal.connect(close_old_connections)


def lawful(case):
    """Without what a description cannot say: cursors are given out, a box's south lies below its north."""
    query = case.query
    query.pop("cursor", None)
    query.pop("profile", None)  # goes with a media type: test_hxl.py
    if "bbox" in query:
        west, south, east, north = query["bbox"].split(",")
        south, north = sorted((south, north), key=float)
        query["bbox"] = f"{west},{south},{east},{north}"
    if "as_of" in query:  # it lies behind us; what does not go with it stands in words
        query["as_of"] = min(query["as_of"], "2022-04-03")
        query = {name: value for name, value in query.items() if name not in ("expand", "updated_after")}
    if "expand" in query:
        query.pop("limit", None)
    query.pop("after", None)  # numbers are given out, too
    case.query = query
    return case


def problems(operations, mode, token, **known):
    """What is found wrong, in words."""
    found = []
    headers = {"Authorization": f"Bearer {token}"}
    # Whether an address may be sent to is more than a description of what is sent can say.
    checks_of = {"get": [*CHECKS, checks.positive_data_acceptance]}
    for operation in operations:
        cases = operation.as_strategy(mode, **known)

        @BOUNDED
        @given(cases.map(lawful) if mode is GenerationMode.POSITIVE else cases)
        def ask(case):
            try:
                response = case.call(headers=headers)
                case.validate_response(response, checks=checks_of.get(case.operation.method, CHECKS), headers=headers)
            except FailureGroup as failures:
                found.append(f"{case.operation.label}: {failures}")

        ask()
    return found


def test_what_is_asked_lawfully_is_answered_as_described(everything, full_incident, served):  # noqa: F811
    found = problems(served, GenerationMode.POSITIVE, everything.plaintext)
    statement = full_incident.statements.get(kind="allegation")
    for path, key in (("/incidents/{key}", full_incident.pk), ("/statements/{key}", statement.pk)):
        of_one = [each for each in served if path in each.path]
        found += problems(of_one, GenerationMode.POSITIVE, everything.plaintext, path_parameters={"key": str(key)})
    assert found == [], "\n".join(found)


def test_what_is_asked_wrongly_is_refused_as_described(everything, full_incident, served):  # noqa: F811
    asking = [each for each in served if any(one.location == "query" for one in each.iter_parameters())]
    found = problems(asking, GenerationMode.NEGATIVE, everything.plaintext)
    assert found == [], "\n".join(found)


def test_each_operation_asks_for_the_scopes_it_names(calling):
    without = {scope: calling("AMBER", only=[each for each in SCOPES if each != scope]) for scope in SCOPES}
    asked = 0
    for path, methods in description()["paths"].items():
        address = re.sub(r"{\w+}", str(new_id()), path.removeprefix("/api/v1/"))
        for scope in methods.get("get", {"security": [{"partnerToken": []}]})["security"][0]["partnerToken"]:
            refused = without[scope].get(address)
            assert (refused.status_code, refused.json()["scope"]) == (403, scope), path
            assert_true_of(refused, path)
            asked += 1
    assert asked > 20
