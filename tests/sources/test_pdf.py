"""PDFs: words by page, and what the document says of its making, with the zone as given."""

import io

import pytest
from pypdf import PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject, NumberObject

from sources.capture.extract import extract
from sources.capture.judge import Kind, judge
from sources.capture.outcomes import Outcome
from sources.capture.text import CanonicalText


def pdf_of(*pages: str, **told: str) -> bytes:
    """A PDF with one line of words on each page and this document information."""
    writer = PdfWriter()
    for words in pages:
        added = writer.add_blank_page(400, 200)
        font = DictionaryObject({
            NameObject("/Type"): NameObject("/Font"), NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        })  # fmt: skip
        fonts = DictionaryObject({NameObject("/F1"): font})
        added[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        stream = DecodedStreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 100 Td ({words}) Tj ET".encode())
        added[NameObject("/Contents")] = writer._add_object(stream)
    writer.add_metadata({f"/{name}": value for name, value in told.items()})
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def read(body: bytes) -> CanonicalText:
    extracted = extract(body, Kind.PDF)
    assert extracted.outcome == Outcome.OK
    return extracted.text


def told(text: CanonicalText, name: str) -> list[tuple[str, str]]:
    return [(entry["value"], entry["from"]) for entry in text.metadata.get(name, [])]


def test_a_pdf_says_who_made_it_when_and_with_what():
    text = read(
        pdf_of(
            "Nobody was harmed.",
            Title="Statement",
            Author="Press office",
            Producer="A library",
            Creator="An office suite",
            CreationDate="D:20220403180500+03'00'",
            ModDate="D:20220405070000Z",
        )
    )
    assert (text.title, text.byline, text.published) == ("Statement", "Press office", "")
    assert told(text, "byline") == [("Press office", "pdf")]
    assert (told(text, "producer"), told(text, "software")) == ([("A library", "pdf")], [("An office suite", "pdf")])
    assert told(text, "created") == [("2022-04-03T18:05:00+03:00", "pdf")]
    assert told(text, "modified") == [("2022-04-05T07:00:00Z", "pdf")]


@pytest.mark.parametrize(
    ("stated", "kept"),
    [
        ("D:20220403180500", "2022-04-03T18:05:00"),
        ("D:202204031805-05'30'", "2022-04-03T18:05-05:30"),
        ("D:20220403180500+03", "2022-04-03T18:05:00+03:00"),
        ("D:20220403", "2022-04-03"),
        ("D:2022", "2022"),
        ("yesterday", "yesterday"),
        ("D:", "D:"),
    ],
)
def test_a_time_is_kept_as_exactly_as_it_was_given(stated, kept):
    assert told(read(pdf_of("words", CreationDate=stated)), "created") == [(kept, "pdf")]


def test_the_language_of_a_pdf_is_detected():
    text = read(pdf_of("The ministry said on Monday that nobody was harmed while its troops held the town."))
    assert (text.lang, told(text, "lang")) == ("en", [("en", "detected")])


def test_pages_keep_their_numbers_and_the_capture_is_whole():
    text = read(pdf_of("We deny it.", "Nobody was harmed."))
    pages = [(flag["page"], text.text[flag["start"] : flag["end"]]) for flag in text.flags if flag["flag"] == "page"]
    assert pages == [(1, "We deny it."), (2, "Nobody was harmed.")]
    assert judge(None, text) == Outcome.OK


def test_an_entry_that_is_no_text_is_no_obstacle():
    writer = PdfWriter(clone_from=io.BytesIO(pdf_of("words")))
    writer._info[NameObject("/Title")] = NumberObject(7)
    writer._info[NameObject("/Author")] = DictionaryObject()
    written = io.BytesIO()
    writer.write(written)
    assert read(written.getvalue()).text == "words"


def test_a_page_without_words_among_others_is_in_order():
    text = read(pdf_of("We deny it.", "", "Nobody was harmed."))
    assert [flag["page"] for flag in text.flags if flag["flag"] == "page"] == [1, 3]
