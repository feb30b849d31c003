"""The discussion page of each kind of record, and the buttons on it."""

import pytest
from django.urls import reverse

from claims.actions.assignment import assign
from claims.actions.following import follow
from claims.actions.remark import make_remark
from claims.models import Assignment, Following, Remark
from harmtracker.models import Draft
from tests.claims.views.test_lists import signed_in, words_of
from tests.factories import (
    IncidentFactory,
    MediaItemFactory,
    PartyFactory,
    SourceFactory,
    StatementFactory,
    TeamFactory,
    analyst,
    editor,
    viewer,
)

pytestmark = pytest.mark.django_db
KINDS = {
    "incident": IncidentFactory, "statement": StatementFactory, "source": SourceFactory, "media-item": MediaItemFactory,
    "party": PartyFactory,
}  # fmt: skip


@pytest.fixture
def one():
    return analyst(name="Olena Marchuk", username="olena")


def talk_of(record, kind="incident"):
    return reverse(f"{kind}-discussion", args=[record.ref])


@pytest.mark.parametrize("kind", KINDS)
def test_what_one_says_the_others_read(kind, one, django_assert_max_num_queries):
    record = KINDS[kind]()
    said = signed_in(one).post(talk_of(record, kind), {"words": "Ask @olena\nor <b>me</b>"})
    assert said.url == f"{talk_of(record, kind)}#r-{Remark.objects.get().pk}"
    for _each in range(5):
        make_remark(record=record, words="And another", by=analyst())
        assign(record=record, assignee=analyst(), by=one)
    client = signed_in(editor())
    with django_assert_max_num_queries(12):
        shown = client.get(talk_of(record, kind))
    assert "or &lt;b&gt;me&lt;/b&gt;" in shown.content.decode()
    assert "Olena Marchuk" in words_of(shown)
    record_page = words_of(client.get(record.get_absolute_url()))
    assert "Discussion 6" in record_page


def test_a_refused_remark_stays_in_the_form_and_a_draft_comes_back(one):
    record, client = IncidentFactory(), signed_in(one)
    refused = client.post(talk_of(record), {"words": "Ask @nobody there"})
    assert refused.status_code == 422
    assert "Nobody can be mentioned here as @nobody." in words_of(refused)
    assert "Ask @nobody there" in refused.content.decode()
    key = f"incident-discussion:{talk_of(record)}"
    assert client.post("/drafts/", {"draft_key": key, "words": "Half a thought"}).status_code == 200
    assert "Half a thought" in client.get(talk_of(record)).content.decode()
    assert "Half a thought" in client.get("/desk/").content.decode()
    client.post(talk_of(record), {"words": "Half a thought"})
    assert not Draft.objects.exists()


def test_behind_a_flag_there_is_no_discussion_and_no_way_to_it(one):
    record = StatementFactory(handling=["witness_identity"])
    cleared = signed_in(analyst(flags=["witness_identity"]))
    cleared.post(talk_of(record, "statement"), {"words": "She is called Iryna"})
    for client in (signed_in(one), signed_in(viewer())):
        assert client.get(talk_of(record, "statement")).status_code in {403, 404}
    page = signed_in(one).get(record.get_absolute_url()).content.decode()
    assert talk_of(record, "statement") not in page
    assert talk_of(record, "statement") in cleared.get(record.get_absolute_url()).content.decode()


def test_taking_back_leaves_a_trace_and_no_words(one):
    record, client = IncidentFactory(), signed_in(one)
    client.post(talk_of(record), {"words": "Wrong record"})
    remark = Remark.objects.get()
    others = signed_in(editor()).post(reverse("remark-take-back", args=[remark.pk]), follow=True)
    assert "Only whoever wrote it takes it back." in words_of(others)
    shown = words_of(client.post(reverse("remark-take-back", args=[remark.pk]), follow=True))
    assert "Taken back." in shown
    assert "Wrong record" not in shown


def test_assigning_handing_on_and_ending(one):
    record, other, client = IncidentFactory(), analyst(name="Petro Bilyk"), signed_in(one)
    to = reverse("incident-assign", args=[record.ref])
    assert "Petro Bilyk looks after it now." in words_of(
        client.post(to, {"assignee": other.pk, "task": "Find the street"}, follow=True)
    )
    again = client.post(to, {"assignee": other.pk, "task": "Once more"})
    assert again.status_code == 422
    assert "Petro Bilyk looks after it already." in words_of(again)
    assert "Once more" in again.content.decode()
    assert client.post(to, {"assignee": viewer().pk}).status_code == 422
    held = Assignment.objects.get()
    desk = words_of(signed_in(other).get("/desk/"))
    assert "Find the street" in desk
    client.post(to, {"assignee": one.pk, "task": "Mine", "instead_of": held.pk})
    assert Assignment.objects.get(ended_at=None).assignee == one
    assert client.post(to, {"assignee": other.pk, "instead_of": held.pk}).status_code == 422
    mine = Assignment.objects.get(ended_at=None)
    assert client.post(reverse("assignment-end", args=[mine.pk]), {"back": "desk"}).url == "/desk/"
    assert not Assignment.objects.filter(ended_at=None).exists()


def test_following_from_the_incident_and_stopping_from_the_desk(one):
    record, client = IncidentFactory(title="Killings on Yablunska"), signed_in(one)
    to = reverse("incident-follow", args=[record.ref])
    page = client.get(record.get_absolute_url()).content.decode()
    assert to in page
    assert client.post(to, {"follow": "yes"}).url == record.get_absolute_url()
    assert "Stop following" in client.get(record.get_absolute_url()).content.decode()
    assert "Killings on Yablunska" in words_of(client.get("/desk/"))
    assert client.post(to, {"follow": "no", "back": "desk"}).url == "/desk/"
    assert not Following.objects.exists()


def test_the_desk_holds_nothing_of_what_one_may_not_see_any_more(one):
    record = IncidentFactory(title="Killings on Yablunska")
    assign(record=record, assignee=one, task="Find the street", by=editor())
    follow(incident=record, by=one)
    type(record).objects.filter(pk=record.pk).update(team=TeamFactory())
    desk = words_of(signed_in(one).get("/desk/"))
    for word in ("Yablunska", "Find the street", record.ref):
        assert word not in desk
