"""Logging from the Reader: a statement, more words for one held already, or an outside note."""

import re
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.note import add_note
from claims.actions.statement import add_rendering
from claims.forms.statement import WORDS_ARE, MoreWordsForm, NoteForm, StatementForm, offer
from claims.logbook import last_logged, log_from_reader, one_party, words_of
from claims.lookups import around, parties_mentioned
from claims.models import Incident, MediaItem, Statement, StatementIncident
from claims.models.statement import Lifecycle
from claims.queries.voices import Voice, readable, with_words
from claims.views.reader import reader_context, taken_from
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.markings import HIDES_WORDS
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.records import called
from sources.models import Capture, Source
from sources.quotes import QuoteAmbiguous, to_utf16
from sources.views.captures import visible_capture

MOST_OFFERED = 12
MOST_STATEMENTS = 60
OFFSET = re.compile(r"[0-9]{1,9}")


@requires("statement.edit")
@require_http_methods(["GET", "POST"])
def statement(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The statement form beside the text: opened with the selected words, sent back until it is whole."""
    capture = visible_capture(request, ref, number)
    form = StatementForm(request.POST or None, initial=_suggested(request, capture))
    _offer(form, request, capture)
    if request.method == "POST" and form.is_valid():
        try:
            logged = log_from_reader(form.cleaned_data | {"speaker": form.speaker()}, capture=capture, by=request.user)
        except Refused as refusal:
            _explain(form, refusal, capture)
        else:
            messages.success(request, _("Logged %(ref)s. Select the next words.") % {"ref": logged.ref})
            return go_to(request, f"{capture.get_absolute_url()}#{logged.renderings.get().pk}")
    return _page(request, "sources/log_statement.html", form, capture)


@requires("statement.edit")
@require_http_methods(["GET", "POST"])
def more_words(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Add the selected words to a statement that is held already."""
    capture = visible_capture(request, ref, number)
    form = MoreWordsForm(request.POST or None, initial=_suggested(request, capture))
    offered = _statements(request.user, capture)
    offer(form, "add_to", [(each.statement.ref, each.in_short) for each in offered])
    if request.method == "POST" and form.is_valid():
        chosen = next(each.statement for each in offered if each.statement.ref == form.cleaned_data["add_to"])
        try:
            add_rendering(statement=chosen, words=words_of(form.cleaned_data, capture), by=request.user)
        except Refused as refusal:
            _explain(form, refusal, capture)
        else:
            messages.success(request, _("Added to %(ref)s.") % {"ref": chosen.ref})
            return go_to(request, capture.get_absolute_url())
    return _page(request, "sources/log_words.html", form, capture)


@requires("note.edit")
@require_http_methods(["GET", "POST"])
def note(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Log what another body said about verification."""
    capture = visible_capture(request, ref, number)
    form = NoteForm(request.POST or None, initial=_suggested(request, capture))
    incidents = {each.ref: each for each in _incidents(request.user, capture)}
    offer(form, "incident", [(each.ref, each.title) for each in incidents.values()])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            add_note(
                party=one_party(given["party"], user=request.user, field="party"),
                incident=incidents[given["incident"]],
                capture=capture,
                exact=given["exact"],
                utf16_start=given["start"],
                utf16_end=given["end"],
                aspect=given["aspect"],
                tlp=given["tlp"],
                by=request.user,
            )
        except Refused as refusal:
            _explain(form, refusal, capture)
        else:
            messages.success(request, _("Outside note added."))
            return go_to(request, incidents[given["incident"]].get_absolute_url())
    return _page(request, "sources/log_note.html", form, capture)


def _page(request: SignedInRequest, template: str, form: Any, capture: Capture) -> HttpResponse:
    context = reader_context(request, capture) | {"form": form, "source": capture.source, "section": "sources"}
    return render_page(request, template, context, status=422 if form.errors else 200)


def _suggested(request: SignedInRequest, capture: Capture) -> dict[str, Any]:
    """What the page can know before anything is typed: the words, their language, the date of publication."""
    source = capture.source
    last = last_logged(capture, request.user)
    taken = {name: request.GET.get(name, "") for name in ("exact", "start", "end")}
    if OFFSET.fullmatch(taken["start"]) and OFFSET.fullmatch(taken["end"]) and not taken["exact"]:
        # Long selections come as offsets only: addresses have a limit.
        units = capture.text.encode("utf-16-le")[int(taken["start"]) * 2 : int(taken["end"]) * 2]
        taken["exact"] = units.decode("utf-16-le", "ignore")
    remembered = {"said": source.published} if last is None else _as_before(last, source)
    return (
        taken
        | remembered
        | {
            "lang": capture.lang or source.lang or "en",
            "answers": request.GET.get("answers", ""),
            "link_type": "denies" if request.GET.get("answers") else "",
        }
    )


def _as_before(last: Statement, source: Source) -> dict[str, Any]:
    """What the next statement from a source most likely shares with the last; never its kind nor who speaks."""
    words = next(each for each in last.renderings.all() if each.source_id == source.pk)
    what = [words.fidelity, words.translator]
    return {
        "said": last.said,
        "said_zone": last.said_zone,
        "incidents": [incident.ref for incident in last.incidents.all()],
        "words_are": next((code for code, (_label, *meant) in WORDS_ARE.items() if meant == what), None),
        "tlp": last.tlp,
    }


def _offer(form: StatementForm, request: SignedInRequest, capture: Capture) -> None:
    near = parties_mentioned(request.user, _near_text(form, capture))[:MOST_OFFERED]
    form.offer(
        near=[(party.ref, party.name) for party in near],
        incidents=[(each.ref, each.title) for each in _incidents(request.user, capture)],
        statements=[
            (each.statement.ref, each.in_short)
            for each in _statements(request.user, capture, request.GET.get("answers", ""))
        ],
        media_items=[(item.ref, item.description) for item in _media_items(request.user)],
    )


def _near_text(form: StatementForm, capture: Capture) -> str:
    words = form["exact"].value() or ""
    position = capture.text.find(words) if words else -1
    start = str(form["start"].value())
    if OFFSET.fullmatch(start):
        position = len(capture.text.encode("utf-16-le")[: int(start) * 2].decode("utf-16-le", "ignore"))
    return around(capture.text, position, position + len(words)) if position >= 0 else capture.text[:4000]


def _incidents(user: User, capture: Capture) -> list[Incident]:
    """Incidents this source speaks of first, then the newest."""
    visible = Incident.objects.visible_to(user).filter(merged_into=None)
    here = list(visible.filter(statements__renderings__in=taken_from(capture, user)).distinct()[:MOST_OFFERED])
    newest = visible.exclude(pk__in=[each.pk for each in here]).order_by("-created_at", "-id")[:MOST_OFFERED]
    return [*here, *newest]


def _media_items(user: User) -> list[MediaItem]:
    rows = MediaItem.objects.visible_to(user).seen_through(user, HIDES_WORDS)
    return list(rows.order_by("-created_at")[:MOST_OFFERED])


def _statements(user: User, capture: Capture, also: str = "") -> list[Voice]:
    """Statements that can be answered or added to here: those of the incidents offered, newest first."""
    visible = Statement.objects.visible_to(user).exclude(lifecycle=Lifecycle.REMOVED)
    about = StatementIncident.objects.filter(incident__in=_incidents(user, capture)).values("statement")
    newest = visible.filter(pk__in=about).order_by("-created_at", "-id")[:MOST_STATEMENTS]
    offered = visible.filter(Q(pk__in=newest.values("pk")) | Q(pk__in=called(visible, also).values("pk")))
    voices = with_words(readable(offered, user), user)
    return sorted(voices, key=lambda voice: (voice.statement.created_at, voice.key), reverse=True)


def _explain(form: Any, refusal: Refused, capture: Capture) -> None:
    """Put the refusal beside its field; words that stand in several places become a choice."""
    field = refusal.field if refusal.field in form.fields else None
    if isinstance(refusal, QuoteAmbiguous) and "place" in form.fields:
        places = []
        for place in refusal.places:
            start, end = to_utf16(capture.text, place.start, place.end)
            places.append((f"{start}:{end}", f"…{place.before[-40:]}[{place.exact}]{place.after[:40]}…"))
        form.offer_places(places)
        field = "place"
    form.add_error(field, str(refusal.message))
