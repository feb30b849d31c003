"""Bytes are kept under their hash, once, and a flipped byte is found."""

import errno
import hashlib
import os
import threading

import pytest

from sources.capture import seal


def test_bytes_lie_under_their_own_hash(evidence_root):
    name = seal.seal(b"words")
    assert name == hashlib.sha256(b"words").hexdigest()
    assert (evidence_root / name[:2] / name[2:4] / name).read_bytes() == b"words"
    assert seal.read_blob(name) == b"words"


def test_sealing_twice_changes_nothing(evidence_root):
    name = seal.seal(b"words")
    before = seal.path_of(name).stat()
    assert seal.seal(b"words") == name
    assert seal.path_of(name).stat().st_mtime_ns == before.st_mtime_ns
    assert seal.path_of(name).stat().st_ino == before.st_ino


def test_nothing_but_the_blob_is_left_behind(evidence_root):
    name = seal.seal(b"words")
    assert [path.name for path in evidence_root.rglob("*") if path.is_file()] == [name]


def test_several_workers_may_seal_the_same_bytes(evidence_root):
    names: list[str] = []
    threads = [threading.Thread(target=lambda: names.append(seal.seal(b"same" * 1000))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(names) == 8
    assert len([path for path in evidence_root.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("read", [seal.verify, seal.read_blob, lambda _name: seal.seal(b"words")])
def test_a_flipped_byte_is_found_and_never_overwritten(evidence_root, read):
    name = seal.seal(b"words")
    seal.path_of(name).chmod(0o600)
    seal.path_of(name).write_bytes(b"wordz")
    with pytest.raises(seal.Damaged):
        read(name)
    assert seal.path_of(name).read_bytes() == b"wordz"


def test_bytes_that_are_gone_are_missed(evidence_root):
    name = seal.seal(b"words")
    seal.path_of(name).unlink()
    with pytest.raises(seal.Damaged):
        seal.verify(name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_hash_names_no_file(evidence_root, name):
    with pytest.raises(ValueError, match="not a sha256"):
        seal.path_of(name)


def test_a_full_disk_keeps_nothing_and_says_so(evidence_root, monkeypatch):
    def full(_descriptor):
        raise OSError(errno.ENOSPC, "no space left")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(seal.StoreFull):
        seal.seal(b"words")
    assert [path for path in evidence_root.rglob("*") if path.is_file()] == []
