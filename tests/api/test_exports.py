"""Dumps: the same records as the lists, in files that can be checked; what is taken back is in none of them."""

import csv
import hashlib
import io
import json
import socket
import subprocess
import sys
import zipfile
from collections import Counter

import pytest
from pyarrow import parquet

from claims.actions.partner import create_partner, issue_token, revoke_token
from claims.api import dumps, exports, streams
from claims.api.bulk.files import zstd
from claims.api.dumps import make_dumps, mend
from claims.api.streams import Revoked
from claims.models import Dump, DumpSegment, PartnerRead, PartnerToken
from claims.release.make import withdraw_release
from harmtracker import jobs
from harmtracker.models import AuditEvent
from sources.evidence.blobs import holds
from tests.api.conftest import DOCS, PartnerClient, reading, released, released_statement, shipped
from tests.api.test_changes import CLIENT, OPERATIONS, House, Mirror
from tests.api.test_restricted_later import mark
from tests.factories import IncidentFactory, admin, editor

FETCH = shipped("fetch_dump")
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
    assert (head["records"], head["type"], head["content"]) == (len(records), segment["type"], segment["content"])
    return records


def segments(client, *contents, written_as="ndjson"):
    """Files of the newest dump; those that hold these contents where any are named."""
    dump = client.read("exports/")["dumps"][0]
    found = [each for each in dump["segments"] if each["format"] == written_as]
    return [each for each in found if each["content"] in contents] if contents else found


def test_a_dump_holds_what_the_lists_hold_in_files_whose_hashes_are_told(bulk):
    for _each in range(2):
        released_statement(kind="testimony")
    released(IncidentFactory(workflow="approved"))
    make_dumps()
    (dump,) = bulk.read("exports/")["dumps"]
    head = AuditEvent.objects.latest("sequence")
    assert (dump["change_seq"], dump["audit_hash"]) == (head.sequence, bytes(head.hash).hex())
    found = {each["content"]: fetched(bulk, each) for each in segments(bulk)}
    assert found["incidents"] == bulk.read("incidents/")["results"]
    assert found["statements"] == bulk.read("statements/")["results"]


def test_many_records_make_many_files(bulk, monkeypatch):
    monkeypatch.setattr(dumps, "SEGMENT", 1)
    monkeypatch.setattr("claims.api.ready.FIRST", 1)
    monkeypatch.setattr("claims.api.ready.MOST", 1)
    expected = sorted(str(released_statement(kind="testimony").pk) for _each in range(3))
    make_dumps()
    found = segments(bulk)
    assert [each["id"] for segment in found for each in fetched(bulk, segment)] == expected
    assert len(found) == 3


def rows_of(client, written_as):
    """The statements as they stand in a table, or in the package."""
    (segment,) = segments(client, "statements" if written_as == "parquet" else "package", written_as=written_as)
    body = io.BytesIO(body_of(client.get(segment["address"])))
    if written_as == "parquet":
        return parquet.read_table(body).to_pylist()
    with zipfile.ZipFile(body) as archive:
        return list(csv.DictReader(io.StringIO(archive.read("data/statements.csv").decode(), newline="")))


@pytest.mark.parametrize("taken", ["withdrawn", "marked", "marked while it is lowered"])
def test_what_is_taken_back_is_given_out_no_more_from_that_moment(bulk, taken):
    kept, gone = (released_statement(kind="testimony") for _each in range(2))
    mark(gone.party, tlp="AMBER")
    make_dumps()
    (before,) = segments(bulk)
    gone.refresh_from_db()
    if taken == "withdrawn":
        withdraw_release(record=gone, by=editor(), code="error", reason="x")
    else:
        tlp = "AMBER" if taken == "marked" else "GREEN"
        mark(gone.party, tlp=tlp, handling=["witness_identity"], reason="x")
    refused = bulk.get(before["address"])
    assert (refused.status_code, refused.json()["type"]) == (410, "urn:harmtracker:problem:replaced")
    assert bulk.read("exports/")["dumps"] == []
    assert mend() == 2  # the range of statements, and the package
    jobs.work("upkeep")
    assert mend() == 0
    (after,) = segments(bulk)
    for records in (fetched(bulk, after), rows_of(bulk, "parquet"), rows_of(bulk, "package")):
        parties = {each["id"]: each["party"] for each in records}
        assert parties[str(kept.pk)]
        assert not parties.get(str(gone.pk))
    assert bulk.get(before["address"]).status_code == 410
    assert not holds(before["sha256"])
    assert holds(after["sha256"])


