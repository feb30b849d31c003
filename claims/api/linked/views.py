"""The context of our linked data, where its documents say it is."""

import json

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from claims.api.formats import Jsonld
from claims.api.linked.terms import context


@csrf_exempt  # a POST is answered with 405, whoever sends it
@require_safe
def context_file(request: HttpRequest) -> HttpResponse:
    """Which words our JSON-LD uses and what they mean. It needs no token: it says nothing of what there is."""
    return HttpResponse(json.dumps(context(), indent=1), content_type=Jsonld.media_type)
