"""Who was asked for its side and what came of it, in sentences that can be printed as they stand.

Made from the fields of a request alone, for the page and for the export alike, so that both say the same. They name
the organisation and the day, never "we": a partner prints them elsewhere and later. "Asked, no reply yet", "did not
respond by the deadline" and "declined" are three different facts (domain.md, "Comment request outcomes"), and so is
"had asked", which another outlet says of itself.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.conf import settings
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from claims.models.comment_request import ANSWERED, WAITING, RequestOutcome, RequestState, in_force
from harmtracker.wording import date_words, dated

A_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2})?")
SILENCE = RequestOutcome.NO_RESPONSE_BY_DEADLINE
ON, ABOUT, UNDATED = "on", "about", "undated"
"""Whether the request was sent on a day, within a longer or uncertain time, or nobody knows when."""

_Sentences = dict[tuple[bool, str], str | Promise]  # by whether the asker is this organisation, and how it is dated

ASKED: _Sentences = {
    (True, ON): gettext_lazy("%(asker)s asked %(party)s for comment on %(asked)s."),
    (True, ABOUT): gettext_lazy("%(asker)s asked %(party)s for comment (%(asked)s)."),
    (True, UNDATED): gettext_lazy("%(asker)s asked %(party)s for comment."),
    (False, ON): gettext_lazy("%(asker)s had asked %(party)s for comment on %(asked)s."),
    (False, ABOUT): gettext_lazy("%(asker)s had asked %(party)s for comment (%(asked)s)."),
    (False, UNDATED): gettext_lazy("%(asker)s had asked %(party)s for comment."),
}
ASKED_AND_WAITS: _Sentences = {
    (True, ON): gettext_lazy(
        "%(asker)s asked %(party)s for comment on %(asked)s and had received no reply by %(day)s."
    ),
    (True, ABOUT): gettext_lazy(
        "%(asker)s asked %(party)s for comment (%(asked)s) and had received no reply by %(day)s."
    ),
    (True, UNDATED): gettext_lazy("%(asker)s asked %(party)s for comment and had received no reply by %(day)s."),
    (False, ON): gettext_lazy(
        "%(asker)s had asked %(party)s for comment on %(asked)s; as of %(day)s no reply is known."
    ),
    (False, ABOUT): gettext_lazy(
        "%(asker)s had asked %(party)s for comment (%(asked)s); as of %(day)s no reply is known."
    ),
    (False, UNDATED): gettext_lazy("%(asker)s had asked %(party)s for comment; as of %(day)s no reply is known."),
}
ASKED_IN_VAIN: _Sentences = {
    (True, ON): gettext_lazy(
        "%(asker)s asked %(party)s for comment on %(asked)s and had received no reply by the deadline, %(day)s."
    ),
    (True, ABOUT): gettext_lazy(
        "%(asker)s asked %(party)s for comment (%(asked)s) and had received no reply by the deadline, %(day)s."
    ),
    (True, UNDATED): gettext_lazy(
        "%(asker)s asked %(party)s for comment and had received no reply by the deadline, %(day)s."
    ),
    (False, ON): gettext_lazy(
        "%(asker)s had asked %(party)s for comment on %(asked)s; by the deadline, %(day)s, it had received no reply."
    ),
    (False, ABOUT): gettext_lazy(
        "%(asker)s had asked %(party)s for comment (%(asked)s); by the deadline, %(day)s, it had received no reply."
    ),
    (False, UNDATED): gettext_lazy(
        "%(asker)s had asked %(party)s for comment; by the deadline, %(day)s, it had received no reply."
    ),
}
CAME: dict[str, str | Promise] = {
    RequestOutcome.UNDELIVERABLE: gettext_lazy("The request could not be delivered (%(day)s)."),
    RequestOutcome.ACKNOWLEDGED: gettext_lazy("%(party)s acknowledged receipt on %(day)s."),
    SILENCE: gettext_lazy("By the deadline, %(day)s, there was no reply."),
    RequestOutcome.DECLINED: gettext_lazy("%(party)s declined to comment on %(day)s."),
    RequestOutcome.REFERRED: gettext_lazy("%(party)s referred the question to somebody else on %(day)s."),
    RequestOutcome.ASKED_FOR_MORE: gettext_lazy("%(party)s asked for further details on %(day)s."),
    RequestOutcome.REPLIED_DENIED: gettext_lazy("%(party)s replied on %(day)s with a denial."),
    RequestOutcome.REPLIED_SUBSTANTIVE: gettext_lazy("%(party)s replied on %(day)s."),
    RequestOutcome.REPLIED_PARTIAL: gettext_lazy("%(party)s replied in part on %(day)s."),
    RequestOutcome.REPLIED_NOT_FOR_PUBLICATION: gettext_lazy("%(party)s replied on %(day)s, not for publication."),
    RequestOutcome.WITHDRAWN: gettext_lazy("%(asker)s withdrew the request on %(day)s."),
}
STILL_WAITS: dict[bool, str | Promise] = {
    True: gettext_lazy("By %(day)s %(asker)s had received no reply."),
    False: gettext_lazy("As of %(day)s no reply is known."),
}
NOT_ASKED: dict[str, str | Promise] = {
    RequestState.NOT_SOUGHT: gettext_lazy("As of %(day)s %(asker)s had not sought comment from %(party)s."),
    RequestState.DRAFT: gettext_lazy("As of %(day)s %(asker)s had not yet asked %(party)s for comment."),
}


@dataclass(frozen=True)
class Course:
    """A request and all that came of it. ``asked`` is EDTF, empty where unknown; ``events`` are (outcome, instant),
    in the order in which they happened, silence dated to the deadline; ``as_of`` is the instant for which it is said.
    """

    asker: str
    party: str
    state: str
    asked: str
    asked_precision: str
    events: Sequence[tuple[str, datetime]]
    as_of: datetime


def asked_sentence(course: Course) -> str:
    """What a paper may print of the request, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        words = {"asker": course.asker, "party": course.party, "day": _day(course.as_of)}
        if course.state != RequestState.SENT:
            return _begun(str(NOT_ASKED[course.state]) % words)
        return " ".join(_begun(each) for each in _sent(course, words))


