"""Manifests: canonical, complete, chained within a source, and true to what the database keeps."""

import hashlib
import itertools
import json
import threading

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from harmtracker import jobs
from sources import intake
from sources.evidence.canonical import canonical, sha256_of, without_fractions
from sources.evidence.manifests import differences, write_manifest, write_missing
from sources.models import Capture, Manifest
from tests.factories import CaptureFactory, SourceFactory, analyst, capture_under_way
from tests.refusals import as_role

HOPS = [
    {
        "url": "https://a.example/1",
        "status": 301,
        "resolved": ["93.184.215.14"],
        "connected": "93.184.215.14",
        "certificate_sha256": "c" * 64,
        "headers": [["Location", "/2"], ["X-Odd", "ab\xff \u202e"]],
        "refusal": "",
    },
    {"url": "https://a.example/2", "status": 200, "seconds": 0.25},
]
whole = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(max_codepoint=127)), inner),
)


@given(whole)
def test_canonical_text_says_the_same_and_always_alike(value):
    text = canonical(value)
    assert json.loads(text) == value
    assert canonical(json.loads(text)) == text


def test_canonical_text_is_what_the_standard_writes():
    value = {"b": [1, True, None], "a": '€$\x0f\nA\'B"\\"/\x7f', "": {}}
    assert canonical(value) == '{"":{},"a":"€$\\u000f\\nA\'B\\"\\\\\\"/\x7f","b":[1,true,null]}'


@pytest.mark.parametrize("value", [1.5, 2**53, {"ї": 1}, {1: 1}, b"bytes", {"a": [float("nan")]}])
def test_what_readers_could_take_differently_is_refused(value):
    with pytest.raises((TypeError, ValueError)):
        canonical(value)


def test_a_fraction_is_written_out():
    assert without_fractions({"a": [0.1, 1, True]}) == {"a": ["0.1", 1, True]}


@pytest.mark.django_db
def test_a_manifest_says_what_the_record_says():
    body = "b" * 64
    capture = CaptureFactory(
        body__sha256=body, body__size=12, hops=HOPS, wire_sha256="e" * 64, wire_length=5, robots="disallowed",
        transport="ok", file_name="", outcome_detail="two readers",
    )  # fmt: skip
    visit = {"started_at": "2022-04-03T01:02:03+00:00", "limits": None, "crawl_delay": 1.5, "body": "not for here",
             "doors": {"ports": [80, 443]}, "versions": {"fetcher": "2"}}  # fmt: skip
    made = write_manifest(capture, visit)
    told = json.loads(made.content)
    assert made.sha256 == hashlib.sha256(made.content.encode()).hexdigest()
    assert (told["format"], told["number"], told["previous"]) == (1, 1, "")
    assert told["source"]["submitted_address"] == capture.source.submitted_address
    assert [hop["url"] for hop in told["visit"]["hops"]] == ["https://a.example/1", "https://a.example/2"]
    assert told["visit"]["hops"][0] == HOPS[0]
    assert told["visit"]["hops"][1]["seconds"] == "0.25"
    assert told["body"] == {"sha256": body, "length": 12, "media_type": "text/html", "charset": "utf-8"}
    assert told["wire"] == {"sha256": "e" * 64, "length": 5, "kept_as": None}
    assert told["text"] == {"sha256": capture.text_sha256, "walker": 1}
    assert told["outcome"] == {
        "verdict": "ok", "transport": "ok", "detail": "two readers", "robots": "disallowed",
    }  # fmt: skip
    assert told["capture"]["requested_by"] == str(capture.requested_by_id)
    assert told["capture"]["requested_at"] == capture.created_at.isoformat()
    assert told["began_at"] == "2022-04-03T01:02:03+00:00"
    assert told["limits"]["redirects"] == 5
    assert told["limits"]["total_ms"] == 30_000
    assert told["limits"]["connect_ms"] == 5_000
    assert told["limits"]["cpu_seconds"] == 30
    assert told["versions"]["product"]
    assert told["versions"]["fetcher"] == "2"
    assert (told["crawl_delay"], told["doors"]) == ("1.5", {"ports": [80, 443]})
    assert "not for here" not in made.content
    assert str(capture.requested_by.name) not in made.content
    assert differences(made, Capture.objects.select_related("source", "body", "wire").get(pk=capture.pk)) == []


@pytest.mark.django_db
@pytest.mark.parametrize("obtained", ["uploaded", "pasted"])
def test_what_was_handed_in_has_a_manifest_too(obtained):
    capture = CaptureFactory(obtained=obtained, reason="The site is down.", file_name="page.html")
    told = json.loads(write_manifest(capture).content)
    assert told["capture"]["obtained"] == obtained
    assert told["capture"]["reason"] == "The site is down."
    assert told["limits"] == {}
    assert told["visit"]["hops"] == []


