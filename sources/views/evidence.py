"""Downloads of what proves a capture: manifest, archive files, time-stamp. Always as attachments, always on record."""

from collections.abc import Iterator

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from harmtracker import audit
from harmtracker.htmx import go_to, render_page
from harmtracker.permissions import SignedInRequest, requires
from sources.evidence.blobs import Damaged, StoreUnavailable, holds, open_blob
from sources.evidence.wacz import wacz_pieces
from sources.evidence.warc import RENDERED, Warc, exported
from sources.models import Blob, Capture, Manifest, RenderedPage, Source, TimeStamp
from sources.shown import sources_shown_to

# Nothing in these files is ours to vouch for: no browser is to guess a type, or to run what it finds.
GUARDED = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
MISSING = gettext_lazy("A stored file is missing or damaged. Tell whoever runs this installation.")
ENDINGS = {"page": "html.bin", "words": "txt", "picture": "png"}


@requires("record.read")
@require_safe
def manifest(request: SignedInRequest, ref: str, number: int) -> HttpResponseBase:
    """The manifest of one capture, byte for byte what its hash is of."""
    capture = _capture(request, ref, number)
    held = Manifest.objects.filter(pk=capture.pk).first()
    if held is None:
        return _not_yet(request, capture.source, _("This capture has no manifest yet."))
    return _attachment(
        request,
        capture.source,
        HttpResponse(held.content.encode(), content_type="application/json"),
        f"{ref}-{number}-manifest.json",
    )


@requires("record.read")
@require_safe
def time_stamp(request: SignedInRequest, ref: str, number: int) -> HttpResponseBase:
    """The first time-stamp over a capture's manifest: the authority's answer, as OpenSSL reads it."""
    capture = _capture(request, ref, number)
    stamp = TimeStamp.objects.filter(leaves__manifest=capture.pk).order_by("stamped_at").first()
    if stamp is None:
        return _not_yet(request, capture.source, _("This capture is not stamped yet."))
    return _attachment(
        request,
        capture.source,
        HttpResponse(bytes(stamp.token), content_type="application/timestamp-reply"),
        f"{ref}-{number}.tsr",
    )


@requires("record.read")
@require_safe
def rendered(request: SignedInRequest, ref: str, number: int, part: str) -> HttpResponseBase:
    """What a browser showed of a page: its document, the words in it, or a picture."""
    capture = _capture(request, ref, number)
    if part not in RENDERED:
        return render_page(request, "errors/404.html", status=404)
    shown = RenderedPage.objects.filter(pk=capture.pk).first()
    blob: Blob | None = getattr(shown, part) if shown else None
    if blob is None or blob.destroyed_at:
        return _not_yet(request, capture.source, _("Of this capture no rendering is kept."))
    try:
        held = open_blob(blob.sha256)
    except Damaged:
        return _not_yet(request, capture.source, str(MISSING))
    except StoreUnavailable as error:
        return _not_yet(request, capture.source, str(error.sentence))
    # Never as what they are: a page made by a site's own scripts is not for a reader's browser to open.
    answer = FileResponse(held, content_type="image/png" if part == "picture" else "application/octet-stream")
    return _attachment(request, capture.source, answer, f"{ref}-{number}-rendered-{part}.{ENDINGS[part]}")


@requires("record.read")
@require_safe
def capture_warc(request: SignedInRequest, ref: str, number: int) -> HttpResponseBase:
    """One capture as WARC."""
    source = _capture(request, ref, number).source
    captures = list(exported(source, number))
    return _archive(request, source, captures, Warc(source).pieces(captures), f"{ref}-{number}.warc.gz")


@requires("record.read")
@require_safe
def source_warc(request: SignedInRequest, ref: str) -> HttpResponseBase:
    """All captures of a source as one WARC."""
    source = get_object_or_404(sources_shown_to(request.user), ref=ref)
    captures = list(exported(source))
    return _archive(request, source, captures, Warc(source).pieces(captures), f"{ref}.warc.gz")


@requires("record.read")
@require_safe
def source_wacz(request: SignedInRequest, ref: str) -> HttpResponseBase:
    """All captures of a source as WACZ, which plays in a browser."""
    source = get_object_or_404(sources_shown_to(request.user), ref=ref)
    captures = list(exported(source))
    return _archive(request, source, captures, wacz_pieces(source, captures), f"{ref}.wacz")


def _capture(request: SignedInRequest, ref: str, number: int) -> Capture:
    source = get_object_or_404(sources_shown_to(request.user), ref=ref)
    return get_object_or_404(source.captures.select_related("source").defer("text", "reading"), number=number)


def _archive(
    request: SignedInRequest, source: Source, captures: list[Capture], pieces: Iterator[bytes], name: str
) -> HttpResponseBase:
    """The file as it is written. Should bytes turn out damaged midway, it breaks off and the browser says so."""
    if not captures:
        return _not_yet(request, source, _("Nothing is captured yet."))
    try:
        missing = [blob for blob in _blobs(captures) if not holds(blob)]
    except StoreUnavailable as error:
        return _not_yet(request, source, str(error.sentence))
    if missing:
        return _not_yet(request, source, str(MISSING))
    media_type = "application/wacz" if name.endswith(".wacz") else "application/warc"
    return _attachment(request, source, StreamingHttpResponse(pieces, content_type=media_type), name)


def _blobs(captures: list[Capture]) -> set[str]:
    found = {blob for capture in captures for blob in (capture.wire, capture.body)}
    shown = [capture.rendered for capture in captures if hasattr(capture, "rendered")]
    found |= {getattr(rendered, part) for rendered in shown for part in RENDERED}
    return {blob.sha256 for blob in found if blob is not None and blob.destroyed_at is None}


def _attachment(request: SignedInRequest, source: Source, answer: HttpResponseBase, name: str) -> HttpResponseBase:
    for header, value in GUARDED.items():
        answer.headers[header] = value
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    with audit.recording():
        audit.record("evidence.downloaded", subject=source, by=request.user, changes={"file": [None, name]})
    return answer


def _not_yet(request: SignedInRequest, source: Source, words: str) -> HttpResponseBase:
    messages.error(request, words)
    return go_to(request, reverse("source-evidence", args=[source.ref]))
