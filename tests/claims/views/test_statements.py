"""The page of a statement, answering it in two presses, editing it, its life after it was said."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from claims.models import Link, Statement
from harmtracker.prepared import KEPT
from tests.factories import (
    IncidentFactory,
    LinkFactory,
    PartyFactory,
    RenderingFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    approve_finding,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident():
    return IncidentFactory()


@pytest.fixture
def claim(incident):
    return StatementFactory(incident=incident)


@pytest.fixture
def denial(claim, incident):
    """A denial by the accused that nobody has linked yet."""
    return StatementFactory(kind="denial", incident=incident, party=claim.accuses.get().party)


@pytest.fixture
def writer(client):
    user = analyst()
    client.force_login(user)
    return user


def text(answer):
    return answer.content.decode()


def test_the_page_shows_all_renderings_links_and_checks(client, writer, claim, denial):
    RenderingFactory(statement=claim, text="Nobody answered.")
    LinkFactory(from_statement=denial, to_statement=claim)

    shown = text(client.get(f"/statements/{claim.ref}/"))

    assert "“Bodies lay on the streets of Bucha.”" in shown
    assert "“Nobody answered.”" in shown
    assert denial.ref in shown
    assert "Remove this link" in shown


def test_nobody_who_may_not_see_it_learns_that_it_exists(client, writer):
    hidden = StatementFactory(team=TeamFactory())

    for path in ("", "answer/", "edit/"):
        assert client.get(f"/statements/{hidden.ref}/{path}").status_code == 404
        assert client.get(f"/statements/ST-ZZZZZZ/{path}").status_code == 404


def test_links_to_what_the_reader_may_not_see_are_absent(client, writer, claim, incident):
    hidden = StatementFactory(kind="denial", incident=incident, team=TeamFactory())
    LinkFactory(from_statement=hidden, to_statement=claim)

    assert hidden.ref not in text(client.get(f"/statements/{claim.ref}/"))


def answer(client, target, given, **more):
    return client.post(
        f"/statements/{target.ref}/answer/", {"answer": given, "aspect": "occurrence", "basis": "explicit"} | more
    )


def test_the_first_press_offers_the_accused_first_with_the_likely_answer_ready(client, writer, claim, incident):
    StatementFactory(kind="announcement", incident=incident)
    denial = StatementFactory(kind="denial", incident=incident, party=claim.accuses.get().party)

    opened = client.get(f"/statements/{claim.ref}/answer/?incident={incident.ref}", headers={"HX-Request": "true"})

    assert opened.context["candidates"][0].voice.statement == denial
    assert f'value="denies:{denial.ref}"' in text(opened)
    assert "<html" not in text(opened)
    assert "HX-Request" in opened.headers["Vary"]


def test_without_script_the_first_press_opens_a_whole_page(client, writer, claim, denial):
    shown = text(client.get(f"/statements/{claim.ref}/answer/"))

    assert "<html" in shown
    assert f'value="denies:{denial.ref}"' in shown


def test_the_second_press_links_the_two(client, writer, claim, denial, incident):
    sent = answer(client, claim, f"denies:{denial.ref}", incident=incident.ref)

    link = Link.objects.get()
    assert (link.from_statement, link.to_statement, link.type, link.created_by) == (denial, claim, "denies", writer)
    assert sent.url == f"/incidents/{incident.ref}/?at={denial.ref}#{denial.ref}"


@pytest.mark.parametrize(
    ("given", "more", "words"),
    [
        ("refutes:{denial}", {}, "use denies"),
        ("denies:{denial}", {"basis": "editorial"}, "An editorial link needs a reason"),
        ("denies:ST-ZZZZZZ", {}, "No statement is held under"),
        ("invented:{denial}", {}, "Choose a statement and how it answers."),
    ],
)
def test_a_link_the_rules_forbid_is_refused_in_words(client, writer, claim, denial, given, more, words):
    refused = answer(client, claim, given.format(denial=denial.ref), **more)

    assert refused.status_code == 422
    assert words.lower() in text(refused).replace("&#x27;", "'").lower()
    assert not Link.objects.exists()


def test_the_same_answer_twice_is_one_link(client, writer, claim, denial):
    answer(client, claim, f"denies:{denial.ref}")

    again = answer(client, claim, f"denies:{denial.ref}")

    assert again.status_code == 422
    assert "linked in this way already" in text(again)
    assert Link.objects.count() == 1


def test_a_statement_of_another_team_cannot_be_linked(client, writer, claim, incident):
    hidden = StatementFactory(kind="denial", incident=incident, team=TeamFactory())

    refused = answer(client, claim, f"denies:{hidden.ref}")

    assert refused.status_code == 422
    assert not Link.objects.exists()


def test_a_viewer_answers_edits_and_removes_nothing(client, incident):
    client.force_login(viewer())
    claim = StatementFactory(incident=incident, workflow="approved", tlp="GREEN")
    other = StatementFactory(kind="denial", incident=incident, workflow="approved", tlp="GREEN")
    link = LinkFactory(from_statement=other, to_statement=claim)

    refused = [
        answer(client, claim, f"denies:{other.ref}"),
        client.get(f"/statements/{claim.ref}/edit/"),
        client.post(f"/statements/{claim.ref}/lifecycle/"),
        client.post(f"/links/{link.pk}/remove/", {"reason": "No."}),
    ]

    assert [each.status_code for each in refused] == [403] * 4


def test_a_link_is_removed_with_a_reason_and_stays_in_the_history(client, writer, claim, denial):
    link = LinkFactory(from_statement=denial, to_statement=claim)

    unsaid = client.post(f"/links/{link.pk}/remove/", {"reason": ""})
    done = client.post(f"/links/{link.pk}/remove/", {"reason": "It answers another claim."})
    again = client.post(f"/links/{link.pk}/remove/", {"reason": "Twice."})

    link.refresh_from_db()
    assert (unsaid.status_code, done.status_code, again.status_code) == (422, 302, 404)
    assert (link.removed_by, link.removed_reason) == (writer, "It answers another claim.")


def test_a_link_to_a_hidden_statement_is_not_removed(client, writer, claim, incident):
    hidden = StatementFactory(kind="denial", incident=incident, team=TeamFactory())
    link = LinkFactory(from_statement=hidden, to_statement=claim)

    assert client.post(f"/links/{link.pk}/remove/", {"reason": "No."}).status_code == 404


def edited(client, statement, **changes):
    form = client.get(f"/statements/{statement.ref}/edit/").context["form"]
    given = {name: value for name, value in form.initial.items() if value not in (None, False)}
    return client.post(f"/statements/{statement.ref}/edit/", given | changes)


def test_an_edit_changes_what_is_stated(client, writer, claim):
    saved = edited(client, claim, said="2022-04-04", said_in="A briefing")

    claim.refresh_from_db()
    assert saved.status_code == 302
    assert (claim.said, claim.said_in, claim.version) == ("2022-04-04", "A briefing", 2)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"said": "4/4/2022"}, "Write the year first"),
        ({"party": "Nobody of this name"}, "No party is held under"),
        ({"accuses": ""}, "Say whom it accuses, or that it names nobody."),
        ({"media_item": "ME-ZZZZZZ"}, "No photo or video is held"),
    ],
)
def test_an_edit_that_cannot_be_kept_says_why_and_keeps_what_was_typed(client, writer, claim, changes, words):
    refused = edited(client, claim, said_in="Typed with care", **changes)

    assert refused.status_code == 422
    assert words in text(refused)
    assert "Typed with care" in text(refused)
    assert Statement.objects.get(pk=claim.pk).version == 1


def test_two_people_editing_see_both_versions_and_choose(client, writer, claim):
    edited(client, claim, said_in="Theirs", role_words="Mayor")

    stale = edited(client, claim, said_in="Mine", version="1")
    rows = {row.name: (row.mine, row.theirs) for row in stale.context["differing"]}
    chosen = stale.context["form"].data.copy()
    chosen["choice_said_in"] = "theirs"
    chosen["role_words"] = "Deputy mayor"
    saved = client.post(f"/statements/{claim.ref}/edit/", chosen)

    claim.refresh_from_db()
    assert stale.status_code == 422
    assert rows == {"said_in": ("Mine", "Theirs")}
    assert saved.status_code == 302
    assert (claim.said_in, claim.role_words, claim.version) == ("Theirs", "Deputy mayor", 3)


def test_a_change_of_date_reopens_a_finding(client, writer, claim):
    approve_finding(claim, "could_not_confirm")

    edited(client, claim, said="2022-04-09")

    claim.refresh_from_db()
    assert claim.is_under_review
    assert claim.finding == "could_not_confirm"


def test_an_edit_keeps_the_speaker_the_person_may_not_see(client, writer, incident):
    hidden = PartyFactory(team=TeamFactory())
    said = StatementFactory(kind="announcement", incident=incident, party=hidden)

    saved = edited(client, said, said_in="A briefing")

    said.refresh_from_db()
    assert saved.status_code == 302
    assert (said.party, said.said_in) == (hidden, "A briefing")


def test_a_retracted_statement_says_so(client, writer, claim):
    path = f"/statements/{claim.ref}/lifecycle/"
    unsaid = client.post(path, {"lifecycle": "retracted_by_speaker", "version": 1})
    done = client.post(path, {"lifecycle": "retracted_by_speaker", "version": 1, "reason": "He took it back."})
    stale = client.post(path, {"lifecycle": "current", "version": 1})

    assert (unsaid.status_code, done.status_code, stale.status_code) == (422, 302, 422)
    assert "He took it back." in text(client.get(f"/statements/{claim.ref}/"))


def test_only_an_editor_removes_a_statement(client, claim):
    given = {"lifecycle": "removed", "version": 1, "reason": "Entered twice."}
    client.force_login(analyst())
    refused = client.post(f"/statements/{claim.ref}/lifecycle/", given)
    client.force_login(editor())
    done = client.post(f"/statements/{claim.ref}/lifecycle/", given)

    assert refused.status_code == 422
    assert "can be done by" in text(refused)
    assert done.status_code == 302


def test_four_links_take_as_many_queries_as_one(client, writer, claim, incident):
    def answers(number):
        for _each in range(number):
            LinkFactory(to_statement=claim, from_statement=StatementFactory(kind="denial", incident=incident))

    answers(1)
    client.get(f"/statements/{claim.ref}/")
    with CaptureQueriesContext(connection) as few:
        client.get(f"/statements/{claim.ref}/")
    answers(3)
    with CaptureQueriesContext(connection) as many:
        client.get(f"/statements/{claim.ref}/")

    assert len(many) == len(few)
    assert len(few) <= 12


def test_a_statement_with_very_many_answers_shows_them_in_parts(monkeypatch, client, writer):
    monkeypatch.setattr("claims.queries.statement_page.MOST_TIES", 2)
    KEPT.forget()
    claim = StatementFactory()
    answers = [LinkFactory(to_statement=claim).from_statement for _each in range(3)]
    hidden = StatementFactory(kind="denial", incident=claim.incidents.get(), team=TeamFactory())
    LinkFactory(to_statement=claim, from_statement=hidden)

    first = client.get(claim.get_absolute_url())
    assert [tie.voice.key for tie in first.context["page"].answered_by] == [each.pk for each in answers[:2]]
    rest = client.get(claim.get_absolute_url(), {"links": first.context["page"].further})
    assert [tie.voice.key for tie in rest.context["page"].answered_by] == [answers[2].pk]
    assert not rest.context["page"].further
    assert client.get(claim.get_absolute_url(), {"links": "nonsense"}).status_code == 200
    KEPT.forget()
