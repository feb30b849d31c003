"""Having manifests stamped with the time: all new ones under one root, now and then, never in the way of a capture."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import transaction

from sources.evidence import authority
from sources.evidence.merkle import tree_of
from sources.models import Manifest, TimeStamp, TimeStampLeaf

MOST_AT_ONCE: Final = 4096


def stamp_batch() -> TimeStamp | None:
    """Have manifests without a stamp stamped, the oldest first; None when there are none or no authority is set.

    Nothing is stored unless the answer held. Raises ``authority.NotStamped`` with a sentence for the work ledger.
    Two at once do no harm: a manifest then has two stamps.
    """
    if not settings.TIME_STAMP_URL:
        return None
    waiting = list(
        Manifest.objects.filter(stamps__isnull=True).order_by("created_at", "pk").only("pk", "sha256")[:MOST_AT_ONCE]
    )
    if not waiting:
        return None
    tree = tree_of([manifest.sha256 for manifest in waiting])
    stamp = authority.ask(tree.last, tree.root)
    with transaction.atomic():
        row = TimeStamp.objects.create(
            root=tree.root, authority=stamp.authority, token=stamp.token, stamped_at=stamp.at
        )
        TimeStampLeaf.objects.bulk_create(
            [
                TimeStampLeaf(stamp=row, manifest=manifest, path=path)
                for manifest, path in zip(waiting, tree.paths, strict=True)
            ],
            batch_size=500,
        )
    return row
