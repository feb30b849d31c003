"""A worker that makes or destroys files of dumps may be killed at any moment: nothing is half given out, or left."""

import itertools
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from claims.api import dumps
from claims.api.bulk import kept
from claims.api.dumps import make_dumps, mend
from claims.models import Dump, DumpSegment
from claims.release.make import withdraw_release
from harmtracker import jobs
from sources.evidence.blobs import holds
from sources.evidence.verifying import run_check, strays
from tests.api.conftest import released_statement
from tests.api.test_exports import fetched, rows_of, segments
from tests.factories import editor

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]


@pytest.fixture
def bulk(calling):
    return calling("AMBER", "bulk:read")


class Killed(BaseException):
    """The worker is no more, in the middle of what it did."""


@pytest.fixture
def killed_at(monkeypatch):
    """The worker is killed ``before`` or ``after`` the ``number``-th time it does this to bytes."""

    def arrange(module, name, when, number):
        does, times = getattr(module, name), itertools.count(1)

        def dying(what):
            if (time := next(times)) == number and when == "before":
                raise Killed
            does(what)
            if time == number:
                raise Killed

        monkeypatch.setattr(module, name, dying)

    return arrange


def amiss():
    """What the daily check says of files of dumps, and bytes that are on no record."""
    ours = set(DumpSegment.objects.values_list("blob_id", flat=True))
    return [each for each in run_check().problems if each["which"] in ours] + list(strays())


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_while_it_makes_a_dump_leaves_nothing_that_is_given_out(bulk, killed_at, when):
    released_statement(kind="testimony")
    killed_at(dumps, "seal_file", when, 4)
    with pytest.raises(Killed):
        make_dumps()
    assert bulk.read("exports/")["dumps"] == []
    begun = DumpSegment.objects.latest("made_at")
    assert bulk.get(f"exports/{begun.dump_id}/{begun.pk}/").status_code == 410
    make_dumps()
    assert [each["id"] for each in bulk.read("exports/")["dumps"]] == [str(Dump.objects.get(retired_at=None).pk)]
    assert amiss() == []


@pytest.fixture
def half_made(bulk, monkeypatch):
    """A dump of two statements, a file for each; the worker was killed when those of the first were ready."""
    monkeypatch.setattr(dumps, "SEGMENT", 1)
    monkeypatch.setattr("claims.api.ready.FIRST", 1)
    for _each in range(2):
        released_statement(kind="testimony")
    seal = dumps.seal_file

    def dying(body):
        seal(body)
        if DumpSegment.objects.filter(ready_at__isnull=False).exists():
            raise Killed

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr(dumps, "seal_file", dying)
        make_dumps()
    return Dump.objects.get()


def test_whoever_comes_next_goes_on_behind_the_last_file_that_is_ready(bulk, half_made):
    ready = {str(each.pk) for each in half_made.segments.filter(ready_at__isnull=False)}
    make_dumps()
    (dump,) = bulk.read("exports/")["dumps"]
    assert dump["id"] == str(half_made.pk)
    assert ready < {each["id"] for each in dump["segments"]}
    written = [record for each in segments(bulk, "statements") for record in fetched(bulk, each)]
    assert written == bulk.read("statements/")["results"]
    assert [each["id"] for each in rows_of(bulk, "package")] == [each["id"] for each in written]
    assert amiss() == []


def test_what_was_begun_long_ago_is_begun_anew(bulk, half_made):
    Dump.objects.update(made_at=timezone.now() - dumps.GONE_ON_WITH - timedelta(minutes=1))
    make_dumps()
    assert half_made.pk not in [each["id"] for each in bulk.read("exports/")["dumps"]]
    assert amiss() == []


def test_two_workers_never_make_a_dump_of_one_ceiling_at_a_time(bulk):
    released_statement(kind="testimony")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s, hashtext('AMBER'))", [dumps.LOCK])
        make_dumps()
        assert not Dump.objects.exists()
    finally:
        other.close()
    make_dumps()
    assert len(bulk.read("exports/")["dumps"]) == 1


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_while_it_destroys_a_file_leaves_nothing_amiss(bulk, killed_at, when):
    gone = released_statement(kind="testimony")
    released_statement(kind="testimony")
    make_dumps()
    taken = {each["sha256"] for each in bulk.read("exports/")["dumps"][0]["segments"]}
    gone.refresh_from_db()
    withdraw_release(record=gone, by=editor(), code="error", reason="x")
    killed_at(kept, "destroy", when, 3)
    with pytest.raises(Killed):
        mend()
    mend()
    assert [each for each in taken if holds(each)] == []
    assert amiss() == []
    assert [each["id"] for each in fetched(bulk, segments(bulk, "statements")[0])] != [str(gone.pk)]


def test_files_that_a_killed_worker_began_are_destroyed_when_nobody_can_be_writing_them_any_more(bulk, killed_at):
    released_statement(kind="testimony")
    killed_at(dumps, "seal_file", "after", 2)
    with pytest.raises(Killed):
        make_dumps()
    begun = DumpSegment.objects.filter(ready_at=None)
    kept.sweep()
    assert any(holds(each.blob_id) for each in begun)
    begun.update(made_at=timezone.now() - kept.ABANDONED - timedelta(minutes=1))
    kept.sweep()
    assert list(strays()) == []


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_killed_while_it_makes_files_anew_leaves_that_to_the_next(bulk, killed_at, when):
    gone, stays = (released_statement(kind="testimony") for _each in range(2))
    make_dumps()
    gone.refresh_from_db()
    withdraw_release(record=gone, by=editor(), code="error", reason="x")
    killed_at(dumps, "seal_file", when, 2)
    with pytest.raises(Killed):
        mend()
    assert bulk.read("exports/")["dumps"] == []
    mend()
    kept_now = segments(bulk, "statements")
    assert [each["id"] for segment in kept_now for each in fetched(bulk, segment)] == [str(stays.pk)]
    DumpSegment.objects.filter(ready_at=None).update(made_at=timezone.now() - kept.ABANDONED - timedelta(minutes=1))
    jobs.work("upkeep")  # the package
    assert mend() == 0
    assert segments(bulk, "statements") == kept_now
    assert amiss() == []
