"""What happened since one was last here, and having read it."""

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from claims.actions.news import read_news
from harmtracker.htmx import go_to
from harmtracker.permissions import SignedInRequest, requires


@requires("news.read")
@require_POST
def read(request: SignedInRequest) -> HttpResponse:
    """All that was shown is read; ``up_to`` is the number of the newest event that was. What came since stays news."""
    up_to = request.POST.get("up_to", "")
    if up_to.isascii() and up_to.isdigit() and len(up_to) < 19:
        read_news(by=request.user, up_to=int(up_to))
        messages.success(request, _("Read. What happens from now on stands here next time."))
    else:
        messages.info(request, _("Nothing was marked as read. Load the page again."))
    return go_to(request, reverse("desk"))
