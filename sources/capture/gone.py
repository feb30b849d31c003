"""Whether a page is gone: three answers 404 or 410 over a day, with nothing in between that speaks for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sources.capture.outcomes import Family, Outcome

ENOUGH: Final = 3
LONG_ENOUGH: Final = timedelta(days=1)

MISSING: Final = frozenset({Outcome.HTTP_404, Outcome.HTTP_410})
# Answers by which a site shows that it still holds something under the address. A refusal, a failure of the way
# there, an excuse with status 200 or a check for robots says nothing either way.
STILL_THERE: Final = frozenset({
    *(outcome for outcome in Outcome if outcome.family in (Family.CAPTURED, Family.CONTENT, Family.READING)),
    Outcome.VERDICT_PAYWALL, Outcome.VERDICT_EMPTY, Outcome.VERDICT_NOT_ARTICLE, Outcome.BODY_TRUNCATED,
    Outcome.SIZE_HEADER, Outcome.SIZE_STREAMED, Outcome.SIZE_DECODED, Outcome.RATIO,
})  # fmt: skip


def is_gone(visits: Iterable[tuple[Outcome, datetime]]) -> datetime | None:
    """Since when a page is gone, from the outcomes of the visits to it and their times, in any order.

    The time is that of the first of the answers that show it; None while they are fewer than three, lie within a
    day, or a later visit found something there. "Refused" and "unreachable" neither count nor interrupt.
    """
    answers: list[datetime] = []
    for outcome, at in sorted(visits, key=lambda visit: visit[1]):
        if outcome in STILL_THERE:
            answers = []
        elif outcome in MISSING:
            answers.append(at)
    if len(answers) < ENOUGH or answers[-1] - answers[0] < LONG_ENOUGH:
        return None
    return answers[0]
