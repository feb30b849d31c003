"""What tests of the export start from: released records, a partner, and a client that sends its token."""

import importlib.util
from pathlib import Path

import pytest
from django.test import Client

from claims.actions.marking import change_marking
from claims.actions.partner import create_partner, issue_token
from claims.models import Incident
from claims.release.make import release_incident, release_statement
from claims.release.scopes import SCOPES
from tests.factories import (
    IncidentFactory,
    QuoteCheckFactory,
    StatementFactory,
    admin,
    analyst,
    editor,
)

DOCS = Path(__file__).parent.parent.parent / "docs"


def shipped(name):
    """A script that partners get from us, as a module."""
    spec = importlib.util.spec_from_file_location(name, DOCS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class PartnerClient(Client):
    """Pulls from /api/v1/ with one token; no cookies, no session."""

    def __init__(self, plaintext, **kwargs):
        super().__init__(**kwargs)
        self.plaintext = plaintext

    def get(self, path, data=None, **extra):
        headers = {"Authorization": f"Bearer {self.plaintext}"} | extra.pop("headers", {})
        path = path if path.startswith("http") else f"/api/v1/{path}"
        return super().get(path, data, headers=headers, **extra)

    def read(self, path, data=None):
        """The document at an address that must answer."""
        response = self.get(path, data)
        assert response.status_code == 200, response.content
        return response.json()


def reading(client):
    """How the script that fetches dumps reads, through the client of a test."""

    def read(address, begins):
        answer = client.get(address, headers={"Range": f"bytes={begins}-"} if begins else {})
        return answer.streaming_content if answer.streaming else [answer.content]

    return read


@pytest.fixture
def partner(db):
    return create_partner(name="An agency", by=admin(), ceiling="AMBER_STRICT")


@pytest.fixture
def calling(partner):
    """Make a client with a token: ``calling("GREEN", "notes:read")``; the two record scopes are included."""

    def make(ceiling="AMBER", *scopes, only=None, **fields):
        chosen = only if only is not None else ["incidents:read", "statements:read", *scopes]
        _token, plaintext = issue_token(
            **({"partner": partner, "scopes": chosen, "ceiling": ceiling, "by": admin()} | fields)
        )
        return PartnerClient(plaintext)

    return make


@pytest.fixture
def everything(calling):
    """A client with every scope at the highest ceiling."""
    return calling("AMBER_STRICT", only=list(SCOPES))


def released(record=None, **fields):
    """Release an incident or statement as an editor who sees all of it, checked quotations included."""
    record = record or IncidentFactory(**({"workflow": "approved"} | fields))
    by = editor(clearance="AMBER_STRICT")
    named = {"expected_version": record.version, "by": by, "confirmed_unassessed": True}
    if isinstance(record, Incident):
        release_incident(incident=record, **named)
        return record
    for rendering in record.renderings.filter(start__isnull=False, checks=None):
        QuoteCheckFactory(rendering=rendering)
    release_statement(statement=record, **named)
    return record


def released_statement(**fields):
    return released(StatementFactory(**({"workflow": "approved"} | fields)))


def raise_marking(record, tlp=None, flags=()):
    """Restrict a record further, as somebody who sees all of it."""
    record.refresh_from_db()
    change_marking(
        record=record, expected_version=record.version, by=analyst(clearance="AMBER_STRICT"),
        tlp=tlp or record.tlp, handling=[*record.handling, *flags],
    )  # fmt: skip
