"""Pages with a form say every twenty seconds that they are open, and when they are left."""

import re

from django.http import HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from harmtracker.permissions import SignedInRequest, requires
from harmtracker.presence import beat, leave, may_be_in

SECONDS = re.compile(r"[0-9]{1,9}")


@requires("draft.keep")
@never_cache
@require_POST
def here(request: SignedInRequest) -> HttpResponse:
    """``key`` names the form, ``idle`` the seconds without typing, "" before the first; ``left`` that it was closed.

    Answers with sentences about who else is there; 422 alike for what is no form, and for one this person may not open.
    """
    key, idle = request.POST.get("key", ""), request.POST.get("idle", "")
    if request.POST.get("left"):
        leave(key, by=request.user)
        return HttpResponse(status=204)
    if "\x00" in key or not may_be_in(key, request.user):
        return JsonResponse({"others": []}, status=422)
    is_number = idle.isascii() and SECONDS.fullmatch(idle) is not None
    return JsonResponse({"others": beat(key, by=request.user, idle=int(idle) if is_number else None)})
