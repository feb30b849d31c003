"""What must stay true of evidence, turns, attributions and alarms, tried by writing straight into the tables."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone
from psycopg.errors import CheckViolation, InsufficientPrivilege

from claims.models import Alarm, QuoteCheck, Rendering
from claims.models.alarm import AlarmKind
from harmtracker.models import Job, LanePause
from sources.models import Capture, Copy, IntegrityRun, Manifest, RenderedPage, Source, TimeStamp, TimeStampLeaf
from tests.factories import (
    CaptureFactory,
    CopyFactory,
    QuoteCheckFactory,
    SourceFactory,
    StatementFactory,
    analyst,
    capture_under_way,
)
from tests.refusals import as_role, in_background, refused_by, refused_with

pytestmark = pytest.mark.django_db
HASH = "a" * 64


def _job(**fields):
    return Job.objects.create(**({"kind": "capture.fetch", "key": "x", "due_at": timezone.now()} | fields))


def _pause(**fields):
    return LanePause.objects.create(
        **({"lane": "fetch", "reason": "The line is down.", "paused_by": analyst()} | fields)
    )


def manifest(capture=None, number=1, previous="", content="{}", **fields):
    capture = capture or CaptureFactory()
    made = {"sha256": hashlib.sha256(content.encode()).hexdigest(), "source": capture.source} | fields
    return Manifest.objects.create(capture=capture, number=number, previous=previous, content=content, **made)


def _second(**fields):
    first = manifest()
    later = CaptureFactory(source=first.source)
    fields = {"number": 2, "previous": first.sha256, "content": '{"second": true}'} | fields
    return manifest(later, **fields)


def _stamp(**fields):
    made = {"root": HASH, "authority": "an authority", "token": b"token", "stamped_at": timezone.now()} | fields
    return TimeStamp.objects.create(**made)


def _leaf_twice():
    stamp, leaf = _stamp(), manifest()
    for _time in range(2):
        TimeStampLeaf.objects.create(stamp=stamp, manifest=leaf)


def _quoted(**fields):
    """A rendering with an attribution, on the text the factories capture."""
    statement = StatementFactory()
    old = statement.renderings.get()
    same = {name: getattr(old, name) for name in (
        "lang", "fidelity", "source", "capture", "exact", "start", "end", "text_sha256", "text")}  # fmt: skip
    return Rendering.objects.create(statement=statement, **(same | fields))


def _alarm(**fields):
    made = {"kind": AlarmKind.QUOTE_EDITED, "for_user": analyst()} | fields
    if not {"statement", "link", "source"} & fields.keys():
        made["statement"] = StatementFactory()
    return Alarm.objects.create(**made)


def _alarm_twice():
    first = _alarm()
    _alarm(statement=first.statement, for_user=first.for_user)


def _run(**fields):
    run = IntegrityRun.objects.create()
    IntegrityRun.objects.filter(pk=run.pk).update(**fields)


def rendered(capture=None, **fields):
    """A rendering that came to nothing, of a capture that is under way."""
    now = timezone.now()
    made = {"end": "too_long", "address": "https://a.example/", "began_at": now, "ended_at": now} | fields
    return RenderedPage.objects.create(capture=capture or capture_under_way(), **made)


BREAKS = [
    ("rendered_page_end_known", lambda: rendered(end="fine")),
    ("rendered_page_in_order", lambda: rendered(ended_at=timezone.now() - timedelta(days=1))),
    ("rendered_page_is_held", lambda: rendered(end="made")),
    ("rendered_page_is_held", lambda: rendered(picture=CaptureFactory().body)),
    ("rendered_page_before_outcome", lambda: rendered(CaptureFactory())),
    ("job_lane_known", lambda: _job(lane="fast")),
    ("job_priority_known", lambda: _job(priority=5)),
    ("lane_pause_lane_known", lambda: _pause(lane="fast")),
    ("lane_pause_has_reason", lambda: _pause(reason="")),
    ("capture_cause_known", lambda: CaptureFactory(cause="whim")),
    ("capture_transport_known", lambda: CaptureFactory(transport="http.999")),
    ("capture_robots_known", lambda: CaptureFactory(robots="maybe")),
    ("capture_wire_hash", lambda: CaptureFactory(wire_sha256="AB")),
    ("capture_agreement_is_share", lambda: CaptureFactory(agreement=1.5)),
    ("copy_score_is_share", lambda: CopyFactory(score=-0.1)),
    ("source_unwatched_with_reason", lambda: SourceFactory(watch=False)),
    ("source_unwatched_with_reason", lambda: SourceFactory(unwatched_reason="It is a museum.")),
    ("manifest_hash_matches", lambda: manifest(sha256=HASH)),
    ("manifest_hash_matches", lambda: manifest(sha256="no hash")),
    ("manifest_of_its_source", lambda: manifest(source=SourceFactory())),
    ("manifest_follows_previous", lambda: _second(previous=HASH)),
    ("manifest_follows_previous", lambda: _second(number=3)),
    ("manifest_follows_previous", lambda: manifest(previous=HASH)),
    ("manifest_has_previous", lambda: manifest(number=0)),
    ("manifest_number_once", lambda: _second(number=1, previous="")),
    ("sources_manifest_sha256_key", lambda: (manifest(), manifest())),
    ("time_stamp_root_is_sha256", lambda: _stamp(root="root")),
    ("time_stamp_leaf_once", _leaf_twice),
    ("integrity_run_in_order", lambda: _run(finished_at=timezone.now() - timedelta(days=1))),
    ("rendering_attribution_whole", lambda: _quoted(attribution_end=1)),
    ("rendering_attribution_whole", lambda: _quoted(attribution_exact="said")),
    ("span_words_are_captured", lambda: _quoted(attribution_start=0, attribution_end=4, attribution_exact="said")),
    ("quote_check_attribution_outcome_known", lambda: QuoteCheckFactory(attribution_outcome="fine")),
    ("alarm_kind_known", lambda: _alarm(kind="fire")),
    ("alarm_once", _alarm_twice),
    ("alarm_is_about_something", lambda: _alarm(statement=None)),
    ("alarm_answered_by_a_person", lambda: _alarm(answer="noted")),
    ("alarm_answered_by_a_person", lambda: _alarm(answered_by=analyst())),
]


@pytest.mark.parametrize(("rule", "breaking"), BREAKS, ids=[f"{rule}-{n}" for n, (rule, _) in enumerate(BREAKS)])
def test_the_database_refuses(rule, breaking):
    with refused_by(rule):
        breaking()


def test_a_manifest_is_named_by_its_hash():
    """The trigger speaks before the constraint does; without it, the constraint holds the form of the name."""
    with as_role("postgres") as server, pytest.raises(CheckViolation) as caught:
        server.execute("SET session_replication_role = replica")
        server.execute(
            "INSERT INTO sources_manifest (capture_id, source_id, number, sha256, previous, content, created_at)"
            " VALUES (gen_random_uuid(), gen_random_uuid(), 1, 'no hash', '', '{}', now())"
        )
    assert caught.value.diag.constraint_name == "manifest_named_by_sha256"


def test_what_the_rules_allow():
    _second()
    _quoted(attribution_start=0, attribution_end=6, attribution_exact="Bodies")
    CopyFactory(score=0.9)
    SourceFactory(watch=False, unwatched_reason="It is a museum.")
    _run(finished_at=timezone.now() + timedelta(seconds=1))


@pytest.mark.parametrize("make", [manifest, _stamp], ids=["manifest", "stamp"])
def test_evidence_only_grows(make):
    row = make()
    with refused_with("permission denied", InsufficientPrivilege):
        type(row).objects.filter(pk=row.pk).update(created_at=timezone.now())
    with refused_with("permission denied", InsufficientPrivilege):
        type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_a_leaf_only_grows():
    leaf = TimeStampLeaf.objects.create(stamp=_stamp(), manifest=manifest())
    with refused_with("permission denied", InsufficientPrivilege):
        TimeStampLeaf.objects.filter(pk=leaf.pk).update(path=[{}])


def test_a_rendering_only_grows():
    row = rendered()
    with refused_with("permission denied", InsufficientPrivilege):
        RenderedPage.objects.filter(pk=row.pk).update(detail="something else")


@pytest.mark.parametrize("row", [IntegrityRun.objects.create, _alarm], ids=["integrity run", "alarm"])
def test_what_was_found_is_never_deleted(row):
    row = row()
    with refused_with("only grows"):
        type(row).objects.filter(pk=row.pk)._raw_delete("default")


def test_a_job_answers_no_alarm_and_stops_no_lane():
    alarm, person = _alarm(), analyst()
    in_background()
    with refused_with("only a person", InsufficientPrivilege):
        Alarm.objects.filter(pk=alarm.pk).update(answer="noted", answered_at=timezone.now(), answered_by=person)
    with refused_with("only a person", InsufficientPrivilege):
        _pause(paused_by=person)


def test_a_job_raises_alarms_and_looks_for_quotations():
    check, person = QuoteCheckFactory(), analyst()
    statement = check.rendering.statement
    in_background()
    assert _alarm(for_user=person, statement=statement, quote_check=check).pk
    assert QuoteCheck.objects.filter(alarms__for_user=person).exists()


def test_the_wire_and_the_cause_of_a_capture_stay():
    sealed = CaptureFactory().body
    capture = capture_under_way(wire=sealed)
    with refused_with("sealed bytes"):
        Capture.objects.filter(pk=capture.pk).update(wire=None)
    with refused_with("how and by whom"):
        Capture.objects.filter(pk=capture.pk).update(cause="bulk")


def test_the_machine_suggests_and_people_decide():
    copy = CopyFactory(suggested_by_machine=True, score=0.8)
    person = analyst()
    in_background()
    with refused_with("only a person decides", InsufficientPrivilege):
        Copy.objects.filter(pk=copy.pk).update(state="confirmed", decided_at=timezone.now(), decided_by=person)
    assert Source.objects.filter(pk=copy.derived_id).update(recheck_step=2)
