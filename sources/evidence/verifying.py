"""Checking everything that is kept: bytes against their hashes, manifests against their chain and the rows, stamps.

Finds what was changed, removed or swapped behind the program's back, whoever did it, and says where. Works through
the record a piece at a time, so it needs no more memory for much than for little.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import batched
from typing import Final

from cryptography import x509
from django.conf import settings
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from harmtracker.models import User
from sources.evidence import blobs
from sources.evidence.authority import NotStamped, check, trusted
from sources.evidence.canonical import sha256_of
from sources.evidence.manifests import DESCRIBED, differences
from sources.evidence.merkle import root_from
from sources.evidence.problems import Problem
from sources.models import Blob, Capture, IntegrityRun, Manifest, TimeStamp, TimeStampLeaf

MOST_LISTED: Final = 300
AT_A_TIME: Final = 100


@dataclass(slots=True)
class _Findings:
    """What a check has seen so far. Only the first problems are kept, all are counted."""

    blobs: int = 0
    manifests: int = 0
    stamps: int = 0
    count: int = 0
    listed: list[dict[str, str]] = field(default_factory=list)

    def add(self, what: Problem, which: str, why: str) -> None:
        self.count += 1
        if len(self.listed) < MOST_LISTED:
            self.listed.append({"what": str(what), "which": which, "why": why})


def run_check(asked_by: User | None = None) -> IntegrityRun:
    """Check all that is kept and put the result on record. Finding something wrong is a result, not an error."""
    run = IntegrityRun.objects.create(asked_by=asked_by)
    found = _Findings()
    _check_blobs(found)
    _check_manifests(found)
    _check_missing(found)
    _check_stamps(found)
    IntegrityRun.objects.filter(pk=run.pk).update(
        finished_at=timezone.now(),
        blobs=found.blobs,
        manifests=found.manifests,
        stamps=found.stamps,
        problem_count=found.count,
        problems=found.listed,
    )
    run.refresh_from_db()
    return run


def strays() -> Iterator[str]:
    """Hashes of bytes in the store that are on no record: left by a hand-in whose transaction failed."""
    for some in batched(blobs.names(), 500):
        known = set(Blob.objects.filter(pk__in=some).values_list("pk", flat=True))
        yield from (name for name in some if name not in known)


def _check_blobs(found: _Findings) -> None:
    for blob in Blob.objects.order_by("pk").iterator(chunk_size=1000):
        found.blobs += 1
        try:
            _check_blob(blob, found)
        except blobs.StoreUnavailable as error:
            found.add(Problem.STORE, settings.EVIDENCE_STORE, _("It cannot be reached: %(why)s.") % {"why": error})
            return  # nor can it for the rest


def _check_blob(blob: Blob, found: _Findings) -> None:
    if blob.destroyed_at:
        if blobs.holds(blob.pk):
            found.add(Problem.NOT_DESTROYED, blob.pk, _("These bytes were to be destroyed, and are still there."))
        return
    try:
        with blobs.open_blob(blob.pk) as file:
            size = file.seek(0, os.SEEK_END)
    except blobs.Gone:
        found.add(Problem.GONE, blob.pk, _("The bytes are not in the store."))
    except blobs.Damaged:
        found.add(Problem.CHANGED, blob.pk, _("The bytes in the store no longer match their hash."))
    else:
        if size != blob.size:
            found.add(Problem.ROW, blob.pk, _("The record gives another length than the bytes have."))


def _check_manifests(found: _Findings) -> None:
    """Every manifest against its hash, the one before it, and the rows it describes."""
    before: Manifest | None = None
    rows = Manifest.objects.order_by("source_id", "number").iterator(chunk_size=AT_A_TIME)
    for some in batched(rows, AT_A_TIME):
        captures = _captures(manifest.pk for manifest in some)
        for manifest in some:
            found.manifests += 1
            capture = captures.get(manifest.pk)
            which = _called(capture) if capture else f"manifest {manifest.sha256[:12]}"
            _check_chain(manifest, before, which, found)
            _check_rows(manifest, capture, which, found)
            before = manifest


def _captures(keys: Iterable[object]) -> dict[object, Capture]:
    rows = Capture.objects.select_related(*DESCRIBED).defer("reading", "metadata", "links", "flags")
    return dict(rows.in_bulk(list(keys)))


def _check_chain(manifest: Manifest, before: Manifest | None, which: str, found: _Findings) -> None:
    if sha256_of(manifest.content) != manifest.sha256:
        found.add(Problem.MANIFEST, which, _("The manifest no longer matches its hash."))
        return
    if before is not None and before.source_id != manifest.source_id:
        before = None
    number, previous = (before.number + 1, before.sha256) if before else (1, "")
    told = json.loads(manifest.content)
    if {(number, previous)} != {(manifest.number, manifest.previous), (told.get("number"), told.get("previous"))}:
        found.add(Problem.CHAIN, which, _("The manifest does not follow the one before it."))


def _check_rows(manifest: Manifest, capture: Capture | None, which: str, found: _Findings) -> None:
    if capture is None:
        found.add(Problem.CAPTURE, which, _("The capture it describes is gone."))
        return
    if sha256_of(capture.text) != capture.text_sha256 and (capture.text or capture.text_sha256):
        found.add(Problem.TEXT, which, _("The captured text no longer matches its hash."))
    try:
        changed = differences(manifest, capture)
    except ValueError:  # no JSON any more; its hash was found wrong already
        return
    if changed:
        found.add(
            Problem.CAPTURE,
            which,
            _("The record says otherwise than the manifest: %(parts)s.") % {"parts": ", ".join(changed)},
        )


def _check_missing(found: _Findings) -> None:
    without = Capture.objects.filter(manifest__isnull=True).exclude(outcome="").select_related("source")
    for capture in without.only("number", "source__ref").order_by("source_id", "number").iterator(chunk_size=1000):
        found.add(
            Problem.NO_MANIFEST, _called(capture), _("It has no manifest: an old capture, or somebody removed it.")
        )


def _check_stamps(found: _Findings) -> None:
    certificates: list[x509.Certificate] = []
    for stamp in TimeStamp.objects.order_by("created_at").iterator(chunk_size=AT_A_TIME):
        found.stamps += 1
        try:
            certificates = certificates or trusted()
            if check(bytes(stamp.token), stamp.root, certificates).at != stamp.stamped_at:
                found.add(Problem.STAMP, str(stamp.pk), _("The record gives another time than the token."))
        except NotStamped as error:
            found.add(Problem.STAMP, str(stamp.pk), str(error.message))
        _check_leaves(stamp, found)
    gone = TimeStampLeaf.objects.filter(~Exists(Manifest.objects.filter(pk=OuterRef("manifest_id"))))
    for leaf in gone.iterator(chunk_size=1000):
        found.add(Problem.NO_MANIFEST, str(leaf.manifest_id), _("A manifest that was stamped is gone."))


def _check_leaves(stamp: TimeStamp, found: _Findings) -> None:
    leaves = stamp.leaves.values_list("manifest__sha256", "path").iterator(chunk_size=1000)
    for sha256, path in leaves:
        try:
            leads_there = root_from(sha256, path) == stamp.root
        except (ValueError, AttributeError, TypeError):  # what stands there is no path
            leads_there = False
        if not leads_there:
            found.add(
                Problem.PATH, f"manifest {sha256[:12]}", _("Its path does not lead to the root that was stamped.")
            )


def _called(capture: Capture) -> str:
    return f"{capture.source.ref}/{capture.number}"
