"""Many links at once: taken by a job, behind everybody's single ones; nothing given is lost."""

import json

import pytest
from django.urls import reverse

from harmtracker import jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import Job
from harmtracker.turns import claim_next
from sources import bulk
from sources.models import Capture, Source
from tests.factories import CaptureFactory, TeamFactory, analyst, viewer

pytestmark = pytest.mark.django_db
LOG = "/log/"
GOOD = ["https://news.example/a?id=1#top", "https://news.example/b", "http://other.example/c"]


def words_of(response) -> str:
    return response.content.decode()


@pytest.fixture
def person(client):
    made = analyst()
    client.force_login(made)
    return made


def take_in() -> None:
    """The job that makes the sources, to its end; their captures stay queued."""
    while Job.objects.filter(kind=bulk.KIND, state="queued").exists():
        jobs.work("upkeep")


def test_each_line_becomes_a_source_visited_behind_what_people_wait_for(client, person):
    response = client.post(LOG, {"links": "\r\n".join([*GOOD, ""])})
    assert response.status_code == 302
    assert not Source.objects.exists(), "no request waits for five thousand"
    take_in()
    assert set(Source.objects.values_list("submitted_address", flat=True)) == set(GOOD)  # byte for byte
    assert set(Capture.objects.values_list("cause", "requested_by")) == {("bulk", person.pk)}
    assert set(Job.objects.filter(kind="capture.fetch").values_list("priority", flat=True)) == {20}
    shown = words_of(client.get(response.url))
    assert "0 of 3 done" in shown
    assert "Under way" in shown


def test_the_page_says_what_came_of_them(client, person):
    address = client.post(LOG, {"links": "\n".join(GOOD)}).url
    take_in()
    ended = Capture.objects.order_by("pk")
    for capture, outcome in zip(ended, ["http.403", "http.403", "http.404"], strict=True):
        Capture.objects.filter(pk=capture.pk).update(outcome=outcome, finished_at=capture.created_at)
    shown = words_of(client.get(address))
    assert "3 of 3 done" in shown
    assert "Visit refused (403)" in shown
    assert "All are done" in shown


def test_what_is_refused_stands_there_with_its_reason_and_the_rest_is_taken(client, person):
    lines = [GOOD[0], "not a link", "ftp://news.example/x", "http://127.0.0.1/"]
    address = client.post(LOG, {"links": "\n".join(lines)}).url
    take_in()
    shown = words_of(client.get(address))
    for line in lines[1:]:
        assert line in shown
    assert "http and https" in shown
    assert "not public" in shown
    assert Source.objects.count() == 1


def test_when_no_line_can_be_taken_all_stays_in_the_box(client, person):
    lines = "one\ntwo\nthree"
    response = client.post(LOG, {"links": lines})
    assert response.status_code == 422
    assert "No line of this is a link" in words_of(response)
    assert response.context["form"]["links"].value() == lines
    assert not Job.objects.exists()


def test_too_many_are_refused_at_once(client, person, monkeypatch):
    monkeypatch.setattr(bulk, "MOST_LINKS", 2)
    response = client.post(LOG, {"links": "\n".join(GOOD)})
    assert response.status_code == 422
    assert "2 at a time" in words_of(response)


def test_a_link_twice_in_the_list_is_taken_once_and_what_is_held_is_said(client, person):
    held = CaptureFactory(source__submitted_address=GOOD[1], source__address_key="news.example/b").source
    address = client.post(LOG, {"links": "\n".join([GOOD[0], GOOD[0].replace("#top", ""), GOOD[1]])}).url
    take_in()
    assert Source.objects.count() == 2
    shown = words_of(client.get(address))
    assert "Held already" in shown
    assert held.get_absolute_url() in shown
    assert held.captures.count() == 1


def test_a_worker_that_dies_midway_loses_and_doubles_nothing(person, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONE_TURN", 2)
    job = bulk.hand_in_links(lines="\n".join(GOOD), by=person)

    class Died(BaseException):
        pass

    def dies(*_arguments, **_named):
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "go_on", dies)
        with pytest.raises(Died):
            jobs.work("upkeep")
    assert Source.objects.count() == 2, "taken, but not yet written down"
    Job.objects.filter(pk=job.pk).update(lease_until="2022-04-03T00:00Z")
    jobs.work("upkeep", most=1)
    take_in()
    job.refresh_from_db()
    assert (len(job.payload["sources"]), job.payload["held"], job.payload["left"]) == (3, [], [])
    assert Source.objects.count() == 3


def test_the_list_is_read_in_handfuls_and_takes_no_place_from_visits_and_reading(person, monkeypatch):
    monkeypatch.setattr(bulk, "AT_ONE_TURN", 1)
    job = bulk.hand_in_links(lines="\n".join(GOOD), by=person)
    assert job.lane == "upkeep"
    jobs.work("upkeep", most=1)
    bulk.hand_in_links(lines="https://elsewhere.example/", by=analyst())
    assert claim_next("upkeep").requested_by != person, "somebody else's turn"


def test_several_links_in_the_one_line_box_are_moved_to_their_own(client, person):
    response = client.post(LOG, {"address": " ".join(GOOD)})
    assert response.status_code == 422
    assert response.context["form"]["links"].value() == "\n".join(GOOD)
    assert "several links" in words_of(response)


def test_do_not_contact_holds_for_all_of_them(person):
    bulk.hand_in_links(lines="\n".join(GOOD), by=person, visit_policy="do_not_contact")
    take_in()
    assert Source.objects.count() == 3
    assert not Capture.objects.exists()


def test_a_viewer_may_not(client):
    with pytest.raises(NotAllowed):
        bulk.hand_in_links(lines=GOOD[0], by=viewer())
    with pytest.raises(Refused, match="could not see"):
        bulk.hand_in_links(lines=GOOD[0], by=analyst(), tlp="AMBER_STRICT")


def test_a_batch_of_which_one_sees_nothing_is_not_there_and_nobody_else_reads_what_was_refused(client, person):
    address = client.post(LOG, {"links": f"{GOOD[0]}\nsecret words"}).url
    take_in()
    client.force_login(analyst())
    shown = words_of(client.get(address))
    assert "secret words" not in shown
    Source.objects.update(team=TeamFactory())
    assert client.get(address).status_code == 404
    assert client.get(reverse("hand-in-batch", args=[Job.objects.first().pk])).status_code == 404


def test_as_many_questions_for_one_link_as_for_many(client, person, django_assert_max_num_queries):
    address = client.post(LOG, {"links": "\n".join(f"https://news.example/{n}" for n in range(20))}).url
    take_in()
    with django_assert_max_num_queries(12):
        assert json.dumps(words_of(client.get(address)))
