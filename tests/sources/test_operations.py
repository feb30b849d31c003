"""Is it well? What the page counts, whom it shows what, and the acts that mend something."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from harmtracker import jobs, turns
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, Job, LanePause
from sources import operations
from sources.models import Capture, IntegrityRun
from sources.tasks import verify
from tests.factories import CaptureFactory, TeamFactory, admin, analyst, editor, viewer

pytestmark = pytest.mark.django_db
PAGE = "/operations/"


def failed(outcome="http.403", **fields) -> Capture:
    return CaptureFactory(**({"outcome": outcome, "body": None, "text": "", "walker_version": None} | fields))


def job_for(capture: Capture, **fields) -> Job:
    told = {"kind": "capture.fetch", "key": str(capture.pk), "due_at": timezone.now(), "finished_at": timezone.now()}
    return Job.objects.create(**(told | fields))


def page(client, person):
    client.force_login(person)
    response = client.get(PAGE)
    assert response.status_code == 200
    return response


def words_of(response) -> str:
    return response.content.decode()


class TestCounting:
    def test_lanes_say_how_much_waits_and_since_when(self):
        for _each in range(2):
            job_for(failed(), state="queued", due_at=timezone.now() - timedelta(minutes=5))
        job_for(failed(), state="running", lease_until=timezone.now() + timedelta(minutes=1))
        jobs.enqueue("recheck.sweep", "slot")
        found = {state.lane: state for state in operations.lanes(analyst())}
        assert (found["fetch"].queued, found["fetch"].running, found["upkeep"].queued) == (2, 1, 1)
        assert timezone.now() - found["fetch"].oldest > timedelta(minutes=4)
        assert found["parse"].oldest is None

    def test_failures_of_the_last_week_by_cause_and_by_host(self):
        for host in ("a.example", "a.example", "b.example"):
            failed(source__host=host)
        failed("http.404", source__host="b.example")
        failed("http.404", finished_at=timezone.now() - timedelta(days=8))
        CaptureFactory()
        person = analyst()
        assert [(each.code, each.count, each.of) for each in operations.failures_by_cause(person)] == [
            ("http.403", 3, 3),
            ("http.404", 1, 3),
        ]
        assert [(each.code, each.count, each.sources) for each in operations.failures_by_host(person)] == [
            ("a.example", 2, 2),
            ("b.example", 2, 2),
        ]

    def test_what_the_reader_may_not_see_is_in_no_number_and_no_list(self, client):
        team = TeamFactory()
        hidden = failed("http.451", source__team=team, source__host="hidden.example", source__title="Hidden title")
        job_for(hidden, state="dead", last_error="Hidden words")
        job_for(failed(source__team=team), state="queued")
        turns.hold_host("hidden.example", timedelta(hours=1), "http.429")
        outsider, insider = analyst(), analyst(teams=[team])
        bare = words_of(page(client, outsider)).lower()
        assert "hidden title" not in bare
        assert "hidden.example" not in bare
        assert "hidden words" not in bare
        assert operations.failures_by_cause(outsider) == []
        assert all(state.queued == 0 for state in operations.lanes(outsider))
        shown = words_of(page(client, insider))
        assert "Hidden title" in shown
        assert "hidden.example" in shown

    def test_as_many_questions_for_one_row_as_for_many(self, client, django_assert_max_num_queries):
        person = editor()
        client.force_login(person)
        for _each in range(12):
            job_for(failed(), state="dead")
            job_for(failed(), state="quarantined", deaths=2)
        with django_assert_max_num_queries(14):
            client.get(PAGE)

    def test_bare_as_on_the_first_day(self, client):
        shown = words_of(page(client, admin()))
        assert "No capture failed" in shown
        assert "Never checked yet" in shown

    def test_a_viewer_has_no_business_here(self, client):
        client.force_login(viewer())
        assert client.get(PAGE).status_code == 403
        assert "Operations" not in words_of(client.get("/account/"))


class TestMending:
    def test_one_given_up_is_tried_again(self, client):
        job = job_for(failed(), state="dead", attempts=3, last_error="worker.lost")
        assert "The work was interrupted" in words_of(page(client, editor()))
        client.post(reverse("operations-retry", args=[job.pk]))
        job.refresh_from_db()
        assert (job.state, job.attempts) == ("queued", 0)

    def test_quarantine_is_left_through_the_same_door_and_it_is_recorded(self, client):
        job = job_for(failed(), state="quarantined", deaths=2)
        assert "only a person lets it out" in words_of(page(client, editor()))
        client.post(reverse("operations-retry", args=[job.pk]))
        job.refresh_from_db()
        assert (job.state, job.deaths) == ("queued", 0)
        assert AuditEvent.objects.filter(verb="job.released").exists()

    def test_all_given_up_are_tried_again_behind_people_but_not_what_is_hidden_or_in_quarantine(self, client):
        seen = job_for(failed(), state="dead")
        hidden = job_for(failed(source__team=TeamFactory()), state="dead")
        kept = job_for(failed(), state="quarantined", deaths=2)
        client.force_login(editor())
        assert "One is tried again" in words_of(client.post(reverse("operations-retry-all"), follow=True))
        states = {job.pk: job.state for job in Job.objects.all()}
        assert (states[seen.pk], states[hidden.pk], states[kept.pk]) == ("queued", "dead", "quarantined")
        assert Job.objects.get(pk=seen.pk).priority == 20

    def test_all_that_failed_in_one_way_are_visited_again(self, client):
        asked = [failed().source for _each in range(2)]
        failed("http.404")
        late = failed().source
        CaptureFactory(source=late)  # it has come through since
        failed(source__visit_policy="do_not_contact")
        client.force_login(editor())
        told = client.post(reverse("operations-retry-all"), {"outcome": "http.403"}, follow=True)
        assert "2 are tried again" in words_of(told)
        under_way = Capture.objects.filter(outcome="")
        assert {capture.source_id for capture in under_way} == {source.pk for source in asked}
        assert set(under_way.values_list("cause", flat=True)) == {"bulk"}

    @pytest.mark.parametrize("outcome", ["ok", "no.such"])
    def test_only_failures_are_tried_again(self, outcome):
        with pytest.raises(Refused, match="how the captures failed"):
            operations.capture_all_again(outcome=outcome, by=editor())

    def test_an_analyst_reads_and_changes_nothing(self, client):
        person = analyst()
        job = job_for(failed(), state="dead")
        assert "Retry" not in words_of(page(client, person))
        assert client.post(reverse("operations-retry", args=[job.pk])).status_code == 403
        for act in (
            lambda: operations.retry_given_up(job=job, by=person),
            lambda: operations.retry_all_given_up(by=person),
            lambda: operations.capture_all_again(outcome="http.403", by=person),
            lambda: operations.ask_for_check(by=person),
            lambda: turns.pause_lane(lane="fetch", reason="x", by=person),
            lambda: turns.resume_lane(lane="fetch", by=person),
        ):
            with pytest.raises(NotAllowed):
                act()


class TestPausing:
    def test_for_a_reason_seen_by_everyone_until_somebody_resumes(self, client):
        keeper = admin(name="Ruth Adeyemi")
        client.force_login(keeper)
        address = reverse("operations-lane", args=["recheck"])
        assert "Say why" in words_of(client.post(address, {"act": "pause", "reason": " "}, follow=True))
        client.post(address, {"act": "pause", "reason": "The line is down"})
        client.post(address, {"act": "pause", "reason": "Another reason"})
        assert LanePause.objects.get().reason == "The line is down"
        shown = words_of(page(client, analyst()))
        assert "paused by Ruth Adeyemi" in shown
        assert "The line is down" in shown
        client.force_login(keeper)
        client.post(address, {"act": "resume"})
        client.post(address, {"act": "resume"})
        assert not LanePause.objects.exists()
        told = AuditEvent.objects.filter(verb__startswith="lane.").order_by("sequence").values_list("verb", "reason")
        assert list(told) == [("lane.paused", "The line is down"), ("lane.resumed", "")]

    def test_there_are_no_other_lanes(self, client):
        client.force_login(admin())
        assert client.post(reverse("operations-lane", args=["fast"]), {"reason": "x"}).status_code == 404


class TestChecks:
    def test_one_can_be_asked_for_and_its_result_stands_on_the_page(self, client):
        keeper = admin()
        client.force_login(keeper)
        for _twice in range(2):
            client.post(reverse("operations-check"))
        verify(Job.objects.get(kind="evidence.verify"))
        assert IntegrityRun.objects.get().asked_by == keeper
        assert "Nothing is wrong" in words_of(page(client, keeper))

    def test_problems_are_named(self, client):
        IntegrityRun.objects.create(
            finished_at=timezone.now() + timedelta(seconds=1),
            problem_count=1,
            problems=[{"what": "blob.gone", "which": "ab12", "why": "The file is not there."}],
        )
        shown = words_of(page(client, admin()))
        assert "one problem" in shown
        assert "The file is not there." in shown
