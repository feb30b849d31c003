"""Pages of an administrator: what a partner is told without asking, and what became of every message."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.actions import webhook as actions
from claims.forms.partner import DeliveryFilterForm
from claims.listing.webhooks import endpoints_of, shown_deliveries
from claims.models import Partner, WebhookDelivery, WebhookEndpoint
from harmtracker.errors import Refused
from harmtracker.htmx import go_to, render_page
from harmtracker.listed import listed
from harmtracker.paging import Order
from harmtracker.permissions import SignedInRequest, requires

NEWEST = Order(field="id")


@requires("partner.manage")
@require_safe
def webhooks(request: SignedInRequest, pk: Any) -> HttpResponse:
    """A partner's endpoints with their state, and the messages to them, newest first, as far as they were chosen."""
    found = get_object_or_404(Partner, pk=pk)
    endpoints = endpoints_of(found)
    form = DeliveryFilterForm(request.GET, endpoints=[each.endpoint for each in endpoints])
    chosen = {name: value for name, value in form.cleaned_data.items() if value} if form.is_valid() else {}
    page = listed(request, _deliveries(found).filter(**chosen), name=f"webhooks-{found.pk}-{chosen}", order=NEWEST)
    context = {
        "partner": found,
        "endpoints": endpoints,
        "form": form,
        "is_chosen": bool(chosen),
        "page": page,
        "deliveries": shown_deliveries(request.user, page.rows),
    }
    return render_page(request, "partners/webhooks.html", context)


@requires("partner.manage")
@require_POST
def webhook_pause(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Send an endpoint nothing more, or go on; which of the two stands in ``paused``."""
    endpoint = get_object_or_404(WebhookEndpoint.objects.select_related("token"), pk=pk)
    if request.POST.get("paused") == "yes":
        actions.pause_endpoint(endpoint=endpoint, by=request.user)
        messages.success(request, _("Paused. What changes meanwhile is told when it goes on."))
    else:
        actions.resume_endpoint(endpoint=endpoint, by=request.user)
        messages.success(request, _("It goes on, with everything that waits."))
    return go_to(request, reverse("partner-webhooks", args=[endpoint.partner_id]))


@requires("partner.manage")
@require_POST
def webhook_replay(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Send a message once more, under its number."""
    delivery = get_object_or_404(WebhookDelivery.objects.select_related("endpoint__token__partner"), pk=pk)
    try:
        actions.send_again(delivery=delivery, by=request.user)
        messages.success(request, _("It is sent again."))
    except Refused as refusal:
        messages.error(request, str(refusal.message))
    return go_to(request, reverse("partner-webhooks", args=[delivery.endpoint.partner_id]))


def _deliveries(partner: Partner) -> QuerySet[WebhookDelivery]:
    rows = WebhookDelivery.objects.filter(endpoint__partner=partner)
    return rows.select_related("endpoint").prefetch_related("attempts")
