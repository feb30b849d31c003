"""Pages of an administrator: the people who work here and their teams."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from harmtracker import people as actions
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.forms_people import ChangePersonForm, CloseForm, NewPersonForm, TeamForm
from harmtracker.htmx import go_to, render_page
from harmtracker.listed import listed
from harmtracker.models import AuditEvent, Team, User
from harmtracker.paging import BY_NAME
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.reviewed import Reviewed, reviewed_lately
from harmtracker.sent import replace_sent

MOST_EVENTS = 20


@requires("people.manage")
@require_safe
def people(request: SignedInRequest) -> HttpResponse:
    """Everyone with an account by name, a page at a time, and the teams; ``?show=closed``: whose account is closed."""
    return _people_page(request, TeamForm())


@requires("people.manage")
@require_http_methods(["GET", "POST"])
def person_new(request: SignedInRequest) -> HttpResponse:
    """Make an account. Its first password is shown once, on the answer to this very form."""
    form = NewPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person, password = actions.create_person(**form.cleaned_data, by=request.user)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            return render_page(request, "people/password.html", {"person": person, "password": password})
    return render_page(request, "people/new.html", {"form": form}, status=422 if form.errors else 200)


@requires("people.manage")
@require_http_methods(["GET", "POST"])
def person(request: SignedInRequest, pk: Any) -> HttpResponse:
    """One account: what it has been granted, and its history."""
    found = get_object_or_404(User, pk=pk)
    form = ChangePersonForm(request.POST or None, initial=_as_it_stands(found))
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.change_person(person=found, expected_stamp=given.pop("stamp"), by=request.user, **given)
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except Refused as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("Changed. Every editor can see it."))
            return go_to(request, reverse("person", args=[pk]))
    return _person_page(request, found, form=form)


@requires("people.manage")
@require_POST
def person_active(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Close an account or open it again; which of the two stands in ``is_active``."""
    found = get_object_or_404(User, pk=pk)
    form = CloseForm(request.POST, auto_id="close_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_person_active(
                person=found,
                is_active=request.POST.get("is_active") == "yes",
                expected_stamp=given["stamp"],
                by=request.user,
                reason=given["reason"],
            )
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except Refused as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("Done. Every editor can see it."))
            return go_to(request, reverse("person", args=[pk]))
    return _person_page(request, found, close_form=form)


@requires("people.manage")
@require_POST
def person_password(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Replace a password; the new one is shown once, on this answer."""
    found = get_object_or_404(User, pk=pk)
    try:
        password = actions.new_password(person=found, by=request.user)
    except NotAllowed as refusal:
        raise PermissionDenied(str(refusal.message)) from refusal
    return render_page(request, "people/password.html", {"person": found, "password": password})


@requires("people.manage")
@require_POST
def team_new(request: SignedInRequest) -> HttpResponse:
    """Make a team."""
    form = TeamForm(request.POST)
    if form.is_valid():
        try:
            team = actions.create_team(name=form.cleaned_data["name"], by=request.user)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("Team %(name)s made.") % {"name": team.name})
            return go_to(request, reverse("people"))
    return _people_page(request, form)


def _people_page(request: SignedInRequest, team_form: TeamForm) -> HttpResponse:
    shows_closed = request.GET.get("show") == "closed"
    everyone = User.objects.filter(is_active=not shows_closed).prefetch_related("teams")
    page = listed(request, everyone, name=f"people {shows_closed}", order=BY_NAME)
    reviewed = reviewed_lately()
    context = {
        "page": page,
        "people": [(each, reviewed.get(each.pk, Reviewed())) for each in page.rows],
        "shows_closed": shows_closed,
        "teams": Team.objects.prefetch_related("members").order_by("name"),
        "team_form": team_form,
    }
    return render_page(request, "people/people.html", context, status=422 if team_form.errors else 200)


def _person_page(
    request: SignedInRequest, found: User, *, form: ChangePersonForm | None = None, close_form: CloseForm | None = None
) -> HttpResponse:
    found.refresh_from_db()
    events = AuditEvent.objects.filter(subject_id=found.pk)[:MOST_EVENTS]
    is_refused = bool((form and form.errors) or (close_form and close_form.errors))
    context = {
        "person": found,
        "standing": actions.standing_of(found),
        "form": form or ChangePersonForm(initial=_as_it_stands(found)),
        "close_form": close_form or CloseForm(initial={"stamp": actions.stamp_of(found)}, auto_id="close_%s"),
        "is_oneself": found.pk == request.user.pk,
        "events": events,
        "reviewed": reviewed_lately().get(found.pk, Reviewed()),
    }
    return render_page(request, "people/person.html", context, status=422 if is_refused else 200)


def _as_it_stands(found: User) -> dict[str, Any]:
    return {
        "role": found.role,
        "clearance": found.clearance,
        "flags": found.flags,
        "teams": found.teams.all(),
        "review_share": found.review_share,
        "stamp": actions.stamp_of(found),
    }


def _explain(form: Any, refusal: Refused) -> None:
    """Put the refusal beside its field; after an outdated page the form goes on from how things stand now."""
    if isinstance(refusal, StaleRecord):
        replace_sent(form, "stamp", actions.stamp_of(refusal.current))
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
