"""Pages of an administrator: what a partner reads, shown as that partner, and what it has read."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from claims.api.pages import CURSOR, page
from claims.api.problems import WrongParameter
from claims.api.tokens import Caller, caller_with
from claims.models import Incident, Partner, PartnerRead, PartnerToken, Statement
from claims.models.release import RecordType
from claims.release.scopes import SCOPE_OF
from harmtracker.htmx import render_page
from harmtracker.listed import listed
from harmtracker.markings import rank
from harmtracker.models import User
from harmtracker.paging import Order
from harmtracker.permissions import SignedInRequest, requires

AT_ONCE = 20
RECORDS: dict[str, type[Any]] = {RecordType.INCIDENT: Incident, RecordType.STATEMENT: Statement}
NEWEST = Order(field="at")


@requires("partner.manage")
@require_safe
def reads(request: SignedInRequest, pk: Any) -> HttpResponse:
    """Every answer the partner was given, newest first: by which token, what was asked, how it ended."""
    found = get_object_or_404(Partner, pk=pk)
    rows = PartnerRead.objects.filter(token__partner=found).select_related("token")
    context = {"partner": found, "page": listed(request, rows, name=f"reads-{found.pk}", order=NEWEST)}
    return render_page(request, "partners/reads.html", context)


@requires("partner.manage")
@require_safe
def sees(request: SignedInRequest, pk: Any) -> HttpResponse:
    """The records one token reads today, as it reads them, as far as the administrator may see these records too."""
    found = get_object_or_404(Partner, pk=pk)
    tokens = list(found.tokens.filter(revoked_at=None).select_related("partner"))
    token = next((each for each in tokens if str(each.pk) == request.GET.get("token")), tokens[0] if tokens else None)
    kinds = [kind for kind in RecordType if token and SCOPE_OF[kind] in token.scopes]
    kind = next((each for each in kinds if each == request.GET.get("kind")), kinds[0] if kinds else None)
    context: dict[str, Any] = {"partner": found, "tokens": tokens, "token": token, "kinds": kinds, "kind": kind}
    if token is not None and kind is not None:
        context |= _read(request, token, kind)
    return render_page(request, "partners/sees.html", context)


def _read(request: SignedInRequest, token: PartnerToken, kind: str) -> dict[str, Any]:
    caller = _as_far_as(request.user, token)
    asked = {"limit": AT_ONCE} | ({CURSOR.name: request.GET[CURSOR.name]} if CURSOR.name in request.GET else {})
    complaints = []
    try:
        shown = page(kind, caller, asked, (), request)
    except WrongParameter:
        complaints = [_("This address is damaged. Here is the first page.")]
        shown = page(kind, caller, {"limit": AT_ONCE}, (), request)
    documents = [json.loads(line) for line in shown.lines]
    seen = RECORDS[kind].objects.visible_to(request.user).filter(pk__in=[each["id"] for each in documents])
    keys = {str(key) for key in seen.values_list("pk", flat=True)}
    return {
        "records": [
            {
                "document": each,
                "text": json.dumps(each, ensure_ascii=False, indent=2),
                "url": reverse(kind, args=[each["ref"]]),
            }
            for each in documents
            if each["id"] in keys
        ],
        "complaints": complaints,
        "next_url": shown.next,
        "previous_url": shown.previous,
    }


def _as_far_as(user: User, token: PartnerToken) -> Caller:
    caller = caller_with(token)
    return Caller(token, min(caller.ceiling, user.clearance, key=rank), caller.parts)