def _sent(course: Course, words: dict[str, str]) -> list[str]:
    is_ours = course.asker == settings.HARMTRACKER_ORGANISATION
    dated = UNDATED if not course.asked else ON if _is_a_day(course) else ABOUT
    words |= {"asked": _asked(course)}
    events = in_force(course.events, lambda event: event[0])
    told = [event for event in events if event[0] != RequestOutcome.AWAITING_REPLY]
    answered = [at for outcome, at in told if outcome in ANSWERED]
    # A reply that was overlooked when the silence was recorded: there was none.
    told = [each for each in told if each[0] != SILENCE or not any(at <= each[1] for at in answered)]
    is_waiting = all(outcome in WAITING for outcome, _at in events)
    if not told:
        return [str(ASKED_AND_WAITS[is_ours, dated]) % words]
    if told[0][0] == SILENCE:
        said = [str(ASKED_IN_VAIN[is_ours, dated]) % (words | {"day": _day(told.pop(0)[1])})]
    else:
        said = [str(ASKED[is_ours, dated]) % words]
    said += [str(CAME[outcome]) % (words | {"day": _day(at)}) for outcome, at in told]
    return [*said, str(STILL_WAITS[is_ours]) % words] if is_waiting else said


def _is_a_day(course: Course) -> bool:
    return A_DAY.fullmatch(course.asked) is not None


def _asked(course: Course) -> str:
    if not course.asked:
        return ""
    if _is_a_day(course):
        return dated(datetime.fromisoformat(course.asked[:10]), "j F Y")
    return date_words(course.asked, course.asked_precision)


def _day(moment: datetime) -> str:
    return dated(moment.astimezone(UTC), "j F Y")


def _begun(sentence: str) -> str:
    """With a capital: the name of a party may begin small ("the Russian Defence Ministry")."""
    return sentence[:1].upper() + sentence[1:]
