"""Whole lists as files that partners fetch again and check offline."""

from typing import Any, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.models.release import RecordType, Scope
from harmtracker.identity import new_id
from harmtracker.markings import Tlp
from harmtracker.records import choice_constraint
from sources.models import Blob

EVERY_KIND: Final = ""  # in place of a kind of record: the file was made from all of them


def read_address(dump: Any, segment: Any) -> str:
    """What the log of reads calls a file."""
    return f"exports/{dump}/{segment}/"


class FileFormat(models.TextChoices):
    """How a file of a dump is written."""

    NDJSON = "ndjson", _("Lines of JSON, packed with zstd")
    PARQUET = "parquet", _("Parquet")
    PACKAGE = "package", _("Data Package")


class Dump(models.Model):
    """Everything partners with this ceiling read, begun when ``seq`` was the newest number of the audit chain.

    Made by a job from what is released already; it releases nothing. ``parts``: what it holds beside the base of
    documents. ``finished_at``: only then is any of it given out. ``retired_at``: newer ones took its place.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ceiling = models.CharField(max_length=12, choices=Tlp.choices)
    seq = models.BigIntegerField(help_text=_("Follow the changes from here on."))
    audit_hash = models.CharField(max_length=64, blank=True, help_text=_("Hash of the audit event of that number."))
    parts: Any = ArrayField(models.CharField(max_length=12, choices=Scope.choices), default=list)
    made_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
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
    """A file of a dump: what records of one kind from ``first`` to ``last`` by key hold of one thing.

    ``content`` is that thing (`statements`, `figures`), ``scope`` who may fetch it, ``count`` its lines or rows;
    ``since``: it holds only what changed after that dump, and these are the keys of what did. The
    row is there before the bytes; ``ready_at``: they are there too, and so are those of all files of the same records.

    Good as of ``seq``. When something in it was withdrawn or marked higher since, it is given out no more
    (``retired_at``), its bytes are destroyed (``emptied_at``), and the same records are written anew (``remade_at``).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    dump = models.ForeignKey(Dump, on_delete=models.PROTECT, related_name="segments")
    record_type = models.CharField(max_length=10, choices=RecordType.choices, blank=True)
    content = models.CharField(max_length=30)
    scope = models.CharField(max_length=12, choices=Scope.choices, default=Scope.BASE)
    format = models.CharField(max_length=8, choices=FileFormat.choices, default=FileFormat.NDJSON)
    first = models.UUIDField()
    last = models.UUIDField()
    count = models.PositiveIntegerField()
    seq = models.BigIntegerField()
    since = models.ForeignKey(Dump, on_delete=models.PROTECT, null=True, related_name="+")
    # No constraint: the hash stands here before the bytes do, and the blob is put on record behind them.
    blob = models.ForeignKey(Blob, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    made_at = models.DateTimeField(auto_now_add=True)
    ready_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    emptied_at = models.DateTimeField(null=True)
    remade_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["record_type", "first", "content", "format"]
        constraints = [
            models.CheckConstraint(
                condition=Q(record_type__in=[*RecordType.values, EVERY_KIND]), name="dump_segment_record_type_known"
            ),
            choice_constraint("dump_segment", "scope", Scope),
            choice_constraint("dump_segment", "format", FileFormat),
            models.CheckConstraint(condition=Q(first__lte=F("last")), name="dump_segment_in_order"),
            models.CheckConstraint(
                condition=Q(emptied_at=None) | Q(retired_at__isnull=False), name="dump_segment_emptied_when_retired"
            ),
            models.UniqueConstraint(
                fields=["dump", "record_type", "first", "content", "format"],
                condition=Q(retired_at=None, ready_at__isnull=False),
                name="dump_segment_once",
            ),
        ]
        indexes = [
            models.Index(fields=["retired_at"], condition=Q(emptied_at=None), name="dump_segment_with_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.content} {self.first}"
