"""What a reader of a captured text has to know before trusting it, each as one plain sentence."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from harmtracker.models import AuditEvent
from harmtracker.wording import in_utc
from sources.capture.language import conflict_of
from sources.capture.outcomes import Family, Outcome
from sources.models import Capture, Source
from sources.models.capture import Robots

LEAST_AGREEMENT: Final = 0.6
"""Share of the words a second reader has to find as well; below it the text is shown with a warning."""
WHY_NOT: Final = {
    Family.REFUSED: ("lock", gettext_lazy("The newest visit was refused")),
    Family.UNREACHABLE: ("clock", gettext_lazy("The site could not be reached at the newest visit")),
    Family.MISSING: ("missing", gettext_lazy("The site says that the page is not there")),
}
"""Refused, unreachable and removed are three different facts: each has its own icon and words."""
ENDED_OTHERWISE = ("warn", gettext_lazy("The newest visit brought no text"))


@dataclass(frozen=True)
class Caution:
    """``is_loud`` for what may make the text wrong; the rest says how to read it. ``detail`` is not in our words."""

    icon: str
    heading: str
    words: str
    is_loud: bool = False
    detail: str = ""


def icon_of(outcome: Outcome) -> str:
    """The icon for how a capture ended, the same wherever it is shown."""
    return "check" if outcome.is_captured else WHY_NOT.get(outcome.family, ENDED_OTHERWISE)[0]


def cautions(source: Source, shown: Capture | None, newest: Capture | None, *, names_people: bool) -> list[Caution]:
    """What is to be said of the capture shown and of its source, the gravest first. ``newest`` is the newest attempt
    that has ended. ``names_people``: the reader works here and may know who paused it, and why; that is one query.
    """
    found = [_gone(source)]
    if newest is not None and shown is not None and newest != shown and shown.is_readable:
        found.append(_newest_failed(newest))
    if shown is not None:
        found += [_disagreement(shown), _part(shown), _language(shown), _robots(shown)]
    found.append(_paused(source, names_people))
    if shown is not None:
        found += _marks(shown)
    return [each for each in found if each is not None]


def _gone(source: Source) -> Caution | None:
    if source.gone_at is None:
        return None
    words = _("Since %(when)s the site has said at several visits, over a day, that this page is not there.")
    kept = _("What we hold of it stays as it was.")
    return Caution("missing", _("Gone from the site"), f"{words % {'when': in_utc(source.gone_at)}} {kept}", True)


def _newest_failed(newest: Capture) -> Caution | None:
    outcome = Outcome(newest.outcome)
    if outcome.is_captured:
        return None
    icon, heading = WHY_NOT.get(outcome.family, ENDED_OTHERWISE)
    when = newest.finished_at or newest.created_at
    words = _("%(label)s, %(when)s. The text below is from an earlier capture.")
    return Caution(icon, str(heading), words % {"label": outcome.label, "when": in_utc(when)})


def _disagreement(shown: Capture) -> Caution | None:
    if shown.agreement is None or shown.agreement >= LEAST_AGREEMENT:
        return None
    words = _("A second reader found only %(share)s %% of these words: compare with the page itself.")
    return Caution("warn", _("Two readers disagree"), words % {"share": int(shown.agreement * 100)}, True)


def _part(shown: Capture) -> Caution | None:
    if shown.outcome != Outcome.OK_PARTIAL:
        return None
    return Caution("warn", _("Captured in part"), str(Outcome.OK_PARTIAL.sentence), True, shown.outcome_detail)


def _language(shown: Capture) -> Caution | None:
    conflict = conflict_of(shown.metadata)
    if conflict is None:
        return None
    words = _("The page declares %(declared)s; its words read as %(found)s.")
    return Caution("mark", _("Language in doubt"), words % {"declared": conflict[0], "found": conflict[1]})


def _robots(shown: Capture) -> Caution | None:
    if shown.robots != Robots.DISALLOWED:
        return None
    words = _("The site’s robots.txt asks robots to stay away from this page. That is put on record with the capture.")
    return Caution("hidden", _("Robots were asked to stay away"), words)


def _paused(source: Source, names_people: bool) -> Caution | None:
    if source.watch:
        return None
    paused = AuditEvent.objects.filter(subject_id=source.pk, verb="source.unwatched")
    event = paused.first() if names_people else None
    words = _("It is not visited again until somebody resumes it.")
    if event is not None:
        who = _("Paused by %(name)s, %(when)s.") % {"name": event.actor_name, "when": in_utc(event.at)}
        words = f"{who} {words}"
    return Caution("clock", _("Watching is paused"), words, detail=source.unwatched_reason if names_people else "")


def _marks(shown: Capture) -> list[Caution | None]:
    """What stands out in the text itself: words nobody saw, characters that turn the reading, readers' comments."""
    flags = [flag["flag"] for flag in shown.flags]
    found: list[Caution | None] = []
    if "hidden" in flags:
        words = _("They are struck through. Readers of the page did not see them; they cannot be quoted.")
        found.append(Caution("hidden", _("Hidden words"), words))
    if turning := flags.count("bidi"):
        sentence = ngettext(
            "%(number)s character that turns the direction of reading is shown by its number.",
            "%(number)s characters that turn the direction of reading are shown by their numbers.",
            turning,
        )
        found.append(Caution("warn", _("Turned reading direction"), sentence % {"number": turning}))
    if "comment" in flags:
        words = _("What readers wrote below the article is marked as such. It is not the publisher’s word.")
        found.append(Caution("two", _("Readers’ comments"), words))
    return found
