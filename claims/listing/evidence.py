"""What proves each capture of a source, in the order in which a reader asks for it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db.models import Prefetch, QuerySet

from sources.capture.outcomes import Outcome
from sources.capture.rendered import RenderEnd
from sources.evidence.canonical import sha256_of
from sources.evidence.manifests import DESCRIBED, differences
from sources.evidence.problems import Problem
from sources.models import Capture, IntegrityRun, Manifest, RenderedPage, Source, TimeStamp, TimeStampLeaf

SHOWN: Final = 20
LARGE: Final = ("text", "reading", "metadata", "links", "flags")


@dataclass(frozen=True)
class Stop:
    """One address on the way of a visit. ``detail`` is the outcome code of a stop that nobody answered."""

    url: str
    status: int | None
    status_line: str
    connected: str
    resolved: list[str]
    certificate: str
    at: str
    refusal: str

    @property
    def refused_as(self) -> Outcome | None:
        """Why nobody answered, where the code is one of ours."""
        return Outcome(self.refusal) if self.refusal in Outcome.values else None


@dataclass(frozen=True)
class Proof:
    """A capture with its manifest. ``breaks`` says what does not fit, looked at now; ``is_linked``: the manifest is
    whole and follows the one before it. ``problems``: what the last check found; ``is_checked``: it came after.
    """

    capture: Capture
    manifest: Manifest | None
    told: dict[str, Any]
    stops: list[Stop]
    breaks: list[str]
    is_linked: bool
    stamp: TimeStamp | None
    problems: list[str]
    is_checked: bool

    @property
    def outcome(self) -> Outcome:
        return Outcome(self.capture.outcome)

    @property
    def rendered(self) -> RenderedPage | None:
        """What a browser showed, where somebody asked for it."""
        return getattr(self.capture, "rendered", None)

    @property
    def rendered_end(self) -> RenderEnd | None:
        """How the rendering ended, with its sentence."""
        return RenderEnd(self.rendered.end) if self.rendered else None

    @property
    def is_held(self) -> bool:
        """Whether the bytes are there to be had."""
        return self.capture.body is not None and self.capture.body.destroyed_at is None

    @property
    def is_packed(self) -> bool:
        """Whether the body came packed, so that the bytes on the wire are others than those read."""
        return bool(self.capture.wire_sha256) and self.capture.wire_sha256 != self.capture.body_id

    @property
    def limits(self) -> dict[str, Any]:
        """The limits of the visit as people say them: seconds and megabytes. Empty for what was handed in."""
        told = self.told.get("limits") or {}
        if not told:
            return {}
        return {
            "seconds": told.get("total_ms", 0) // 1000,
            "megabytes": told.get("body_bytes", 0) // 1024**2,
            "redirects": told.get("redirects"),
        }


@dataclass(frozen=True)
class Proofs:
    """A page of proofs, newest first. ``older`` is the number to go on before, or None."""

    rows: list[Proof]
    older: int | None
    run: IntegrityRun | None
    has_authority: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing on this page is broken and nothing was found wrong."""
        return not any(row.breaks or row.problems for row in self.rows)

    @property
    def is_through(self) -> bool:
        """Whether the last check reached every file and lists all that it found."""
        return self.run is not None and _is_through(self.run)

    @property
    def is_stamped(self) -> bool:
        return any(row.stamp for row in self.rows)


def proofs_of(source: Source, before: int | None = None) -> Proofs:
    """The newest proofs, or those of the captures before a number. Four queries, however many there are."""
    rows = list(_captures(source, before)[: SHOWN + 1])
    older = rows[SHOWN - 1].number if len(rows) > SHOWN else None
    rows = rows[:SHOWN]
    chain = _chain(rows)
    run = IntegrityRun.objects.filter(finished_at__isnull=False).order_by("-started_at").first()
    shown = [_proof(source, capture, chain, run) for capture in rows]
    return Proofs(shown, older, run, bool(settings.TIME_STAMP_URL))


