"""An earlier value of one field, from the history into the form: the person looks at it and saves it like any edit."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from claims.event_words import field_words
from claims.models import MediaItem, Place
from harmtracker import wording
from harmtracker.errors import Refused
from harmtracker.markings import WITHHOLDING
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import SignedInRequest, may
from sources.shown import parties_shown_to, sources_shown_to

EDIT_ACTS: Final[dict[str, str]] = {
    "incident": "incident.edit",
    "statement": "statement.edit",
    "source": "source.hand_in",
    "party": "party.edit",
    "place": "place.edit",
    "media-item": "media_item.edit",
    "request": "comment_request.edit",
}
RESTORABLE: Final[dict[str, frozenset[str]]] = {
    "incident": frozenset(
        {"title", "summary", "occurred", "occurred_zone", "place", "place_as_reported", "place_precision"}
        | {"harm", "means"}
    ),
    "statement": frozenset(
        {"kind", "party", "on_behalf_of", "responsibility_position", "accuses", "names_nobody", "media_item", "said"}
        | {"said_zone", "spoken_as", "role_words", "said_in", "how_known", "checkability"}
    ),
    "source": frozenset({"title", "kind", "publisher", "lang", "published"}),
    "party": frozenset({"name", "kind", "description"}),
    "place": frozenset({"name", "precision", "country", "adm1_code", "adm1_name", "katottg", "latitude", "longitude"}),
    "media-item": frozenset({"description", "kind", "first_seen", "address"}),
    "request": frozenset({"question", "not_sought_reason", "channel", "asked"}),
}
NUMBER = re.compile(r"[0-9]{1,18}")
KEY = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def prefill(request: SignedInRequest, record: Any, kind: str, form: forms.Form) -> None:
    """Put the value that ``?restore=EVENT&field=NAME`` names into the form that was just opened, and say so.

    The rest of the form, its version and what it was opened with stay: it is saved like any other edit. Where the value
    cannot be had any more the form stays as it is, and a sentence says why.
    """
    number = request.GET.get("restore", "")
    if form.is_bound or not (number.isascii() and NUMBER.fullmatch(number)) or not may(request.user, "history.read"):
        return
    event = AuditEvent.objects.filter(sequence=int(number), subject_id=record.pk).first()
    name = request.GET.get("field", "")
    if event is None or name not in event.changes or name not in RESTORABLE[kind] or name not in form.fields:
        messages.error(request, _("The history holds no such value of this record."))
        return
    try:
        value = _earlier(record, name, event.changes[name][0], request.user)
    except Refused as refusal:
        messages.error(request, str(refusal.message))
        return
    form.initial = {**form.initial, name: value}
    if "reason" in form.fields:
        with translation.override(settings.LANGUAGE_CODE):  # proposed for the record, which is in one language
            form.initial["reason"] = _("Restored: %(field)s as it stood before %(moment)s") % _named(name, event)
    messages.info(
        request,
        _("Filled in below: %(field)s as it stood before %(moment)s. Nothing is saved until you save it.")
        % _named(name, event),
    )


def _named(name: str, event: AuditEvent) -> dict[str, str]:
    return {"field": field_words(name), "moment": wording.in_utc(event.at)}


def _earlier(record: Any, name: str, value: Any, user: User) -> Any:
    """The value as the form takes it. Raises ``Refused`` for one that may not be seen, or is gone."""
    if is_restricted(record, [value], user):
        raise Refused(_("This value is restricted and cannot be restored from the history."))
    if value is None:
        return ""
    if name == "accuses":
        return "; ".join(_reference(parties_shown_to(user), each) for each in value)
    rows = _rows_of(name, user)
    return _reference(rows, value) if rows is not None and value else value


def is_restricted(record: Any, values: Iterable[Any], user: User) -> bool:
    """Whether one of the values is held as a hash only, or a flag keeps something of the record from this person."""
    is_hashed = any(isinstance(value, str) and value.startswith("hmac:") for value in values)
    return is_hashed or bool(set(record.handling) & (WITHHOLDING - set(user.flags)))


def earlier_record(name: str, value: Any, user: User) -> Any:
    """An earlier value as an action takes it: the record itself where the field points to one. Raises ``Refused``."""
    rows = _rows_of(name, user)
    return _found(rows, value) if rows is not None and value else value


def _rows_of(name: str, user: User) -> QuerySet[Any] | None:
    """The records a field may point to, as far as this person may see them; None for a field that points to none."""
    if name in {"party", "on_behalf_of", "publisher"}:
        return parties_shown_to(user)
    if name == "place":
        return Place.objects.visible_to(user)
    if name == "source":
        return sources_shown_to(user)
    return MediaItem.objects.visible_to(user) if name == "media_item" else None


def _reference(rows: QuerySet[Any], value: Any) -> str:
    return str(_found(rows, value).ref)


def _found(rows: QuerySet[Any], value: Any) -> Any:
    """The record a value names by key or reference; the one it was merged into, if it was. Raises ``Refused``."""
    key = Q(pk=value) if KEY.fullmatch(str(value)) else Q(ref=value)
    found = rows.filter(key).first()
    if found is not None and getattr(found, "merged_into_id", None) is not None:
        found = rows.filter(pk=found.merged_into_id).first()
    if found is None:
        raise Refused(_("What stood there may not be seen by you any more, or is gone. It cannot be restored by you."))
    return found
