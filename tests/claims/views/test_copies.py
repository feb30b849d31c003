"""The copies tab: evidence as people read it, deciding and deciding anew, and the one origin that follows."""

import html
import re

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bench import copies as labelled
from claims.models import Alarm
from claims.tasks import copy_confirmed
from harmtracker.models import AuditEvent, Job
from sources.copies.suggest import look_for_copies
from sources.models import Copy
from tests.factories import (
    CaptureFactory,
    CopyFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def decider(client_of):
    return client_of(editor())


@pytest.fixture
def writer(client_of):
    return client_of(analyst())


@pytest.fixture(scope="module")
def texts():
    return labelled.texts()


@pytest.fixture
def suggested(texts):
    """The damaged translation, as the machine suggests it."""
    report = SourceFactory(title="Outcry over Bucha", published="2022-04-03", workflow="approved")
    retold = SourceFactory(title="World is boiling", published="2022-04-04", workflow="approved")
    for source, name in ((report, "bucha_report"), (retold, "bucha_retold")):
        look_for_copies(CaptureFactory(source=source, text=texts[name]))
    return Copy.objects.get()


def tab(source):
    return reverse("source-copies", args=[source.ref])


def decide(copy):
    return reverse("copy-decide", args=[copy.pk])


def words_of(answer):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())))


def test_evidence_is_shown_as_people_read_it(writer, suggested):
    answer = writer.get(tab(suggested.derived))
    text = words_of(answer)
    for shown in (
        "Suggested 1", "Derived from Outcry over Bucha", "3 Apr 2022", "Translation", "likely", "Bucha / Bukha",
        "Names that may have become others", "→", "Bhutan", "452", "30 March / March 30",
        "found by comparing the texts", "Lay both texts side by side",
    ):  # fmt: skip
        assert shown in text, shown
    page = answer.content.decode()
    assert re.search(r"<del data-red[^>]*>.*?Indeed", page) or re.search(r"<del>.*?Indeed", page)
    assert re.search(r"<ins[^>]*>.*?Really", page)
    assert "It is a copy" not in text, "an analyst does not decide"


def test_the_original_shows_the_same_tie_from_its_side(writer, suggested):
    text = words_of(writer.get(tab(suggested.original)))
    assert "Copied by World is boiling" in text
    assert "Bhutan" in text


def test_both_texts_can_be_laid_side_by_side(writer, suggested):
    page = writer.get(tab(suggested.derived)).content.decode()
    address = html.unescape(re.search(r'href="([^"]*\?with=[^"#]*)', page)[1])
    answer = writer.get(address)
    assert answer.status_code == 200
    assert answer.context["chosen"].other == suggested.original


def test_a_tie_needs_both_ends(client_of, suggested):
    suggested.original.team = TeamFactory()
    suggested.original.save()
    answer = client_of(analyst()).get(tab(suggested.derived))
    assert "No copy of it is known" in words_of(answer)
    assert "Outcry" not in answer.content.decode()
    assert client_of(analyst()).get(tab(suggested.original)).status_code == 404


def test_an_outlet_one_may_not_know_is_not_named(client_of, suggested):
    suggested.original.publisher = PartyFactory(name="Quiet Gazette", tlp="RED")
    suggested.original.save()
    assert "Quiet Gazette" not in client_of(analyst()).get(tab(suggested.derived)).content.decode()


def test_who_suggested_and_who_decided_are_not_shown_to_viewers(client_of, texts):
    decision = CopyFactory(
        derived=SourceFactory(workflow="approved"), original=SourceFactory(workflow="approved"), confirmed=True,
        decided_reason="Compared line by line",
    )  # fmt: skip
    page = client_of(viewer()).get(tab(decision.derived)).content.decode()
    assert "Confirmed" in page
    for hidden in (decision.decided_by.name, decision.created_by.name, "line by line"):
        assert hidden not in page
    assert decision.decided_by.name in html.unescape(client_of(analyst()).get(tab(decision.derived)).content.decode())


def test_what_a_text_says_is_never_markup(writer):
    evil = "<script>alert(1)</script>"
    pair = {"original": evil, "derived": evil, "likeness": 1, "operations": []}
    copy = CopyFactory(
        evidence={"names": [[evil, evil]], "damaged": [[evil, evil]], "quotations": [pair], "captures": {}}, score=0.9
    )
    assert evil not in writer.get(tab(copy.derived)).content.decode()


def test_an_editor_confirms_with_another_kind_and_comes_back_to_the_page(decider, suggested):
    answer = decider.post(
        decide(suggested),
        {"decision": "confirm", "kind": "relay", "version": 1, "beside": suggested.original.ref},
    )
    assert answer.url == tab(suggested.original)
    suggested.refresh_from_db()
    assert (suggested.state, suggested.kind) == ("confirmed", "relay")
    event = AuditEvent.objects.get(verb="copy.confirmed")
    assert event.changes["kind"] == ["translation", "relay"]


def test_one_origin_is_counted_over_what_the_reader_may_see(client_of):
    root, one, hidden = SourceFactory(title="Root"), SourceFactory(), SourceFactory(team=TeamFactory())
    CopyFactory(derived=one, original=root, confirmed=True)
    CopyFactory(derived=hidden, original=root, confirmed=True)
    text = words_of(client_of(analyst()).get(tab(one)))
    assert "2 reports, one origin" in text
    assert "All of them come from Root" in text

    behind = SourceFactory()
    CopyFactory(derived=behind, original=hidden, confirmed=True)
    assert "one origin" not in words_of(client_of(analyst()).get(tab(behind))), "tied through what is hidden"


