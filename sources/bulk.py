"""Many links at once: taken in by a job, behind whatever people wait for. What is refused is kept, with the reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext_lazy as _

from harmtracker import audit, jobs
from harmtracker.errors import Refused
from harmtracker.identity import new_id
from harmtracker.models import Job, Priority, User
from harmtracker.permissions import require, require_cleared
from sources import intake
from sources.addresses import AddressRefused, normalised_key, parse
from sources.capture.outcomes import Outcome
from sources.models import Capture, Source
from sources.models.capture import Cause
from sources.models.source import VisitPolicy
from sources.shown import sources_shown_to

KIND: Final = "links.hand_in"
MOST_LINKS: Final = 5000
AT_ONE_TURN: Final = 25  # links; others wait for the same workers
MOST_SHOWN: Final = 200


@dataclass(frozen=True)
class Ending:
    """How many captures of a batch ended this way; no outcome: those under way."""

    outcome: Outcome | None
    count: int


@dataclass(frozen=True)
class Batch:
    """Many links handed in at once. ``refused``: (line, sentence). ``held``: sources that were here already."""

    job: Job
    total: int
    left: int
    endings: list[Ending]
    refused: list[tuple[str, object]]
    held: list[Source] = field(default_factory=list)

    @property
    def done(self) -> int:
        """Links of which nothing more is to come."""
        under_way = sum(ending.count for ending in self.endings if ending.outcome is None)
        return self.total - self.left - under_way

    @property
    def is_under_way(self) -> bool:
        """Whether anything may still change by itself."""
        return self.done < self.total


def hand_in_links(*, lines: str, by: User, visit_policy: str = VisitPolicy.PUBLIC_LINK, tlp: str | None = None) -> Job:
    """Take many links, one to a line, each byte for byte. Their sources are made by the job that is returned.

    Lines that are no link we visit stand on the batch's page with the reason; a link that stands there twice is taken
    once. Raises Refused when there are too many, or when not one can be taken.
    """
    require(by, "source.hand_in")
    if tlp:
        require_cleared(by, tlp)
    given = [line for line in lines.splitlines() if line.strip()]
    if len(given) > MOST_LINKS:
        raise Refused(
            _("These are %(count)s links. Hand in %(most)s at a time.") % {"count": len(given), "most": MOST_LINKS},
            field="links",
        )
    wanted: dict[str, str] = {}
    refused: list[list[str]] = []
    for line in given:
        try:
            wanted.setdefault(normalised_key(parse(line).href), line)
        except AddressRefused as refusal:
            refused.append([line, refusal.code])
    if not wanted:
        raise Refused(_("No line of this is a link that can be visited. Copy whole addresses."), field="links")
    payload = {
        "left": list(wanted.values()),
        "total": len(wanted),
        "sources": [],
        "held": [],
        "refused": refused,
        "visit_policy": visit_policy,
        "tlp": tlp,
    }
    with audit.recording():
        job = jobs.enqueue(KIND, str(new_id()), payload=payload, by=by, priority=Priority.PERSON)
        audit.record("links.handed_in", subject=job, by=by, changes={"links": [None, len(wanted)]})
    return job


def take_next(job: Job) -> None:
    """Take the next few links of a batch. What was taken before a worker died is found held, and is the batch's own."""
    by, told = job.requested_by, dict(job.payload)
    if by is None:
        raise Refused(_("Nobody handed these links in."))
    for address in told["left"][:AT_ONE_TURN]:
        try:
            handed_in = intake.hand_in_link(
                address=address, by=by, visit_policy=told["visit_policy"], tlp=told["tlp"], cause=Cause.BULK
            )
        except Refused as refused:
            told["refused"].append([address, refused.code])
            continue
        source = handed_in.source
        is_own = source.created_by_id == by.pk and source.created_at >= job.created_at
        told["sources" if is_own else "held"].append(str(source.pk))
    told["left"] = told["left"][AT_ONE_TURN:]
    jobs.go_on(job, told, is_done=not told["left"])


def is_shown_to(job: Job, reader: User) -> bool:
    """Whether a reader may know of a batch: their own, or one of whose sources they see at least one."""
    return job.requested_by_id == reader.pk or sources_shown_to(reader).filter(pk__in=job.payload["sources"]).exists()


def batch_of(job: Job, *, reader: User) -> Batch:
    """How far a batch is, as far as the reader may see its sources. What was refused is for whoever handed it in."""
    told = job.payload
    shown = sources_shown_to(reader)
    captures = Capture.objects.filter(source__in=shown.filter(pk__in=told["sources"]), number=1)
    ended = Counter(captures.values_list("outcome", flat=True))
    endings = [Ending(Outcome(code) if code else None, count) for code, count in ended.most_common()]
    held = shown.filter(pk__in=told["held"]).order_by("ref")[:MOST_SHOWN]
    own = told["refused"] if job.requested_by_id == reader.pk else []
    refused = [(line, _sentence(code)) for line, code in own]
    return Batch(job, told["total"], len(told["left"]), endings, refused, list(held))


def _sentence(code: str) -> object:
    return Outcome(code).sentence if code in Outcome.values else _("This link was refused. Hand it in by itself.")
