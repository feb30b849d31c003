"""Answers as they are committed in tests/api/responses/: what partners build on changes only where somebody meant it.

Keys, references, hashes, numbers of the chain and moments differ from run to run; they are told apart and numbered in
the order in which they come. ``GOLDEN=write pytest tests/api/test_golden.py`` writes the files anew: read the diff.
"""

import json
import os
import re
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format

from claims.api import hxl
from claims.api.dumps import make_dumps
from claims.api.linked.terms import context
from claims.release.make import withdraw_release
from tests.api.test_schema import full_incident  # noqa: F401  # a fixture
from tests.factories import editor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]
KEPT = Path(__file__).parent / "responses"
CHANGING = [
    ("key", re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")),
    ("hash", re.compile(r"\b[0-9a-f]{64}\b")),
    ("ref", re.compile(r"(?<=\b[A-Z]{2}-)[A-Z0-9]{7}\b")),
    ("token", re.compile(r"\bht_[A-Za-z0-9]+")),
    *((word, re.compile(rf"\b{word}[ /]\d+")) for word in ("Ministry", "Article", "Bucha", "town", "Video", "example")),
    ("moment", re.compile(r"20(?:2[6-9]|[3-9]\d)-\d\d-\d\dT[\d:.]+(?:\+00:00|Z)")),
]
COUNTED = {"change_seq", "next_after", "sequence", "bytes"}


class Telling:
    """The same value gets the same name throughout one answer."""

    def __init__(self):
        self.names = {}
        self.today = date_format(timezone.now(), "j F Y")

    def of(self, value, name=""):
        if isinstance(value, dict):
            return {key: self.of(part, key) for key, part in value.items()}
        if isinstance(value, list):
            return [self.of(part) for part in value]
        if name in COUNTED:
            return f"<{name}>"
        return self.text(value) if isinstance(value, str) else value

    def text(self, value):
        for kind, pattern in CHANGING:
            value = pattern.sub(lambda found, kind=kind: self.name(kind, found[0]), value)
        return value.replace(self.today, "<today>")

    def name(self, kind, value):
        if kind == "moment":
            return "<moment>"
        known = self.names.setdefault(kind, {})
        return f"<{kind} {known.setdefault(value, len(known) + 1)}>"


def compare(name, answer):
    told = Telling().of(answer)
    path = KEPT / f"{name}.json"
    if os.environ.get("GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n")
    assert told == json.loads(path.read_text()), f"{path.name} is not what is answered now"


def test_every_kind_of_answer_is_the_committed_one(everything, full_incident):  # noqa: F811
    statement = full_incident.statements.get(kind="allegation")
    make_dumps()
    for name, path in {
        "bundle": f"incidents/{full_incident.pk}/bundle/",
        "incident": f"incidents/{full_incident.pk}/",
        "statement": f"statements/{statement.pk}/",
        "history": f"statements/{statement.pk}/history/",
        "links": "links/",
        "figures": "figures/",
        "comment-requests": "comment-requests/",
        "notes": "notes/",
        "places": "places/",
        "captures": "captures/",
        "expanded": f"statements/{statement.pk}/?fields=ref&expand=incidents,answered_by",
        "monthly": "aggregates/monthly/?by=statements.kind",
        "exports": "exports/",
        "audit-head": "audit/head/",
        "vocabulary-finding": "vocabularies/finding/",
    }.items():
        compare(name, everything.read(path))
    for name, path in {
        "bundle-linked": f"incidents/{full_incident.pk}/bundle/",
        "incident-linked": f"incidents/{full_incident.pk}/",
        "statements-linked": "statements/",
    }.items():
        compare(name, everything.get(path, headers={"Accept": "application/ld+json"}).json())
    statement.refresh_from_db()
    withdraw_release(record=statement, by=editor(), code="error", reason="stays in the house")
    compare("withdrawn", everything.get(f"statements/{statement.pk}/").json())
    tombstones = [each for each in everything.read("changes/")["changes"] if each["op"] == "tombstone"]
    compare("tombstone", tombstones)
    compare("wrong-parameter", everything.get("incidents/", {"rumour": "1"}).json())
    compare("no-token", Client().get("/api/v1/incidents/").json())


def test_the_words_of_other_formats_are_the_committed_ones():
    compare("context", context())
    tables = [hxl.INCIDENTS, hxl.STATEMENTS, hxl.figures(lambda _figure: True)]
    compare("hashtags", {table.name: {each.name: each.tag for each in table.columns} for table in tables})


def test_the_test_itself_sees_a_changed_word(everything, full_incident):  # noqa: F811
    answer = everything.read(f"incidents/{full_incident.pk}/")
    answer["finding"]["label"] = "Could not confirm"
    if os.environ.get("GOLDEN") != "write":
        with pytest.raises(AssertionError, match=r"incident\.json"):
            compare("incident", answer)
