"""Adding a witness under a pseudonym, in one step."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.actions.witness import create_witness
from claims.forms.witness import WitnessForm
from claims.models import Incident
from claims.undoing_added import offer_to_set_aside
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires


@requires("party.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def witness_new(request: SignedInRequest, ref: str) -> HttpResponse:
    """A new witness of an incident; said afterwards is only the pseudonym and how to name this witness in a form."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user).filter(merged_into=None), ref=ref)
    form = WitnessForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = create_witness(incident=incident, by=request.user, **form.cleaned_data)
        told = {"pseudonym": made.pseudonym, "ref": made.ref}
        words = _("%(pseudonym)s is held as %(ref)s. Write either where a form asks who.") % told
        offer_to_set_aside(request, words, made)
        return go_to(request, incident.get_absolute_url())
    context = {"section": "incidents", "incident": incident, "form": form}
    return render_page(request, "parties/witness.html", context, status=422 if form.errors else 200)
