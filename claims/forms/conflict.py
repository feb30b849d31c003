"""Two people saved the same record: both versions, field by field, and the person chooses. Nothing typed is lost."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Differing:
    """A field in which the two versions differ, in words as people read them."""

    name: str
    label: str
    mine: str
    theirs: str


def conflicts(form: forms.Form, theirs: dict[str, Any]) -> list[Differing]:
    """Fields of a bound form whose value is not the one that was saved meanwhile (``theirs``, as initial values)."""
    found = []
    for bound in form:
        if bound.is_hidden or bound.name not in theirs:
            continue
        mine, other = _words(bound, bound.value()), _words(bound, theirs[bound.name])
        if mine != other:
            found.append(Differing(bound.name, str(bound.label), mine, other))
    return found


def with_choices(posted: QueryDict, theirs: dict[str, Any]) -> QueryDict:
    """What was posted, with the other's value wherever ``choice_NAME`` is "theirs"."""
    merged = posted.copy()
    for name, value in theirs.items():
        if posted.get(f"choice_{name}") != THEIRS:
            continue
        if isinstance(value, (list, tuple)):
            merged.setlist(name, [str(each) for each in value])
        elif value in (None, False, ""):
            merged.pop(name, None)
        else:
            merged[name] = str(value)
    return merged


def _words(bound: forms.BoundField, value: Any) -> str:
    choices = dict(getattr(bound.field, "choices", []) or [])
    if isinstance(value, (list, tuple)):
        return ", ".join(sorted(str(choices.get(each, each)) for each in value))
    if value is None or value is False:
        value = ""
    return str(choices.get(value, value)).replace("\r\n", "\n").strip()
