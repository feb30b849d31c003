"""Undoing an edit that was just saved: every field it changed gets its earlier value, by the same ordinary action.

A re-examination that the edit opened stays open: somebody has to look. What stood beside a field comes back with
it: the wording in which somebody was accused, the bounds of a date of publication and where it had been taken from.
"""

from collections.abc import Callable
from dataclasses import fields
from typing import Any, Final

from django.contrib import messages
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from claims.actions.comment_request import RequestFields, edit_request
from claims.actions.incident import IncidentFields, edit_incident
from claims.actions.media_item import MediaFields, edit_media_item
from claims.actions.party import edit_party
from claims.actions.place import PlaceFields, edit_place
from claims.actions.set_aside import put_back
from claims.actions.statement import WORDINGS, Accused, StatementFields, edit_statement
from claims.listing.history import DERIVED, NOT_DERIVED
from claims.models import CommentRequest, Incident, MediaItem, Place, Statement
from claims.queries.asked import requests_seen_by
from claims.restoring import RESTORABLE, earlier_record, is_restricted
from claims.undoing import UNDONE
from harmtracker.db import plain
from harmtracker.errors import Refused
from harmtracker.models import AuditEvent, User
from harmtracker.permissions import SignedInRequest
from harmtracker.undo import Undone, inverse, offer
from harmtracker.wording import for_the_record
from sources.catalogue import DateHeld, SourceFields, describe_source
from sources.shown import parties_shown_to, sources_shown_to

BESIDE: Final = frozenset({"published_from", WORDINGS})
"""Told by an edit beside the field it belongs to, and given back with that."""


def offer_to_undo(request: SignedInRequest, record: Any, kind: str, *, since: int) -> None:
    """Say that an edit made on version ``since`` was saved, with a button where it can be undone. One query."""
    event = _last_edit(record, request.user) if record.version != since else None
    changed = set(event.changes) if event else set()
    told = {name for name in changed - BESIDE if name in NOT_DERIVED or not DERIVED.search(name)}
    if not told or told - RESTORABLE[kind]:
        messages.success(request, _("Saved."))
        return
    held = {"kind": kind, "pk": str(record.pk), "version": record.version}
    offer(request, _("Saved."), edited, back=record.get_absolute_url(), **held)


@inverse
def edited(*, by: User, kind: str, pk: str, version: int) -> Undone:
    """Give the fields that the last edit changed the values they had before."""
    rows, save = KINDS[kind]
    record = rows(by).filter(pk=pk).first()
    event = _last_edit(record, by) if record is not None else None
    if record is None or event is None:
        raise Refused(_("It is not there any more, as far as you may see."))
    before = {name: values[0] for name, values in event.changes.items() if name in RESTORABLE[kind]}
    if not before:
        raise Refused(_("Something else has happened to the record since."))
    if is_restricted(record, before.values(), by):
        raise Refused(_("What stood there is restricted and cannot be restored from the history."))
    save(
        record,
        {name: earlier_record(name, value, by) for name, value in before.items()} | _beside(record, event.changes, by),
        {"expected_version": version, "reason": for_the_record(UNDONE), "by": by},
    )
    words = _("Undone. %(ref)s stands as it stood before.") % {"ref": record.ref}
    if getattr(record, "is_under_review", False):
        words = _("Undone. %(ref)s stands as it stood before; its re-examination stays open.") % {"ref": record.ref}
    return Undone(words, record.get_absolute_url())


@inverse
def set_aside_undone(*, by: User, kind: str, pk: str, version: int) -> Undone:
    """Put a party or a place back that was just set aside."""
    record = KINDS[kind][0](by).filter(pk=pk).first()
    if record is None:
        raise Refused(_("It is not there any more, as far as you may see."))
    put_back(record=record, expected_version=version, by=by, reason=for_the_record(UNDONE))
    return Undone(_("Undone: it can be chosen again."), record.get_absolute_url())


def _last_edit(record: Any, by: User) -> AuditEvent | None:
    """The newest edit of the record, if it was this person's."""
    last = AuditEvent.objects.filter(subject_id=record.pk, verb__endswith=".edited").order_by("-sequence").first()
    return last if last is not None and last.actor_id == by.pk else None


def _beside(record: Any, changes: dict[str, Any], by: User) -> dict[str, Any]:
    """What the history holds beside the fields themselves: accusations in their wording, a date with its bounds."""
    exactly: dict[str, Any] = {}
    if "accuses" in changes:
        stands = {row.party.ref: row for row in record.accuses.select_related("party")}
        wording = dict(changes.get(WORDINGS, [[], None])[0])
        exactly["accuses"] = [
            Accused(stands[ref].party, stands[ref].wording)
            if ref in stands
            else Accused(earlier_record("party", ref, by), wording.get(ref, ""))
            for ref in changes["accuses"][0]
        ]
    if "published" in changes:
        columns = ("published_start", "published_end", "published_from")
        start, end, taken_from = (changes.get(name, [plain(getattr(record, name))])[0] for name in columns)
        exactly["date_held"] = DateHeld(parse_datetime(start or ""), parse_datetime(end or ""), taken_from)
    return exactly


def _all(record: Any, kind: type[Any], before: dict[str, Any]) -> dict[str, Any]:
    """The fields of the record as they stand, but for those that get back their earlier value."""
    return {each.name: getattr(record, each.name) for each in fields(kind)} | before


def _incident(record: Incident, before: dict[str, Any], told: dict[str, Any]) -> None:
    edit_incident(incident=record, given=IncidentFields(**_all(record, IncidentFields, before)), **told)


def _statement(record: Statement, before: dict[str, Any], told: dict[str, Any]) -> None:
    told |= {"accuses": before.pop("accuses", None)}
    edit_statement(statement=record, given=StatementFields(**_all(record, StatementFields, before)), **told)


def _source(record: Any, before: dict[str, Any], told: dict[str, Any]) -> None:
    told |= {"date_held": before.pop("date_held", None)}
    stands = {each.name: getattr(record, each.name) for each in fields(SourceFields) if each.name != "published_zone"}
    describe_source(source=record, given=SourceFields(**(stands | before)), **told)


def _party(record: Any, before: dict[str, Any], told: dict[str, Any]) -> None:
    stands = {name: getattr(record, name) for name in ("name", "kind", "description")}
    edit_party(party=record, **(stands | before), **told)


def _place(record: Place, before: dict[str, Any], told: dict[str, Any]) -> None:
    edit_place(place=record, given=PlaceFields(**_all(record, PlaceFields, before)), **told)


def _media_item(record: MediaItem, before: dict[str, Any], told: dict[str, Any]) -> None:
    edit_media_item(item=record, given=MediaFields(**_all(record, MediaFields, before)), **told)


def _request(record: CommentRequest, before: dict[str, Any], told: dict[str, Any]) -> None:
    edit_request(request=record, given=RequestFields(**_all(record, RequestFields, before)), **told)


KINDS: Final[dict[str, tuple[Callable[[User], Any], Callable[[Any, dict[str, Any], dict[str, Any]], None]]]] = {
    "incident": (Incident.objects.visible_to, _incident),
    "statement": (Statement.objects.visible_to, _statement),
    "source": (sources_shown_to, _source),
    "party": (parties_shown_to, _party),
    "place": (Place.objects.visible_to, _place),
    "media-item": (MediaItem.objects.visible_to, _media_item),
    "request": (requests_seen_by, _request),
}
