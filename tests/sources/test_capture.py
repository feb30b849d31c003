"""From what was handed in to a stored outcome: sealed before it is read, stored once, lost never."""

import gzip
import hashlib
import json
from datetime import timedelta

import pytest
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from harmtracker import jobs
from harmtracker.models import AuditEvent, Job, JobStep
from sources import intake
from sources.capture import seal, storing, visiting
from sources.capture.outcomes import Outcome
from sources.models import Capture, Source, SourceTraits
from sources.models.source import VisitPolicy
from sources.progress import progress_of
from tests.factories import analyst
from tests.hostile import ARTICLE, empty_pdf

pytestmark = pytest.mark.django_db


def job_of(capture: Capture, kind: str = "capture.fetch") -> Job:
    return Job.objects.get(kind=kind, key=str(capture.pk))


def run(capture: Capture) -> Capture:
    """What the workers do when the relay wakes them: visit, then read."""
    jobs.work("fetch")
    jobs.work("parse")
    return Capture.objects.select_related("source").get(pk=capture.pk)


def link(site, path: str) -> Capture:
    handed_in = intake.hand_in_link(address=site.url(path), by=analyst())
    assert handed_in.capture
    return handed_in.capture


def test_a_link_becomes_sealed_bytes_and_text_to_quote(site):
    capture = run(link(site, "article"))
    assert capture.outcome == Outcome.OK
    assert capture.finished_at
    assert seal.read_blob(capture.body_id) == ARTICLE.encode()
    assert "The pictures were \N{GRINNING FACE} arranged." in capture.text
    assert capture.text_sha256 == hashlib.sha256(capture.text.encode()).hexdigest()
    assert capture.hops[0]["connected"] == "127.0.0.1"
    assert capture.links[-1]["href"] == site.url("post")
    assert job_of(capture).state == Job.State.DONE


def test_the_page_can_say_where_the_work_is(site):
    capture = run(link(site, "article"))
    done = JobStep.objects.filter(job__key=str(capture.pk), job__kind__startswith="capture.").order_by("at", "id")
    assert [step.name for step in done] == ["fetching", "sealing", "reading", "judging", "ready"]


def test_what_came_over_the_wire_and_how_the_visit_went_is_on_record(site):
    capture = run(link(site, "article"))
    assert (capture.transport, capture.robots, capture.cause) == ("ok", "allowed", "person")
    assert (capture.wire_sha256, capture.wire_length) == (capture.body_id, len(ARTICLE.encode()))
    assert capture.wire is None, "nothing was packed, so the body is what came"
    assert capture.manifest.number == 1


def test_bytes_that_came_packed_are_kept_as_they_came(site):
    capture = run(link(site, "packed"))
    assert capture.outcome == Outcome.OK
    assert capture.wire_id == capture.wire_sha256 != capture.body_id
    assert gzip.decompress(seal.read_blob(capture.wire_id)) == seal.read_blob(capture.body_id)


def test_what_the_page_says_of_itself_fills_an_empty_source(site):
    source = run(link(site, "article")).source
    assert (source.title, source.lang, source.published) == ("Ministry denies", "en", "2022-04-04")
    assert source.published_from == "opengraph"
    assert source.published_start < source.published_end


def test_a_persons_word_is_never_replaced(site):
    capture = link(site, "article")
    Source.objects.filter(pk=capture.source_id).update(title="My own title", published="2022-04")
    source = run(capture).source
    assert (source.title, source.published, source.published_from) == ("My own title", "2022-04", "")


def test_claims_are_told_in_the_same_transaction(site):
    capture = run(link(site, "article"))
    follow = Job.objects.filter(key=str(capture.pk), lane="claims", state="queued")
    assert set(follow.values_list("kind", flat=True)) == {"capture.sealed", "capture.compared"}
    assert AuditEvent.objects.filter(verb="capture.finished").count() == 1


def test_what_follows_a_capture_is_done_by_jobs_as_well(site):
    capture = run(link(site, "article"))
    while jobs.work("claims"):
        pass
    assert not Job.objects.exclude(state="done").exists()
    assert SourceTraits.objects.get().capture == capture


def test_what_is_no_capture_is_compared_with_nothing(site):
    run(link(site, "missing"))
    assert not Job.objects.filter(kind="capture.compared").exists()


