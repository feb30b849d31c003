"""Every address of the product, who may open it, and what everybody else is told. A new one fails until it is here."""

import re
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from claims.models import Assignment, Link, Remark
from harmtracker.models import Job, Role
from harmtracker.permissions import ACTS
from sources.capture.seal import seal
from tests.factories import (
    AffiliationFactory,
    AssessmentFactory,
    BlobFactory,
    CaptureFactory,
    CommentRequestFactory,
    CopyFactory,
    FigureFactory,
    IncidentFactory,
    LinkFactory,
    MediaItemFactory,
    OutsideNoteFactory,
    PartnerFactory,
    PartnerTokenFactory,
    PartyFactory,
    PlaceFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    UserFactory,
)
from tests.factories_of_webhooks import WebhookDeliveryFactory, WebhookEndpointFactory
from tests.refusals import taken_back

pytestmark = pytest.mark.django_db

# Open to anyone, because one has to come in somewhere.
OPEN = {"sign-in", "sign-out", "health", "set_language"}
# Opened by a partner's token instead of a session; tests/api has their table.
BY_TOKEN = re.compile(r"^api-")
# name -> the act that opens it (harmtracker/permissions.py)
BY_ACT: dict[str, str] = {
    "desk": "alarm.answer",
    "desk-pile": "alarm.answer",
    "desk-quotes": "alarm.answer",
    "alarm-answer": "alarm.answer",
    "alarm-reopen": "alarm.answer",
    "news-read": "news.read",
    "incident-discussion": "remark.make",
    "statement-discussion": "remark.make",
    "source-discussion": "remark.make",
    "media-item-discussion": "remark.make",
    "party-discussion": "remark.make",
    "incident-assign": "assignment.make",
    "statement-assign": "assignment.make",
    "source-assign": "assignment.make",
    "media-item-assign": "assignment.make",
    "party-assign": "assignment.make",
    "assignment-end": "assignment.make",
    "remark-take-back": "remark.make",
    "incident-follow": "incident.follow",
    "draft-save": "draft.keep",
    "draft-drop": "draft.keep",
    "undo": "act.undo",
    "presence": "draft.keep",
    "hand-in": "source.hand_in",
    "hand-in-batch": "source.hand_in",
    "source-again": "capture.retry",
    "source-watch": "source.watch",
    "source-follow-link": "source.hand_in",
    "capture-steps": "record.read",
    "capture-compare": "capture.compare",
    "capture-body": "record.read",
    "capture-manifest": "record.read",
    "capture-rendered": "record.read",
    "capture-time-stamp": "record.read",
    "capture-warc": "record.read",
    "source-warc": "record.read",
    "source-wacz": "record.read",
    "go": "record.read",
    "incidents": "record.read",
    "incident-new": "incident.edit",
    "incident": "record.read",
    "incident-edit": "incident.edit",
    "incident-merge": "record.merge",
    "incident-take-apart": "record.merge",
    "incident-history": "history.read",
    "statement-history": "history.read",
    "source-history": "history.read",
    "party-history": "history.read",
    "place-history": "history.read",
    "media-item-history": "history.read",
    "incident-dossier": "record.read",
    "incident-pdf": "record.read",
    "incident-timeline": "record.read",
    "figures": "record.read",
    "figure-new": "figure.edit",
    "figure-table": "figure.edit",
    "request-new": "comment_request.edit",
    "requests": "record.read",
    "request": "record.read",
    "request-edit": "comment_request.edit",
    "request-outcome": "comment_request.edit",
    "request-put-back": "comment_request.edit",
    "request-history": "history.read",
    "request-marking": "marking.raise",
    "statements": "record.read",
    "questions": "record.read",
    "question-silences": "record.read",
    "question-denials": "record.read",
    "question-positions": "record.read",
    "question-changed": "record.read",
    "question-origins": "record.read",
    "statement": "record.read",
    "statement-edit": "statement.edit",
    "statement-answer": "link.edit",
    "statement-lifecycle": "statement.edit",
    "statement-translate": "statement.edit",
    "statement-incidents": "statement.edit",
    "link-remove": "link.edit",
    "sources": "record.read",
    "source": "record.read",
    "capture": "record.read",
    "capture-log": "statement.edit",
    "capture-words": "statement.edit",
    "capture-note": "note.edit",
    "source-changes": "record.read",
    "source-copies": "record.read",
    "source-evidence": "record.read",
    "source-statements": "record.read",
    "source-edit": "source.hand_in",
    "source-media": "media_item.edit",
    "source-visits": "source.hand_in",
    "source-workflow": "record.submit",
    "source-marking": "marking.raise",
    "copy-suggest": "copy.suggest",
    "copy-decide": "copy.confirm",
    "rendering-withdraw": "statement.edit",
    "figure-withdraw": "figure.edit",
    "note-withdraw": "note.edit",
    "incident-taken-out": "history.read",
    "statement-taken-out": "history.read",
    "rendering-put-back": "statement.edit",
    "figure-put-back": "figure.edit",
    "note-put-back": "note.edit",
    "link-put-back": "link.edit",
    "tie-withdraw": "party.edit",
    "tie-put-back": "party.edit",
    "account": "record.read",
    "account-language": "record.read",
    "account-keys": "record.read",
    "account-mail": "news.read",
    "parties": "record.read",
    "party-new": "party.edit",
    "party": "record.read",
    "party-edit": "party.edit",
    "party-marking": "marking.raise",
    "place-marking": "marking.raise",
    "witness-new": "party.edit",
    "set-aside": "record.set_aside",
    "party-set-aside": "record.set_aside",
    "party-put-back": "record.set_aside",
    "place-set-aside": "record.set_aside",
    "place-put-back": "record.set_aside",
    "party-merge": "record.merge",
    "party-take-apart": "record.merge",
    "party-describe": "party.edit",
    "place-edit": "place.edit",
    "media-item-edit": "media_item.edit",
    "place": "record.read",
    "place-merge": "record.merge",
    "place-take-apart": "record.merge",
    "media-item": "record.read",
    "review": "record.submit",
    "review-next": "review.take",
    "review-turn": "review.take",
    "incident-take-up": "assessment.reexamine",
    "statement-take-up": "assessment.reexamine",
    "media-item-take-up": "assessment.reexamine",
    "media-item-workflow": "record.submit",
    "media-item-marking": "marking.raise",
    "incident-assess": "assessment.propose",
    "statement-assess": "assessment.propose",
    "media-item-assess": "assessment.propose",
    "assessment": "history.read",
    "incident-workflow": "record.submit",
    "statement-workflow": "record.submit",
    "incident-marking": "marking.raise",
    "statement-marking": "marking.raise",
    "incident-release": "release.make",
    "statement-release": "release.make",
    "incident-withdraw": "release.withdraw",
    "incident-recall": "release.withdraw",
    "statement-recall": "release.withdraw",
    "statement-withdraw": "release.withdraw",
    "partners": "partner.manage",
    "partner": "partner.manage",
    "partner-reads": "partner.manage",
    "partner-sees": "partner.manage",
    "partner-active": "partner.manage",
    "token-revoke": "partner.manage",
    "partner-webhooks": "partner.manage",
    "webhook-pause": "partner.manage",
    "webhook-replay": "partner.manage",
    "operations": "operations.read",
    "operations-lane": "operations.run",
    "operations-retry": "operations.run",
    "operations-retry-all": "operations.run",
    "operations-check": "operations.run",
    "people": "people.manage",
    "person": "people.manage",
    "person-new": "people.manage",
    "person-active": "people.manage",
    "person-password": "people.manage",
    "team-new": "people.manage",
}

