"""Visiting again: when, whom, who stops it, and what it takes to call a page gone."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import reverse
from django.utils import timezone

from claims.models import PublishedRecord
from claims.tasks import hasten_visits
from harmtracker import jobs
from harmtracker.errors import NotAllowed, Refused
from harmtracker.models import AuditEvent, Job, Priority
from sources import intake, recheck
from sources.models import Capture, Source
from sources.models.capture import Obtained
from tests.factories import CaptureFactory, StatementFactory, TeamFactory, analyst, capture_under_way, publish, viewer

pytestmark = pytest.mark.django_db
PAGE = "<html lang='en'><title>Report</title><article><h1>Report</h1><p>" + "Nobody answered the telephone. " * 12


class Site:
    """One page at every address, and whatever status a test wants it to have."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.status = 200

    def url(self, path: str) -> str:
        return f"{self.address}/{path}"


@pytest.fixture
def site(settings):
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = PAGE.encode()
            self.send_response(site.status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    pair = f"127.0.0.1:{server.server_port}"
    site = Site(f"http://{pair}")
    settings.FETCH_ALLOWED_LOOPBACK = [pair]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield site
    server.shutdown()
    server.server_close()
    thread.join()


def visited(site, path="article") -> Source:
    """A source whose link was captured once."""
    source = intake.hand_in_link(address=site.url(path), by=analyst()).source
    work()
    return fresh(source)


def work() -> None:
    for lane in ("fetch", "recheck", "parse"):
        while jobs.work(lane):
            pass


def fresh(source) -> Source:
    return Source.objects.get(pk=source.pk)


def come_due(source) -> None:
    Source.objects.filter(pk=source.pk).update(recheck_after=timezone.now() - timedelta(seconds=1))


def again(source) -> Capture:
    """The next visit on the schedule, done."""
    come_due(source)
    assert recheck.visit_due() == 1
    work()
    return source.captures.order_by("-number")[0]


def until(source) -> timedelta:
    return fresh(source).recheck_after - timezone.now()


def nearly(span: timedelta):
    return pytest.approx(span.total_seconds(), abs=60)


def test_the_schedule_runs_from_an_hour_to_a_month(site):
    source = visited(site)
    spans = [until(source)]
    for _visit in range(6):
        capture = again(source)
        spans.append(until(source))
    assert (capture.cause, capture.requested_by) == ("recheck", None)
    assert [span.total_seconds() for span in spans] == [
        nearly(timedelta(**each))
        for each in ({"hours": 1}, {"hours": 6}, {"days": 1}, {"days": 3}, {"days": 7}, {"days": 30}, {"days": 30})
    ]


def test_a_scheduled_visit_waits_in_its_own_lane_behind_people(site):
    source = visited(site)
    come_due(source)
    recheck.visit_due()
    job = Job.objects.get(kind="capture.fetch", state="queued")
    assert (job.lane, job.priority, job.requested_by) == ("recheck", Priority.RECHECK, None)


def test_asking_twice_asks_for_one_visit(site):
    source = visited(site)
    come_due(source)
    assert (recheck.visit_due(), recheck.visit_due()) == (1, 0)
    assert source.captures.count() == 2
    come_due(source)
    assert recheck.visit_due() == 0, "one is under way"


def test_a_persons_own_visit_leaves_the_schedule_where_it_is(site):
    source = visited(site)
    again(source)
    intake.capture_again(source=source, by=analyst())
    work()
    assert until(source).total_seconds() == nearly(timedelta(hours=6))


def test_who_refuses_a_visit_is_visited_all_the_same_and_what_was_never_read_is_not(site):
    source = visited(site)
    site.status = 403
    assert again(source).outcome == "http.403"
    assert until(source).total_seconds() == nearly(timedelta(hours=6))
    assert visited(site, "never").recheck_after is None


def test_what_was_handed_over_is_not_visited():
    source = intake.hand_in_text(text="Nobody was harmed.", by=analyst()).source
    work()
    assert source.captures.get().outcome == "ok"
    assert fresh(source).recheck_after is None


@pytest.mark.parametrize("columns", [{"visit_policy": "do_not_contact"}, {"watch": False, "unwatched_reason": "x"}])
def test_a_site_left_alone_is_left_alone(site, columns):
    source = visited(site)
    Source.objects.filter(pk=source.pk).update(**columns)
    come_due(source)
    assert recheck.visit_due() == 0


def test_one_sweep_asks_for_so_many_and_the_longest_overdue_first(monkeypatch):
    monkeypatch.setattr(recheck, "MOST_AT_ONCE", 2)
    now = timezone.now()
    overdue = [CaptureFactory(source__recheck_after=now - timedelta(hours=hours)).source for hours in (1, 3, 2)]
    assert recheck.visit_due() == 2
    asked = set(Capture.objects.filter(outcome="").values_list("source", flat=True))
    assert asked == {overdue[1].pk, overdue[2].pk}


def test_an_attempt_nobody_works_on_any_more_is_closed_and_the_page_visited_again(site):
    source = visited(site)
    stuck = capture_under_way(source=source, number=2, obtained=Obtained.FETCHED)
    Job.objects.create(kind="capture.fetch", key=str(stuck.pk), state="dead", due_at=timezone.now())
    assert again(source).outcome == "ok"
    stuck.refresh_from_db()
    assert stuck.outcome == "worker.lost"


def test_one_in_quarantine_waits_for_a_person(site):
    source = visited(site)
    stuck = capture_under_way(source=source, number=2, obtained=Obtained.FETCHED)
    Job.objects.create(kind="capture.fetch", key=str(stuck.pk), state="quarantined", due_at=timezone.now())
    come_due(source)
    assert recheck.visit_due() == 0
    assert until(source).total_seconds() == nearly(timedelta(days=1))


class TestGone:
    def held(self, site, *missing_hours_ago) -> Source:
        """Read three days ago; since then the site said 404 at these times."""
        now = timezone.now()
        address = site.url("report")
        source = CaptureFactory(
            source__submitted_address=address, source__recheck_after=now, finished_at=now - timedelta(days=3)
        ).source
        for hours in missing_hours_ago:
            CaptureFactory(source=source, outcome="http.404", body=None, text="", walker_version=None,
                           finished_at=now - timedelta(hours=hours))  # fmt: skip
        site.status = 404
        return source

    def test_three_answers_over_a_day_make_a_page_gone_and_one_page_brings_it_back(self, site):
        source = self.held(site, 30, 20)
        assert again(source).outcome == "http.404"
        since = fresh(source).gone_at
        assert timezone.now() - since > timedelta(hours=29)
        site.status = 200
        again(source)
        assert fresh(source).gone_at is None
        told = AuditEvent.objects.filter(verb__in=["source.gone", "source.back"]).order_by("sequence")
        assert [(event.verb, event.changes["gone_at"]) for event in told] == [
            ("source.gone", [None, since.isoformat()]),
            ("source.back", [since.isoformat(), None]),
        ]

    @pytest.mark.parametrize("hours_ago", [(30,), (20, 10)])
    def test_fewer_or_within_a_day_do_not(self, site, hours_ago):
        source = self.held(site, *hours_ago)
        again(source)
        assert fresh(source).gone_at is None


class TestReleased:
    def test_what_partners_rely_on_is_visited_daily_and_after_a_month_weekly(self, site):
        source = visited(site)
        statement = StatementFactory(capture=CaptureFactory(source=source), workflow="approved")
        publish(statement)
        far = timezone.now() + timedelta(days=30)
        Source.objects.filter(pk=source.pk).update(recheck_after=far)
        hasten_visits(Job())
        assert until(source).total_seconds() == nearly(timedelta(days=1))
        Source.objects.filter(pk=source.pk).update(recheck_after=far)
        recheck.hasten([(source.pk, timezone.now() - timedelta(days=31))])
        assert until(source).total_seconds() == nearly(timedelta(days=7))

    def test_a_visit_that_comes_sooner_stays(self, site):
        source = visited(site)
        publish(StatementFactory(capture=CaptureFactory(source=source), workflow="approved"))
        hasten_visits(Job())
        assert until(source).total_seconds() == nearly(timedelta(hours=1))

    def test_what_is_not_released_is_not_hastened(self, site):
        source = visited(site)
        StatementFactory(capture=CaptureFactory(source=source), workflow="approved")
        assert not PublishedRecord.objects.exists()
        Source.objects.filter(pk=source.pk).update(recheck_after=timezone.now() + timedelta(days=30))
        hasten_visits(Job())
        assert until(source) > timedelta(days=29)


class TestWatching:
    def test_a_person_stops_it_for_a_reason_and_lets_it_go_on(self):
        person, source = analyst(), CaptureFactory().source
        version = source.version
        with pytest.raises(Refused, match="why"):
            recheck.watch_source(source=source, watch=False, reason=" ", by=person)
        recheck.watch_source(source=source, watch=False, reason="They watch who visits", by=person)
        assert (source.watch, source.unwatched_reason) == (False, "They watch who visits")
        recheck.watch_source(source=source, watch=True, reason="", by=person)
        recheck.watch_source(source=source, watch=True, reason="", by=person)
        assert (fresh(source).watch, fresh(source).unwatched_reason, fresh(source).version) == (True, "", version)
        verbs = AuditEvent.objects.filter(subject_ref=source.ref).order_by("sequence").values_list("verb", "reason")
        assert list(verbs) == [("source.unwatched", "They watch who visits"), ("source.watched", "")]

    def test_a_viewer_may_not(self):
        with pytest.raises(NotAllowed):
            recheck.watch_source(source=CaptureFactory().source, watch=False, reason="x", by=viewer())

    def test_by_the_button(self, client):
        source = CaptureFactory().source
        client.force_login(analyst())
        address = reverse("source-watch", args=[source.ref])
        assert client.post(address, {"watch": "no", "reason": "Asked by the reporter"}).status_code == 302
        assert fresh(source).watch is False
        told = client.post(address, {"watch": "no"}, follow=True)
        assert "Say why" not in told.content.decode(), "it is so already"
        client.post(address, {"watch": "yes"})
        assert fresh(source).watch is True
        assert "Say why" in client.post(address, {"watch": "no"}, follow=True).content.decode()

    def test_what_one_may_not_see_is_not_there(self, client):
        hidden = CaptureFactory(source__team=TeamFactory()).source
        client.force_login(analyst())
        assert client.post(reverse("source-watch", args=[hidden.ref]), {"watch": "no"}).status_code == 404
