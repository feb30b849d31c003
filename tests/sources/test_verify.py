"""`manage.py verify` finds what was changed, removed or swapped behind our back, and says where."""

import json
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from harmtracker import jobs
from sources.capture import seal
from sources.evidence import verifying
from sources.evidence.manifests import write_manifest
from sources.evidence.stamping import stamp_batch
from sources.evidence.verifying import run_check
from sources.models import Blob, IntegrityRun, Manifest, TimeStamp
from tests.factories import BlobFactory, CaptureFactory, SourceFactory, analyst, capture_under_way
from tests.refusals import as_role
from tests.time_stamping import time_stamping_authority

pytestmark = pytest.mark.django_db(transaction=True)


def held(body: bytes, **fields) -> Blob:
    return BlobFactory(sha256=seal.seal(body), size=len(body), **fields)


def captured(source, words: str):
    capture = CaptureFactory(source=source, body=held(words.encode()), text=words)
    write_manifest(capture)
    return capture


@pytest.fixture
def kept(evidence_root):
    """Three captures of one source and one of another, with bytes and manifests."""
    source = SourceFactory()
    return [captured(source, f"Nobody was harmed {n}.") for n in range(3)] + [captured(SourceFactory(), "Another.")]


@pytest.fixture(scope="module")
def authority():
    with time_stamping_authority() as running:
        yield running


@pytest.fixture
def stamped(kept, authority, settings, tmp_path):
    (tmp_path / "trusted.pem").write_bytes(authority.pem())
    settings.TIME_STAMP_URL, settings.TIME_STAMP_CERTIFICATES = authority.url, str(tmp_path / "trusted.pem")
    return stamp_batch()


def behind_our_back(statement: str, *values) -> None:
    """As a superuser whom no trigger and no foreign key stops."""
    with as_role("postgres") as server:
        server.execute("SET session_replication_role = replica")
        assert server.execute(statement, values).rowcount


def overwrite(sha256: str, body: bytes) -> None:
    path = seal.path_of(sha256)
    path.chmod(0o600)
    path.write_bytes(body)


def found() -> list[tuple[str, str]]:
    run = run_check()
    assert run.finished_at
    assert run.problem_count == len(run.problems)
    assert all(problem["why"] for problem in run.problems)
    return [(problem["what"], problem["which"]) for problem in run.problems]


def called(capture) -> str:
    return f"{capture.source.ref}/{capture.number}"


def test_what_was_not_touched_is_right(stamped):
    run = run_check(asked_by=analyst())
    assert (run.blobs, run.manifests, run.stamps, run.problem_count) == (4, 4, 1, 0)
    assert run.asked_by
    assert IntegrityRun.objects.get().pk == run.pk


def test_a_flipped_byte_and_a_deleted_file_are_named(kept):
    overwrite(kept[0].body_id, b"Nobody was harmed 9.")
    seal.path_of(kept[1].body_id).unlink()
    assert sorted(found()) == sorted([("blob.changed", kept[0].body_id), ("blob.gone", kept[1].body_id)])


def test_a_body_swapped_for_another_whole_one_is_found(kept):
    behind_our_back("UPDATE sources_capture SET body_id = %s WHERE id = %s", kept[1].body_id, kept[0].pk)
    assert found() == [("capture.changed", called(kept[0]))]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("text = 'Everybody was harmed.'", ["text.changed"]),
        ("text = 'x', text_sha256 = encode(sha256('x'), 'hex')", ["capture.changed"]),
        ("text = '', text_sha256 = ''", ["capture.changed"]),
        ('hops = \'[{"url": "https://other.example"}]\'', ["capture.changed"]),
        ("outcome = 'http.404'", ["capture.changed"]),
        ("created_at = created_at - interval '1 year'", ["capture.changed"]),
        ("obtained = 'pasted'", ["capture.changed"]),
        ("reason = 'none'", ["capture.changed"]),
        ("wire_sha256 = encode(sha256('x'), 'hex')", ["capture.changed"]),
        ("final_address = 'https://other.example/'", ["capture.changed"]),
    ],
    ids=lambda each: each.split(" ")[0] if isinstance(each, str) else "",
)
def test_a_capture_edited_behind_our_back_is_found(kept, change, what):
    behind_our_back(f"UPDATE sources_capture SET {change} WHERE id = %s", kept[1].pk)
    assert found() == [(each, called(kept[1])) for each in what]


