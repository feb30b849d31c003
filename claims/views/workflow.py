"""Moving a record along inside the house: submit, approve, ask for changes, set aside."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.actions.workflow import move
from claims.listing.history import Happening, happened_meanwhile
from claims.undoing import step_taken
from claims.views.subjects import SECTIONS, visible_record
from harmtracker.errors import NotAllowed, Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.records import Workflow
from harmtracker.undo import offer


class MoveForm(forms.Form):
    """One step. Which step follows from where, and who may take it, is the action's to say."""

    to = forms.CharField(max_length=20)
    version = forms.IntegerField()
    reason = forms.CharField(required=False, max_length=2000)


@requires("record.submit")
@require_POST
def step(request: SignedInRequest, kind: str, ref: str) -> HttpResponse:
    """Take one step of the workflow, then back to the record; a refusal is shown with what was written."""
    record = visible_record(request, kind, ref)
    form = MoveForm(request.POST)
    changed: list[Happening] = []
    if form.is_valid():
        given = form.cleaned_data
        try:
            move(
                record=record,
                to=given["to"],
                expected_version=given["version"],
                by=request.user,
                reason=given["reason"],
            )
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal.message)) from refusal
        except StaleRecord as refusal:
            form.add_error(None, str(refusal.message))
            changed = happened_meanwhile(record, request.user)
        except Refused as refusal:
            if record.version != given["version"]:  # somebody took a step meanwhile: say who, and which
                changed = happened_meanwhile(record, request.user)
            form.add_error("reason" if refusal.field == "reason" else None, str(refusal.message))
        else:
            if given["to"] == Workflow.IN_REVIEW and record.workflow == Workflow.APPROVED:
                messages.success(request, _("%(ref)s: approved without a second reader.") % {"ref": ref})
                return go_to(request, record.get_absolute_url())
            words = _("%(ref)s: %(state)s.") % {"ref": ref, "state": record.get_workflow_display()}
            held = {"kind": record._meta.model_name, "pk": str(record.pk), "version": record.version}
            offer(request, words, step_taken, back=record.get_absolute_url(), **held)
            return go_to(request, record.get_absolute_url())
    record.refresh_from_db()
    context = {"record": record, "form": form, "section": SECTIONS[kind], "changed": changed}
    return render_page(request, "review/step.html", context, status=422)
