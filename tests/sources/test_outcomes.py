"""Every outcome: which sort of fact it is and who tries again when; and when a page counts as gone."""

from datetime import UTC, datetime, timedelta

import pytest

from sources.capture.gone import is_gone
from sources.capture.outcomes import FACTS, Again, Family, Outcome

NEVER, LATER, PERSON = Again.NEVER, Again.LATER, Again.PERSON
MINUTE, HOUR = 60, 3600

# code, family, who tries again, after how many seconds. The queue honours a longer Retry-After (http.429, http.5xx).
POLICY = [
    ("ok", Family.CAPTURED, NEVER, None),
    ("ok.partial", Family.CAPTURED, PERSON, None),
    ("url.invalid", Family.ADDRESS, NEVER, None),
    ("url.scheme", Family.ADDRESS, NEVER, None),
    ("url.port", Family.ADDRESS, NEVER, None),
    ("url.credentials", Family.ADDRESS, NEVER, None),
    ("url.length", Family.ADDRESS, NEVER, None),
    ("ssrf.blocked", Family.ADDRESS, NEVER, None),
    ("dns.nxdomain", Family.UNREACHABLE, PERSON, None),
    ("dns.temp", Family.UNREACHABLE, LATER, 5),
    ("tcp.refused", Family.UNREACHABLE, PERSON, None),
    ("tcp.timeout", Family.UNREACHABLE, LATER, 5),
    ("tcp.reset", Family.UNREACHABLE, PERSON, None),
    ("tls.invalid", Family.UNREACHABLE, PERSON, None),
    ("tls.expired", Family.UNREACHABLE, PERSON, None),
    ("http.404", Family.MISSING, PERSON, None),
    ("http.410", Family.MISSING, PERSON, None),
    ("http.451", Family.REFUSED, PERSON, None),
    ("http.401", Family.REFUSED, PERSON, None),
    ("http.403", Family.REFUSED, PERSON, None),
    ("http.429", Family.REFUSED, LATER, 15 * MINUTE),
    ("http.4xx", Family.REFUSED, PERSON, None),
    ("http.5xx", Family.UNREACHABLE, LATER, 5),
    ("http.broken", Family.UNREACHABLE, PERSON, None),
    ("redirect.loop", Family.REDIRECT, PERSON, None),
    ("redirect.toomany", Family.REDIRECT, PERSON, None),
    ("redirect.home", Family.REDIRECT, PERSON, None),
    ("redirect.downgrade", Family.REDIRECT, PERSON, None),
    ("size.header", Family.LIMIT, NEVER, None),
    ("size.streamed", Family.LIMIT, NEVER, None),
    ("size.decoded", Family.LIMIT, NEVER, None),
    ("size.headers", Family.LIMIT, NEVER, None),
    ("ratio", Family.LIMIT, NEVER, None),
    ("time.total", Family.LIMIT, PERSON, None),
    ("body.truncated", Family.LIMIT, PERSON, None),
    ("type.unsupported", Family.CONTENT, NEVER, None),
    ("type.mismatch", Family.CONTENT, PERSON, None),
    ("parse.timeout", Family.READING, PERSON, None),
    ("parse.memory", Family.READING, PERSON, None),
    ("parse.crash", Family.READING, PERSON, None),
    ("parse.disagree", Family.READING, PERSON, None),
    ("verdict.challenge", Family.REFUSED, PERSON, None),
    ("verdict.login", Family.REFUSED, PERSON, None),
    ("verdict.paywall", Family.REFUSED, PERSON, None),
    ("verdict.consent", Family.REFUSED, PERSON, None),
    ("verdict.soft404", Family.MISSING, PERSON, None),
    ("verdict.deleted_post", Family.MISSING, PERSON, None),
    ("verdict.empty", Family.VERDICT, PERSON, None),
    ("verdict.not_article", Family.VERDICT, PERSON, None),
    ("robots.disallow", Family.REFUSED, PERSON, None),
    ("store.full", Family.SYSTEM, LATER, HOUR),
    ("store.hash_mismatch", Family.SYSTEM, PERSON, None),
    ("worker.lost", Family.SYSTEM, PERSON, None),
    ("attest.failed", Family.SYSTEM, LATER, HOUR),
]


