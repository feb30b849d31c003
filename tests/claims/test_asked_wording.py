"""The wording of comment requests for publication: each state and outcome, by name and day, none taken for another."""

from datetime import UTC, datetime

import pytest

from claims.asked_wording import Course, asked_sentence
from claims.models.comment_request import RequestOutcome

US, THEM, MINISTRY = "Harm Tracker", "CNN", "the Russian Defence Ministry"


def day(number):
    return datetime(2022, 4, number, 12, tzinfo=UTC)


def said(*events, asker=US, state="sent", asked="2022-04-04", precision="day"):
    return asked_sentence(Course(asker, MINISTRY, state, asked, precision, events, as_of=day(20)))


@pytest.fixture(autouse=True)
def _organisation(settings):
    settings.HARMTRACKER_ORGANISATION = US


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        (
            said,
            (
                "Harm Tracker asked the Russian Defence Ministry for comment on 4 April 2022 and had received "
                "no reply by 20 April 2022."
            ),
        ),
        (
            lambda: said(("awaiting_reply", day(5)), asker=THEM, asked="", precision="unknown"),
            "CNN had asked the Russian Defence Ministry for comment; as of 20 April 2022 no reply is known.",
        ),
        (
            lambda: said(("no_response_by_deadline", day(6))),
            (
                "Harm Tracker asked the Russian Defence Ministry for comment on 4 April 2022 and had received "
                "no reply by the deadline, 6 April 2022."
            ),
        ),
        (
            lambda: said(("acknowledged", day(5)), ("declined", day(6))),
            (
                "Harm Tracker asked the Russian Defence Ministry for comment on 4 April 2022. The Russian "
                "Defence Ministry acknowledged receipt on 5 April 2022. The Russian Defence Ministry declined "
                "to comment on 6 April 2022."
            ),
        ),
        (
            lambda: said(("no_response_by_deadline", day(6)), ("replied_denied", day(8)), asked="2022-04"),
            (
                "Harm Tracker asked the Russian Defence Ministry for comment (April 2022) and had received no "
                "reply by the deadline, 6 April 2022. The Russian Defence Ministry replied on 8 April 2022 with "
                "a denial."
            ),
        ),
        (
            lambda: said(("replied_partial", day(5)), ("no_response_by_deadline", day(6))),
            (
                "Harm Tracker asked the Russian Defence Ministry for comment on 4 April 2022. The Russian "
                "Defence Ministry replied in part on 5 April 2022."
            ),
        ),
        (
            lambda: said(state="not_sought", asked=""),
            "As of 20 April 2022 Harm Tracker had not sought comment from the Russian Defence Ministry.",
        ),
        (
            lambda: said(("asked_for_more", day(5)), asker=THEM, asked="[2022-04-03..2022-04-03]"),
            (
                "CNN had asked the Russian Defence Ministry for comment (once within 3 Apr 2022). The Russian "
                "Defence Ministry asked for further details on 5 April 2022. As of 20 April 2022 no reply is "
                "known."
            ),
        ),
    ],
)
def test_what_is_recorded_is_said_by_name_and_day(sentence, expected):
    assert sentence() == expected


def test_every_outcome_has_words_of_its_own_and_no_we():
    told = {code: said((code, day(5))) for code in RequestOutcome.values}

    assert len(set(told.values())) == len(told)
    assert not any(f" {word} " in f" {each.lower()} " for each in told.values() for word in ("we", "us", "our"))
    assert [code for code, each in told.items() if "declined" in each] == ["declined"]
    assert [code for code, each in told.items() if "by the deadline" in each] == ["no_response_by_deadline"]


def test_a_draft_is_not_said_to_have_been_asked():
    assert said(state="draft", asked="").startswith("As of 20 April 2022 Harm Tracker had not yet asked")
