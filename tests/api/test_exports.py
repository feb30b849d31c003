"""Dumps: the same records as the lists, in files that can be checked; what is taken back is in none of them."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from claims.api import dumps
from claims.api.dumps import make_dumps, mend, zstd
from claims.models import Dump, DumpSegment, PartnerRead
from claims.release.make import withdraw_release
from harmtracker import jobs
from harmtracker.models import AuditEvent
from sources.evidence.blobs import holds
from tests.api.conftest import released, released_statement
from tests.api.test_changes import House, Mirror
from tests.api.test_restricted_later import mark
from tests.factories import IncidentFactory, editor

ROOT = Path(__file__).parent.parent.parent
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_root")]


@pytest.fixture
def bulk(calling):
    return calling("AMBER", "bulk:read")


def body_of(response):
    return b"".join(response.streaming_content)


def fetched(client, segment):
    packed = body_of(client.get(segment["address"]))
    assert hashlib.sha256(packed).hexdigest() == segment["sha256"]
    assert len(packed) == segment["bytes"]
    head, *records = map(json.loads, zstd.decompress(packed).splitlines())
    assert (head["records"], head["type"]) == (len(records), segment["type"])
    return records


def segments(client):
    (dump,) = client.read("exports/")["dumps"]
    return dump["segments"]


def test_a_dump_holds_what_the_lists_hold_in_files_whose_hashes_are_told(bulk):
    for _each in range(2):
        released_statement(kind="testimony")
    released(IncidentFactory(workflow="approved"))
    make_dumps()
    (dump,) = bulk.read("exports/")["dumps"]
    head = AuditEvent.objects.latest("sequence")
    assert (dump["change_seq"], dump["audit_hash"]) == (head.sequence, bytes(head.hash).hex())
    found = {each["type"]: fetched(bulk, each) for each in dump["segments"]}
    assert found["incident"] == bulk.read("incidents/")["results"]
    assert found["statement"] == bulk.read("statements/")["results"]


def test_many_records_make_many_files(bulk, monkeypatch):
    monkeypatch.setattr(dumps, "SEGMENT", 1)
    monkeypatch.setattr("claims.api.ready.FIRST", 1)
    monkeypatch.setattr("claims.api.ready.MOST", 1)
    expected = sorted(str(released_statement(kind="testimony").pk) for _each in range(3))
    make_dumps()
    found = segments(bulk)
    assert [each["id"] for segment in found for each in fetched(bulk, segment)] == expected
    assert len(found) == 3


@pytest.mark.parametrize("taken", ["withdrawn", "marked"])
def test_what_is_taken_back_is_given_out_no_more_from_that_moment(bulk, taken):
    kept, gone = (released_statement(kind="testimony") for _each in range(2))
    make_dumps()
    (before,) = segments(bulk)
    gone.refresh_from_db()
    if taken == "withdrawn":
        withdraw_release(record=gone, by=editor(), code="error", reason="x")
    else:
        mark(gone.party, handling=["witness_identity"])
    refused = bulk.get(before["address"])
    assert (refused.status_code, refused.json()["type"]) == (410, "urn:harmtracker:problem:replaced")
    assert bulk.read("exports/")["dumps"] == []
    assert (mend(), mend()) == (1, 0)
    (after,) = segments(bulk)
    parties = {each["id"]: each["party"] for each in fetched(bulk, after)}
    assert parties[str(kept.pk)] is not None
    assert parties.get(str(gone.pk)) is None
    assert bulk.get(before["address"]).status_code == 410
    assert not holds(before["sha256"])
    assert holds(after["sha256"])


def test_a_later_release_leaves_a_dump_as_it_is(bulk):
    released_statement(kind="testimony")
    make_dumps()
    before = segments(bulk)
    released_statement(kind="testimony")
    assert mend() == 0
    assert segments(bulk) == before


def test_a_download_that_broke_off_goes_on_where_it_was(bulk):
    released_statement(kind="testimony")
    make_dumps()
    (segment,) = segments(bulk)
    whole = body_of(bulk.get(segment["address"]))
    part = bulk.get(segment["address"], headers={"Range": "bytes=10-"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-{len(whole) - 1}/{len(whole)}")
    assert body_of(part) == whole[10:]
    some = bulk.get(segment["address"], headers={"Range": "bytes=3-5"})
    assert body_of(some) == whole[3:6]
    other = bulk.get(segment["address"], headers={"Range": "bytes=10-", "If-Range": '"other bytes"'})
    assert body_of(other) == whole
    beyond = bulk.get(segment["address"], headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond["Content-Range"]) == (416, f"bytes */{len(whole)}")
    assert bulk.get(segment["address"], headers={"If-None-Match": part["ETag"]}).status_code == 304


def test_other_ceilings_and_scopes_see_other_files(bulk, calling):
    released(IncidentFactory(workflow="approved", tlp="AMBER"))
    released_statement(kind="testimony", tlp="AMBER")
    make_dumps()
    incidents, statements = segments(bulk)
    green = calling("GREEN", "bulk:read")
    assert green.read("exports/")["dumps"] == []
    assert green.get(incidents["address"]).status_code == 404
    only = calling("AMBER", only=["bulk:read", "incidents:read"])
    assert segments(only) == [incidents]
    assert only.get(statements["address"]).status_code == 404
    assert calling("AMBER").get("exports/").json()["scope"] == "bulk:read"


def test_who_fetched_which_file_is_on_record(bulk):
    released_statement(kind="testimony")
    make_dumps()
    (segment,) = segments(bulk)
    body_of(bulk.get(segment["address"]))
    read = PartnerRead.objects.order_by("-at").first()
    assert read.endpoint == segment["address"].split("/api/v1/")[1]
    assert read.change_seq == segment["change_seq"]


def test_old_dumps_go_with_their_bytes(bulk, monkeypatch):
    monkeypatch.setattr(dumps, "KEPT", 1)
    released_statement(kind="testimony")
    make_dumps()
    (old,) = segments(bulk)
    make_dumps()
    (new,) = segments(bulk)
    assert old["sha256"] != new["sha256"]
    assert bulk.get(old["address"]).status_code == 410
    assert [holds(each["sha256"]) for each in (old, new)] == [False, True]
    assert Dump.objects.filter(retired_at=None).count() == 1


def test_a_dump_and_the_changes_since_are_what_a_fresh_read_gives(calling):
    client = calling("AMBER", "bulk:read", "changes:read")
    house = House(7)
    for _each in range(12):
        house.act()
    make_dumps()
    (dump,) = client.read("exports/")["dumps"]
    mirror = Mirror(client)
    mirror.held = {each["id"]: each for segment in dump["segments"] for each in fetched(client, segment)}
    mirror.after = dump["change_seq"]
    assert mirror.held
    for _each in range(12):
        house.act()
    assert mirror.follow() == mirror.fresh()


def test_the_script_we_ship_finds_what_is_wrong_with_a_copy(bulk, tmp_path):
    for _each in range(2):
        released_statement(kind="testimony")
    released(IncidentFactory(workflow="approved"))
    make_dumps()
    listing = tmp_path / "exports.json"
    listing.write_bytes(bulk.get("exports/").content)
    found = segments(bulk)
    paths = [tmp_path / f"{each['id']}.ndjson.zst" for each in found]
    for segment, path in zip(found, paths, strict=True):
        path.write_bytes(body_of(bulk.get(segment["address"])))
    assert checked(listing) == (0, ["good", "good"])
    paths[0].write_bytes(paths[0].read_bytes()[:-1])
    paths[1].unlink()
    assert checked(listing) == (1, ["not the bytes that were published", "missing"])


def checked(listing):
    command = [sys.executable, str(ROOT / "docs" / "check_dump.py"), str(listing), str(listing.parent)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=30)
    return ran.returncode, [line.split("  ")[1] for line in ran.stdout.splitlines()]


def test_a_damaged_file_is_not_given_out(bulk, evidence_root):
    released_statement(kind="testimony")
    make_dumps()
    (segment,) = segments(bulk)
    (path,) = [each for each in evidence_root.rglob("*") if each.name == segment["sha256"]]
    path.chmod(0o600)
    path.write_bytes(b"x")
    refused = bulk.get(segment["address"])
    assert (refused.status_code, refused.json()["type"]) == (503, "urn:harmtracker:problem:unavailable")


def test_the_worker_makes_and_mends_them(bulk):
    statement = released_statement(kind="testimony")
    for kind in ("dumps.make", "dumps.mend"):
        job = jobs.enqueue(kind, "2026-11-22T10:00")
        jobs.work(job.lane)
        job.refresh_from_db()
        assert (job.state, job.last_error) == ("done", "")
    assert [each["id"] for each in fetched(bulk, segments(bulk)[0])] == [str(statement.pk)]
    assert DumpSegment.objects.count() == 1
