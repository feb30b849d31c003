"""Saying something about a record to those who work on it, and taking it back."""

import re
from typing import Any, Final

from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from claims.actions.merging import refuse_merged
from claims.actions.reexamination import incidents_of
from claims.models import Remark
from claims.queries.conversation import kind_of, people_who_see, talked_about_by
from harmtracker import audit, jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import User
from harmtracker.permissions import require

LONGEST: Final = 4000
MOST_MENTIONED: Final = 20
# A name after @ that does not go on from something else: no part of an e-mail address or of a link.
MENTION: Final = re.compile(r"(?<![\w@./-])@(\w[\w.+-]{0,79})")
MADE: Final = "remark.made"


def make_remark(*, record: Any, words: str, by: User) -> Remark:
    """Say something about a record. Everybody named as ``@name`` is told.

    Raises ``Refused`` for no words, too many, or a name of nobody who may read the discussion: one sentence for those
    who do not exist and those who may not see the record, so that it tells neither.
    """
    require_part_in(record, by, "remark.make")
    refuse_merged(record)
    words = words.strip()
    if not words:
        raise Refused(_("Write what you want to say."), field="words")
    if len(words) > LONGEST:
        raise Refused(_("Use at most %(number)s characters.") % {"number": LONGEST}, field="words")
    mentioned = _mentioned(words, record)
    with audit.recording():
        remark = Remark.objects.create(subject_kind=kind_of(record), subject_id=record.pk, words=words, created_by=by)
        remark.mentions.set(mentioned)
        # The event is filed under the reference of the record; the words themselves stay out of the chain.
        remark.ref = record.ref
        told = [person.pk for person in mentioned if person.pk != by.pk]
        about = [record.pk, *incidents_of(record), *told]
        audit.record(MADE, subject=remark, held_by=record, by=by, about=about)
    return remark


def take_back(*, remark: Remark, record: Any, by: User) -> None:
    """Take one's own words back: they are no longer shown, and that something was taken back is."""
    require_part_in(record, by, "remark.make")
    if remark.created_by_id != by.pk:
        raise NotAllowed(_("Only whoever wrote it takes it back."))
    with audit.recording():
        if not Remark.objects.filter(pk=remark.pk, taken_back_at=None).update(taken_back_at=Now()):
            raise Refused(_("You have taken it back already."))
        remark.ref = record.ref
        about = [record.pk, *incidents_of(record)]
        audit.record("remark.taken_back", subject=remark, held_by=record, by=by, about=about)


def require_part_in(record: Any, by: User, act: str) -> None:
    """Raise ``NotAllowed`` unless a person asks whose role includes the act and who may read the discussion."""
    require(by, act)
    if jobs.in_background():
        raise NotAllowed(_("Only a person takes part in a discussion."))
    if not talked_about_by(by, kind_of(record)).filter(pk=record.pk).exists():
        raise NotAllowed(_("You cannot see the discussion of this record."))


def _mentioned(words: str, record: Any) -> list[User]:
    names = list(dict.fromkeys(MENTION.findall(words)))
    if not names:
        return []
    if len(names) > MOST_MENTIONED:
        raise Refused(_("Mention at most %(number)s people at once.") % {"number": MOST_MENTIONED}, field="words")
    people = {person.username.casefold(): person for person in people_who_see(record)}
    found = []
    for name in names:
        # "Ask @olena." ends a sentence; a name may end in a full stop all the same.
        person = people.get(name.casefold()) or people.get(name.rstrip(".+-").casefold())
        if person is None:
            raise Refused(
                _(
                    "Nobody can be mentioned here as @%(name)s. Check the name; whoever is mentioned must be able to"
                    " see this record."
                )
                % {"name": name.rstrip(".+-")},
                field="words",
            )
        found.append(person)
    return list(dict.fromkeys(found))