def test_a_task_may_run_twice(site):
    capture = run(link(site, "article"))
    Job.objects.filter(pk=job_of(capture).pk).update(state="queued", finished_at=None)
    again = run(capture)
    assert again.finished_at == capture.finished_at
    assert site.asked == ["/article"]
    assert Job.objects.filter(kind="capture.sealed").count() == 1


@pytest.mark.parametrize(
    ("path", "outcome"),
    [
        ("missing", "http.404"),
        ("forbidden", "http.403"),
        ("challenge", "verdict.challenge"),
        ("loop", "redirect.loop"),
        ("inward", "ssrf.blocked"),
        ("large", "size.header"),
        ("bomb", "ratio"),
        ("picture", "type.mismatch"),
        ("pdf", "verdict.empty"),
        ("silent", "tcp.reset"),
        ("not-http", "http.broken"),
        ("nothing", "verdict.empty"),
        ("drip", "time.total"),
        ("drip-headers", "time.total"),
    ],
)
def test_every_failure_is_stored_by_name_and_quotes_nothing(site, settings, path, outcome):
    if path.startswith("drip"):
        settings.FETCH_DEADLINE_SECONDS = 1.5
    capture = run(link(site, path))
    assert capture.outcome == outcome
    assert capture.text == ""
    assert job_of(capture).state == Job.State.DONE
    assert capture.source.title == ""


def test_the_bytes_of_a_failure_are_evidence_too(site):
    capture = run(link(site, "challenge"))
    assert b"Just a moment" in seal.read_blob(capture.body_id)


def test_half_a_page_is_captured_in_part(site):
    capture = run(link(site, "lying-length"))
    assert (capture.outcome, capture.outcome_detail) == ("ok.partial", "body.truncated")
    assert "nobody was harmed" in capture.text


def test_a_page_in_the_wrong_charset_is_read(site):
    assert run(link(site, "wrong-charset")).text == "Никто не пострадал."


def test_nought_and_controls_reach_the_database_as_text_or_not_at_all(site):
    capture = run(link(site, "controls"))
    assert capture.outcome == Outcome.OK
    assert "\0" not in capture.text + capture.title
    assert [flag["flag"] for flag in capture.flags if flag["flag"] != "node"] == ["bidi", "bidi"]


def test_a_header_the_database_cannot_hold_is_no_obstacle(site):
    capture = run(link(site, "odd-header"))
    assert capture.outcome == Outcome.OK
    assert ["X-Odd", "ab\xff"] in capture.hops[0]["headers"]


def test_a_failing_site_is_tried_three_times_and_then_stored(site):
    capture = link(site, "broken")
    for attempt in (1, 2):
        assert run(capture).outcome == ""
        job = job_of(capture)
        assert (job.state, job.attempts) == (Job.State.QUEUED, attempt)
        assert job.due_at < timezone.now() + timedelta(seconds=30)
        assert "Retry later" in job.last_error
        assert capture.body_id is None
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now() - timedelta(seconds=1))
    assert run(capture).outcome == Outcome.HTTP_5XX
    assert len(site.asked) == 3
    assert job_of(capture).state == Job.State.DONE