def test_another_address_on_record_is_found(kept):
    behind_our_back(
        "UPDATE sources_source SET submitted_address = 'https://x.example' WHERE id = %s", kept[3].source_id
    )
    assert found() == [("capture.changed", called(kept[3]))]


def test_a_manifest_edited_or_forged_is_found(kept):
    behind_our_back(
        "UPDATE sources_manifest SET content = replace(content, 'ok', 'no') WHERE capture_id = %s", kept[0].pk
    )
    behind_our_back("UPDATE sources_manifest SET content = 'no json' WHERE capture_id = %s", kept[3].pk)
    assert {("manifest.changed", called(kept[0])), ("manifest.changed", called(kept[3]))} <= set(found())


def test_a_manifest_forged_with_its_hash_cuts_the_chain(kept):
    behind_our_back(
        "UPDATE sources_manifest SET content = c, sha256 = encode(sha256(convert_to(c, 'UTF8')), 'hex')"
        " FROM (SELECT replace(content, 'fetched', 'pasted') AS c FROM sources_manifest WHERE capture_id = %s) forged"
        " WHERE capture_id = %s",
        kept[0].pk,
        kept[0].pk,
    )
    assert set(found()) == {("capture.changed", called(kept[0])), ("manifest.chain", called(kept[1]))}


def test_a_chain_with_a_link_taken_out_is_found(kept):
    behind_our_back("DELETE FROM sources_manifest WHERE capture_id = %s", kept[1].pk)
    assert set(found()) == {("manifest.chain", called(kept[2])), ("manifest.missing", called(kept[1]))}


def test_manifests_that_changed_places_are_found(kept):
    for number, capture in ((9, kept[1]), (2, kept[2]), (3, kept[1])):
        behind_our_back("UPDATE sources_manifest SET number = %s WHERE capture_id = %s", number, capture.pk)
    assert {("manifest.chain", called(kept[n])) for n in (1, 2)} <= set(found())


def test_a_capture_that_is_gone_is_missed(kept):
    behind_our_back("DELETE FROM sources_capture WHERE id = %s", kept[3].pk)
    manifest = Manifest.objects.get(pk=kept[3].pk)
    assert found() == [("capture.changed", f"manifest {manifest.sha256[:12]}")]


def test_a_blob_row_that_is_gone_or_wrong_is_found(kept):
    behind_our_back("UPDATE sources_blob SET size = 1 WHERE sha256 = %s", kept[0].body_id)
    behind_our_back("DELETE FROM sources_blob WHERE sha256 = %s", kept[3].body_id)
    assert {("blob.length", kept[0].body_id), ("capture.changed", called(kept[3]))} <= set(found())


def test_destroyed_bytes_are_no_damage_unless_they_are_still_there(kept):
    body = kept[0].body_id
    Blob.objects.filter(pk=body).update(destroyed_at=timezone.now(), destroyed_reason="an order of the court")
    assert found() == [("blob.not_destroyed", body)]
    verifying.blobs.destroy(body)
    assert found() == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE sources_timestamp SET token = set_byte(token, 200, get_byte(token, 200) # 1)", "stamp.invalid"),
        ("UPDATE sources_timestamp SET token = 'nonsense'", "stamp.invalid"),
        ("UPDATE sources_timestamp SET stamped_at = stamped_at - interval '1 year'", "stamp.invalid"),
        ("UPDATE sources_timestampleaf SET path = '[]'", "stamp.path"),
        ("UPDATE sources_timestampleaf SET path = '[1]'", "stamp.path"),
        ("UPDATE sources_timestampleaf SET path = '{\"side\": 1}'", "stamp.path"),
        ("DELETE FROM sources_manifest", "manifest.missing"),
    ],
)
def test_a_stamp_that_was_tampered_with_is_found(stamped, change, what):
    behind_our_back(change)
    problems = found()
    assert {what} <= {each for each, _which in problems}


