"""Parties: who they are, what they said, where they stand, what they never answered."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from claims.actions.party import add_party_name, affiliate, create_party
from claims.actions.witness import set_pseudonym
from claims.forms.party import AffiliationForm, NameForm, PartyForm
from claims.forms.witness import PseudonymForm
from claims.listing.parties import (
    MOST_POSITIONS,
    accusations_of,
    charges_among,
    positions_among,
    ties_of,
    withdrawn_ties_of,
)
from claims.listing.statements import incidents_of, statement_rows, statements_by, statements_for_list
from claims.lookups import SHOWN_BY_SEARCH, search_parties
from claims.queries.conversation import remark_count
from claims.queries.stances import spoken_for
from claims.undoing_added import name_added, offer_to_set_aside, pseudonym_given, tie_added
from claims.views.merging import onwards
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.listed import Listed, listed
from harmtracker.markings import HIDES_NAME, Flag
from harmtracker.models import User
from harmtracker.paging import BY_NAME
from harmtracker.permissions import SignedInRequest, may, requires
from harmtracker.presence import shows_presence
from harmtracker.records import STANDS
from harmtracker.undo import offer
from sources.models import Party
from sources.shown import parties_shown_to


@require_safe
@requires("record.read")
def parties(request: SignedInRequest) -> HttpResponse:
    """Every party by name, or those a search finds in any script or spelling."""
    words = request.GET.get("q", "").replace("\x00", "").strip()[:200]
    found = _searched(request.user, words) if words else _all(request)
    context = {"section": "parties", "q": words, "pages": found, "may_edit": may(request.user, "party.edit")}
    context |= {"may_set_aside": may(request.user, "record.set_aside")}
    return render_page(request, "parties/list.html", context, fragment="results")


def _all(request: SignedInRequest) -> Listed:
    rows = parties_shown_to(request.user).filter(STANDS).prefetch_related("names")
    return listed(request, rows, name="parties", order=BY_NAME)


def _searched(user: User, words: str) -> Listed:
    rows = search_parties(user, words)
    complaints = []
    if len(rows) == SHOWN_BY_SEARCH:
        complaints.append(_("Many names resemble this. The %(number)s nearest are shown.") % {"number": len(rows)})
    return Listed(rows, "", "", complaints)


@require_safe
@requires("record.read")
def party(request: SignedInRequest, ref: str) -> HttpResponse:
    """One party: names, ties, positions, allegations against it, its statements. A duplicate leads on."""
    shown = _party_or_404(request.user, ref)
    if shown.merged_into_id is not None:
        return onwards(shown, request.user)
    rows = statements_for_list(request.user).filter(statements_by(request.user, [shown.pk]))
    pages = listed(request, rows, name=f"party {shown.pk}")
    spoken, accusations = spoken_for(shown, request.user, most=MOST_POSITIONS), accusations_of(shown, request.user)
    # One look-up of incidents for all three parts of the page.
    about = incidents_of(
        {row.pk for row in [*pages.rows, *spoken, *(each.statement for each in accusations)]}, request.user
    )
    charges = charges_among(accusations, about, request.user)
    context = {
        "section": "parties",
        "party": shown,
        "handling": [Flag(code).label for code in shown.handling],
        "ties": ties_of(shown, request.user),
        "positions": positions_among(spoken, about),
        "unanswered": [charge for charge in charges if not charge.is_answered],
        "answered": [charge for charge in charges if charge.is_answered],
        "rows": statement_rows(pages.keys, request.user, asks_answers=False, about=about),
        "pages": pages,
        "may_edit": may(request.user, "party.edit"),
        "may_merge": may(request.user, "record.merge"),
    }
    return render_page(request, "parties/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("party.edit")
def party_new(request: SignedInRequest) -> HttpResponse:
    """Add a party, having been shown one of that name if there is one."""
    form = PartyForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("name", "kind", "description")}
        try:
            made = create_party(by=request.user, **given)
        except Refused as refusal:
            form.add_error(refusal.field, str(refusal.message))
        else:
            offer_to_set_aside(request, _("Added %(ref)s.") % {"ref": made.ref}, made)
            return go_to(request, made.get_absolute_url())
    status = 422 if form.is_bound and form.errors else 200
    return render_page(request, "parties/new.html", {"section": "parties", "form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("party.edit")
@shows_presence(parties_shown_to)
def party_edit(request: SignedInRequest, ref: str) -> HttpResponse:
    """Add a name, a tie or a pseudonym to a party. The forms post here; ``add`` says which one was sent."""
    shown = _party_or_404(request.user, ref)
    if shown.merged_into_id is not None:
        return onwards(shown, request.user)
    sent = request.POST.get("add", "") if request.method == "POST" else ""
    name_form = NameForm(request.POST if sent == "name" else None, prefix="name")
    tie_form = AffiliationForm(request.POST if sent == "tie" else None, prefix="tie", user=request.user)
    stands = {"version": shown.version, "pseudonym": shown.pseudonym}
    alias_form = PseudonymForm(request.POST if sent == "pseudonym" else None, prefix="alias", initial=stands)
    form = {"name": name_form, "tie": tie_form, "pseudonym": alias_form}.get(sent)
    if form is not None and form.is_valid() and _added(request, shown, form):
        return go_to(request, reverse("party-edit", args=[shown.ref]))
    context: dict[str, Any] = {
        "section": "parties",
        "party": shown,
        "ties": ties_of(shown, request.user),
        "withdrawn": withdrawn_ties_of(shown, request.user),
        "name_form": name_form,
        "tie_form": tie_form,
        "alias_form": alias_form if shown.pseudonym or HIDES_NAME & set(shown.handling) else None,
        "sent_form": form,
    }
    return render_page(request, "parties/edit.html", context, status=422 if form is not None else 200)


def _added(request: SignedInRequest, shown: Party, form: forms.Form) -> bool:
    """Do what the form asks and offer to undo it; False, with the sentence in the form, when it is refused."""
    given, by = form.cleaned_data, request.user
    held = {"back": reverse("party-edit", args=[shown.ref]), "pk": str(shown.pk)}
    try:
        if isinstance(form, NameForm):
            is_new = not shown.names.filter(text=given["text"].strip()).exists()
            name = add_party_name(party=shown, by=by, **given)
            if is_new:
                offer(request, _("The name is added."), name_added, text=name.text, **held)
        elif isinstance(form, PseudonymForm):
            before = shown.pseudonym
            set_pseudonym(party=shown, pseudonym=given["pseudonym"], expected_version=given["version"], by=by)
            offer(request, _("Saved."), pseudonym_given, version=shown.version, before=before, **held)
        else:
            made = affiliate(party=shown, by=by, **given)
            offer(request, _("The tie is recorded."), tie_added, **held | {"pk": str(made.pk)}, version=made.version)
    except Refused as refusal:
        form.add_error(refusal.field, str(refusal.message))
        return False
    return True


def _party_or_404(user: User, ref: str) -> Party:
    rows = (
        parties_shown_to(user)
        .select_related("set_aside_by")
        .prefetch_related("names")
        .annotate(remark_count=remark_count())
    )
    return get_object_or_404(rows, ref=ref)