def test_a_worker_that_died_after_sealing_does_not_visit_again(site, monkeypatch):
    capture = link(site, "article")

    def dies(*_arguments, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(storing, "extract", dies)
        with pytest.raises(KeyboardInterrupt):
            run(capture)
    held = Capture.objects.get(pk=capture.pk)
    assert seal.read_blob(held.body_id) == ARTICLE.encode(), "sealed before it is read"
    assert held.outcome == ""
    Job.objects.filter(pk=job_of(capture, "capture.read").pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert run(capture).outcome == Outcome.OK
    assert job_of(capture, "capture.read").deaths == 1
    assert site.asked == ["/article"]


def come_round(capture: Capture) -> Capture:
    """The wait is over: its next attempt."""
    Job.objects.filter(key=str(capture.pk), state="queued").update(due_at=timezone.now() - timedelta(seconds=1))
    return run(capture)


def test_a_site_that_asks_to_be_left_alone_is_until_then_and_the_page_says_when(site):
    capture = run(link(site, "slow-down"))
    job = job_of(capture)
    assert (capture.outcome, job.state) == ("", Job.State.QUEUED)
    assert timedelta(seconds=60) < job.due_at - timezone.now() <= timedelta(seconds=160)
    assert "to be tried again at" in progress_of(capture, analyst()).line
    assert come_round(capture).outcome == ""
    assert come_round(capture).outcome == "http.429"
    assert len(site.asked) == 3


def test_a_full_store_is_tried_again_in_an_hour_and_then_named(site, monkeypatch):
    def full(_body):
        raise seal.StoreFull

    capture = link(site, "article")
    monkeypatch.setattr(visiting, "seal", full)
    assert run(capture).outcome == ""
    assert timedelta(minutes=59) < job_of(capture).due_at - timezone.now()
    Job.objects.update(attempts=2)
    assert come_round(capture).outcome == Outcome.STORE_FULL


def test_a_site_not_to_be_contacted_is_not_contacted(site):
    capture = link(site, "article")
    Source.objects.filter(pk=capture.source_id).update(visit_policy=VisitPolicy.DO_NOT_CONTACT)
    assert run(capture).outcome == ""
    assert site.asked == []
    assert job_of(capture).state == Job.State.DEAD
    assert "not to be contacted" in job_of(capture).last_error


def test_pasted_text_goes_the_same_way_without_a_visit(site):
    handed_in = intake.hand_in_text(text="Никто\0 не \u202eпострадал\u202c, 😀 сказано.", by=analyst())
    capture = run(handed_in.capture)
    assert capture.outcome == Outcome.OK
    assert capture.text == "Никто не \u202eпострадал\u202c, 😀 сказано."
    assert "removed:U+0000" in json.dumps(capture.flags)
    assert site.asked == []


@pytest.mark.parametrize(
    ("name", "body", "media_type", "outcome"),
    [
        ("page.html", ARTICLE.encode(), "text/html", "ok"),
        ("note.txt", "Ніхто не постраждав.".encode("windows-1251"), "text/plain", "ok"),
        ("note.txt", b"Nobody was harmed.", "application/octet-stream", "ok"),
        ("scan.pdf", empty_pdf(), "application/pdf", "verdict.empty"),
        ("scan.pdf", b"no pdf", "application/pdf", "type.mismatch"),
    ],
)
def test_an_uploaded_file_goes_the_same_way(name, body, media_type, outcome):
    handed_in = intake.hand_in_file(name=name, body=body, media_type=media_type, by=analyst())
    capture = run(handed_in.capture)
    assert capture.outcome == outcome
    assert bool(capture.text) == (outcome == "ok")


def test_an_upload_into_a_source_knows_where_its_links_start(site):
    source = link(site, "forbidden").source
    page = b"<p>See <a href='post'>the post</a> and <a href='//other.example/x'>another</a>."
    handed_in = intake.hand_in_file(name="page.html", body=page, media_type="text/html", by=analyst(), into=source)
    capture = run(handed_in.capture)
    assert [found["href"] for found in capture.links] == [site.url("post"), "http://other.example/x"]


def test_damaged_evidence_is_not_read_as_if_whole():
    handed_in = intake.hand_in_text(text="Nobody was harmed.", by=analyst())
    path = seal.path_of(handed_in.capture.body_id)
    path.chmod(0o600)
    path.write_bytes(b"Everybody was harmed.")
    capture = run(handed_in.capture)
    assert (capture.outcome, capture.text) == ("store.hash_mismatch", "")


@pytest.mark.django_db(transaction=True)
def test_bytes_and_hash_are_committed_before_anything_is_parsed(site, monkeypatch):
    """Another connection sees the sealed body while the reader runs."""
    import psycopg

    from tests.conftest import superuser

    seen: list[object] = []
    with atomic():  # a worker of another test that is still there shall not take these jobs
        capture = link(site, "article")
        job = taken(capture, "capture.fetch")
    with atomic():
        visiting.visit(job)
        job = taken(capture, "capture.read")

    def look(*_arguments, **_named):
        with superuser(connection.settings_dict["NAME"]) as other:
            assert isinstance(other, psycopg.Connection)
            row = other.execute("SELECT body_id, outcome FROM sources_capture WHERE id = %s", [capture.pk]).fetchone()
            seen.append(row)
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "extract", look)
    with pytest.raises(KeyboardInterrupt):
        storing.read(job)
    assert seen == [(hashlib.sha256(ARTICLE.encode()).hexdigest(), "")]
    Job.objects.update(state="dead", lease_until=None)  # so that emptying the tables need not wait for it


def taken(capture: Capture, kind: str) -> Job:
    job = job_of(capture, kind)
    Job.objects.filter(pk=job.pk).update(state="running", lease_until=timezone.now() + timedelta(minutes=5))
    return job
