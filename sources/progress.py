"""How far a capture is, in steps a person can follow, and how it ended."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from harmtracker.models import Job, JobStep
from sources.capture.outcomes import Outcome
from sources.models import Capture
from sources.models.capture import Obtained

STEPS = (
    ("queued", gettext_lazy("Queued")),
    ("fetching", gettext_lazy("Fetching")),
    ("sealing", gettext_lazy("Sealing")),
    ("reading", gettext_lazy("Reading")),
    ("ready", gettext_lazy("Ready")),
)
ONLY_WHEN_FETCHED = {"fetching", "sealing"}


@dataclass(frozen=True)
class Step:
    """One step: ``state`` is done, now, todo or fail; ``at`` when it was reached."""

    words: str
    state: str
    at: datetime | None = None
    detail: str = ""


@dataclass(frozen=True)
class Progress:
    """A capture's way: its steps, the sentence for its outcome, and whether it waits for a worker."""

    capture: Capture
    steps: list[Step] = field(default_factory=list)
    sentence: str = ""
    is_under_way: bool = True
    is_captured: bool = False
    is_dead: bool = False
    ahead: int = 0


def progress_of(capture: Capture) -> Progress:
    """Read the capture's job and its steps. A capture whose job was given up says so, with the reason."""
    job = Job.objects.filter(kind="capture.run", key=str(capture.pk)).prefetch_related("steps").first()
    if capture.outcome:
        outcome = Outcome(capture.outcome)
        return Progress(capture, sentence=str(outcome.sentence), is_under_way=False, is_captured=outcome.is_captured)
    if job is None or job.state == Job.State.DEAD:
        why = job.last_error if job and " " in job.last_error else ""
        return Progress(
            capture,
            sentence=_("The work was given up before it ended. Nothing was lost; try again.") + f" {why}",
            is_dead=True,
        )
    reached = {step.name: step for step in job.steps.all()}
    ahead = Job.objects.filter(kind="capture.run", state=Job.State.QUEUED, due_at__lt=job.due_at).count()
    return Progress(capture, steps=_steps(capture, job, reached), ahead=ahead if job.state == Job.State.QUEUED else 0)


def _steps(capture: Capture, job: Job, reached: dict[str, JobStep]) -> list[Step]:
    names = [
        (name, str(words))
        for name, words in STEPS
        if capture.obtained == Obtained.FETCHED or name not in ONLY_WHEN_FETCHED
    ]
    newest = max((number for number, (name, _words) in enumerate(names) if name in reached), default=0)
    steps = []
    for number, (name, words) in enumerate(names):
        event = reached.get(name)
        at = job.created_at if name == "queued" else event.at if event else None
        state = "done" if number < newest else "now" if number == newest else "todo"
        steps.append(Step(words, state, at, _detail(name, event)))
    return steps


def _detail(name: str, event: JobStep | None) -> str:
    if event is None or not event.detail:
        return ""
    if name == "sealing" and event.detail.isdigit():
        return _("%(count)s bytes held") % {"count": number_format(int(event.detail), force_grouping=True)}
    return event.detail