@pytest.mark.django_db
def test_every_way_in_ends_with_a_manifest_of_one_chain():
    source = intake.hand_in_text(text="Nobody was harmed.", by=analyst()).source
    intake.hand_in_file(
        name="page.html",
        body=b"<p>Nobody.</p>",
        media_type="text/html",
        by=analyst(),
        into=source,
        reason="It is down.",
    )
    intake.hand_in_file(name="x.exe", body=b"MZ", media_type="application/x-msdownload", by=analyst(), into=source)
    for _job in range(3):  # one wake-up ends after two seconds, whatever is left
        jobs.work("parse")
    told = [json.loads(row.content) for row in Manifest.objects.filter(source=source).order_by("number")]
    assert [each["capture"]["obtained"] for each in told] == ["pasted", "uploaded", "uploaded"]
    assert [each["outcome"]["verdict"] for each in told] == ["ok", "ok", "type.unsupported"]
    assert told[1]["capture"]["reason"] == "It is down."
    assert all(each["body"]["sha256"] for each in told)


@pytest.mark.django_db
def test_manifests_of_a_source_are_chained_and_written_once():
    source = SourceFactory()
    captures = [CaptureFactory(source=source) for _ in range(3)]
    made = [write_manifest(capture) for capture in captures]
    assert [row.number for row in made] == [1, 2, 3]
    assert [row.previous for row in made] == ["", made[0].sha256, made[1].sha256]
    assert json.loads(made[2].content)["previous"] == made[1].sha256
    assert write_manifest(captures[1]) == made[1]
    assert Manifest.objects.count() == 3
    assert write_manifest(CaptureFactory()).number == 1


@pytest.mark.django_db
def test_limits_are_those_of_the_visit_where_it_tells_them():
    visit = {"limits": {"total_seconds": 1.5, "redirects": 2}}
    told = json.loads(write_manifest(CaptureFactory(), visit).content)
    assert told["limits"] == {"total_ms": 1500, "redirects": 2}


@pytest.mark.django_db
def test_the_hash_is_of_what_the_database_keeps():
    capture = CaptureFactory()
    capture.final_address = "https://elsewhere.example/"
    told = json.loads(write_manifest(capture).content)
    assert told["visit"]["final_address"] == capture.source.submitted_address


@pytest.mark.django_db
def test_a_capture_under_way_has_no_manifest():
    with pytest.raises(ValueError, match="no outcome yet"):
        write_manifest(capture_under_way())


@pytest.mark.django_db
def test_a_capture_without_bytes_is_on_record_as_well():
    capture = CaptureFactory(body=None, text="", walker_version=None, outcome="dns.nxdomain", final_address="")
    told = json.loads(write_manifest(capture).content)
    assert told["body"]["sha256"] == ""
    assert told["outcome"]["verdict"] == "dns.nxdomain"


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_fork_no_chain():
    source = SourceFactory()
    captures = [CaptureFactory(source=source) for _ in range(8)]

    def write(capture):
        try:
            with transaction.atomic():
                write_manifest(capture)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=[capture]) for capture in captures]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rows = list(Manifest.objects.order_by("number"))
    assert [row.number for row in rows] == list(range(1, 9))
    assert all(later.previous == earlier.sha256 for earlier, later in itertools.pairwise(rows))


@pytest.mark.django_db
def test_captures_from_before_get_their_manifests_in_order():
    source = SourceFactory()
    captures = [CaptureFactory(source=source) for _ in range(3)]
    write_manifest(captures[0])
    capture_under_way(source=source)
    assert write_missing(at_most=1) == 1
    assert write_missing() == 1
    assert write_missing() == 0
    chain = Manifest.objects.filter(source=source).order_by("number").values_list("capture", flat=True)
    assert list(chain) == [capture.pk for capture in captures]


@pytest.mark.django_db(transaction=True)
def test_a_capture_edited_behind_our_back_no_longer_matches():
    capture = CaptureFactory(hops=HOPS)
    made = write_manifest(capture)
    with as_role("postgres") as server:
        server.execute("SET session_replication_role = replica")
        server.execute("UPDATE sources_capture SET text_sha256 = %s, hops = '[]'", [sha256_of("other")])
    changed = Capture.objects.select_related("source", "body", "wire").get(pk=capture.pk)
    assert differences(made, changed) == ["visit", "text"]
