"""Whole lists as files that partners fetch again and check offline."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.release import RecordType
from harmtracker.identity import new_id
from harmtracker.markings import Tlp
from harmtracker.records import choice_constraint
from sources.models import Blob


class Dump(models.Model):
    """Everything partners with this ceiling read, begun when ``seq`` was the newest number of the audit chain.

    Made by a job from what is released already; it releases nothing. ``retired_at``: newer ones took its place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ceiling = models.CharField(max_length=12, choices=Tlp.choices)
    seq = models.BigIntegerField(help_text=_("Follow the changes from here on."))
    audit_hash = models.CharField(max_length=64, blank=True, help_text=_("Hash of the audit event of that number."))
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            choice_constraint("dump", "ceiling", Tlp),
            models.CheckConstraint(condition=~Q(ceiling="RED"), name="dump_never_red"),
        ]
        indexes = [models.Index(fields=["ceiling", "-made_at"], name="dump_newest")]

    def __str__(self) -> str:
        return f"{self.ceiling} at {self.seq}"


class DumpSegment(models.Model):
    """A part of a dump: ``count`` records of one kind from ``first`` to ``last`` by key, as lines packed with zstd.

    Good as of ``seq``. When something in it was withdrawn or marked higher since, it is given out no more, its bytes
    are destroyed and another one with the same bounds is made (``retired_at``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dump = models.ForeignKey(Dump, on_delete=models.PROTECT, related_name="segments")
    record_type = models.CharField(max_length=10, choices=RecordType.choices)
    first = models.UUIDField()
    last = models.UUIDField()
    count = models.PositiveIntegerField()
    seq = models.BigIntegerField()
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["record_type", "first"]
        constraints = [
            choice_constraint("dump_segment", "record_type", RecordType),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="dump_segment_in_order"),
            models.UniqueConstraint(
                fields=["dump", "record_type", "first"], condition=Q(retired_at=None), name="dump_segment_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type}s {self.first}"
