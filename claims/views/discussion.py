"""The discussion of a record: what is said about it, who looks after it, and whether one follows it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.http import require_http_methods, require_POST

from claims import undoing
from claims.actions.assignment import assign, end_assignment, may_end
from claims.actions.following import follow, stop_following
from claims.actions.remark import make_remark, take_back
from claims.forms.discussion import AssignForm, RemarkForm
from claims.listing.source_page import source_frame
from claims.models import Assignment, Following, Incident, Remark
from claims.models.conversation import SubjectKind
from claims.queries.conversation import MODELS, page_of, talk_about, talked_about_by
from claims.undoing_added import remark_made
from claims.views.explaining import explain
from claims.views.merging import holds_words
from harmtracker.drafts import drafted, restore
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.models import User
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.undo import offer

SECTIONS = {"incident": "incidents", "statement": "statements", "source": "sources", "party": "parties"}


@require_http_methods(["GET", "HEAD", "POST"])
@requires("remark.make")
@drafted(_lazy("Remark"))
def discussion(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Read what was said, say something, see who looks after the record. A duplicate leads on."""
    record = _record_or_404(request.user, kind, ref=ref)
    if getattr(record, "merged_into_id", None) is not None:
        stays = _record_or_404(request.user, kind, pk=record.merged_into_id)
        if not holds_words(request):
            return go_to(request, page_of(stays.ref, "discussion"))
    form = RemarkForm(request.POST or None)
    restore(request, form)
    if request.method == "POST" and form.is_valid():
        try:
            made = make_remark(record=record, words=form.cleaned_data["words"], by=request.user)
        except Refused as refusal:
            explain(form, refusal)
        else:
            page = page_of(record.ref, "discussion")
            offer(request, _("Said."), remark_made, back=page, pk=str(made.pk))
            return go_to(request, f"{page}#r-{made.pk}")
    return _page(request, record, form=form)


@require_POST
@requires("assignment.make")
def assign_it(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Let somebody look after the record, or hand on what somebody looks after."""
    record = _record_or_404(request.user, kind, ref=ref)
    talk = talk_about(record)
    form = AssignForm(request.POST, people=talk.people)
    if form.is_valid():
        given = form.cleaned_data
        [chosen] = [each for each in talk.people if str(each.pk) == given["assignee"]]
        held = next((each for each in talk.assignments if each.pk == given["instead_of"]), None)
        try:
            if given["instead_of"] and held is None:
                raise Refused(_("This was ended already. Load the page again."))
            made = assign(record=record, assignee=chosen, task=given["task"], by=request.user, instead_of=held)
        except Refused as refusal:
            explain(form, refusal)
        else:
            words, page = _("%(name)s looks after it now.") % {"name": chosen}, page_of(record.ref, "discussion")
            offer(request, words, undoing.assigned, back=page, pk=str(made.pk), instead_of=str(held.pk) if held else "")
            return go_to(request, page)
    return _page(request, record, assigning=form)


@require_POST
@requires("assignment.make")
def assignment_end(request: SignedInRequest, pk: Any) -> HttpResponse:
    """The task is done. From the desk one goes back to the desk."""
    found = get_object_or_404(Assignment.objects.select_related("assignee"), pk=pk)
    record = _record_or_404(request.user, found.subject_kind, pk=found.subject_id)
    try:
        end_assignment(assignment=found, record=record, by=request.user)
        page = page_of(record.ref, "discussion")
        offer(request, _("Ended."), undoing.assignment_ended, back=page, pk=str(found.pk))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, "/desk/" if request.POST.get("back") == "desk" else page_of(record.ref, "discussion"))


@require_POST
@requires("remark.make")
def remark_take_back(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Take one's own words back."""
    remark = get_object_or_404(Remark, pk=pk)
    record = _record_or_404(request.user, remark.subject_kind, pk=remark.subject_id)
    try:
        take_back(remark=remark, record=record, by=request.user)
        messages.success(request, _("Taken back."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, page_of(record.ref, "discussion"))


@require_POST
@requires("incident.follow")
def incident_follow(request: SignedInRequest, ref: str) -> HttpResponse:
    """Follow an incident, or stop; which of the two stands in ``follow``. Back to where it was pressed."""
    found = get_object_or_404(Incident.objects.visible_to(request.user), ref=ref)
    follows = request.POST.get("follow") != "no"
    if not follows:
        stop_following(incident=found, by=request.user)
        words = _("You do not follow %(ref)s any more.") % {"ref": found.ref}
    else:
        follow(incident=found, by=request.user)
        words = _("You follow %(ref)s: what happens in it stands on your desk.") % {"ref": found.ref}
    offer(request, words, undoing.followed, back=found.get_absolute_url(), pk=str(found.pk), follows=follows)
    back = {"desk": "/desk/", "discussion": page_of(found.ref, "discussion")}
    return go_to(request, back.get(request.POST.get("back", ""), found.get_absolute_url()))


def _record_or_404(user: User, kind: str, **which: Any) -> Any:
    """The record, for who may read its discussion; 404 for anybody else, as for what does not exist."""
    if kind not in MODELS:
        raise Http404
    rows = talked_about_by(user, kind)
    return get_object_or_404(rows.select_related("publisher") if kind == SubjectKind.SOURCE else rows, **which)


def _page(
    request: SignedInRequest, record: Any, *, form: RemarkForm | None = None, assigning: AssignForm | None = None
) -> HttpResponse:
    kind = record._meta.model_name
    talk = talk_about(record)
    is_incident = isinstance(record, Incident)
    refused = bool((form and form.errors) or (assigning and assigning.errors))
    context = {
        "section": SECTIONS.get(kind, "sources"),
        "record": record,
        "talk": talk,
        "ends": {each.pk for each in talk.assignments if may_end(each, request.user)},
        "form": form or RemarkForm(),
        "assigning": assigning or AssignForm(people=talk.people),
        "is_incident": is_incident,
        "is_followed": is_incident and Following.objects.filter(user=request.user, incident=record).exists(),
    }
    template = "discussion/page.html"
    if kind == "source":
        context, template = source_frame(request, record) | context, "discussion/source.html"
    return render_page(request, template, context, status=422 if refused else 200)