def test_what_a_ceiling_never_saw_is_taken_back_without_touching_its_files(bulk):
    _before, beyond, _behind = (
        released_statement(kind="testimony", tlp=tlp) for tlp in ("GREEN", "AMBER_STRICT", "GREEN")
    )
    make_dumps()
    listed = bulk.read("exports/")
    assert listed["dumps"]
    withdraw_release(record=beyond, by=editor(clearance="AMBER_STRICT"), code="legal_removal", reason="x")
    assert mend() == 0
    assert bulk.read("exports/") == listed


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
    size = len(whole)
    for asked, begins in (("bytes=-7", size - 7), ("BYTES=-7", size - 7), ("bytes=-9999999", 0)):
        end = bulk.get(segment["address"], headers={"Range": asked})
        assert body_of(end) == whole[begins:]
        assert end.get("Content-Range") == (f"bytes {begins}-{size - 1}/{size}" if begins else None)
    assert bulk.get(segment["address"], headers={"Range": "bytes=-0"}).status_code == 416
    for ignored in ("bytes=0-3,6-9", "bytes=5-3", "bytes=-", "lines=1-2"):
        answer = bulk.get(segment["address"], headers={"Range": ignored})
        assert (answer.status_code, body_of(answer)) == (200, whole), ignored
    assert beyond["Content-Type"] == "application/problem+json"
    for accept in ("application/zstd", "application/zip, */*;q=0.1"):
        assert b"".join(bulk.get(segment["address"], headers={"Accept": accept}).streaming_content) == whole
    assert bulk.get(segment["address"], headers={"Accept": "text/html"}).status_code == 406
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
    """Both ways to go on from a dump: the stream, and files of what changed until the next one."""
    client = calling("AMBER", "bulk:read", "changes:read")
    house = House(7)
    for _each in range(25):
        house.act()
    make_dumps()
    mirror, by_files = Mirror(client), held_in(client)
    mirror.held, mirror.after = dict(by_files), client.read("exports/")["dumps"][0]["change_seq"]
    assert mirror.held
    for _each in range(12):
        house.act()
    assert mirror.follow() == mirror.fresh()
    make_dumps()
    for segment in segments(client, "incident_changes", "statement_changes"):
        assert segment["after"] < segment["change_seq"]
        for change in fetched(client, segment):
            by_files.pop(change["id"], None)
            if change["op"] == "upsert":
                by_files[change["id"]] = change["record"]
    assert by_files == held_in(client) == mirror.fresh()


def held_in(client):
    """The records in the files of the newest dump."""
    found = segments(client, "incidents", "statements")
    return {each["id"]: each for segment in found for each in fetched(client, segment)}


def test_what_changed_is_told_to_those_who_were_there_and_loses_sight_too(bulk):
    early, late = (released_statement(kind="testimony") for _each in range(2))
    make_dumps()
    early.refresh_from_db()
    withdraw_release(record=early, by=editor(), code="error", reason="x")
    mend()
    again = released_statement(kind="testimony")
    make_dumps()
    (changed,) = segments(bulk, "statement_changes")
    told = {each["id"]: each["op"] for each in fetched(bulk, changed)}
    assert told == {str(early.pk): "tombstone", str(again.pk): "upsert"}
    other = create_partner(name="Another agency", by=admin(), ceiling="AMBER")
    chosen = ["incidents:read", "statements:read", "bulk:read"]
    _token, plaintext = issue_token(partner=other, scopes=chosen, ceiling="AMBER", by=admin())
    newcomer = PartnerClient(plaintext)
    assert segments(newcomer, "statement_changes") == []
    assert newcomer.get(changed["address"]).status_code == 404
    assert segments(newcomer, "statements") != []
    again.refresh_from_db()
    withdraw_release(record=again, by=editor(), code="error", reason="x")
    assert bulk.get(changed["address"]).status_code == 410
    mend()
    (anew,) = segments(bulk, "statement_changes")
    told = {each["id"]: each["op"] for each in fetched(bulk, anew)}
    assert told == {str(early.pk): "tombstone", str(again.pk): "tombstone"}
    assert str(late.pk) not in told


