"""Pages of an administrator: organisations that pull the export, and their tokens."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, F, Max, Q
from django.db.models.functions import Now
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.actions import partner as actions
from claims.forms.partner import ActiveForm, PartnerForm, TokenForm
from claims.models import Partner, PartnerToken
from harmtracker.errors import Refused, StaleRecord
from harmtracker.htmx import go_to, render_page
from harmtracker.models import AuditEvent
from harmtracker.permissions import SignedInRequest, requires
from harmtracker.sent import replace_sent, sent_as

MOST_TOKENS = 50
MOST_EVENTS = 20


@requires("partner.manage")
@require_http_methods(["GET", "POST"])
def partners(request: SignedInRequest) -> HttpResponse:
    """All partners, and a form for another."""
    form = PartnerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_partner(**form.cleaned_data, by=request.user)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("%(name)s added. Issue a token next.") % {"name": made.name})
            return go_to(request, reverse("partner", args=[made.pk]))
    living = Q(tokens__revoked_at=None, tokens__expires_at__gt=Now())
    rows = Partner.objects.annotate(living=Count("tokens", filter=living), last_used=Max("tokens__last_used_at"))
    context = {"partners": rows.order_by(F("is_active").desc(), "name"), "form": form}
    return render_page(request, "partners/partners.html", context, status=422 if form.errors else 200)


@requires("partner.manage")
@require_http_methods(["GET", "POST"])
def partner(request: SignedInRequest, pk: Any) -> HttpResponse:
    """One partner: its tokens, and a new one. Its plain text is shown once, on the answer to this very form."""
    found = get_object_or_404(Partner, pk=pk)
    form = TokenForm(request.POST or None, initial={"ceiling": found.ceiling})
    if request.method == "POST" and form.is_valid():
        try:
            token, plain = actions.issue_token(partner=found, **form.cleaned_data, by=request.user)
        except Refused as refusal:
            _explain(form, refusal)
        else:
            context = {"partner": found, "token": token, "plain": plain}
            return render_page(request, "partners/issued.html", context)
    return _partner_page(request, found, form=form)


@requires("partner.manage")
@require_POST
def partner_active(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Shut a partner out with all its tokens, or let it in again; which of the two stands in ``is_active``."""
    found = get_object_or_404(Partner, pk=pk)
    form = ActiveForm(request.POST, auto_id="active_%s")
    if form.is_valid():
        try:
            actions.set_partner_active(
                partner=found,
                is_active=request.POST.get("is_active") == "yes",
                expected_version=form.cleaned_data["version"],
                by=request.user,
                reason=form.cleaned_data["reason"],
            )
        except Refused as refusal:
            _explain(form, refusal)
        else:
            messages.success(request, _("Done. It holds from this moment."))
            return go_to(request, reverse("partner", args=[pk]))
    found.refresh_from_db()
    return _partner_page(request, found, active_form=form)


@requires("partner.manage")
@require_POST
def token_revoke(request: SignedInRequest, pk: Any) -> HttpResponse:
    """End a token at once. Doing it twice changes nothing."""
    token = get_object_or_404(PartnerToken, pk=pk)
    actions.revoke_token(token=token, by=request.user, reason=sent_as(request, "reason"))
    messages.success(request, _("Revoked. It opens nothing from this moment."))
    return go_to(request, reverse("partner", args=[token.partner_id]))


def _partner_page(
    request: SignedInRequest, found: Partner, *, form: TokenForm | None = None, active_form: ActiveForm | None = None
) -> HttpResponse:
    tokens = found.tokens.select_related("created_by", "revoked_by")[:MOST_TOKENS]
    is_refused = bool((form and form.errors) or (active_form and active_form.errors))
    context = {
        "partner": found,
        "tokens": tokens,
        "form": form or TokenForm(initial={"ceiling": found.ceiling}),
        "active_form": active_form or ActiveForm(initial={"version": found.version}, auto_id="active_%s"),
        "events": AuditEvent.objects.filter(Q(subject_id=found.pk) | Q(about__contains=[found.pk]))[:MOST_EVENTS],
    }
    return render_page(request, "partners/partner.html", context, status=422 if is_refused else 200)


def _explain(form: Any, refusal: Refused) -> None:
    """Put the refusal beside its field; after an outdated page the form goes on from how things stand now."""
    if isinstance(refusal, StaleRecord):
        replace_sent(form, "version", refusal.current.version)
    form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.message))
