"""Forms a person has typed into and not sent, for their desk; only about records they may see today."""

from dataclasses import dataclass
from typing import Any

from claims.models import CommentRequest, Incident, MediaItem, Statement
from harmtracker.drafts import Page, drafts_of
from harmtracker.models import Draft, User
from sources.shown import parties_shown_to, sources_shown_to

MOST_SHOWN = 50
GLIMPSE = 140  # characters
# What people write out, in the order in which it says most.
SAYS_MOST = ("title", "reasons", "exact", "own_words", "summary", "question", "reason", "new_incident", "party")


@dataclass(frozen=True)
class Unsent:
    """One draft on the desk. ``ref`` is the record it is about, "" for a new one; ``words`` begin what was typed."""

    draft: Draft
    label: str
    url: str
    ref: str
    words: str


def unsent_of(user: User) -> tuple[list[Unsent], int]:
    """One's drafts, newest first, at most ``MOST_SHOWN``, and how many there are in all.

    Not those about a record one may no longer see.
    """
    found = list(drafts_of(user))
    seen = _seen({str(page.kwargs["ref"]) for _draft, page in found if "ref" in page.kwargs}, user)
    about_seen = [(draft, page) for draft, page in found if page.kwargs.get("ref", "") in seen | {""}]
    shown = about_seen[:MOST_SHOWN]
    fields = dict(Draft.objects.filter(pk__in=[draft.pk for draft, _page in shown]).values_list("pk", "fields"))
    return [_line(draft, page, fields.get(draft.pk, {})) for draft, page in shown], len(about_seen)


def _seen(refs: set[str], user: User) -> set[str]:
    """Of these references, those of records the person may see, in one query."""
    rows_of: dict[str, Any] = {
        "IN": Incident.objects.visible_to(user),
        "ST": Statement.objects.visible_to(user),
        "SO": sources_shown_to(user),
        "PA": parties_shown_to(user),
        "ME": MediaItem.objects.visible_to(user),
        "CR": CommentRequest.objects.visible_to(user).filter(incident__in=Incident.objects.visible_to(user)),
    }
    prefixes = {ref.partition("-")[0] for ref in refs} & set(rows_of)
    if not prefixes:
        return set()
    first, *rest = (rows_of[each].order_by().filter(ref__in=refs).values_list("ref", flat=True) for each in prefixes)
    return set(first.union(*rest, all=True))


def _line(draft: Draft, page: Page, fields: dict[str, list[str]]) -> Unsent:
    said = next((value for name in SAYS_MOST for value in fields.get(name, []) if value.strip()), "")
    longest = max((value for values in fields.values() for value in values), key=len, default="")
    words = " ".join((said or longest).split())
    return Unsent(draft, page.label, page.url, str(page.kwargs.get("ref", "")), words[:GLIMPSE])
