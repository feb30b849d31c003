"""The manifest of a capture: what came, from where, how, under which limits; each chained to the one before it.

``content`` is canonical JSON; its SHA-256 is the manifest's name and stands in the next manifest of the same source.
It says nothing that the rows do not say, so ``verify`` can hold the one against the other.
"""

from __future__ import annotations

import json
import platform
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from sources.capture.fetch import limits_from_settings
from sources.evidence.canonical import canonical, sha256_of, without_fractions
from sources.models import Blob, Capture, Manifest, RenderedPage, Source
from sources.models.capture import Obtained

FORMAT: Final = 1
TIMES: Final = ("total_seconds", "connect_seconds")  # limits that need not be whole seconds
# What a manifest repeats of its capture. The rest of it (limits, versions, chain) only the manifest itself says.
FROM_ROWS: Final = ("source", "capture", "outcome", "visit", "body", "wire", "text", "rendered")
DESCRIBED: Final = (
    "source", "body", "wire", "rendered", "rendered__page", "rendered__words", "rendered__picture",
)  # fmt: skip
NOT_IN_IT: Final = ("text", "reading", "metadata", "links", "flags")  # large, and of no use to it


def write_manifest(capture: Capture, visit: Mapping[str, Any] | None = None) -> Manifest:
    """Write the manifest of a capture whose outcome is stored, in the caller's transaction; the one there is, if any.

    ``visit`` is what ``Fetched.manifest()`` gives and the row does not hold: when the visit began and ended, limits,
    doors and versions in force, the pace the site asks for. The rows are read again, because the hash must be of what
    the database keeps. Raises ValueError while the capture is under way.
    """
    with transaction.atomic():
        Source.objects.select_for_update().get(pk=capture.source_id)  # manifests are numbered one after the other
        held = Manifest.objects.filter(pk=capture.pk).first()
        if held is not None:
            return held
        rows = Capture.objects.select_related(*DESCRIBED).defer(*NOT_IN_IT)
        stored = rows.get(pk=capture.pk)
        if stored.is_under_way:
            raise ValueError(f"capture {stored.pk} has no outcome yet")
        chain = Manifest.objects.filter(source=stored.source_id).order_by("-number")
        newest, previous = chain.values_list("number", "sha256").first() or (0, "")
        content = canonical(
            {
                "format": FORMAT,
                "number": newest + 1,
                "previous": previous,
                **_told_by(visit or {}, stored),
                **described(stored),
            }
        )
        return Manifest.objects.create(
            capture=stored,
            source_id=stored.source_id,
            number=newest + 1,
            previous=previous,
            sha256=sha256_of(content),
            content=content,
        )


def write_missing(at_most: int = 1000) -> int:
    """Write the manifests of captures that were finished before there were any, oldest first; how many were written.

    They prove that we held the bytes when the manifest was written, not when the capture was made.
    """
    captures = Capture.objects.filter(manifest__isnull=True).exclude(outcome="")
    written = 0
    for capture in captures.order_by("source_id", "number").only("pk", "source_id")[:at_most]:
        write_manifest(capture)
        written += 1
    return written


def described(capture: Capture) -> dict[str, Any]:
    """What the rows say of a capture, as the manifest says it. What DESCRIBED names is best joined.

    ``rendered`` is there only where somebody asked for the page to be rendered.
    """
    source = capture.source
    rendered: RenderedPage | None = getattr(capture, "rendered", None)
    return {
        "source": {"id": str(source.pk), "ref": source.ref, "submitted_address": source.submitted_address},
        "capture": {
            "id": str(capture.pk),
            "number": capture.number,
            "obtained": capture.obtained,
            "cause": capture.cause,
            "reason": capture.reason,
            "requested_by": str(capture.requested_by_id) if capture.requested_by_id else None,
            "requested_at": capture.created_at.isoformat(),
            "finished_at": capture.finished_at.isoformat() if capture.finished_at else None,
            "file_name": capture.file_name,
        },
        "outcome": {
            "verdict": capture.outcome,
            "transport": capture.transport,
            "detail": capture.outcome_detail,
            "robots": capture.robots,
        },
        "visit": {"final_address": capture.final_address, "hops": without_fractions(capture.hops)},
        "body": _bytes(capture.body) | {"media_type": capture.media_type, "charset": capture.charset},
        "wire": {
            "sha256": capture.wire_sha256,
            "length": capture.wire_length,
            "kept_as": capture.wire_id or (capture.body_id if capture.wire_sha256 == capture.body_id else None),
        },
        "text": {"sha256": capture.text_sha256, "walker": capture.walker_version},
        **({"rendered": _rendered(rendered)} if rendered else {}),
    }


def differences(manifest: Manifest, capture: Capture) -> list[str]:
    """The parts (``"text"``, ``"visit"``) in which the rows no longer say what the manifest says."""
    told, now = json.loads(manifest.content), described(capture)
    return [part for part in FROM_ROWS if told.get(part) != now.get(part)]


@lru_cache(maxsize=1)
def product_version() -> str:
    """The version of this product, as its own project file states it; "" where only the code was installed."""
    try:
        with (settings.BASE_DIR / "pyproject.toml").open("rb") as file:
            return str(tomllib.load(file)["project"]["version"])
    except FileNotFoundError:
        return ""


def _bytes(blob: Blob | None) -> dict[str, Any]:
    return {"sha256": blob.sha256, "length": blob.size} if blob else {"sha256": "", "length": 0}


def _rendered(rendered: RenderedPage) -> dict[str, Any]:
    """What a browser showed, which is another thing than what was sent: its own scripts have been at work."""
    told = {
        "provenance": "rendered",
        "end": rendered.end,
        "detail": rendered.detail,
        "address": rendered.address,
        "began_at": rendered.began_at.isoformat(),
        "ended_at": rendered.ended_at.isoformat(),
        "browser": rendered.browser,
        "page": _bytes(rendered.page),
        "words": _bytes(rendered.words),
        "picture": _bytes(rendered.picture),
        # By host: the keys of a manifest are plain letters, and a browser may ask for any.
        "asked": [{"host": host} | told for host, told in sorted(rendered.asked.items())],
    }
    return dict(without_fractions(told))


def _told_by(visit: Mapping[str, Any], capture: Capture) -> dict[str, Any]:
    """What only the moment knows. A visit that left nothing but its row was made under the limits of today."""
    was_fetched = capture.obtained == Obtained.FETCHED
    limits = visit.get("limits") or asdict(limits_from_settings())
    told = {
        "began_at": visit.get("started_at") or "",
        "ended_at": visit.get("finished_at") or "",
        "crawl_delay": visit.get("crawl_delay"),
        "limits": _in_whole_numbers(limits) if was_fetched else {},
        "doors": visit.get("doors") or {},
        "versions": {
            "product": product_version(),
            "python": platform.python_version(),
            **(visit.get("versions") or {}),
        },
    }
    return dict(without_fractions(told))


def _in_whole_numbers(limits: Mapping[str, Any]) -> dict[str, Any]:
    """Limits with their seconds as milliseconds: ``total_seconds`` 30.0 becomes ``total_ms`` 30000."""
    return {
        name.replace("_seconds", "_ms") if name in TIMES else name: round(value * 1000) if name in TIMES else value
        for name, value in limits.items()
    }
