"""ETags: what they are made of, and what is answered to who holds the very bytes already."""

import hashlib

from django.http import HttpResponse, HttpResponseNotModified
from django.utils.http import parse_etags
from rest_framework.request import Request


def etag_of(content: bytes, version: str = "") -> str:
    """A strong ETag of these bytes; the ``version`` of what they show stands before a hyphen, where it has one."""
    return f'"{version and version + "-"}{hashlib.sha256(content).hexdigest()[:32]}"'


def is_held(request: Request, etag: str) -> bool:
    """Whether the caller holds these bytes. Proxies that pack answers call a strong ETag weak; it is the same one."""
    held = parse_etags(request.headers.get("If-None-Match", ""))
    return "*" in held or etag in {each.removeprefix("W/") for each in held}


def unchanged(etag: str, size: int) -> HttpResponse:
    """304: nothing that a cache would put in place of what it holds, such as another type or a length of 0."""
    return HttpResponseNotModified(headers={"ETag": etag, "Content-Length": str(size)})
