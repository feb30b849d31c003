"""Who is told when a source changes under their statements, how often, and how it is answered."""

from datetime import timedelta

import pytest
from django.utils import timezone

from claims.actions.alarm import answer_alarm, reopen_alarm
from claims.alarms import after_capture, after_copy_decided, raise_alarms, raise_gone, raise_merged
from claims.models import Alarm, Assessment, Rendering, Statement
from claims.quote_checks import check_quotations
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, User
from sources.models import Source
from tests.factories import (
    TEXT,
    WORDS,
    CaptureFactory,
    CopyFactory,
    LinkFactory,
    RenderingFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
DENIAL = "Жоден місцевий житель не постраждав"
REVERSED = TEXT.replace("не постраждав", "постраждав")
RENAMED = TEXT.replace("Bucha", "Bhutan")
REWORDED = TEXT.replace("lay", "were lying")
GONE = "There is another report on this page today."
TWICE = f"{WORDS} Again: {WORDS}"


@pytest.fixture
def writer():
    return analyst()


def logged(by, words=WORDS, **fields):
    return StatementFactory(created_by=by, words=words, **fields).renderings.get()


def captured_again(rendering, text, **fields):
    return after_capture(CaptureFactory(source=rendering.source, text=text, **fields))


@pytest.mark.parametrize(
    ("text", "kind", "is_red"),
    [
        (RENAMED, "quote_edited", True),
        (REWORDED, "quote_edited", False),
        (GONE, "quote_missing", False),
        (TWICE, "quote_ambiguous", False),
    ],
)
def test_whoever_logged_the_words_is_told_what_became_of_them(writer, text, kind, is_red):
    rendering = logged(writer)
    [alarm] = captured_again(rendering, text)
    assert (alarm.kind, alarm.for_user, alarm.statement, alarm.is_red) == (kind, writer, rendering.statement, is_red)
    assert (alarm.source, alarm.capture.number, alarm.quote_check.rendering) == (rendering.source, 2, rendering)
    assert alarm.answered_at is None


@pytest.mark.parametrize("text", [TEXT, TEXT.upper(), f"Quite another page. {WORDS} So they say."])
def test_nobody_is_told_of_words_that_stand(writer, text):
    assert captured_again(logged(writer), text) == []


def test_a_lost_not_is_red_in_the_database(writer):
    [alarm] = captured_again(logged(writer, DENIAL, kind="denial"), REVERSED)
    assert alarm.is_red
    assert alarm.quote_check.operations == [{"class": "negation", "before": "не", "after": "", "at": 22}]


def test_a_bad_state_that_stays_is_told_once_and_a_new_one_again(writer):
    rendering = logged(writer)
    for text, told in ((RENAMED, 1), (RENAMED + " More.", 0), (REWORDED, 1), (TEXT, 0), (REWORDED, 1), ("", 0)):
        assert len(captured_again(rendering, text)) == told, text
    assert Alarm.objects.filter(for_user=writer).count() == 3


def test_the_same_work_done_twice_tells_once(writer):
    rendering = logged(writer)
    capture = CaptureFactory(source=rendering.source, text=RENAMED)
    assert len(after_capture(capture)) == 1
    assert after_capture(capture) == []
    assert Alarm.objects.count() == 1


def test_a_worker_that_died_between_looking_and_telling_leaves_nothing_untold(writer):
    rendering = logged(writer)
    capture = CaptureFactory(source=rendering.source, text=RENAMED)
    check_quotations(capture)
    assert [alarm.for_user for alarm in after_capture(capture)] == [writer]


def test_who_logged_the_statement_and_who_added_the_words_are_each_told_once(writer):
    other = analyst()
    statement = StatementFactory(created_by=writer)
    rendering = RenderingFactory(statement=statement, created_by=other, capture=statement.renderings.get().capture,
                                 text="Nobody answered.")  # fmt: skip
    alarms = captured_again(rendering, TEXT.replace("Nobody answered", "Somebody answered"))
    assert {alarm.for_user for alarm in alarms} == {writer, other}


def test_where_whoever_logged_it_left_every_editor_who_may_see_it_is_told(writer):
    team = TeamFactory()
    one, outside, _viewer, _admin = editor(teams=[team]), editor(), viewer(), admin()
    rendering, of_team = logged(writer), logged(writer, team=team)
    User.objects.filter(pk=writer.pk).update(is_active=False)
    assert {alarm.for_user for alarm in captured_again(rendering, RENAMED)} == {one, outside}
    assert {alarm.for_user for alarm in captured_again(of_team, RENAMED)} == {one}


@pytest.mark.parametrize("changed", [{"role": "viewer"}, {"clearance": "CLEAR"}], ids=["may not answer", "may not see"])
def test_so_it_is_where_they_may_not_see_or_answer_it_any_more(writer, changed):
    deciding = editor()
    rendering = logged(writer)
    User.objects.filter(pk=writer.pk).update(**changed)
    assert [alarm.for_user for alarm in captured_again(rendering, RENAMED)] == [deciding]


def test_nobody_is_told_of_a_source_withheld_from_them(writer):
    deciding = editor(flags=["source_identity"])
    rendering = logged(writer, kind="testimony", handling=["source_identity"])
    assert [alarm.for_user for alarm in captured_again(rendering, RENAMED)] == [deciding]


def test_words_that_differ_in_a_copy_are_told_words_missing_there_are_not(writer):
    rendering = logged(writer)
    logged(writer, DENIAL, kind="denial", capture=rendering.capture)
    copy = CopyFactory(original=rendering.source, confirmed=True)
    CaptureFactory(source=copy.derived, text=f"Elsewhere in the news today. {WORDS.replace('Bucha', 'Bhutan')}")
    [alarm] = after_copy_decided(copy)
    assert (alarm.kind, alarm.source, alarm.is_red) == ("quote_edited", copy.derived, True)
    assert after_copy_decided(copy) == []


def test_an_attribution_that_changed_is_told_by_itself(writer):
    capture = CaptureFactory()
    statement = StatementFactory(kind="denial", words=None, capture=capture, created_by=writer)
    start = TEXT.index("the ministry said")
    rendering = RenderingFactory(
        statement=statement, capture=capture, text=DENIAL, attribution_exact="the ministry said",
        attribution_start=start, attribution_end=start + len("the ministry said"),
    )  # fmt: skip
    [alarm] = captured_again(rendering, TEXT.replace("ministry said", "ministry claimed"))
    assert (alarm.kind, alarm.is_red) == ("attribution_changed", False)
    assert captured_again(rendering, TEXT.replace("ministry said", "ministry claimed") + " More.") == []
    assert {alarm.kind for alarm in captured_again(rendering, GONE)} == {"quote_missing"}


def test_a_source_that_is_gone_is_told_to_all_who_logged_words_from_it_once(writer):
    other = analyst()
    first = logged(writer)
    logged(writer, "Nobody answered.", capture=first.capture)
    logged(other, DENIAL, kind="denial", capture=first.capture)
    logged(analyst())
    source = first.source
    assert raise_gone(source) == []
    Source.objects.filter(pk=source.pk).update(gone_at=timezone.now())
    source.refresh_from_db()
    assert {(alarm.for_user, alarm.kind, alarm.source) for alarm in raise_gone(source)} == {
        (writer, "source_gone", source), (other, "source_gone", source),
    }  # fmt: skip
    CaptureFactory(source=source, text="", outcome="http.404", walker_version=None)
    assert raise_gone(source) == []
    # It came back, and went again.
    Source.objects.filter(pk=source.pk).update(gone_at=timezone.now() + timedelta(seconds=1))
    source.refresh_from_db()
    assert len(raise_gone(source)) == 2


def test_a_capture_that_shows_that_the_source_is_gone_tells_so(writer):
    rendering = logged(writer)
    Source.objects.filter(pk=rendering.source_id).update(gone_at=timezone.now())
    gone = CaptureFactory(source=Source.objects.get(pk=rendering.source_id), text="", outcome="http.404",
                          walker_version=None)  # fmt: skip
    assert [alarm.kind for alarm in after_capture(gone)] == ["source_gone"]


def corroborating(by):
    target = StatementFactory()
    acting = StatementFactory(incident=target.incidents.get(), kind="testimony", created_by=by)
    return LinkFactory(from_statement=acting, to_statement=target, type="corroborates", created_by=by)


def test_a_corroboration_that_turns_out_to_rest_on_one_origin_is_told(writer):
    link = corroborating(writer)
    apart = corroborating(writer)
    derived, original = (end.renderings.get().source for end in (link.from_statement, link.to_statement))
    copy = CopyFactory(derived=derived, original=original)
    assert raise_merged(copy) == []
    copy = CopyFactory(derived=derived, original=SourceFactory(), confirmed=True)
    assert raise_merged(copy) == []
    copy = CopyFactory(derived=original, original=copy.original, confirmed=True)
    [alarm] = raise_merged(copy)
    assert (alarm.kind, alarm.link, alarm.for_user) == ("origins_merged", link, writer)
    assert raise_merged(copy) == []
    assert not apart.alarms.exists()


def test_telling_changes_nothing_of_the_record(writer):
    rendering = logged(writer)
    before = [
        Rendering.objects.filter(pk=rendering.pk).values().get(),
        Statement.objects.filter(pk=rendering.statement_id).values().get(),
    ]
    captured_again(rendering, RENAMED)
    after = [
        Rendering.objects.filter(pk=rendering.pk).values().get(),
        Statement.objects.filter(pk=rendering.statement_id).values().get(),
    ]
    assert before == after
    assert not Assessment.objects.exists()


def test_of_many_checks_the_number_of_questions_asked_stays(writer, django_assert_max_num_queries):
    capture = CaptureFactory(text=" ".join(f"Sentence {n} was said in Bucha that day." for n in range(30)))
    for n in range(30):
        logged(writer, f"Sentence {n} was said in Bucha that day.", kind="testimony", capture=capture)
    newer = CaptureFactory(source=capture.source, text=capture.text.replace("Bucha", "Bhutan"))
    checks = check_quotations(newer)
    with django_assert_max_num_queries(9):
        assert len(raise_alarms(checks)) == 30


# ---- Answering


@pytest.fixture
def alarm(writer):
    [raised] = captured_again(logged(writer), RENAMED)
    return raised


def test_an_answer_is_recorded_and_can_be_taken_back(alarm, writer):
    answer_alarm(alarm=alarm, answer="noted", note=" A slip of theirs. ", by=writer)
    assert (alarm.answer, alarm.answer_note, alarm.answered_by) == ("noted", "A slip of theirs.", writer)
    event = AuditEvent.objects.get(verb="alarm.answered")
    assert (event.subject_ref, event.actor_id, event.reason) == (alarm.statement.ref, writer.pk, "A slip of theirs.")
    with pytest.raises(Refused, match="already"):
        answer_alarm(alarm=alarm, answer="no_change", by=writer)
    reopen_alarm(alarm=alarm, by=writer)
    assert (alarm.answer, alarm.answer_note, alarm.answered_at) == ("", "", None)
    assert AuditEvent.objects.filter(verb="alarm.reopened").count() == 1
    reopen_alarm(alarm=alarm, by=writer)
    assert AuditEvent.objects.filter(verb="alarm.reopened").count() == 1


@pytest.mark.parametrize(
    ("answer", "note", "field"),
    [("", "", "answer"), ("fixed", "", "answer"), ("acted", " ", "note"), ("noted", "x" * 301, "note")],
)
def test_an_answer_that_says_nothing_is_refused(alarm, writer, answer, note, field):
    with pytest.raises(Refused) as refused:
        answer_alarm(alarm=alarm, answer=answer, note=note, by=writer)
    assert refused.value.field == field
    alarm.refresh_from_db()
    assert alarm.answered_at is None


def test_nobody_answers_for_somebody_else(alarm, writer):
    for person in (editor(), admin(), viewer()):
        with pytest.raises(NotAllowed):
            answer_alarm(alarm=alarm, answer="noted", by=person)
    answer_alarm(alarm=alarm, answer="noted", by=writer)
    with pytest.raises(NotAllowed):
        reopen_alarm(alarm=alarm, by=editor())
