"""Captures in which quoted words of released statements stand: what proves them, and nothing of what they hold.

Which captures a caller may know of is told by the documents it reads (part ``evidence``). What is added to that never
changes once a capture has its outcome: the database refuses it.
"""

from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Exists, OuterRef, QuerySet
from drf_spectacular.utils import extend_schema_view

from claims.api import parameters
from claims.api.described import described
from claims.api.documents import Filter
from claims.api.named import Named, NamedView
from claims.api.serializers import collections as shapes
from claims.api.tokens import Caller
from claims.models import Rendering
from claims.release.mentions import moment
from claims.release.redaction import Document
from claims.release.scopes import READ_STATEMENTS
from sources.models import Capture


def _quoted(caller: Caller) -> QuerySet[Any]:
    del caller  # a capture has no marking: its source's stands in the documents
    return Capture.objects.filter(Exists(Rendering.objects.filter(capture=OuterRef("pk"))))


def _quotes(key: Any) -> Exists:
    return Exists(Rendering.objects.filter(statement=OuterRef("record_id"), capture=key))


def _within(document: Document, key: str) -> Document | None:
    for proof in (document.get("evidence") or {}).get("quotations", ()):
        if proof["capture"]["id"] == key:
            capture: Document = {"object": "capture"} | proof["capture"]
            return capture | {"source": proof["source"], "text_sha256": proof["text_sha256"]}
    return None


def _completed(found: Sequence[Document]) -> list[Document]:
    rows = Capture.objects.select_related("body", "manifest").prefetch_related("manifest__stamps__stamp")
    held = {str(key): capture for key, capture in rows.in_bulk([each["id"] for each in found]).items()}
    return [each | _proven(held[each["id"]]) for each in found]


def _proven(capture: Capture) -> Document:
    manifest = getattr(capture, "manifest", None)
    stamps = [leaf.stamp for leaf in manifest.stamps.all()] if manifest else []
    return {
        "asked_at": moment(capture.created_at),
        "outcome": capture.outcome,
        "bytes": capture.body.size if capture.body else None,
        "manifest_sha256": manifest.sha256 if manifest else None,
        "time_stamps": [
            {"authority": each.authority, "stamped_at": moment(each.stamped_at), "root": each.root}
            for each in sorted(stamps, key=lambda stamp: stamp.stamped_at)
        ],
    }


SOURCE: Final = Filter(
    parameters.key("source", "Key of the source that was captured."),
    lambda rows, value: rows.filter(source=value),
    lambda capture, value: capture["source"]["id"] == value,
)
CAPTURES: Final = Named("capture", _quoted, _quotes, _within, _completed, (SOURCE,))


@extend_schema_view(
    get=described("list_captures", "List captures", shapes.CapturePageSerializer, parameters=CAPTURES.parameters)
)
class Captures(NamedView):
    """What quoted words were taken from: when, with which outcome, and by which hashes it is told again."""

    endpoint, named, parameters = "captures/", CAPTURES, CAPTURES.parameters
    scopes = (READ_STATEMENTS, "evidence:read")
