"""The order in which partners learn what changed: one number for each change, in the order of the commits."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.models.release import RecordType
from harmtracker.records import choice_constraint


class Change(models.Model):
    """From ``seq`` on, what a partner reads of this record may differ. Append-only, written by a trigger.

    ``seq`` is the number of the audit event that caused it: the chain's lock makes it the order of the commits, so a
    reader who has seen a number has seen all below it. A raised marking on a party is a change of every released record
    that names the party. What the change is for one reader is found when it is read.
    """

    pk = models.CompositePrimaryKey("seq", "record_id")
    seq = models.BigIntegerField(help_text=_("Number of the audit event."))
    record_id = models.UUIDField()
    record_type = models.CharField(max_length=10, choices=RecordType.choices)
    at = models.DateTimeField()

    class Meta:
        ordering = ["seq", "record_id"]
        constraints = [choice_constraint("change", "record_type", RecordType)]
        indexes = [models.Index(fields=["record_type", "record_id", "-seq"], name="change_newest_of_kind")]

    def __str__(self) -> str:
        return f"{self.seq} {self.record_type} {self.record_id}"


class Mention(models.Model):
    """The version partners read of a record names this marked record. Written anew with every release."""

    pk = models.CompositePrimaryKey("record_id", "named_id")
    record_id = models.UUIDField()
    named_id = models.UUIDField()

    class Meta:
        indexes = [models.Index(fields=["named_id"], name="mention_of")]

    def __str__(self) -> str:
        return f"{self.record_id} names {self.named_id}"