# What stands behind an address with a key, by the first part of its path: made so that the ``within`` may see it.
SEEN = {"tlp": "GREEN", "workflow": "approved"}
Arrange = Callable[[dict[str, Any]], dict[str, Any]]


def _capture(within: dict[str, Any]) -> dict[str, Any]:
    held = BlobFactory(sha256=seal(b"the bytes of a page"))
    capture = CaptureFactory(body=held, **{f"source__{name}": value for name, value in within.items()})
    return {"ref": capture.source.ref, "number": capture.number, "part": "picture"}


def _batch(within: dict[str, Any]) -> Job:
    told = {"left": [], "total": 1, "sources": [str(SourceFactory(**within).pk)], "held": [], "refused": []}
    return Job.objects.create(kind="links.hand_in", key=str(uuid.uuid4()), payload=told, due_at=timezone.now())


def _given_up(within: dict[str, Any]) -> Job:
    capture = CaptureFactory(**{f"source__{name}": value for name, value in within.items()})
    return Job.objects.create(kind="capture.fetch", key=str(capture.pk), state="dead", due_at=timezone.now())


def _link(within: dict[str, Any]) -> Link:
    incident = IncidentFactory(**SEEN)
    ends = [StatementFactory(incident=incident, **within) for _end in range(2)]
    return LinkFactory(from_statement=ends[0], to_statement=ends[1])


