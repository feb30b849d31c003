"""Since one was last here: what others did, folded, only what one may see, never one's own acts."""

import pytest
from django.db import connection

from claims.actions.assessment import Proposal, propose, send_back
from claims.actions.assignment import assign
from claims.actions.figure import FigureFields, add_figure
from claims.actions.following import follow
from claims.actions.remark import make_remark, take_back
from claims.actions.workflow import move
from claims.models import Statement
from claims.queries import news
from claims.queries.news import news_of
from harmtracker import audit
from harmtracker.prepared import KEPT
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import IncidentFactory, SourceFactory, StatementFactory, TeamFactory, analyst, editor, viewer

pytestmark = pytest.mark.django_db


@pytest.fixture
def one():
    return analyst()


def sent(record, by=None):
    record.refresh_from_db()
    move(record=record, to="in_review", expected_version=record.version, by=by or editor())


def refs(person):
    return [line.ref for line in news_of(person).lines]


def test_what_happens_in_an_incident_one_follows_is_one_line(one):
    incident, other = IncidentFactory(title="Killings on Yablunska"), IncidentFactory()
    follow(incident=incident, by=one)
    petro = editor(name="Petro Bilyk")
    statements = [StatementFactory(incident=incident) for _each in range(3)]
    for statement in [*statements, StatementFactory(incident=other)]:
        sent(statement, petro)
    sent(incident, editor(name="Olha Marchuk"))
    sent(StatementFactory(incident=incident), one)
    [line] = news_of(one).lines
    assert (line.ref, line.count, line.who) == (incident.ref, 4, ["Olha Marchuk", "Petro Bilyk"])
    assert [(each.words, each.count) for each in line.happenings] == [
        ("Statement submitted for review", 3), ("Incident submitted for review", 1)
    ]  # fmt: skip
    desk = words_of(signed_in(one).get("/desk/"))
    assert "Killings on Yablunska" in desk
    assert "Statement submitted for review 3" in desk
    assert refs(editor()) == []


def test_what_one_logged_looks_after_or_proposed_and_where_one_is_mentioned(one):
    mine, held, talked, about = StatementFactory(created_by=one), SourceFactory(), IncidentFactory(), StatementFactory()
    sent(mine)
    assign(record=held, assignee=one, by=editor())
    sent(held)
    make_remark(record=talked, words=f"@{one.username}, look", by=editor())
    given = Proposal(finding="not_checkable", reasons="Opinion", confidence="high")
    proposal = propose(subject=about, proposal=given, expected_version=about.version, by=one)
    send_back(assessment=proposal, reason="Say more", by=editor())
    shown = {line.ref: line for line in news_of(one).lines}
    incidents = {each.incidents.get().ref for each in (mine, about)}
    assert set(shown) == {held.ref, talked.ref} | incidents
    assert shown[talked.ref].is_mentioned
    assert shown[talked.ref].url.endswith("/discussion/")
    assert not shown[held.ref].is_mentioned


def test_a_figure_of_ones_own_statement_added_by_another_is_news(one):
    statement = StatementFactory(created_by=one)
    incident = statement.incidents.get()
    given = FigureFields(outcome="killed", least=20, words="at least 20")
    add_figure(statement=statement, incident=incident, given=given, by=editor())
    held = StatementFactory()
    assign(record=held, assignee=one, by=one)
    assert refs(one) == []


@pytest.mark.parametrize("hiding", ["team", "flag"])
def test_what_one_may_not_see_today_is_no_news_at_all(one, hiding):
    incident, secret = IncidentFactory(), StatementFactory()
    follow(incident=incident, by=one)
    make_remark(record=secret, words=f"@{one.username}: her name is known", by=editor())
    source = SourceFactory(created_by=one)
    sent(source)
    statement = StatementFactory(incident=incident)
    sent(statement)
    assert len(refs(one)) == 3
    changed = {"team": TeamFactory()} if hiding == "team" else {"handling": ["source_identity"]}
    for record in (secret, source):
        type(record).objects.filter(pk=record.pk).update(**changed)
    Statement.objects.filter(pk=statement.pk).update(team=TeamFactory())
    assert refs(one) == []
    desk = signed_in(one).get("/desk/").content.decode()
    assert source.ref not in desk
    assert secret.ref not in desk


def test_all_read_is_up_to_what_was_shown_and_no_further(one):
    incident, client = IncidentFactory(), signed_in(one)
    follow(incident=incident, by=one)
    statement = StatementFactory(incident=incident)
    sent(statement)
    shown = news_of(one).up_to
    sent(StatementFactory(incident=incident))
    assert client.post("/desk/read/", {"up_to": shown}, follow=True).status_code == 200
    one.refresh_from_db()
    assert one.read_up_to == shown
    assert news_of(one).lines[0].count == 1
    for odd in ("", "x", "-1", "9" * 40):
        assert client.post("/desk/read/", {"up_to": odd}).status_code == 302
    client.post("/desk/read/", {"up_to": 10**15})
    one.refresh_from_db()
    assert one.read_up_to == audit.newest_sequence()
    client.post("/desk/read/", {"up_to": shown})
    one.refresh_from_db()
    assert one.read_up_to == audit.newest_sequence()
    assert signed_in(viewer()).post("/desk/read/", {"up_to": 1}).status_code == 403


def test_only_the_newest_of_the_house_are_looked_through(one, monkeypatch):
    incident, talk = IncidentFactory(), IncidentFactory()
    follow(incident=incident, by=one)
    remark = make_remark(record=talk, words=f"@{one.username}", by=(by := editor()))
    for _each in range(5):
        sent(StatementFactory(incident=incident))
    monkeypatch.setattr(news, "LOOKED_THROUGH", 5)
    monkeypatch.setattr(news, "MOST_EVENTS", 3)
    KEPT.forget()
    found = news_of(one)
    assert ([line.ref for line in found.lines], found.is_cut) == ([incident.ref], True)
    take_back(remark=remark, record=talk, by=by)
    monkeypatch.undo()
    KEPT.forget()
    assert news_of(one).count == 2


def test_a_long_chain_is_read_as_one_stretch_of_an_index(one):
    incident = IncidentFactory()
    follow(incident=incident, by=one)
    sent(StatementFactory(incident=incident))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = news.newest_concerning(one.pk, "0").explain()
    assert "harmtracker_auditevent_sequence" in plan, plan
    assert "hashed SubPlan" not in plan
