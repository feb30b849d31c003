"""The ledger of work. The broker only wakes workers; these rows are what has to be done and what came of it."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id

# Nested classes cannot see each other's names while the class body runs, so Meta reads the codes from here.
JOB_STATES = ["queued", "running", "done", "dead"]


class Job(models.Model):
    """One piece of work, written in the same transaction as its cause.

    ``kind`` and ``key`` together name it: asking twice gives the same row. Attempts are counted before each run and
    capped; a dead job is shown to people with its last error and a retry.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        DEAD = "dead", _("Given up")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=40)
    key = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    payload: Any = models.JSONField(default=dict)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField(default=3)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    requested_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_key"),
            models.CheckConstraint(condition=Q(state__in=JOB_STATES), name="job_state_known"),
            models.CheckConstraint(condition=Q(attempts__lte=F("max_attempts")), name="job_attempts_capped"),
            models.CheckConstraint(
                condition=Q(state="running", lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_until__isnull=True)),
                name="job_running_has_lease",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="job_queued"),
            models.Index(fields=["lease_until"], condition=Q(state="running"), name="job_running"),
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
