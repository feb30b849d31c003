"""Who is writing what just now: forms not yet sent, and who else has the same page open."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from harmtracker.identity import new_id


class Draft(models.Model):
    """What a person has typed into a form and not sent. Saved by itself, nobody else's, and no part of the record.

    ``key`` names the form and what it is about (``capture-log:SO-2K7QPM/1``); ``fields`` is ``{name: [values]}`` as the
    browser would send them, without files and tokens. Gone when the form is sent or the person throws it away.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey("harmtracker.User", on_delete=models.CASCADE, related_name="drafts")
    key = models.CharField(max_length=160)
    fields: Any = models.JSONField(default=dict)
    based_on = models.PositiveIntegerField(null=True, help_text=_("Version of the record the form was opened with."))
    saved_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="draft_once"),
            models.CheckConstraint(condition=~Q(key=""), name="draft_has_key"),
        ]

    def __str__(self) -> str:
        return self.key


class Presence(models.Model):
    """A person has a form open. Rows older than a minute say nothing; whoever may not see the record sees none."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey("harmtracker.User", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=160)
    seen_at = models.DateTimeField()
    typed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="presence_once")]
        indexes = [models.Index(fields=["key", "-seen_at"], name="presence_by_key")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.key}"