def _captures(source: Source, before: int | None) -> QuerySet[Capture]:
    leaves = TimeStampLeaf.objects.select_related("stamp").order_by("stamp__stamped_at")
    rows = source.captures.exclude(outcome="").order_by("-number").defer(*LARGE)
    rows = rows.select_related(*DESCRIBED, "manifest", "requested_by")
    rows = rows.prefetch_related(Prefetch("manifest__stamps", queryset=leaves))
    return rows if before is None else rows.filter(number__lt=before)


def _chain(captures: Iterable[Capture]) -> dict[int, str]:
    """Hashes of the manifests that those shown must follow, by their numbers."""
    held = [capture.manifest for capture in captures if hasattr(capture, "manifest")]
    if not held:
        return {}
    numbers = [manifest.number - 1 for manifest in held]
    rows = Manifest.objects.filter(source=held[0].source_id, number__in=numbers)
    return dict(rows.values_list("number", "sha256"))


def _proof(source: Source, capture: Capture, chain: dict[int, str], run: IntegrityRun | None) -> Proof:
    manifest: Manifest | None = getattr(capture, "manifest", None)
    capture.source = source
    stamps = [leaf.stamp for leaf in manifest.stamps.all()] if manifest else []
    link = _link_problem(manifest, chain) if manifest else None
    changed = differences(manifest, capture) if manifest and link != Problem.MANIFEST else []
    breaks = [str(link.label)] if link else []
    return Proof(
        capture=capture,
        manifest=manifest,
        told=_told(manifest),
        stops=[_stop(hop) for hop in capture.hops],
        breaks=breaks + ([f"{Problem.CAPTURE.label} ({', '.join(changed)})"] if changed else []),
        is_linked=link is None,
        stamp=stamps[0] if stamps else None,
        problems=_problems(source, capture, run) if run else [],
        is_checked=bool(run and capture.finished_at and run.started_at > capture.finished_at and _is_through(run)),
    )


def _told(manifest: Manifest | None) -> dict[str, Any]:
    try:
        told = json.loads(manifest.content) if manifest else {}
    except ValueError:  # changed behind our back; said so by ``breaks``
        return {}
    return told if isinstance(told, dict) else {}


def _link_problem(manifest: Manifest, chain: dict[int, str]) -> Problem | None:
    """What is wrong with a manifest as a link of its chain, looked at now."""
    if sha256_of(manifest.content) != manifest.sha256:
        return Problem.MANIFEST
    return Problem.CHAIN if manifest.previous != chain.get(manifest.number - 1, "") else None


def _is_through(run: IntegrityRun) -> bool:
    """False when the store was out of reach, or more was found than is listed: then silence proves nothing."""
    listed_all = run.problem_count == len(run.problems)
    return listed_all and all(problem["what"] != Problem.STORE for problem in run.problems)


def _problems(source: Source, capture: Capture, run: IntegrityRun) -> list[str]:
    """What the last check found wrong with this capture or its bytes."""
    rendered: RenderedPage | None = getattr(capture, "rendered", None)
    shown = {rendered.page_id, rendered.words_id, rendered.picture_id} if rendered else set()
    ours = ({f"{source.ref}/{capture.number}", capture.body_id, capture.wire_id} | shown) - {None}
    return [problem["why"] for problem in run.problems if problem["which"] in ours]


def _stop(hop: dict[str, Any]) -> Stop:
    """From JSON of any age: what an old capture does not have is left empty."""
    status = hop.get("status")
    return Stop(
        url=hop.get("url", ""),
        status=status,
        status_line=hop.get("status_line") or (str(status) if status else ""),
        connected=hop.get("connected", ""),
        resolved=hop.get("resolved", []),
        certificate=hop.get("certificate_sha256", ""),
        at=hop.get("at", ""),
        refusal=hop.get("refusal", ""),
    )