def test_every_outcome_has_its_policy():
    told = [(str(outcome), outcome.family, outcome.again, outcome.retry_seconds) for outcome in Outcome]
    assert told == POLICY
    assert set(FACTS) == set(Outcome)


@pytest.mark.parametrize("outcome", [outcome for outcome in Outcome if outcome.family != Family.CAPTURED])
def test_a_failure_says_what_else_to_do(outcome):
    """Upload or paste it, look again, or tell somebody; a failure of ours asks nothing but patience or help."""
    ways = ("upload", "paste", "check", "hand in", "search", "compare", "tell", "copy", "nothing to do", "remove")
    assert any(way in str(outcome.sentence).lower() for way in ways)


@pytest.mark.parametrize("outcome", Outcome)
def test_no_single_answer_says_removed(outcome):
    assert "was removed" not in str(outcome.sentence).replace("does not mean it was removed", "")


START = datetime(2026, 4, 3, 12, tzinfo=UTC)


def visits(*answers: tuple[str, float]) -> list[tuple[Outcome, datetime]]:
    return [(Outcome(code), START + timedelta(hours=hours)) for code, hours in answers]


@pytest.mark.parametrize(
    "answers",
    [
        [("http.404", 0), ("http.404", 1), ("http.404", 24)],
        [("http.410", 0), ("http.404", 20), ("http.410", 200)],
        [("ok", -100), ("http.404", 0), ("http.404", 5), ("http.404", 30)],
        [("http.404", 0), ("http.5xx", 3), ("http.403", 6), ("http.404", 12), ("tcp.timeout", 13), ("http.404", 25)],
        [("http.404", 0), ("http.404", 12), ("http.404", 25), ("dns.temp", 26), ("verdict.challenge", 27)],
        [("http.404", 25), ("http.404", 0), ("http.404", 1)],
    ],
)
def test_a_page_is_gone_after_three_answers_over_a_day(answers):
    assert is_gone(visits(*answers)) == START


@pytest.mark.parametrize(
    "answers",
    [
        [],
        [("http.404", 0)],
        [("http.404", 0), ("http.404", 48)],
        [("http.404", 0), ("http.404", 1), ("http.404", 2)],
        [("http.404", 0), ("http.404", 1), ("http.404", 23.9)],
        [("http.404", 0), ("http.404", 12), ("ok", 20), ("http.404", 25)],
        [("http.404", 0), ("http.404", 12), ("http.404", 25), ("ok", 26)],
        [("http.404", 0), ("http.404", 12), ("verdict.paywall", 20), ("http.404", 25)],
        [("http.403", 0), ("http.403", 12), ("http.403", 25)],
        [("tcp.timeout", 0), ("dns.nxdomain", 12), ("http.5xx", 25)],
        [("verdict.soft404", 0), ("verdict.soft404", 12), ("verdict.soft404", 25)],
        [("verdict.deleted_post", 0), ("verdict.deleted_post", 12), ("verdict.deleted_post", 25)],
        [("http.404", 0), ("http.404", 12), ("http.403", 25)],
        [("http.451", 0), ("http.451", 12), ("http.451", 25)],
    ],
)
def test_anything_less_is_not_gone(answers):
    assert is_gone(visits(*answers)) is None


def test_gone_counts_anew_after_the_page_came_back():
    back = [("http.404", 0), ("http.404", 1), ("http.404", 30), ("ok", 40)]
    assert is_gone(visits(*back, ("http.404", 50), ("http.404", 60))) is None
    again = is_gone(visits(*back, ("http.404", 50), ("http.404", 60), ("http.404", 80)))
    assert again == START + timedelta(hours=50)
