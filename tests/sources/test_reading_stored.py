"""What reading found out is stored with the capture: the reading view, the agreement, how the visit alone went."""

import io

import pytest
from PIL import Image

from harmtracker import jobs
from sources import intake
from sources.capture.outcomes import Outcome
from sources.models import Capture
from tests.factories import analyst

pytestmark = pytest.mark.django_db


def finished(handed_in: intake.HandedIn) -> Capture:
    """The capture after the workers did what they do when they are woken."""
    assert handed_in.capture
    jobs.work("fetch")
    jobs.work("parse")
    return Capture.objects.select_related("source").get(pk=handed_in.capture.pk)


def test_an_article_is_stored_with_its_reading_view_and_the_agreement(site):
    capture = finished(intake.hand_in_link(address=site.url("article"), by=analyst()))
    assert (capture.outcome, capture.transport) == ("ok", "ok")
    assert "nobody was harmed while its troops held the town" in capture.reading
    assert "<" not in capture.reading
    assert capture.agreement > 0.9
    assert {"value": "en", "from": "detected"} in capture.metadata["lang"]


def test_a_refusal_and_the_check_it_sent_are_two_facts(site):
    capture = finished(intake.hand_in_link(address=site.url("challenge"), by=analyst()))
    assert (capture.transport, capture.outcome) == ("http.403", "verdict.challenge")
    assert (capture.reading, capture.agreement) == ("", None)


def test_a_picture_is_stored_without_words():
    held = Image.Exif()
    held[0x0110] = "Model 5"
    written = io.BytesIO()
    Image.new("RGB", (64, 48)).save(written, "JPEG", exif=held)
    body = written.getvalue()
    capture = finished(intake.hand_in_file(name="street.jpg", body=body, media_type="image/jpeg", by=analyst()))
    assert (capture.outcome, capture.outcome_detail) == (Outcome.OK_PARTIAL, "picture")
    assert (capture.text, capture.text_sha256, capture.is_readable) == ("", "", False)
    assert capture.metadata["pixels"] == [{"value": "64 x 48", "from": "bytes"}]
    assert capture.metadata["camera_model"] == [{"value": "Model 5", "from": "exif"}]


def test_a_page_on_which_two_readers_disagree_keeps_its_bytes_and_no_text():
    one, other = (" ".join(f"{letter}{n} {letter}{n}x {letter}{n}y" for n in range(40)) for letter in "ab")
    torn = f"<!doctype html><body><svg><p>{one}</p></svg><a><object></a><p>{other}"
    capture = finished(intake.hand_in_file(name="a.html", body=torn.encode(), media_type="text/html", by=analyst()))
    assert (capture.outcome, capture.outcome_detail) == (Outcome.PARSE_DISAGREE, "agreement 0.0")
    assert (capture.text, capture.body.size) == ("", len(torn))


def test_a_detected_language_fills_an_empty_source_and_no_declared_one():
    words = "<p>Министерство заявило в понедельник, что никто из жителей города не пострадал.</p>"
    told = [
        finished(
            intake.hand_in_file(name="a.html", body=page.encode(), media_type="text/html", by=analyst())
        ).source.lang
        for page in (f"<!doctype html><body>{words}", f"<!doctype html><html lang=uk><body>{words}")
    ]
    assert told == ["ru", "uk"]
