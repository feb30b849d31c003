"""Editing what is stated of a party, a place or a media item. Two people at once: both versions stand side by side."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from claims.actions.media_item import MediaFields, edit_media_item
from claims.actions.party import edit_party
from claims.actions.place import PlaceFields, edit_place
from claims.forms.conflict import Differing, compared, opened_with, with_choices, without_withheld
from claims.forms.describing import DescribeForm, MediaEditForm, PartyDescribeForm, PlaceForm, withheld_from
from claims.models import MediaItem, Place
from claims.restoring import prefill
from claims.undoing_edits import offer_to_undo
from claims.views.explaining import explain
from claims.views.merging import led_on
from claims.views.subjects import SECTIONS, visible_record
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.models import AuditEvent
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.presence import shows_presence
from sources.shown import parties_shown_to

Save = Callable[..., Any]


@dataclass(frozen=True)
class _Kind:
    """How a record of one kind is edited: its form, the fields of it, and the action that saves."""

    name: str
    form: type[DescribeForm]
    fields: tuple[str, ...]
    action: Save


def _save_place(record: Any, given: dict[str, Any], **told: Any) -> None:
    edit_place(place=record, given=PlaceFields(**given), **told)


def _save_media_item(record: Any, given: dict[str, Any], **told: Any) -> None:
    edit_media_item(item=record, given=MediaFields(**given), **told)


def _save_party(record: Any, given: dict[str, Any], **told: Any) -> None:
    edit_party(party=record, **given, **told)


PARTY = _Kind("party", PartyDescribeForm, ("name", "kind", "description"), _save_party)
PLACE = _Kind(
    "place",
    PlaceForm,
    ("name", "precision", "country", "adm1_code", "adm1_name", "katottg", "latitude", "longitude"),
    _save_place,
)
MEDIA_ITEM = _Kind("media-item", MediaEditForm, ("description", "kind", "first_seen", "address"), _save_media_item)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("party.edit")
@drafted(_lazy("Party, described"))
@shows_presence(parties_shown_to)
def party(request: SignedInRequest, ref: str) -> HttpResponse:
    """Name, kind and description of a party."""
    return _page(request, PARTY, ref)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("place.edit")
@drafted(_lazy("Place, edited"))
@shows_presence(Place.objects.visible_to)
def place(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is stated of a place."""
    return _page(request, PLACE, ref)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("media_item.edit")
@drafted(_lazy("Photo or video, edited"))
@shows_presence(MediaItem.objects.visible_to)
def media_item(request: SignedInRequest, ref: str) -> HttpResponse:
    """What is stated of a photo or video."""
    return _page(request, MEDIA_ITEM, ref)


def _page(request: SignedInRequest, kind: _Kind, ref: str) -> HttpResponse:
    record = visible_record(request, kind.name, ref)
    if (onto := led_on(request, record)) is not None:
        return onto

    def form_of(sent: Any = None, **more: Any) -> DescribeForm:
        return kind.form(sent, record=record, user=request.user, **more)

    stands = _as_it_stands(record, kind, form_of())
    posted = with_choices(request.POST, stands) if request.method == "POST" else None
    form = form_of(posted, initial=opened_with(stands))
    restore(request, form)
    without_withheld(form, withheld_from(request.user, record, kind.form.WITHHELD))
    prefill(request, record, kind.name, form)
    differing: list[Differing] | None = None
    if posted is not None and form.is_valid():
        try:
            _save(record, kind, form.cleaned_data, request)
        except StaleRecord as refusal:
            stands = _as_it_stands(refusal.current, kind, form)
            form, differing = compared(form_of, request.POST, stands)
            explain(form, refusal)
        except Refused as refusal:
            explain(form, refusal)
        else:
            offer_to_undo(request, record, kind.name, since=form.cleaned_data["version"])
            return go_to(request, record.get_absolute_url())
    context = {
        "section": SECTIONS[kind.name],
        "record": record,
        "form": form,
        "differing": differing,
        "last": AuditEvent.objects.filter(subject_id=record.pk).first() if differing is not None else None,
        "has_finding": getattr(record, "stage", "unverified") not in ("unverified", "in_progress"),
    }
    return render_page(request, "review/describe.html", context, status=422 if form.errors else 200)


def _as_it_stands(record: Any, kind: _Kind, form: DescribeForm) -> dict[str, Any]:
    """The fields the person is asked, as they stand."""
    asked = {name: getattr(record, name) for name in kind.fields if name in form.fields}
    return {name: "" if value is None else value for name, value in asked.items()} | {"version": record.version}


def _save(record: Any, kind: _Kind, given: dict[str, Any], request: SignedInRequest) -> None:
    """Save what was asked; what was withheld from the person stays as it is."""
    values = {name: given.get(name, getattr(record, name)) for name in kind.fields}
    kind.action(record, values, expected_version=given["version"], reason=given["reason"], by=request.user)
