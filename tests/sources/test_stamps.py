"""Time-stamps: one checked answer for many manifests, or none at all; never in the way of anything."""

import hashlib
import shutil
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from harmtracker import audit, jobs
from sources.evidence import stamping
from sources.evidence.authority import NotStamped, check, trusted
from sources.evidence.manifests import write_manifest
from sources.evidence.merkle import root_from, tree_of
from sources.evidence.stamping import stamp_batch
from sources.models import TimeStamp, TimeStampLeaf
from tests.factories import CaptureFactory
from tests.time_stamping import FAULTS, NAME, openssl_says, time_stamping_authority


@pytest.fixture(scope="module")
def running_authority():
    with time_stamping_authority() as authority:
        yield authority


@pytest.fixture
def authority(running_authority, settings, tmp_path):
    running_authority.fault = ""
    running_authority.asked.clear()
    (tmp_path / "trusted.pem").write_bytes(running_authority.pem())
    settings.TIME_STAMP_URL = running_authority.url
    settings.TIME_STAMP_CERTIFICATES = str(tmp_path / "trusted.pem")
    return running_authority


def hash_of(number: int) -> str:
    return hashlib.sha256(str(number).encode()).hexdigest()


def plain_root(hashes: list[str]) -> bytes:
    """The tree as RFC 6962 defines it, written the short way."""
    if len(hashes) == 1:
        return hashlib.sha256(b"\0" + bytes.fromhex(hashes[0])).digest()
    half = max(2**n for n in range(20) if 2**n < len(hashes))
    return hashlib.sha256(b"\1" + plain_root(hashes[:half]) + plain_root(hashes[half:])).digest()


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 7, 8, 9, 33])
def test_every_manifest_leads_to_the_root_and_nothing_else_does(count):
    hashes = [hash_of(number) for number in range(count)]
    tree = tree_of(hashes)
    assert tree.root == plain_root(hashes).hex() == hashlib.sha256(tree.last).hexdigest()
    for name, path in zip(hashes, tree.paths, strict=True):
        assert root_from(name, path) == tree.root
        assert root_from(hash_of(99), path) != tree.root
    assert max(len(path) for path in tree.paths) <= 6


def test_an_inner_node_is_no_manifest():
    tree = tree_of([hash_of(1), hash_of(2)])
    assert root_from(hashlib.sha256(tree.last).hexdigest(), []) != tree.root


@pytest.mark.parametrize("step", [{}, {"side": "up", "sha256": "0" * 64}, {"side": "left", "sha256": "00"}])
def test_what_is_no_path_is_refused(step):
    with pytest.raises(ValueError, match="not a step"):
        root_from(hash_of(1), [step])
    with pytest.raises(ValueError, match="at least one"):
        tree_of([])


@pytest.mark.django_db
def test_all_waiting_manifests_are_stamped_by_one_request(authority, tmp_path):
    manifests = [write_manifest(CaptureFactory()) for _ in range(5)]
    stamp = stamp_batch()
    assert len(authority.asked) == 1
    assert stamp.authority == NAME
    assert abs(stamp.stamped_at - timezone.now()) < timedelta(minutes=1)
    leaves = {leaf.manifest_id: leaf.path for leaf in TimeStampLeaf.objects.filter(stamp=stamp)}
    assert all(root_from(each.sha256, leaves[each.pk]) == stamp.root for each in manifests)
    assert check(bytes(stamp.token), stamp.root, trusted()).at == stamp.stamped_at
    assert stamp_batch() is None
    if shutil.which("openssl"):
        assert "Verification: OK" in openssl_says(tmp_path, stamp.root, bytes(stamp.token), authority.pem())
        assert "Verification: OK" not in openssl_says(tmp_path, hash_of(1), bytes(stamp.token), authority.pem())


@pytest.mark.django_db
def test_only_a_hash_leaves_the_house(authority):
    capture = CaptureFactory()
    manifest = write_manifest(capture)
    stamp_batch()
    (request,) = authority.asked
    assert len(request) < 100
    assert capture.source.submitted_address.encode() not in request
    assert bytes.fromhex(manifest.sha256) not in request


@pytest.mark.django_db
@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_does_not_hold_is_never_stored(authority, fault):
    manifest = write_manifest(CaptureFactory())
    authority.fault = fault
    start = time.monotonic()
    with pytest.raises(NotStamped) as refused:
        stamp_batch()
    assert str(refused.value.message)
    assert time.monotonic() - start < 15
    assert not TimeStamp.objects.exists()
    authority.fault = ""
    assert list(stamp_batch().leaves.values_list("manifest", flat=True)) == [manifest.pk]


@pytest.mark.django_db
def test_an_authority_out_of_reach_is_named(authority, settings):
    write_manifest(CaptureFactory())
    settings.TIME_STAMP_URL = "http://127.0.0.1:9/"
    with pytest.raises(NotStamped, match="cannot be reached"):
        stamp_batch()


@pytest.mark.django_db
@pytest.mark.parametrize("content", [None, b"no certificate"])
def test_without_certificates_nobody_is_asked(authority, settings, tmp_path, content):
    write_manifest(CaptureFactory())
    settings.TIME_STAMP_CERTIFICATES = str(tmp_path / "other.pem")
    if content:
        (tmp_path / "other.pem").write_bytes(content)
    with pytest.raises(NotStamped, match="no certificates"):
        stamp_batch()
    assert authority.asked == []


@pytest.mark.django_db
def test_somebody_elses_certificates_do_not_vouch_for_it(authority, settings, tmp_path):
    write_manifest(CaptureFactory())
    with time_stamping_authority() as other:
        (tmp_path / "trusted.pem").write_bytes(other.pem())
    with pytest.raises(NotStamped, match="does not hold"):
        stamp_batch()


@pytest.mark.django_db
def test_without_an_authority_nothing_is_stamped(settings):
    settings.TIME_STAMP_URL = ""
    write_manifest(CaptureFactory())
    assert stamp_batch() is None


@pytest.mark.django_db
def test_the_hourly_work_says_why_there_is_no_stamp_and_the_next_hour_tries_again(authority, settings):
    write_manifest(CaptureFactory())
    settings.TIME_STAMP_URL = "http://127.0.0.1:9/"
    with audit.recording():
        first = jobs.enqueue("evidence.stamp", "2022-04-03T10:00")
    jobs.work("upkeep")
    first.refresh_from_db()
    assert (first.state, first.last_error) == ("dead", "The time-stamping authority cannot be reached.")
    settings.TIME_STAMP_URL = authority.url
    with audit.recording():
        second = jobs.enqueue("evidence.stamp", "2022-04-03T11:00")
    jobs.work("upkeep")
    second.refresh_from_db()
    assert second.state == "done"
    assert TimeStamp.objects.get().leaves.count() == 1


@pytest.mark.django_db
def test_a_long_queue_is_stamped_in_turns(authority, monkeypatch):
    monkeypatch.setattr(stamping, "MOST_AT_ONCE", 2)
    for _ in range(3):
        write_manifest(CaptureFactory())
    assert [stamp_batch().leaves.count() for _ in range(2)] == [2, 1]
    assert stamp_batch() is None
