"""What a capture's page says while the capture waits, runs, or was given up."""

from datetime import timedelta

import pytest
from django.utils import timezone

from harmtracker import jobs, turns
from harmtracker.models import Job, LanePause
from sources import intake
from sources.models import Capture, Source
from sources.progress import progress_of
from tests.factories import TeamFactory, admin, analyst

pytestmark = pytest.mark.django_db


def handed_in(address="https://news.example/a", **fields):
    return intake.hand_in_link(address=address, **({"by": analyst()} | fields)).capture


def job_of(capture, **columns) -> Job:
    found = Job.objects.filter(kind="capture.fetch", key=str(capture.pk))
    if columns:
        found.update(**columns)
    return found.get()


def line_of(capture) -> str:
    return progress_of(capture, analyst()).line


def test_next_in_turn():
    assert line_of(handed_in()) == "1 of 6 · Queued · waiting for its turn"


def test_how_many_are_ahead():
    person = analyst()
    for number in range(3):
        handed_in(f"https://news.example/{number}", by=person)
    last = handed_in("https://news.example/x", by=person)
    assert line_of(last).endswith("waiting, 3 you may see are ahead of it")
    Source.objects.filter(captures__in=Capture.objects.exclude(pk=last.pk)).update(team=TeamFactory())
    assert line_of(last).endswith("waiting for its turn"), "not how many there are that one may not see"


def test_until_when_a_failed_attempt_waits():
    capture = handed_in()
    due = timezone.now() + timedelta(days=2)
    job_of(capture, due_at=due)
    assert f"to be tried again at {due:%-d %b %H:%M} UTC" in line_of(capture)


def test_that_the_site_asked_us_to_wait():
    capture = handed_in()
    turns.hold_host("news.example", timedelta(minutes=10), "http.429")
    assert "the site asked us to wait until" in line_of(capture)


def test_who_paused_it_and_why():
    capture = handed_in()
    LanePause.objects.create(lane="fetch", reason="The line is down", paused_by=admin(name="Ruth Adeyemi"))
    assert line_of(capture).endswith("“Visits” is paused by Ruth Adeyemi: The line is down")


def test_how_much_has_come_and_since_when():
    capture = handed_in()
    job = turns.claim_next("fetch")
    jobs.step(job, "fetching", "news.example")
    jobs.step(job, "fetching", "1400000")
    Job.objects.update(started_at=timezone.now() - timedelta(seconds=12))
    assert line_of(capture) == "2 of 6 · Fetching 1.4 MB · for 12 s"
    assert job.steps.count() == 2


def test_reading_counts_on_where_the_visit_ended():
    capture = handed_in()
    jobs.step(turns.claim_next("fetch"), "sealing", "500")
    reading = jobs.enqueue("capture.read", str(capture.pk))
    assert line_of(capture).startswith("3 of 6 · Sealing 500 bytes · waiting for its turn")
    assert turns.claim_next("parse") == reading
    jobs.step(reading, "reading")
    assert line_of(capture).startswith("4 of 6 · Reading")


def test_what_was_pasted_needs_no_visit():
    capture = intake.hand_in_text(text="Nobody was harmed.", by=analyst()).capture
    assert line_of(capture).startswith("1 of 4 · Queued")


def test_given_up_and_quarantine_have_their_own_words(client):
    person = analyst()
    capture = handed_in(by=person)
    client.force_login(person)
    job_of(capture, state="dead", last_error="worker.lost")
    assert "given up" in progress_of(capture, analyst()).sentence
    job_of(capture, state="quarantined", deaths=2)
    told = progress_of(capture, analyst())
    assert told.is_dead
    assert "ended two workers" in told.sentence
    assert "ended two workers" in client.get(capture.source.get_absolute_url()).content.decode()


def test_a_page_that_kills_workers_is_let_out_by_whom_the_rules_name_only(client):
    capture = handed_in()
    job_of(capture, state="quarantined", deaths=2)
    client.force_login(analyst())
    told = client.post(f"/sources/{capture.source.ref}/again/", follow=True).content.decode()
    assert "Your role does not include this" in told
    assert job_of(capture).state == "quarantined"
    assert capture.source.captures.count() == 1


@pytest.mark.parametrize(("spares", "host"), [(False, ""), (True, "127.0.0.1:8001")])
def test_pairs_of_this_machine_take_turns_only_where_a_setting_says_so(settings, spares, host):
    settings.FETCH_ALLOWED_LOOPBACK = ["127.0.0.1:8001"]
    settings.FETCH_SPARES_LOOPBACK = spares
    assert job_of(handed_in("http://127.0.0.1:8001/a")).host == host


def test_any_other_host_takes_turns():
    assert job_of(handed_in("https://News.Example:443/a")).host == "news.example"
