"""The desk: what changed under one's statements, red first, answered by its own person only."""

import pytest
from django.utils import timezone

from claims.alarms import after_capture, after_copy_decided, raise_gone, raise_merged
from claims.models import Alarm, Incident, Statement
from harmtracker.models import AuditEvent, Draft, User
from sources.models import Source
from tests.factories import (
    TEXT,
    WORDS,
    CaptureFactory,
    CopyFactory,
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    admin,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
DESK = "/desk/"
QUOTES = "/desk/quotes/"
DENIAL = "Жоден місцевий житель не постраждав"
RENAMED = TEXT.replace("Bucha", "Bhutan")
REVERSED = TEXT.replace("не постраждав", "постраждав")
REWORDED = TEXT.replace("lay", "were lying")


@pytest.fixture
def writer():
    return analyst()


@pytest.fixture
def browser(client_of, writer):
    return client_of(writer)


def logged(by, words=WORDS, **fields):
    return StatementFactory(created_by=by, words=words, **fields).renderings.get()


def changed(by, text=RENAMED, words=WORDS, **fields):
    """A statement of this person whose source was captured again with another text: its alarm."""
    rendering = logged(by, words, **fields)
    [alarm] = after_capture(CaptureFactory(source=rendering.source, text=text))
    return alarm


def shown(browser, address=QUOTES):
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_an_empty_desk_says_what_it_is_for(browser):
    page = shown(browser)
    assert "Nothing has changed under your statements" in page
    assert "0 things wait for you" in page


def test_what_changed_is_shown_word_by_word_with_what_it_touches(browser, writer):
    alarm = changed(writer, party=PartyFactory(name="The Outlet"))
    page = shown(browser)
    assert "1 thing waits for you" in page
    for words in (
        '<del data-red><span class="vh">removed: </span><bdi>Bucha</bdi></del>',
        '<ins data-red><span class="vh">added: </span><bdi>Bhutan</bdi></ins>',
        '<span class="edit" data-red>Name</span>', "Quoted words were changed", "The Outlet", alarm.statement.ref,
        "capture 2",
    ):  # fmt: skip
        assert words in page
    rendering = alarm.quote_check.rendering
    look = f"/sources/{alarm.source.ref}/changes/?from=1&amp;to=2#q-{rendering.pk}"
    assert look in page
    side_by_side = browser.get(look.replace("&amp;", "&"))
    assert f'id="q-{rendering.pk}" data-red' in side_by_side.content.decode()


def test_what_turns_the_meaning_round_stands_first(browser, writer):
    first = changed(writer, REWORDED)
    second = changed(writer, REVERSED, DENIAL, kind="denial")
    third = changed(writer, REWORDED)
    response = browser.get(QUOTES)
    assert [line.alarm for line in response.context["desk"].open] == [second, third, first]
    assert response.context["desk"].red == 1


def test_each_sees_only_what_is_theirs(client_of, browser, writer):
    alarm = changed(writer)
    for other in (analyst(), editor()):
        assert alarm.statement.ref not in client_of(other).get(QUOTES).content.decode()
        for address in ("/desk/answer/", "/desk/reopen/"):
            answer = client_of(other).post(address, {"alarm": alarm.pk, "answer": "noted"})
            assert answer.status_code == 404
    alarm.refresh_from_db()
    assert alarm.answered_at is None


def test_only_who_writes_has_a_desk(client_of):
    for person in (viewer(), admin()):
        assert client_of(person).get(DESK).status_code == 403
        assert 'href="/desk/"' not in client_of(person).get("/").content.decode()
    assert 'href="/desk/"' in client_of(editor()).get("/").content.decode()


def test_an_alarm_is_answered_and_taken_back(browser, writer):
    alarm = changed(writer)
    answered = {"alarm": alarm.pk, "answer": "no_change", "back": "quotes"}
    answer = browser.post("/desk/answer/", answered | {"note": "Spelling."}, follow=True)
    page = answer.content.decode()
    assert "0 things wait for you" in page
    assert "Answered lately: 1" in page
    assert "Spelling." in page
    assert [line.alarm for line in answer.context["desk"].answered] == [alarm]
    browser.post("/desk/reopen/", {"alarm": alarm.pk})
    assert "1 thing waits for you" in shown(browser)
    history = browser.get(alarm.statement.get_absolute_url()).content.decode()
    assert "Alarm answered" in history
    assert AuditEvent.objects.filter(verb__startswith="alarm.").count() == 2


@pytest.mark.parametrize(
    "form", [{"answer": "acted", "note": ""}, {"answer": "fixed"}, {}, {"answer": "noted", "note": "x" * 301}]
)
def test_an_answer_that_says_nothing_is_refused_in_words(browser, writer, form):
    alarm = changed(writer)
    page = browser.post("/desk/answer/", {"alarm": alarm.pk, "back": "quotes", **form}, follow=True).content.decode()
    assert "1 thing waits for you" in page
    assert "msg" in page or 'role="status"' in page or 'role="alert"' in page


@pytest.mark.parametrize("named", ["", "x", "5a0c6c1e-6d0e-4b57-9a53-0d7c3d0c8a11"])
def test_an_answer_to_nothing_changes_nothing(browser, named):
    assert browser.post("/desk/answer/", {"alarm": named, "answer": "noted"}).status_code == (404 if named else 422)


def test_the_note_of_a_refused_answer_is_kept(browser, writer):
    alarm = changed(writer)
    sent = {"alarm": alarm.pk, "answer": "nonsense", "note": "Rang the ministry"}
    page = browser.post("/desk/answer/", sent)
    html = page.content.decode()
    assert page.status_code == 422
    assert 'value="Rang the ministry"' in html
    assert "Choose what you did about it." in html
    browser.post("/desk/answer/", sent | {"answer": "noted"})
    assert "Your note was: <bdi" in browser.post("/desk/answer/", sent).content.decode(), "answered meanwhile"


def test_two_answers_at_once_are_one(browser, writer):
    alarm = changed(writer)
    browser.post("/desk/answer/", {"alarm": alarm.pk, "answer": "noted"})
    page = browser.post("/desk/answer/", {"alarm": alarm.pk, "answer": "no_change"}, follow=True).content.decode()
    assert "answered this already" in page
    assert Alarm.objects.get().answer == "noted"


def test_words_that_stand_again_say_so_and_wait_for_an_answer_still(browser, writer):
    alarm = changed(writer)
    after_capture(CaptureFactory(source=alarm.source, text=TEXT))
    page = shown(browser)
    assert "They stand again as they were in capture 3" in page
    assert "1 thing waits for you" in page


def test_words_changed_once_more_say_so(browser, writer):
    alarm = changed(writer)
    after_capture(CaptureFactory(source=alarm.source, text=TEXT.replace("Bucha", "Kyiv")))
    assert "They were changed once more in capture 3" in shown(browser)


def test_a_statement_one_may_not_see_any_more_is_gone_from_the_desk(browser, writer):
    alarm = changed(writer)
    Statement.objects.filter(pk=alarm.statement_id).update(team=TeamFactory())
    page = shown(browser)
    assert alarm.statement.ref not in page
    assert "0 things wait for you" in page
    assert browser.post("/desk/answer/", {"alarm": alarm.pk, "answer": "noted"}).status_code == 404


@pytest.mark.parametrize("withheld", ["source", "statement"])
def test_of_a_source_that_is_withheld_nothing_is_told(browser, writer, withheld):
    alarm = changed(writer)
    Source.objects.filter(pk=alarm.source_id).update(title="Her letter to us")
    if withheld == "source":
        Source.objects.filter(pk=alarm.source_id).update(team=TeamFactory())
    else:
        Statement.objects.filter(pk=alarm.statement_id).update(handling=["source_identity"])
    page = shown(browser)
    assert "source withheld" in page
    for told in ("Bhutan", "Her letter", alarm.source.ref):
        assert told not in page


def test_words_and_speakers_that_are_withheld_are_not_told(browser, writer):
    alarm = changed(writer, kind="testimony", party=PartyFactory(name="Her own name"))
    Statement.objects.filter(pk=alarm.statement_id).update(handling=["victim_identity", "witness_identity"])
    page = shown(browser)
    assert alarm.statement.ref in page
    for told in ("Bhutan", "Her own name"):
        assert told not in page


def test_a_source_that_is_gone_is_told(browser, writer):
    rendering = logged(writer)
    Source.objects.filter(pk=rendering.source_id).update(gone_at=timezone.now(), title="A vanished report")
    raise_gone(Source.objects.get(pk=rendering.source_id))
    page = shown(browser)
    assert "The source was removed" in page
    assert "A vanished report" in page
    Source.objects.filter(pk=rendering.source_id).update(team=TeamFactory())
    assert "A vanished report" not in shown(browser)


def test_a_corroboration_on_one_origin_is_told(browser, writer):
    target = StatementFactory()
    link = LinkFactory(
        from_statement=StatementFactory(incident=target.incidents.get(), kind="testimony"), to_statement=target,
        type="corroborates", created_by=writer,
    )  # fmt: skip
    derived, original = (end.renderings.get().source for end in (link.from_statement, link.to_statement))
    raise_merged(CopyFactory(derived=derived, original=original, confirmed=True))
    page = shown(browser)
    assert "A corroboration rests on one origin" in page
    assert link.from_statement.ref in page
    assert link.to_statement.ref in page


def test_words_altered_in_a_copy_are_laid_beside_their_own_source(browser, writer):
    rendering = logged(writer)
    copy = CopyFactory(original=rendering.source, derived=SourceFactory(title="The reprint"), confirmed=True)
    CaptureFactory(source=copy.derived, text=RENAMED)
    after_copy_decided(copy)
    page = shown(browser)
    assert "in a copy" in page
    look = f"/sources/{rendering.source.ref}/changes/?from=1&amp;with={copy.derived.ref}%2F1#q-{rendering.pk}"
    assert look in page
    assert browser.get(look.replace("&amp;", "&")).status_code == 200


def test_a_person_whose_account_is_closed_sees_nothing(browser, writer):
    changed(writer)
    User.objects.filter(pk=writer.pk).update(is_active=False)
    assert browser.get(DESK).status_code == 302


def test_as_many_queries_for_one_line_as_for_five(browser, writer, django_assert_max_num_queries):
    changed(writer)
    with django_assert_max_num_queries(12) as one:
        browser.get(QUOTES)
    for _each in range(4):
        changed(writer)
    with django_assert_max_num_queries(12) as many:
        page = browser.get(QUOTES)
    assert page.context["desk"].count == 5
    assert len(one) == len(many)


def kept(browser, key, **fields):
    assert browser.post("/drafts/", {"draft_key": key} | fields).status_code == 200


def test_what_was_typed_and_not_sent_is_listed_with_the_way_back(browser, writer):
    incident = IncidentFactory(created_by=writer)
    kept(browser, "incident-new:/incidents/new/", title="Fire in the market hall")
    kept(browser, f"incident-edit:/incidents/{incident.ref}/edit/", title="Killings, more exactly", version="1")

    page = shown(browser, DESK)

    assert 'Unsent <span class="n">2</span>' in page
    assert "Fire in the market hall" in page
    assert f'href="/incidents/{incident.ref}/edit/"' in page
    assert "Killings, more exactly" in page


def test_throwing_away_on_the_desk_stays_on_the_desk(browser):
    kept(browser, "incident-new:/incidents/new/", title="Fire in the market hall")

    answer = browser.post("/drafts/throw-away/", {"draft": Draft.objects.get().pk, "back": "desk"})

    assert answer.url == DESK
    assert "Fire in the market hall" not in shown(browser, DESK)


def test_a_draft_about_what_one_may_no_longer_see_is_not_shown(browser, writer):
    incident = IncidentFactory(created_by=writer)
    kept(browser, f"incident-edit:/incidents/{incident.ref}/edit/", title="Killings, more exactly", version="1")
    Incident.objects.filter(pk=incident.pk).update(team=TeamFactory())

    page = shown(browser, DESK)

    assert "Killings, more exactly" not in page
    assert incident.ref not in page
    assert browser.get(f"/incidents/{incident.ref}/edit/").status_code == 404


def test_the_other_tabs_words_are_listed_too(browser):
    kept(browser, "incident-new:/incidents/new/", title="In the first tab")
    kept(browser, "incident-new:/incidents/new/", title="In the second tab")

    page = shown(browser, DESK)

    assert "In the first tab" in page
    assert "In the second tab" in page
    assert 'href="/incidents/new/?draft=other"' in page


def test_five_hundred_drafts_on_one_article_ask_as_little_as_one(browser, writer, django_assert_max_num_queries):
    text = CaptureFactory()
    log = f"capture-log:/sources/{text.source.ref}/captures/{text.number}/log/?start="
    fields = {"exact": ["Bodies lay"]}
    Draft.objects.bulk_create(Draft(owner=writer, key=f"{log}{n}&end={n + 9}", fields=fields) for n in range(500))

    with django_assert_max_num_queries(12):
        page = shown(browser, DESK)

    assert 'Unsent <span class="n">500</span>' in page
    assert page.count("/drafts/throw-away/") == 50
