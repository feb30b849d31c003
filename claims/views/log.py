"""Logging from the Reader: a statement, more words for one held already, or an outside note."""

import re
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods

from claims.actions.note import add_note
from claims.actions.statement import add_rendering
from claims.forms.statement import WORDS_ARE, MoreWordsForm, NoteForm, StatementForm, WordsForm, offer
from claims.listing.offers import (
    MOST_OFFERED,
    incidents_offered,
    logged_before,
    media_items_offered,
    statements_offered,
    suggested_answers,
)
from claims.logbook import log_from_reader, one_party, words_of
from claims.lookups import around, parties_mentioned
from claims.models import Rendering
from claims.queries.taken import taken_from
from claims.undoing_added import note_added, offer_to_set_aside, rendering_added
from claims.views.reader import reader_context
from harmtracker.dates import parse_date
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.markings import HIDES_WORDS, Flag
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.presence import shows_presence
from harmtracker.undo import offer as offer_undo
from sources.attributions import offered
from sources.models import Capture
from sources.quotes import QuoteAmbiguous, to_utf16
from sources.shown import sources_shown_to
from sources.views.captures import visible_capture

MOST_LISTED = 5
OFFSET = re.compile(r"[0-9]{1,9}")


@requires("statement.edit")
@require_http_methods(["GET", "POST"])
@drafted(_lazy("New statement"))
@shows_presence(sources_shown_to)
def statement(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """The statement form beside the text: opened with the selected words, sent back until it is whole."""
    capture = visible_capture(request, ref, number)
    taken = taken_from(capture, request.user)
    form = StatementForm(request.POST or None, initial=_suggested(request, capture), user=request.user)
    restore(request, form)
    _offer(form, request, capture, taken)
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data | {"speaker": form.speaker()}
            logged = log_from_reader(given, marking=form.marking(), capture=capture, by=request.user)
        except Refused as refusal:
            _explain(form, refusal, capture)
        else:
            words = _("Logged %(ref)s. Select the next words.") % {"ref": logged.ref}
            offer_to_set_aside(request, words, logged)
            return go_to(request, f"{request.path}#{logged.renderings.get().pk}")
    ready = _ready(form, taken, request.user) if request.method == "GET" else {}
    return _page(request, "sources/log_statement.html", form, capture, taken, **ready)


@requires("statement.edit")
@require_http_methods(["GET", "POST"])
@drafted(_lazy("More words for a statement"))
def more_words(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Add the selected words to a statement that is held already."""
    capture = visible_capture(request, ref, number)
    taken = taken_from(capture, request.user)
    form = MoreWordsForm(request.POST or None, initial=_suggested(request, capture))
    restore(request, form)
    held = statements_offered(incidents_offered(taken, request.user), request.user)
    offer(form, "add_to", [(each.statement.ref, each.words) for each in held])
    form.attributions = _attributions(form, capture, [])
    if request.method == "POST" and form.is_valid():
        chosen = next(each.statement for each in held if each.statement.ref == form.cleaned_data["add_to"])
        try:
            made = add_rendering(statement=chosen, words=words_of(form.cleaned_data, capture), by=request.user)
        except Refused as refusal:
            _explain(form, refusal, capture)
        else:
            words, page = _("Added to %(ref)s.") % {"ref": chosen.ref}, capture.get_absolute_url()
            offer_undo(request, words, rendering_added, back=page, pk=str(made.pk), version=made.version)
            return go_to(request, page)
    return _page(request, "sources/log_words.html", form, capture, taken)


@requires("note.edit")
@require_http_methods(["GET", "POST"])
@drafted(_lazy("Outside note"))
def note(request: SignedInRequest, ref: str, number: int) -> HttpResponse:
    """Log what another body said about verification."""
    capture = visible_capture(request, ref, number)
    taken = taken_from(capture, request.user)
    form = NoteForm(request.POST or None, initial=_suggested(request, capture))
    restore(request, form)
    incidents = {each.ref: each for each in incidents_offered(taken, request.user)}
    offer(form, "incident", [(each.ref, each.title) for each in incidents.values()])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            made = add_note(
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
            page = incidents[given["incident"]].get_absolute_url()
            offer_undo(request, _("Outside note added."), note_added, back=page, pk=str(made.pk), version=made.version)
            return go_to(request, page)
    return _page(request, "sources/log_note.html", form, capture, taken)


def _ready(form: StatementForm, taken: list[Rendering], user: User) -> dict[str, Any]:
    """A form without words waits for them: the text beside it has the focus, and what was taken last is listed."""
    if form["exact"].value():
        return {}
    form.lose_focus()
    shown = [each for each in taken if user.sees_through(each.statement.handling, HIDES_WORDS)]
    newest = sorted(shown, key=lambda each: (each.created_at, each.pk), reverse=True)
    return {"is_ready": True, "logged": newest[:MOST_LISTED]}


def _page(
    request: SignedInRequest, template: str, form: Any, capture: Capture, taken: list[Rendering], **more: Any
) -> HttpResponse:
    context = reader_context(request, capture, taken) | {"form": form, "source": capture.source, "section": "sources"}
    context |= more
    return render_page(request, template, context, status=422 if form.errors else 200)


def _suggested(request: SignedInRequest, capture: Capture) -> dict[str, Any]:
    """What the page can know before anything is typed: the words, their language, the date of publication."""
    source = capture.source
    last = logged_before(source, request.user)
    taken = {name: request.GET.get(name, "") for name in ("exact", "start", "end")}
    if OFFSET.fullmatch(taken["start"]) and OFFSET.fullmatch(taken["end"]) and not taken["exact"]:
        # Long selections come as offsets only: addresses have a limit.
        units = capture.text.encode("utf-16-le")[int(taken["start"]) * 2 : int(taken["end"]) * 2]
        taken["exact"] = units.decode("utf-16-le", "ignore")
    remembered = {"said": source.published} if last is None else _as_before(last)
    return (
        taken
        | remembered
        | {
            "lang": capture.lang or source.lang or "en",
            "answers": request.GET.get("answers", ""),
            "link_type": "denies" if request.GET.get("answers") else "",
        }
    )


def _as_before(last: Any) -> dict[str, Any]:
    """What the next statement from a source most likely shares with the last; never its kind nor who speaks."""
    what = [last.words_rows[0]["fidelity"], last.words_rows[0]["translator"]]
    return {
        "said": last.said,
        "said_zone": last.said_zone,
        "incidents": last.about_refs,
        "words_are": next((code for code, (_label, *meant) in WORDS_ARE.items() if meant == what), None),
        "tlp": last.tlp,
        "handling": [flag for flag in last.handling if flag != Flag.EMBARGO],  # whose date is the other one's
        "team": last.team_id,
    }


def _offer(form: StatementForm, request: SignedInRequest, capture: Capture, taken: list[Rendering]) -> None:
    near = parties_mentioned(request.user, _near_text(form, capture))[:MOST_OFFERED]
    incidents = incidents_offered(taken, request.user)
    statements = statements_offered(incidents, request.user, also=request.GET.get("answers", ""))
    form.attributions = _attributions(form, capture, [party.name for party in near])
    form.offer(
        near=[(party.ref, party.name) for party in near],
        incidents=[(each.ref, each.title) for each in incidents],
        statements=[(each.statement.ref, each.words) for each in statements],
        suggested=suggested_answers(statements, near, request.user, said_by=_said_by(form)),
        media_items=[(item.ref, item.description) for item in media_items_offered(request.user)],
    )


def _said_by(form: StatementForm) -> datetime | None:
    """When the words in the form were said at the latest; None while nobody has written a date that can be read."""
    try:
        return parse_date(str(form["said"].value() or ""), str(form["said_zone"].value() or "UTC")).end
    except Refused:
        return None


def _near_text(form: WordsForm, capture: Capture) -> str:
    place = _place(form, capture)
    return around(capture.text, *place) if place else capture.text[:4000]


def _attributions(form: WordsForm, capture: Capture, names: list[str]) -> tuple[str, ...]:
    """Words beside the passage that may say who is quoted."""
    place = _place(form, capture)
    return tuple(offered(capture.text, *place, names)) if place else ()


def _place(form: WordsForm, capture: Capture) -> tuple[int, int] | None:
    """Where the words in the form stand in the text, as far as that can be told before they are taken."""
    words = form["exact"].value() or ""
    position = capture.text.find(words) if words else -1
    start = str(form["start"].value())
    if OFFSET.fullmatch(start):
        position = len(capture.text.encode("utf-16-le")[: int(start) * 2].decode("utf-16-le", "ignore"))
    return (position, position + len(words)) if position >= 0 else None


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
