"""Two people saved the same record: what only one of them changed is put together, and where both did, the person
chooses, field by field. Nothing typed is lost.

A form carries the values it was opened with (``opened``). Of a field that only the other one changed, the other's value
is taken over; one that only this person changed stays theirs; where both changed it, both versions stand side by side
and ``choice_NAME`` comes back as "mine", "theirs" or, for long text, "both". Whatever is typed into the field after
that counts more than the choice: ``mine_NAME`` says what stood in it when the choice was offered.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

MINE, THEIRS, BOTH = "mine", "theirs", "both"
OPENED = "opened"


@dataclass(frozen=True)
class Differing:
    """A field in which the two versions differ, in words as people read them.

    ``is_taken_over``: only the other one changed it, and the form has it now. ``values`` is what this person sent.
    """

    name: str
    label: str
    mine: str
    theirs: str
    values: list[str]
    is_taken_over: bool = False
    is_long: bool = False


def opened_field() -> forms.CharField:
    """The hidden field that remembers what the form was opened with; give it ``opened_with(…)`` as initial value."""
    return forms.CharField(required=False, widget=forms.HiddenInput, strip=False)


def opened_with(stands: dict[str, Any]) -> dict[str, Any]:
    """Initial values of a form, and among them what they are."""
    return stands | {OPENED: json.dumps(stands, ensure_ascii=False, sort_keys=True)}


def without_withheld(form: forms.Form, withheld: Iterable[str]) -> None:
    """Leave fields empty that are withheld from this person by now, though their draft was opened with them.

    What they typed themselves comes back.
    """
    before = _read(form.initial.get(OPENED))
    for name in withheld:
        if form.initial.get(name) == before.get(name):
            form.initial[name] = ""
        before[name] = ""
    form.initial[OPENED] = json.dumps(before, ensure_ascii=False, sort_keys=True)


def compared[Form: forms.Form](
    form_of: Callable[[QueryDict], Form], sent: QueryDict, stands: dict[str, Any]
) -> tuple[Form, list[Differing]]:
    """The form to send again upon the record as it stands now, and the fields in which it differs from that.

    ``sent`` is the form as it came, before any choice was applied to it.
    """
    posted = sent.copy()
    first = form_of(posted)
    before = _opened(posted)
    rows = []
    for bound in first:
        if bound.is_hidden or bound.name not in stands:
            continue
        mine, other = _words(bound, bound.value()), _words(bound, stands[bound.name])
        was = _words(bound, before[bound.name]) if bound.name in before else None
        if mine == other or was == other:
            continue
        is_taken_over = was == mine
        if is_taken_over:
            _put(posted, bound.name, stands[bound.name])
        values = posted.getlist(bound.name)
        is_long = isinstance(bound.field.widget, forms.Textarea)
        rows.append(Differing(bound.name, str(bound.label), mine, other, values, is_taken_over, is_long))
    posted["version"] = str(stands["version"])
    posted[OPENED] = opened_with(stands)[OPENED]
    return form_of(posted), rows


def with_choices(posted: QueryDict, theirs: dict[str, Any]) -> QueryDict:
    """What was posted, with the other's value wherever ``choice_NAME`` says so and nothing was typed since."""
    merged = posted.copy()
    for name, value in theirs.items():
        choice, mine = posted.get(f"choice_{name}"), posted.getlist(f"mine_{name}")
        if mine and mine != posted.getlist(name):
            continue
        if choice == THEIRS:
            _put(merged, name, value)
        elif choice == BOTH and isinstance(value, str):
            merged[name] = both(value, posted.get(name, ""))
    return merged


def both(theirs: str, mine: str) -> str:
    """Two long texts one after the other; one alone where it holds the other."""
    theirs, mine = theirs.strip(), mine.strip()
    if mine in theirs:
        return theirs
    return mine if theirs in mine else f"{theirs}\n\n{mine}"


def _opened(posted: QueryDict) -> dict[str, Any]:
    """What the form was opened with; nothing where it does not say so of the version it was sent with."""
    held = _read(posted.get(OPENED))
    return held if str(held.get("version")) == posted.get("version") else {}


def _read(opened: str | None) -> dict[str, Any]:
    try:
        held = json.loads(opened or "")
    except ValueError:
        return {}
    return held if isinstance(held, dict) else {}


def _put(posted: QueryDict, name: str, value: Any) -> None:
    if isinstance(value, (list, tuple)):
        posted.setlist(name, [str(each) for each in value])
    elif value in (None, False, ""):
        posted.pop(name, None)
    else:
        posted[name] = str(value)


def _words(bound: forms.BoundField, value: Any) -> str:
    choices = dict(getattr(bound.field, "choices", []) or [])
    if isinstance(value, (list, tuple)):
        return ", ".join(sorted(str(choices.get(each, each)) for each in value))
    if value is None or value is False:
        value = ""
    return str(choices.get(value, value) if isinstance(value, (str, int)) else value).replace("\r\n", "\n").strip()
