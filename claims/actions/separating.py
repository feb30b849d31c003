"""Taking a merge apart: the duplicate is a record of its own again, and gets back every row that was moved.

All of it or nothing. What came to name the record that stays since the merge stays with it; where something has
changed so that nobody can say what belongs where, it is refused in words, and people split the two by hand.
"""

from typing import Any

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.actions.merging import both_locked
from claims.actions.moved_rows import keys_of, take_back
from claims.actions.statement_incidents import links_locked
from claims.models import (
    Accusation,
    Assessment,
    CommentRequest,
    Figure,
    Incident,
    Link,
    Merge,
    OutsideNote,
    Place,
    PlaceName,
    Statement,
    StatementIncident,
)
from claims.models.link import Basis, LinkType
from harmtracker import audit
from harmtracker.db import save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from harmtracker.permissions import require
from sources.models import Party, PartyName

Merged = Party | Place | Incident
OF_ONE_VOICE = (LinkType.CORRECTS, LinkType.RETRACTS, LinkType.SUPERSEDES)


def separate(*, duplicate: Merged, reason: str, expected_version: int, by: User) -> Any:
    """Take a merge apart. Returns the record the duplicate had become, which keeps what it was given since.

    ``expected_version`` is the duplicate's. Partners who were told of the merge read the duplicate again when it is
    released anew. Raises ``NotAllowed``, ``StaleRecord``, or ``Refused`` where it is not clear what belongs where.
    """
    require(by, "record.merge")
    if not reason.strip():
        raise Refused(_("Say why they are not the same."), field="reason")
    into = duplicate.merged_into
    if into is None:
        raise Refused(_("It is not merged into another record, or somebody has taken the two apart."))
    with audit.recording():
        both_locked(duplicate, into)
        merge = Merge.objects.filter(duplicate_id=duplicate.pk).order_by("-merged_at").first()
        if merge is None:
            raise Refused(_("They were merged before it was noted row by row what is moved. Split them by hand."))
        if merge.into_id != into.pk:  # nothing else leads a duplicate on to another record
            raise Refused(_("The record it became was merged into another one itself. Take that apart first."))
        _refuse_judged_since(merge, into)
        save_version(duplicate, expected_version, merged_into=None)
        _refuse_changed([key for entry in take_back(merge.moved) for key in entry["keys"]], by)
        _count_up(merge, into)
        _refuse_left_behind(merge, into, by)
        kind = duplicate._meta.model_name
        changes = {"merged_into": [into.ref, None]}
        about = [duplicate.pk, into.pk]
        audit.record(
            f"{kind}.separated", subject=duplicate, held_by=into, by=by, changes=changes, reason=reason, about=about
        )
    return into


def _refuse_judged_since(merge: Merge, into: Merged) -> None:
    """A finding proposed since was judged on the two as one."""
    about = Q(incident=into.pk) if isinstance(into, Incident) else Q(incident__in=keys_of(merge.moved, Incident))
    if isinstance(into, Party):
        about |= Q(statement__in=[*keys_of(merge.moved, Statement), *_statements(merge, Accusation)])
    if Assessment.objects.filter(about, proposed_at__gt=merge.merged_at).exists():
        raise Refused(
            _("A finding was proposed since, and judged on the two as one. Split them by hand."), code="merge_judged"
        )


def _refuse_changed(keys: list[str], by: User) -> None:
    """Raises ``Refused`` where rows are no longer as the merge left them; undoes what was written so far."""
    if not keys:
        return
    named = [
        ref
        for model in (Statement, Incident, CommentRequest)
        for ref in model.objects.visible_to(by).filter(pk__in=keys).order_by("ref").values_list("ref", flat=True)[:5]
    ]
    if not named:
        words = _("Something that was moved has been changed or moved on since. Split the two by hand.")
        raise Refused(words, code="merge_moved_on")
    raise Refused(
        _("What was moved has been changed or moved on since: %(refs)s. Split the two by hand.")
        % {"refs": ", ".join(named)},
        code="merge_moved_on",
    )


def _statements(merge: Merge, model: type[Any]) -> list[Any]:
    """Keys of the statements whose accusations, or whose incidents, were moved."""
    return list(model.objects.filter(pk__in=keys_of(merge.moved, model)).values_list("statement", flat=True))


def _count_up(merge: Merge, into: Merged) -> None:
    """What accuses somebody else, is about something else or has lost a name is a new version of itself."""
    if keys_of(merge.moved, PartyName) or keys_of(merge.moved, PlaceName):
        type(into)._base_manager.filter(pk=into.pk).update(version=F("version") + 1)
    keys = {*_statements(merge, Accusation), *_statements(merge, StatementIncident)}
    Statement.objects.filter(pk__in=keys).update(version=F("version") + 1)


def _refuse_left_behind(merge: Merge, into: Merged, by: User) -> None:
    """What was added since and needs the two to be one: figures, notes, requests and links of what went back."""
    if isinstance(into, Incident):
        gone = set(_statements(merge, StatementIncident))
        gone -= set(
            StatementIncident.objects.filter(incident=into, statement__in=gone).values_list("statement", flat=True)
        )
        resting = {"incident": into, "statement__in": gone}
        if any(model.objects.filter(**resting).exists() for model in (Figure, OutsideNote, CommentRequest)):
            raise Refused(
                _("A figure, a note or a request that was added since needs what would go back. Split them by hand.")
            )
        _refuse_links([link for link in _links(gone, basis=Basis.EXPLICIT) if not _share_an_incident(link)], by)
    elif isinstance(into, Party):
        gone = set(Statement.objects.filter(pk__in=keys_of(merge.moved, Statement)).values_list("pk", flat=True))
        links = _links(gone, type__in=OF_ONE_VOICE, created_at__gt=merge.merged_at)
        _refuse_links([link for link in links if not {link.from_statement_id, link.to_statement_id} <= gone], by)


def _links(ends: set[Any], **which: Any) -> list[Link]:
    links_locked()
    either = Q(from_statement__in=ends) | Q(to_statement__in=ends)
    return list(Link.objects.filter(either, removed_at=None, **which))


def _share_an_incident(link: Link) -> bool:
    about = StatementIncident.objects.filter(statement=link.from_statement_id).values("incident")
    return StatementIncident.objects.filter(statement=link.to_statement_id, incident__in=about).exists()


def _refuse_links(links: list[Link], by: User) -> None:
    if not links:
        return
    ends = {key for link in links for key in (link.from_statement_id, link.to_statement_id)}
    refs = Statement.objects.visible_to(by).filter(pk__in=ends).order_by("ref").values_list("ref", flat=True)
    raise Refused(
        _("Links made since tie what would be parted: %(refs)s. Remove them first.") % {"refs": ", ".join(refs[:5])},
        code="merge_links_since",
    )