def test_after_a_thousand_acts_a_mirror_from_an_empty_disk_is_the_dump(calling, tmp_path):
    """On the way others follow, each with scopes of its own, and hold what a fresh read gives."""
    house = House(1000)
    readers = {each: calling(each, "bulk:read", "changes:read") for each in ("GREEN", "AMBER", "AMBER_STRICT")}
    scopes = {"AMBER": ("changes:read", "evidence:read"), "AMBER_STRICT": ("changes:read", "notes:read")}
    mirrors = [*(Mirror(calling(ceiling, *added)) for ceiling, added in scopes.items()), Mirror(readers["GREEN"])]
    done, held = Counter(), 0
    for number in range(1000):
        done[house.act()] += 1
        if number % 50 == 0:
            mirror = house.random.choice(mirrors)
            assert mirror.follow() == mirror.fresh(), done
            held += len(mirror.held)
    assert all(done[each] > 10 for each in OPERATIONS), done
    assert held > 50
    for mirror in mirrors:
        assert mirror.follow() == mirror.fresh()
    make_dumps()
    for ceiling, client in readers.items():
        files = [fetched(client, each) for each in segments(client, "incidents", "statements")]
        folder = CLIENT.Folder(tmp_path / ceiling)
        CLIENT.sync(client.read, folder.after, folder.keep, folder.drop)
        mirrored = {each.stem: json.loads(each.read_text()) for each in folder.root.glob("*.json")}
        assert mirrored == {each["id"]: each for records in files for each in records}
        assert mirrored


def test_the_scripts_we_ship_fetch_what_is_missing_and_find_what_is_wrong(bulk, tmp_path):
    for _each in range(2):
        released_statement(kind="testimony")
    make_dumps()
    folder = tmp_path / "dump"
    names = FETCH.fetch(reading(bulk), folder)
    assert set(checked(folder).values()) == {"good"}
    cut, gone, other = names[:3]
    whole = {name: (folder / name).read_bytes() for name in names}
    (folder / cut).rename(folder / f"{cut}.part").write_bytes(whole[cut][:10])
    (folder / gone).unlink()
    (folder / other).write_bytes(whole[other][:-1])
    (folder / "parties-of-yesterday.parquet").write_bytes(b"x")
    told = checked(folder)
    assert (told[cut], told[gone], told[other]) == ("missing", "missing", "not the bytes that were published")
    (folder / other).unlink()
    FETCH.fetch(reading(bulk), folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".json"} == whole


def checked(folder):
    """What the script says of each file."""
    command = [sys.executable, str(DOCS / "check_dump.py"), str(folder / "exports.json"), str(folder)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    said = dict(line.split("  ") for line in ran.stdout.splitlines())
    assert ran.returncode == (0 if set(said.values()) == {"good"} else 1), ran.stderr
    return said


def type_of(client, segment):
    response = client.get(segment["address"])
    assert len(body_of(response)) == segment["bytes"]
    return response["Content-Type"]


def test_what_a_scope_adds_is_fetched_by_those_who_hold_it(bulk, calling):
    released(IncidentFactory(workflow="approved", latitude=50.5432, longitude=30.2, place_precision="exact"))
    exact = calling("AMBER", "bulk:read", "locations.exact:read")
    make_dumps()
    (lines,) = segments(exact, "incident_exact_place")
    (table,) = segments(exact, "exact_places", written_as="parquet")
    assert fetched(exact, lines)[0]["exact_place"]["latitude"] == 50.5432
    assert type_of(exact, table) == "application/vnd.apache.parquet"
    assert [each["content"] for each in segments(bulk)] == ["incidents"]
    assert {bulk.get(each["address"]).status_code for each in (lines, table)} == {404}
    (package,) = segments(exact, "package", written_as="package")
    assert type_of(exact, package) == "application/zip"
    only = calling("AMBER", only=["bulk:read", "incidents:read"])
    assert only.get(package["address"]).status_code == 404


@pytest.mark.parametrize("ended", ["token", "file"])
def test_a_download_breaks_off_when_its_token_or_the_file_ends(bulk, monkeypatch, ended):
    monkeypatch.setattr(exports, "BLOCK", 64)
    statement = released_statement(kind="testimony")
    make_dumps()
    (segment,) = segments(bulk)
    response = bulk.get(segment["address"])
    pieces = iter(response.streaming_content)
    assert len(next(pieces)) == 64
    if ended == "token":
        revoke_token(token=PartnerToken.objects.get(), by=admin(), reason="Lost")
    else:
        withdraw_release(record=statement, by=editor(), code="error", reason="x")
    with pytest.raises(Revoked):
        next(pieces)
    response.close()


def test_a_download_that_nobody_goes_on_reading_is_given_up_after_a_while(bulk, monkeypatch):
    monkeypatch.setattr(streams, "PATIENCE_SECONDS", 0.1)
    released_statement(kind="testimony")
    make_dumps()
    (segment,) = segments(bulk)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        response = bulk.get(segment["address"], **{"gunicorn.socket": ours})
        whole = b"".join(response.streaming_content)
        assert ours.gettimeout() == 0.1
        with pytest.raises(TimeoutError):
            while True:
                ours.sendall(whole * 100)  # nobody reads at the other end


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
    assert DumpSegment.objects.filter(content="statements", format="ndjson").count() == 1
