"""How far a capture is, in steps a person can follow, why it waits, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from harmtracker import turns
from harmtracker.models import Job, JobStep, User
from harmtracker.wording import dated
from sources.capture.outcomes import Outcome
from sources.models import Capture
from sources.models.capture import Obtained
from sources.shown import sources_shown_to

KINDS = ("capture.fetch", "capture.render", "capture.read")
STEPS = (
    ("queued", gettext_lazy("Queued")),
    ("fetching", gettext_lazy("Fetching")),
    ("sealing", gettext_lazy("Sealing")),
    ("rendering", gettext_lazy("Rendering")),
    ("reading", gettext_lazy("Reading")),
    ("judging", gettext_lazy("Judging")),
    ("ready", gettext_lazy("Ready")),
)
ONLY_WHEN_FETCHED = {"fetching", "sealing"}
ONLY_WHEN_ASKED = {"rendering"}


@dataclass(frozen=True)
class Step:
    """One step: ``state`` is done, now, todo or fail; ``at`` when it was reached."""

    words: str
    state: str
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class Progress:
    """A capture's way: its steps, one line on where it is, the sentence for its outcome or for why it was given up."""

    capture: Capture
    steps: list[Step] = field(default_factory=list)
    sentence: str = ""
    line: str = ""
    is_under_way: bool = True
    is_captured: bool = False
    is_dead: bool = False


def progress_of(capture: Capture, user: User) -> Progress:
    """Read the capture's jobs and their steps, for this reader. One whose job was given up says so, with the reason."""
    if capture.outcome:
        outcome = Outcome(capture.outcome)
        return Progress(capture, sentence=str(outcome.sentence), is_under_way=False, is_captured=outcome.is_captured)
    found = Job.objects.filter(kind__in=KINDS, key=str(capture.pk)).prefetch_related("steps").order_by("created_at")
    held = list(found)
    job = held[-1] if held else None
    if job is None or job.state in (Job.State.DEAD, Job.State.QUARANTINED):
        return Progress(capture, sentence=_given_up(job), is_dead=True)
    reached: dict[str, JobStep] = {}
    for each in held:
        reached |= {step.name: step for step in each.steps.all()}
    left_out = set() if held[0].payload.get("render") else ONLY_WHEN_ASKED
    if capture.obtained != Obtained.FETCHED:
        left_out = left_out | ONLY_WHEN_FETCHED
    steps = _steps(held[0], reached, left_out)
    return Progress(capture, steps=steps, line=_line(steps, job, user))


def waiting_words(job: Job, user: User) -> str:
    """Why a queued job does not run yet, for its page. Of those ahead of it the reader is told of what they may see."""
    why = turns.why_waiting(job)
    if why.pause is not None:
        told: dict[str, Any] = {"lane": job.get_lane_display(), "who": why.pause.paused_by, "reason": why.pause.reason}
        return _("“%(lane)s” is paused by %(who)s: %(reason)s") % told
    if why.host_because and why.until:
        return _("the site asked us to wait until %(until)s") % {"until": _clock(why.until)}
    if why.until:
        return _("to be tried again at %(until)s") % {"until": _clock(why.until)}
    ahead = Capture.objects.filter(pk__in=why.ahead, source__in=sources_shown_to(user)).count() if why.ahead else 0
    if ahead:
        words = ngettext(
            "waiting, one you may see is ahead of it", "waiting, %(ahead)s you may see are ahead of it", ahead
        )
        return words % {"ahead": ahead}
    return _("waiting for its turn")


def _given_up(job: Job | None) -> str:
    if job and job.state == Job.State.QUARANTINED:
        return _(
            "This work ended two workers, so it is kept in quarantine. Nothing was lost. An editor or administrator "
            "can let it out; or upload the page instead."
        )
    why = job.last_error if job and " " in job.last_error else ""
    return _("The work was given up before it ended. Nothing was lost; try again.") + f" {why}"


def _line(steps: list[Step], job: Job, user: User) -> str:
    """ "2 of 6 · Fetching 1.4 MB · for 12 s", or why it waits."""
    number, now = next((number, step) for number, step in enumerate(steps, 1) if step.state == "now")
    told = {"number": number, "count": len(steps), "step": now.words, "detail": now.detail}
    line = _("%(number)s of %(count)s · %(step)s %(detail)s") % told
    if job.state == Job.State.QUEUED:
        return f"{line.strip()} · {waiting_words(job, user)}"
    began = job.started_at or job.created_at
    seconds = max(0, round((timezone.now() - began).total_seconds()))
    return f"{line.strip()} · " + _("for %(seconds)s s") % {"seconds": seconds}


def _steps(first: Job, reached: dict[str, JobStep], left_out: set[str]) -> list[Step]:
    names = [(name, str(words)) for name, words in STEPS if name not in left_out]
    newest = max((number for number, (name, _words) in enumerate(names) if name in reached), default=0)
    steps = []
    for number, (name, words) in enumerate(names):
        event = reached.get(name)
        at = first.created_at if name == "queued" else event.at if event else None
        state = "done" if number < newest else "now" if number == newest else "todo"
        steps.append(Step(words, state, at, _detail(event)))
    return steps


def _detail(event: JobStep | None) -> str:
    """What a step is about: so many bytes, or the words it was given."""
    if event is None or not event.detail.isdigit():
        return event.detail if event else ""
    count = int(event.detail)
    if count < 1_000_000:
        return _("%(count)s bytes") % {"count": number_format(count, force_grouping=True)}
    return _("%(count)s MB") % {"count": number_format(count / 1_000_000, decimal_pos=1)}


def _clock(at: datetime) -> str:
    """A moment as pages write it; with its day if that is not today."""
    at = at.astimezone(timezone.get_default_timezone())
    is_today = at.date() == timezone.now().date()
    return _("%(time)s UTC") % {"time": dated(at, "H:i" if is_today else "j M H:i")}
