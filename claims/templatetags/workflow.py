"""The steps of the workflow as buttons.

{% load workflow %}
{% steps_for record user as steps %}       list of Step, in the order in which they are used
{% address_of record "workflow" %}         the address of a page of the record: workflow, assess, marking, release
"""

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from claims.actions.workflow import ACT, FROM, NEEDS_REASON
from claims.views.subjects import kind_of
from harmtracker.permissions import may
from harmtracker.records import Workflow

register = template.Library()

WORDS: dict[str, str | Promise] = {
    Workflow.IN_REVIEW: _("Submit for review"),
    Workflow.APPROVED: _("Approve the record"),
    Workflow.CHANGES_REQUESTED: _("Ask for changes"),
    Workflow.SET_ASIDE: pgettext_lazy("step", "Set aside"),
    Workflow.DRAFT: _("Back to draft"),
}


@dataclass(frozen=True)
class Step:
    """One step that follows from where the record is and that this person may take."""

    to: str
    words: str | Promise
    needs_reason: bool


@register.simple_tag
def steps_for(record: Any, user: Any) -> list[Step]:
    """What this person may do with the record now; [] when nothing."""
    return [
        Step(to, words, to in NEEDS_REASON)
        for to, words in WORDS.items()
        if record.workflow in FROM[to] and may(user, ACT[to])
    ]


@register.simple_tag
def address_of(record: Any, page: str) -> str:
    """The address of one of the record's pages: workflow, assess, take-up, marking, release, withdraw."""
    return reverse(f"{kind_of(record)}-{page}", args=[record.ref])
