"""htmx changes only how much of a page is sent, never what a page can do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    fragment: str | None = None,
    status: int = 200,
) -> HttpResponse:
    """The whole page, or only its ``fragment`` partial when htmx asked for that one by ``HX-Target``."""
    if fragment and getattr(request, "htmx", False):
        template = f"{template}#{fragment}"
    response = render(request, template, context or {}, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """After a write: HX-Redirect for htmx, 302 for everyone else. ``url`` is always one of our own."""
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(url)
    return HttpResponseRedirect(url)
