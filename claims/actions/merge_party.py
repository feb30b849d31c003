"""Merging a party that is held twice."""

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from claims.actions.following import carried_over, carry_over
from claims.actions.merging import Moved, give_names, merging, point
from claims.actions.moved_rows import Watched
from claims.models import Accusation, CommentRequest, Link, OutsideNote, Statement
from claims.models.link import LinkType
from harmtracker import audit
from harmtracker.db import plain, save_version
from harmtracker.errors import Refused
from harmtracker.models import User
from sources.models import Affiliation, Party, PartyName, Source

WIDTH = 300  # of Accusation.wording


def merge_party(*, duplicate: Party, into: Party, reason: str, expected_version: int, by: User) -> Party:
    """Make everything that names the duplicate name ``into``, and give it the duplicate's names. Returns ``into``.

    ``expected_version`` is the duplicate's. Its row and reference stay and lead on. Findings are not examined again:
    the words and the speaker are the same, held once. A pseudonym goes along. Refuses what ``merging`` refuses, two
    pseudonyms that differ, and a link of corroboration between the two, since a party does not corroborate itself.
    """
    touched = _touched(duplicate, into)
    with merging(duplicate, into, touched, reason=reason, expected_version=expected_version, by=by):
        _refuse_corroborating_itself(duplicate, into, by)
        alias = _pseudonym(duplicate, into)
        names = give_names(duplicate, into, "kind")
        moved = _accusations(duplicate, into) | _ties(duplicate, into)
        for rows, field in (
            (Statement.objects.all(), "party"),
            (Statement.objects.all(), "on_behalf_of"),
            (OutsideNote.objects.all(), "party"),
            (CommentRequest.objects.all(), "asked_by"),
            (CommentRequest.objects.all(), "party"),
            (Source.objects.all(), "publisher"),
        ):
            moved |= point(rows, field, duplicate, into)
        carry_over(duplicate=duplicate, into=into, by=by)
        audit.record(
            "party.merged",
            subject=duplicate,
            held_by=into,
            by=by,
            changes={"merged_into": [None, into.ref]} | moved,
            reason=reason.strip(),
            about=[into.pk],
        )
        if names or alias:
            changes = names | save_version(into, into.version, **alias)
            audit.record("party.edited", subject=into, held_by=duplicate, by=by, changes=changes, reason=reason.strip())
    return into


def _touched(duplicate: Party, into: Party) -> list[Watched]:
    accusing = Accusation.objects.filter(party=duplicate).values("statement")
    ends = Q(party__in=[duplicate, into]) | Q(body__in=[duplicate, into])
    return [
        Watched(Party, Q(pk=into.pk), ("pseudonym",)),
        Watched(Party, Q(merged_into=duplicate), ("merged_into_id",)),
        Watched(PartyName, Q(party=into)),
        Watched(Accusation, Q(party=duplicate) | Q(party=into, statement__in=accusing)),
        Watched(Affiliation, ends),
        Watched(Statement, Q(party=duplicate) | Q(on_behalf_of=duplicate), ("party_id", "on_behalf_of_id")),
        Watched(OutsideNote, Q(party=duplicate), ("party_id",)),
        Watched(CommentRequest, Q(party=duplicate) | Q(asked_by=duplicate), ("party_id", "asked_by_id")),
        Watched(Source, Q(publisher=duplicate), ("publisher_id",)),
        *carried_over(duplicate),
    ]


def _pseudonym(duplicate: Party, into: Party) -> dict[str, str]:
    """The pseudonym the record that stays takes over, if any. Two that differ stand in what was published already."""
    if not duplicate.pseudonym or duplicate.pseudonym == into.pseudonym:
        return {}
    if into.pseudonym:
        raise Refused(
            _("One is called %(one)s and the other %(other)s where the name is withheld. Give both one pseudonym.")
            % {"one": duplicate.pseudonym, "other": into.pseudonym},
            code="merge_two_pseudonyms",
        )
    return {"pseudonym": duplicate.pseudonym}


def _refuse_corroborating_itself(duplicate: Party, into: Party, by: User) -> None:
    both = [duplicate, into]
    links = Link.objects.filter(
        removed_at=None,
        type=LinkType.CORROBORATES,
        from_statement__party__in=both,
        to_statement__party__in=both,
    )
    if not links.exists():
        return
    seen = Statement.objects.visible_to(by)
    shown = links.filter(from_statement__in=seen, to_statement__in=seen).select_related("from_statement").first()
    if shown is None:
        raise Refused(_("A link says that one corroborates the other, and a party does not corroborate itself."))
    raise Refused(
        _("A link of %(ref)s says that one corroborates the other. Remove it first: they would be one party.")
        % {"ref": shown.from_statement.ref},
        code="link_corroborates_other_party",
    )


def _accusations(duplicate: Party, into: Party) -> Moved:
    """A statement that accuses both accuses the one that stays once, in the words used for either."""
    moved = []
    kept = {row.statement_id: row for row in Accusation.objects.filter(party=into)}
    for row in Accusation.objects.filter(party=duplicate).select_related("statement").order_by("pk"):
        moved.append([row.statement.ref, row.wording])
        other = kept.get(row.statement_id)
        if other is None:
            row.party = into
            row.save(update_fields=["party"])
            continue
        both = "; ".join(dict.fromkeys(words for words in (other.wording, row.wording) if words))
        row.delete()
        if len(both) <= WIDTH and both != other.wording:
            other.wording = both
            other.save(update_fields=["wording"])
    Statement.objects.filter(ref__in=[ref for ref, _wording in moved]).update(version=F("version") + 1)
    return {"accusation.party": [moved, into.ref]} if moved else {}


def _ties(duplicate: Party, into: Party) -> Moved:
    """Offices and bodies. A tie held by both stays once and lasts as long as the longer; one between the two ends."""
    moved = []
    for end in ("party", "body"):
        for tie in Affiliation.objects.filter(**{end: duplicate}).order_by("pk"):
            columns = (tie.party_id, tie.body_id, tie.kind, tie.since, tie.until)
            moved.append([str(tie.pk), *map(plain, columns)])
            setattr(tie, end, into)
            if tie.party_id == tie.body_id:
                tie.delete()
                continue
            held = None if tie.withdrawn_at else _same(tie)
            if held is None:
                save_version(tie, tie.version, **{end: into})
                continue
            if held.until is not None and (tie.until is None or tie.until > held.until):
                save_version(held, held.version, until=tie.until)
            tie.delete()
    return {"affiliation": [moved, into.ref]} if moved else {}


def _same(tie: Affiliation) -> Affiliation | None:
    """Another tie that says the same; one that was withdrawn says nothing."""
    same = Affiliation.objects.filter(party=tie.party_id, body=tie.body_id, kind=tie.kind, since=tie.since)
    return same.filter(withdrawn_at=None).exclude(pk=tie.pk).first()