def _talked_about(model: Any, within: dict[str, Any], **fields: Any) -> Any:
    by = UserFactory()
    about = {"subject_kind": "statement", "subject_id": StatementFactory(**within).pk, "created_by": by}
    return model.objects.create(**about, **({name: by for name in ("assignee",) if model is Assignment} | fields))


def _merged(make: Any, within: dict[str, Any]) -> dict[str, Any]:
    return {"ref": make(merged_into=make(**within), **within).ref}


RECORDS: dict[str, Arrange] = {
    "desk": lambda within: {"code": "back"},
    "remarks": lambda within: {"pk": _talked_about(Remark, within, words="Which street?").pk},
    "assignments": lambda within: {"pk": _talked_about(Assignment, within).pk},
    "incidents": lambda within: {"ref": IncidentFactory(**within).ref},
    "statements": lambda within: {"ref": StatementFactory(**within).ref},
    "sources": _capture,
    "parties": lambda within: {"ref": PartyFactory(**_reference(within)).ref},
    "places": lambda within: {"ref": PlaceFactory(**_reference(within)).ref},
    "media": lambda within: {"ref": MediaItemFactory(**within).ref},
    "requests": lambda within: {"ref": CommentRequestFactory(incident__workflow="approved", **_reference(within)).ref},
    "copies": lambda within: {"pk": CopyFactory(derived=SourceFactory(**within)).pk},
    "renderings": lambda within: {"pk": StatementFactory(**within).renderings.get().pk},
    "figures": lambda within: {"pk": FigureFactory(statement=StatementFactory(**within)).pk},
    "links": lambda within: {"pk": _link(within).pk},
    "ties": lambda within: {"pk": AffiliationFactory(party=PartyFactory(**_reference(within))).pk},
    "notes": lambda within: {"pk": OutsideNoteFactory(**_reference(within)).pk},
    "assessments": lambda within: {"pk": AssessmentFactory(statement=StatementFactory(**within)).pk},
    "log": lambda within: {"pk": _batch(within).pk},
    "operations": lambda within: {"pk": _given_up(within).pk},
    "lanes": lambda within: {"name": "fetch"},
    "partners": lambda within: {"pk": PartnerFactory().pk},
    "tokens": lambda within: {"pk": PartnerTokenFactory().pk},
    "webhooks": lambda within: {"pk": WebhookEndpointFactory().pk},
    "webhook-messages": lambda within: {"pk": WebhookDeliveryFactory().pk},
    "people": lambda within: {"pk": UserFactory().pk},
    "merged incidents": lambda within: _merged(IncidentFactory, within),
    "merged parties": lambda within: _merged(PartyFactory, _reference(within)),
    "merged places": lambda within: _merged(PlaceFactory, _reference(within)),
}
# Not records: opened by role alone.
NOBODY_IS_CLEARED = {"desk", "partners", "tokens", "webhooks", "webhook-messages", "people", "lanes"}


def _reference(within: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in within.items() if name != "workflow"}


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[tuple[str, str, Any]]:
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.name or path, entry.callback


ALL = list(addresses())
OURS = [(path, name) for path, name, _view in ALL if name in BY_ACT]
KEYED = [(path, name) for path, name in OURS if "<" in path]


