"""The box that goes anywhere: a page by its name, a record by its reference or what it is called."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from claims.lookups import incidents_named, places_named, search_parties
from claims.models import Incident, MediaItem, Place, Statement
from harmtracker.htmx import go_to, render_page
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.records import called
from sources.shown import parties_shown_to, sources_shown_to

MOST: Final = 6
"""How many of each kind are offered."""
SHORTEST: Final = 2
"""Letters; one alone would offer half the record."""
PAGES: Final[tuple[tuple[str, str | Promise, str], ...]] = (
    ("desk", _("Desk"), "alarm.answer"),
    ("incidents", _("Incidents"), "record.read"),
    ("statements", _("Statements"), "record.read"),
    ("sources", _("Sources"), "record.read"),
    ("parties", _("Parties"), "record.read"),
    ("review", _("Review"), "record.submit"),
    ("hand-in", _("Log a link, a file or a text"), "source.hand_in"),
    ("incident-new", _("New incident"), "incident.edit"),
    ("party-new", _("New party"), "party.edit"),
    ("operations", _("Operations"), "operations.read"),
    ("partners", _("Partners"), "partner.manage"),
    ("people", _("People"), "people.manage"),
    ("account", _("Account and password"), "record.read"),
)


@dataclass(frozen=True)
class Found:
    """Somewhere to go. ``what`` says what kind of thing it is, ``ref`` its reference where it has one."""

    url: str
    words: str
    what: str | Promise
    ref: str = ""


@requires("record.read")
@require_safe
def go(request: SignedInRequest) -> HttpResponse:
    """What is meant by the words; a whole reference leads there at once."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    meant = list(_by_reference(words, request.user)) if words else []
    if meant and not getattr(request, "htmx", False):
        return go_to(request, meant[0].url)
    found = [*meant, *_pages(words, request.user)]
    if len(words) >= SHORTEST and not meant:
        found += _by_name(words, request.user)
    return render_page(request, "go.html", {"q": words, "found": found}, fragment="found")


def _pages(words: str, user: User) -> Iterator[Found]:
    """Pages this person may open whose name holds the words; all of them before anything is written."""
    for name, title, act in PAGES:
        if may(user, act) and words.casefold() in str(title).casefold():
            yield Found(reverse(name), str(title), _("Page"))


def _by_reference(words: str, user: User) -> Iterator[Found]:
    """The record of this reference where the person may see it, and under its name only as far as they may."""
    rows: dict[str, tuple[Any, str | Promise]] = {
        "IN-": (Incident.objects.visible_to(user), _("Incident")),
        "ST-": (Statement.objects.visible_to(user), _("Statement")),
        "SO-": (sources_shown_to(user), _("Source")),
        "PA-": (parties_shown_to(user), _("Party")),
        "PL-": (Place.objects.visible_to(user), _("Place")),
        "ME-": (MediaItem.objects.visible_to(user), _("Photo or video")),
    }
    of_kind = rows.get(words[:3].upper())
    record = called(of_kind[0], words).first() if of_kind else None
    if record is not None and of_kind is not None:
        yield Found(record.get_absolute_url(), record.ref, of_kind[1])


def _by_name(words: str, user: User) -> Iterator[Found]:
    for incident in incidents_named(user, words).order_by("-created_at", "-pk")[:MOST]:
        yield Found(incident.get_absolute_url(), incident.title, _("Incident"), incident.ref)
    for party in search_parties(user, words)[:MOST]:
        yield Found(party.get_absolute_url(), party.name, party.get_kind_display(), party.ref)
    for place in places_named(user, words)[:MOST]:
        yield Found(place.get_absolute_url(), place.name, _("Place"), place.ref)
