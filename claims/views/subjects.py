"""Records that are assessed, reviewed, marked and released, found by kind and reference as far as one may see them."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from claims.models import Incident, MediaItem, Statement
from harmtracker.permissions import SignedInRequest

Subject = Incident | Statement | MediaItem
KINDS: dict[str, type[Any]] = {"incident": Incident, "statement": Statement, "media-item": MediaItem}
SECTIONS = {"incident": "incidents", "statement": "statements", "media-item": "sources"}


def visible_record(request: SignedInRequest, kind: str, ref: str) -> Any:
    """The record, or 404 both for what does not exist and for what this person may not see."""
    if kind not in KINDS:
        raise Http404
    rows = KINDS[kind].objects.visible_to(request.user).select_related("created_by", "team", "standing__proposed_by")
    return get_object_or_404(rows, ref=ref)


def kind_of(record: Subject) -> str:
    """The kind as addresses name it: incident, statement or media-item."""
    return next(kind for kind, model in KINDS.items() if isinstance(record, model))
