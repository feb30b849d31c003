"""Evidence in a bucket behaves like evidence in a folder, against a real server of the protocol."""

import hashlib
import os
import threading

import pytest
from django.utils import timezone

from harmtracker import jobs
from harmtracker.errors import Refused
from harmtracker.models import Job
from sources import intake
from sources.capture import seal
from sources.evidence import blobs
from sources.evidence.verifying import run_check
from sources.models import Blob, Capture
from tests.factories import analyst
from tests.object_store import BUCKET, ObjectStore, object_store

WORDS = "Ніхто не постраждав.".encode()
NOWHERE = "http://127.0.0.1:9"
NAME = hashlib.sha256(WORDS).hexdigest()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with object_store(tmp_path_factory.mktemp("s3")) as running:
        yield running


@pytest.fixture
def bucket(server, settings):
    """A part of the bucket, empty; reads and writes behind the product's back.

    It is the same part for every test: the product keeps its client to it, and making one takes half a second.
    """
    prefix = "evidence/tests"
    for name, value in server.settings(prefix).items():
        setattr(settings, name, value)

    class Part:
        key = f"{prefix}/{NAME[:2]}/{NAME[2:4]}/{NAME}"

        def read(self):
            return server.client.get_object(Bucket=BUCKET, Key=self.key)["Body"].read()

        def write(self, body):
            server.client.put_object(Bucket=BUCKET, Key=self.key, Body=body)

        def held(self):
            found = server.client.list_objects_v2(Bucket=BUCKET, Prefix=prefix)
            return [entry["Key"] for entry in found.get("Contents", [])]

    for key in Part().held():
        server.client.delete_object(Bucket=BUCKET, Key=key)
    return Part()


@pytest.fixture
def unreachable(settings):
    for name, value in ObjectStore(NOWHERE, client=None, process=None).settings().items():
        setattr(settings, name, value)


def test_bytes_lie_in_the_bucket_under_their_own_hash(bucket, evidence_root):
    assert seal.seal(WORDS) == NAME
    assert bucket.read() == WORDS
    assert seal.read_blob(NAME) == WORDS
    with seal.open_blob(NAME) as file:
        assert file.read(5) == WORDS[:5]
    assert blobs.holds(NAME)
    assert list(blobs.names()) == [NAME]
    assert not evidence_root.exists()


def test_what_is_held_is_never_overwritten(bucket):
    seal.seal(WORDS)
    seal.seal(WORDS)
    assert bucket.held() == [bucket.key]
    bucket.write(b"wordz")
    with pytest.raises(seal.Damaged):
        seal.seal(WORDS)
    assert bucket.read() == b"wordz"


@pytest.mark.parametrize("read", [seal.verify, seal.read_blob, seal.open_blob])
def test_a_changed_object_is_found(bucket, read):
    seal.seal(WORDS)
    bucket.write(WORDS[:-1] + b"!")
    with pytest.raises(seal.Damaged, match="does not match"):
        read(NAME)


def test_an_object_that_is_gone_is_missed(bucket):
    assert not blobs.holds(NAME)
    with pytest.raises(blobs.Gone):
        seal.verify(NAME)
    seal.seal(WORDS)
    blobs.destroy(NAME)
    blobs.destroy(NAME)
    with pytest.raises(blobs.Gone):
        seal.read_blob(NAME)
    assert seal.seal(WORDS) == NAME


def test_large_bytes_come_back_whole(bucket):
    body = os.urandom(6 * 1024 * 1024)
    assert hashlib.sha256(seal.read_blob(seal.seal(body))).digest() == hashlib.sha256(body).digest()


def test_several_workers_may_seal_the_same_bytes(bucket):
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(seal.seal(WORDS))) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert names == [NAME] * 3
    assert bucket.held() == [bucket.key]


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64])
def test_what_is_no_hash_names_no_object(bucket, name):
    with pytest.raises(ValueError, match="not a sha256"):
        seal.verify(name)


@pytest.mark.django_db
def test_a_bucket_out_of_reach_is_said_in_words_and_nothing_is_half_kept(unreachable):
    with pytest.raises(Refused, match="cannot be reached"):
        intake.hand_in_text(text="Nobody was harmed.", by=analyst())
    assert not Blob.objects.exists()
    for ask in (lambda: seal.verify(NAME), lambda: seal.seal(WORDS), lambda: list(blobs.names())):
        with pytest.raises(blobs.StoreUnavailable):
            ask()


def worked(capture) -> Capture:
    """What the workers do when the relay wakes them."""
    jobs.work("fetch")
    jobs.work("parse")
    return Capture.objects.get(pk=capture.pk)


@pytest.mark.django_db
def test_a_capture_goes_the_whole_way_through_the_bucket(bucket, site):
    capture = worked(intake.hand_in_text(text="Ніхто не постраждав.", by=analyst()).capture)
    assert (capture.outcome, capture.text) == ("ok", "Ніхто не постраждав.")
    assert bucket.read() == WORDS
    fetched = worked(intake.hand_in_link(address=site.url("packed"), by=analyst()).capture)
    assert fetched.outcome == "ok"
    assert {key.rpartition("/")[2] for key in bucket.held()} == {NAME, fetched.body_id, fetched.wire_id}
    assert run_check().problems == []


@pytest.mark.django_db
def test_a_visit_while_the_bucket_is_out_of_reach_is_made_again_later(unreachable, site, settings, server):
    capture = worked(intake.hand_in_link(address=site.url("article"), by=analyst()).capture)
    assert (capture.outcome, capture.body_id) == ("", None)
    job = Job.objects.get(kind="capture.fetch")
    assert job.state == Job.State.QUEUED
    settings.EVIDENCE_ENDPOINT = server.endpoint
    Job.objects.update(due_at=timezone.now())
    assert worked(capture).outcome == "ok"


@pytest.mark.django_db
def test_what_is_sealed_waits_while_the_bucket_is_out_of_reach(bucket, settings, server):
    capture = intake.hand_in_text(text="Ніхто не постраждав.", by=analyst()).capture
    settings.EVIDENCE_ENDPOINT = NOWHERE
    assert worked(capture).outcome == ""
    assert Job.objects.get(kind="capture.read").state == Job.State.QUEUED
    settings.EVIDENCE_ENDPOINT = server.endpoint
    Job.objects.update(due_at=timezone.now())
    assert worked(capture).outcome == "ok"


def test_wrong_keys_are_no_damage(bucket, settings):
    settings.EVIDENCE_SECRET_KEY = "another"
    with pytest.raises(blobs.StoreUnavailable, match="403"):
        seal.read_blob(NAME)
