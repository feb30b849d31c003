"""Records by kind and reference, as far as one may see them: assessed, reviewed, marked, released, told of."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from claims.models import CommentRequest, Incident, MediaItem, Place, Statement
from claims.queries.asked import requests_seen_by
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest
from sources.models import Party, Source
from sources.shown import parties_shown_to, sources_shown_to

Subject = Incident | Statement | MediaItem | Source | Party | Place | CommentRequest
KINDS: dict[str, type[Any]] = {
    "incident": Incident,
    "statement": Statement,
    "media-item": MediaItem,
    "source": Source,
    "party": Party,
    "place": Place,
    "request": CommentRequest,
}
SECTIONS = {
    "incident": "incidents",
    "statement": "statements",
    "media-item": "sources",
    "source": "sources",
    "party": "parties",
    "place": "incidents",
    "request": "incidents",
}


def visible_record(request: SignedInRequest, kind: str, ref: str) -> Any:
    """The record, or 404 both for what does not exist and for what this person may not see."""
    if kind not in KINDS:
        raise Http404
    return get_object_or_404(subjects_of(kind, request.user), ref=ref)


def subjects_of(kind: str, user: User) -> QuerySet[Any]:
    """The records of a kind whose pages this person may open."""
    if kind == "source":  # not assessed, and a flag may hide which one it is
        return sources_shown_to(user).select_related("created_by", "team")
    if kind == "party":
        return parties_shown_to(user).select_related("created_by", "team")
    if kind == "request":
        seen = requests_seen_by(user).filter(incident__in=Incident.objects.visible_to(user))
        return seen.select_related("created_by", "team", "incident")
    rows: QuerySet[Any] = KINDS[kind].objects.visible_to(user)
    if kind == "place":
        return rows.select_related("created_by", "team")
    rows = rows.select_related("place") if kind == "incident" else rows
    return rows.select_related("created_by", "team", "standing__proposed_by")


def kind_of(record: Subject) -> str:
    """The kind as addresses name it: incident, statement, media-item, source, party, place or request."""
    return next(kind for kind, model in KINDS.items() if isinstance(record, model))