def least_of(name: str) -> str:
    """The first role, from viewer upwards, that the act of this address belongs to."""
    return next(role for role in Role if role in ACTS[BY_ACT[name]])


class Arranged(dict[str, dict[str, Any]]):
    """The keys of one record of each kind, by the first part of its path; made when first asked for."""

    def __init__(self, within: dict[str, Any]) -> None:
        super().__init__()
        self.within = within

    def __missing__(self, kind: str) -> dict[str, Any]:
        self[kind] = RECORDS[kind](self.within)
        return self[kind]

    def keys_of(self, path: str) -> dict[str, Any]:
        """What the address of this path has to be made with."""
        needed = set(re.findall(r"<(?:\w+:)?(\w+)>", path))
        kind = ("merged " if path.endswith("/take-apart/") else "") + path.split("/")[0]
        held = self[kind] if needed else {}
        return {name: value for name, value in held.items() if name in needed}


def answer(client, name: str, kwargs: dict[str, Any]):
    """GET, or POST where the address takes nothing else."""
    address = reverse(name, kwargs=kwargs)
    response = client.get(address)
    if response.streaming:  # a download holds its file open; closing the response would close the connection too
        for close in response._resource_closers:
            close()
    return client.post(address, {}) if response.status_code == 405 else response


def test_every_address_is_in_the_table():
    unlisted = {name for _path, name, _view in ALL if not BY_TOKEN.match(name)} - OPEN - set(BY_ACT)
    assert unlisted == set(), "say in tests/test_access.py who may open it"
    assert set(BY_ACT) - {name for _path, name, _view in ALL} == set()


def test_the_view_asks_for_the_act_the_table_names():
    assert {name: getattr(view, "act", None) for _path, name, view in ALL if name in BY_ACT} == BY_ACT


def test_without_an_account_there_is_only_the_way_in(client):
    records, opened = Arranged(SEEN), {}
    for path, name in OURS:
        response = answer(client, name, records.keys_of(path))
        if response.status_code != 302 or not response.url.startswith(reverse("sign-in")):
            opened[name] = response.status_code
    assert opened == {}


@pytest.mark.parametrize("role", Role)
def test_a_role_with_the_act_comes_in_and_any_other_is_told_so(client, role):
    records, wrong = Arranged(SEEN), {}
    client.force_login(UserFactory(role=role, clearance="AMBER"))
    for path, name in OURS:
        is_allowed = role in ACTS[BY_ACT[name]]
        if is_allowed and role != least_of(name):
            continue
        keys = records.keys_of(path)
        with taken_back():
            status = answer(client, name, keys).status_code
        if status in {403, 404, 405, 500} if is_allowed else status != 403:
            wrong[name] = status
    assert wrong == {}


@pytest.mark.parametrize("hidden", ["team", "marking"])
def test_what_one_may_not_see_is_not_there(client_of, hidden):
    # The rule itself is tried for every role in tests/test_visibility.py; here, that each address asks it.
    records = Arranged(SEEN | ({"team": TeamFactory()} if hidden == "team" else {"tlp": "AMBER_STRICT"}))
    readers = {role: client_of(UserFactory(role=role, clearance="AMBER")) for role in Role}
    told_apart = {}
    for path, name in KEYED:
        if path.split("/")[0] in NOBODY_IS_CLEARED:
            continue
        keys, client = records.keys_of(path), readers[least_of(name)]
        unknown = {key: uuid.uuid4() if key == "pk" else 99 if key == "number" else "XX-0000000" for key in keys}
        told, nothing = answer(client, name, keys), answer(client, name, unknown)
        if (told.status_code, without_tokens(told)) != (404, without_tokens(nothing)) or nothing.status_code != 404:
            told_apart[name] = (told.status_code, nothing.status_code)
    assert told_apart == {}


def without_tokens(response) -> bytes:
    """The page without what differs from answer to answer anyway: the forms' protection against forgery."""
    page = re.sub(rb'(name="csrfmiddlewaretoken" value=|"X-CSRFToken": )"[^"]*"', b"", response.content)
    return re.sub(rb'<input type="hidden" name="csrfmiddlewaretoken"[^>]*>', b"", page)
