"""What people in the house say to one another about a record: remarks, who looks after it, who follows it.

None of it is part of the record partners read, and none of it decides anything.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from claims.models.incident import Incident
from harmtracker.identity import new_id
from harmtracker.records import choice_constraint


class SubjectKind(models.TextChoices):
    """What may be talked about and looked after."""

    INCIDENT = "incident", _("Incident")
    STATEMENT = "statement", _("Statement")
    SOURCE = "source", _("Source")
    MEDIA_ITEM = "media_item", _("Media item")
    PARTY = "party", _("Party")


class Remark(models.Model):
    """One contribution to the discussion of a record, by ``created_by``. Its words never change; its author may take it
    back, and then it says that it was taken back. Seen by whoever sees the record and through its withholding flags.
    """

    # No column: the reference of the record, which the event of a remark is filed under.
    ref = ""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    words = models.TextField()
    mentions = models.ManyToManyField("harmtracker.User", blank=True, related_name="mentioned_in")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            choice_constraint("remark", "subject_kind", SubjectKind),
            models.CheckConstraint(condition=~Q(words=""), name="remark_has_words"),
        ]
        indexes = [models.Index(fields=["subject_id", "created_at"], name="remark_of")]

    def __str__(self) -> str:
        return self.words[:80]


class Assignment(models.Model):
    """A person looks after a record until the task is ended. One open assignment of a record to the same person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    subject_id = models.UUIDField()
    assignee = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="assignments")
    task = models.CharField(max_length=300, blank=True, help_text=_("What is to be done."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey("harmtracker.User", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["created_at", "id"]
        constraints = [
            choice_constraint("assignment", "subject_kind", SubjectKind),
            models.UniqueConstraint(
                fields=["subject_id", "assignee"], condition=Q(ended_at=None), name="assignment_open_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_by__isnull=True)
                | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="assignment_ended_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["assignee", "ended_at"], name="assignment_of")]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} to {self.assignee_id}"


class Following(models.Model):
    """A person wants to hear what happens in an incident."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("harmtracker.User", on_delete=models.CASCADE, related_name="followings")
    incident = models.ForeignKey(Incident, on_delete=models.CASCADE, related_name="followers")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "incident"], name="following_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.incident_id}"
