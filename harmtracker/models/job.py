"""The ledger of work. The broker only wakes workers; these rows are what has to be done and what came of it."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id

# Nested classes cannot see each other's names while the class body runs, so Meta reads the codes from here.
JOB_STATES = ["queued", "running", "done", "dead", "quarantined"]


class Lane(models.TextChoices):
    """Which workers do it: one Celery queue for each, so that slow reading never holds up a visit."""

    FETCH = "fetch", _("Visits")
    PARSE = "parse", _("Reading")
    RECHECK = "recheck", _("Visiting again")
    CLAIMS = "claims", _("Looking at the record")
    UPKEEP = "upkeep", _("Upkeep")
    WEBHOOKS = "webhooks", _("Messages to partners")


class Priority(models.IntegerChoices):
    """Who waits for it. A lower number is served first; between people of one priority turns are taken."""

    PERSON = 0, _("A person waits for it")
    RECHECK = 10, _("A visit on the schedule")
    BULK = 20, _("Many at once")


class Job(models.Model):
    """One piece of work, written in the same transaction as its cause.

    ``kind`` and ``key`` together name it: asking twice gives the same row. Attempts are counted before each run and
    capped; a dead job is shown to people with its last error and a retry. ``deaths`` counts the workers that were
    lost over it: after two it is quarantined, and only a person lets it out. ``host`` is whose turn it takes.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DEAD = "dead", _("Given up")
        QUARANTINED = "quarantined", _("In quarantine")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    lane = models.CharField(max_length=10, choices=Lane.choices, default=Lane.FETCH)
    priority = models.PositiveSmallIntegerField(choices=Priority.choices, default=Priority.PERSON)
    host = models.CharField(max_length=253, blank=True)
    payload: Any = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    deaths = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True, help_text=_("When the newest attempt began."))
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    requested_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key"),
            models.CheckConstraint(condition=Q(state__in=JOB_STATES), name="job_state_known"),
            models.CheckConstraint(condition=Q(lane__in=Lane.values), name="job_lane_known"),
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="job_priority_known"),
            models.CheckConstraint(condition=Q(attempts__lte=F("max_attempts")), name="job_attempts_capped"),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="job_queued"),
            models.Index(
                fields=["lane", "priority", "requested_by", "due_at"], condition=Q(state="queued"), name="job_turns"
            ),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
            models.Index(fields=["lane", "requested_by", "-started_at"], name="job_served"),
            models.Index(fields=["-finished_at"], condition=Q(state__in=["dead", "quarantined"]), name="job_given_up"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class JobStep(models.Model):
    """Something a job got done, so that the page can say where the work is. Append-only."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="steps")
    name = models.CharField(max_length=30)
    detail = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at"]

    def __str__(self) -> str:
        return self.name


class HostTurn(models.Model):
    """When a host may be visited next, so that no site is hurried. ``delay`` is in seconds."""

    host = models.CharField(max_length=253, primary_key=True)
    next_at = models.DateTimeField()
    delay = models.PositiveIntegerField(default=0, help_text=_("Seconds between two visits that the site asked for."))
    because = models.CharField(max_length=30, blank=True, help_text=_("Code of the outcome that set the delay."))

    def __str__(self) -> str:
        return self.host


class LanePause(models.Model):
    """A person stopped a lane: nothing of it starts until the row is gone. What is queued stays queued."""

    lane = models.CharField(max_length=10, choices=Lane.choices, primary_key=True)
    reason = models.CharField(max_length=300)
    paused_at = models.DateTimeField(auto_now_add=True)
    paused_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lane__in=Lane.values), name="lane_pause_lane_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="lane_pause_has_reason"),
        ]

    def __str__(self) -> str:
        return self.lane