def test_a_decision_can_be_taken_anew_with_a_reason(decider, suggested):
    decider.post(decide(suggested), {"decision": "confirm"})
    refused = decider.post(decide(suggested), {"decision": "dismiss", "reason": ""}, follow=True)
    assert "Say why" in words_of(refused)
    decider.post(decide(suggested), {"decision": "dismiss", "reason": "Own reporter on the spot"})
    suggested.refresh_from_db()
    assert suggested.state == "dismissed"
    refused = decider.post(decide(suggested), {"decision": "confirm"}, follow=True)
    assert "decided before" in words_of(refused)
    decider.post(decide(suggested), {"decision": "confirm", "reason": "They admitted it"})
    suggested.refresh_from_db()
    assert (suggested.state, suggested.decided_reason) == ("confirmed", "They admitted it")
    assert AuditEvent.objects.filter(verb__startswith="copy.", actor_id__isnull=False).count() == 3


def test_a_decision_taken_meanwhile_is_not_overwritten(decider, suggested):
    decider.post(decide(suggested), {"decision": "dismiss", "reason": "Own work", "version": 1})
    late = decider.post(decide(suggested), {"decision": "confirm", "reason": "Late", "version": 1}, follow=True)
    assert "Somebody decided" in words_of(late)
    suggested.refresh_from_db()
    assert suggested.state == "dismissed"


@pytest.mark.parametrize("sent", [{}, {"decision": "perhaps"}, {"decision": "confirm", "kind": "theft"}])
def test_an_answer_that_is_none_decides_nothing(decider, suggested, sent):
    decider.post(decide(suggested), sent)
    suggested.refresh_from_db()
    assert suggested.state == "suggested"


def test_a_dismissed_copy_is_shown_and_not_suggested_again_by_a_person_either(writer, suggested, client_of):
    client_of(editor()).post(decide(suggested), {"decision": "dismiss", "reason": "Own reporter"})
    again = writer.post(
        reverse("copy-suggest", args=[suggested.derived.ref]),
        {"original": suggested.original.ref, "kind": "reprint"},
        follow=True,
    )
    text = words_of(again)
    assert "dismissed" in text
    assert "Dismissed 1" in text
    assert "Own reporter" in text


def test_confirming_asks_for_the_quotations_to_be_looked_for_in_the_other(decider, suggested):
    assert not Job.objects.filter(kind="copy.confirmed").exists()
    decider.post(decide(suggested), {"decision": "confirm"})
    assert Job.objects.get(kind="copy.confirmed").key.split()[0] == str(suggested.pk)


def test_statements_that_corroborate_each_other_raise_an_alarm_once_their_sources_are_one_origin(decider, suggested):
    logger, incident = analyst(), IncidentFactory()
    first, second, third = (
        StatementFactory(incident=incident, capture=capture, words=capture.text[:12], created_by=logger)
        for capture in (suggested.original.captures.get(), suggested.derived.captures.get(), CaptureFactory())
    )
    tie, other = (
        LinkFactory(from_statement=second, to_statement=to, type="corroborates", created_by=logger)
        for to in (first, third)
    )
    decider.post(decide(suggested), {"decision": "confirm"})
    assert not Alarm.objects.exists(), "the job tells"
    copy_confirmed(Job.objects.get(kind="copy.confirmed"))

    alarm = Alarm.objects.get(kind="origins_merged")
    assert (alarm.link, alarm.for_user) == (tie, logger)
    tie.refresh_from_db()
    other.refresh_from_db()
    assert (tie.removed_at, other.removed_at) == (None, None), "nothing is changed by itself"


def test_sources_confirmed_as_one_origin_no_longer_corroborate_and_do_again_once_dismissed(decider, suggested):
    incident = IncidentFactory()
    captures = (source.captures.get() for source in (suggested.original, suggested.derived))
    first, second = (
        StatementFactory(incident=incident, capture=capture, words=capture.text[:12]) for capture in captures
    )
    decider.post(decide(suggested), {"decision": "confirm"})
    with pytest.raises(DatabaseError, match="origin"), transaction.atomic():
        LinkFactory(from_statement=second, to_statement=first, type="corroborates")
    decider.post(decide(suggested), {"decision": "dismiss", "reason": "Own reporter on the spot"})
    assert LinkFactory(from_statement=second, to_statement=first, type="corroborates").pk


def test_the_number_of_queries_does_not_grow_with_the_copies(decider):
    def asked(source):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert decider.get(tab(source)).status_code == 200
        return len(queries)

    def tied(number):
        source = SourceFactory()
        for _each in range(number):
            capture = CaptureFactory()
            evidence = {"captures": {"derived": str(capture.pk), "original": str(capture.pk)}, "names": [["A", "B"]]}
            CopyFactory(original=source, derived=capture.source, evidence=evidence, score=0.7)
            CopyFactory(original=source, confirmed=True)
        return source

    few, many = tied(1), tied(6)
    asked(few)
    assert asked(few) == asked(many) <= 12