def test_a_root_of_ones_own_is_not_what_was_stamped(stamped):
    behind_our_back("UPDATE sources_timestamp SET root = %s", "a" * 64)
    problems = found()
    assert ("stamp.invalid", str(stamped.pk)) in problems
    assert sum(what == "stamp.path" for what, _which in problems) == 4


def test_stamps_without_certificates_cannot_be_checked(stamped, settings):
    settings.TIME_STAMP_CERTIFICATES = ""
    assert found() == [("stamp.invalid", str(TimeStamp.objects.get().pk))]


def test_a_store_out_of_reach_is_one_problem_and_the_rest_is_checked(kept, settings):
    for name in ("REGION", "ACCESS_KEY", "SECRET_KEY"):
        setattr(settings, f"EVIDENCE_{name}", "x")
    settings.EVIDENCE_STORE, settings.EVIDENCE_ENDPOINT = "s3://evidence", "http://127.0.0.1:9"
    run = run_check()
    assert [problem["what"] for problem in run.problems] == ["store.unreachable"]
    assert run.manifests == 4


def test_what_is_under_way_has_no_manifest_to_miss(kept):
    capture_under_way(source=kept[0].source)
    assert found() == []


def test_many_problems_are_counted_and_the_first_ones_listed(kept, monkeypatch):
    monkeypatch.setattr(verifying, "MOST_LISTED", 2)
    for capture in kept:
        seal.path_of(capture.body_id).unlink()
    run = run_check()
    assert (run.problem_count, len(run.problems)) == (4, 2)


def test_checking_takes_a_number_of_queries_that_does_not_grow(kept, django_assert_max_num_queries):
    for n in range(16):
        captured(kept[0].source, f"More {n}.")
    with django_assert_max_num_queries(12):
        run_check()
    assert connection.connection


def test_the_daily_work_puts_its_findings_on_record(kept):
    seal.path_of(kept[0].body_id).unlink()
    job = jobs.enqueue("evidence.verify", "2022-04-03")
    jobs.work("upkeep")
    job.refresh_from_db()
    assert job.state == "done"
    assert IntegrityRun.objects.get().problems[0]["what"] == "blob.gone"


def told(*arguments) -> tuple[str, int]:
    out = StringIO()
    try:
        call_command("verify", *arguments, stdout=out)
    except SystemExit as ended:
        return out.getvalue(), ended.code
    return out.getvalue(), 0


def test_the_command_says_in_words_that_all_is_well(kept):
    assert told() == ("4 files, 4 manifests, 0 time-stamps checked: nothing is wrong.\n", 0)


def test_the_command_lists_what_is_wrong_and_ends_with_one(kept):
    overwrite(kept[0].body_id, b"x")
    answer, code = told()
    assert code == 1
    assert answer.startswith(f"blob.changed  {kept[0].body_id}  The bytes")
    assert "1 problems" in answer
    answer, code = told("--json")
    assert code == 1
    assert json.loads(answer)["problems"][0]["which"] == kept[0].body_id


def test_the_command_writes_manifests_that_are_missing(kept):
    CaptureFactory(source=kept[0].source, body=held(b"old"))
    answer, code = told()
    assert code == 1
    assert "manifest.missing" in answer
    answer, code = told("--write-missing")
    assert code == 0
    assert answer.startswith("1 missing manifests were written.")


def test_the_command_lists_bytes_on_no_record(kept):
    name = seal.seal(b"left by a refused hand-in")
    answer, code = told("--strays")
    assert (code, f"on no record  {name}" in answer) == (0, True)
    assert json.loads(told("--strays", "--json")[0])["on_no_record"] == [name]
