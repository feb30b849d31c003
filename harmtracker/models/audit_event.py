"""The audit chain: who did what, when and why, in an order nobody can rearrange."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL

from harmtracker.identity import new_id


def steps_called(step: str) -> tuple[str, ...]:
    """The verbs of one step of the workflow, for every kind of record that has one."""
    return tuple(f"{kind}.{step}" for kind in ("incident", "mediaitem", "source", "statement"))


SENT_FOR_REVIEW = steps_called("in_review")
PASSED = steps_called("passed")
"""Approved without a second reader, on the record of whoever sent it."""
COME_BACK = steps_called("changes_requested")
READ = (*steps_called("approved"), *steps_called("set_aside"), *COME_BACK)
ENDS_WAITING = (*READ, *SENT_FOR_REVIEW, *steps_called("step_undone"))
"""What can become of a record that was sent for review."""


class AuditEvent(models.Model):
    """One thing somebody did. Append-only, without foreign keys, chained by hash.

    A BEFORE INSERT trigger sets ``sequence`` (commit order, gapless), ``at``, ``previous`` and ``hash`` under an
    advisory lock, whatever the INSERT said; another refuses UPDATE, DELETE and TRUNCATE. ``hash`` is
    ``sha256(previous || jsonb_build_array(...)::text)`` over what the database stored.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # The trigger overwrites these four; the defaults only let Django read them back after the INSERT.
    sequence = models.BigIntegerField(unique=True, db_default=RawSQL("0", ()))
    at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))
    previous = models.BinaryField(db_default=RawSQL("'\\x'::bytea", ()))
    hash = models.BinaryField(db_default=RawSQL("'\\x'::bytea", ()))
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=120)
    verb = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    subject_ref = models.CharField(max_length=40, blank=True)
    changes: Any = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    about = ArrayField(models.UUIDField(), default=list)

    class Meta:
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["subject_id", "-sequence"], name="audit_by_subject"),
            GinIndex(fields=["about"], name="audit_by_about"),
            models.Index(fields=["-sequence"], condition=Q(subject_type="harmtracker.user"), name="audit_of_people"),
            models.Index(
                fields=["-at"], condition=Q(verb__in=[*SENT_FOR_REVIEW, *PASSED]), name="audit_sent_for_review"
            ),
            # What became of a record is read from the index alone.
            models.Index(
                fields=["subject_id", "sequence"],
                include=["verb"],
                condition=Q(verb__in=ENDS_WAITING),
                name="audit_ends_waiting",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb} {self.subject_ref}"

    @property
    def short_hash(self) -> str:
        """First and last four hex digits, for people to compare by eye."""
        digits = bytes(self.hash).hex()
        return f"{digits[:4]}…{digits[-4:]}"
