"""The reading view, the second reader and the language: beside the canonical text, never in its way."""

import time
from pathlib import Path

import pytest

from sources.capture.child import Bounds
from sources.capture.extract import Extracted, extract
from sources.capture.judge import Kind
from sources.capture.language import conflict_of, detect
from sources.capture.outcomes import Outcome
from sources.capture.reading_view import LARGEST, MOST_ELEMENTS
from sources.capture.second_reader import LOW, agreement_of, share_nothing, words_in

PAGES = Path(__file__).resolve().parent.parent / "pages"
ARTICLE = (PAGES / "article_en.html").read_bytes()
ONE = " ".join(f"alpha{n} beta{n} gamma{n}" for n in range(40))
OTHER = " ".join(f"delta{n} epsilon{n} zeta{n}" for n in range(40))


def read(body: str, head: str = "", lang: str = "") -> Extracted:
    return extract(f"<html lang='{lang}'><head>{head}</head><body>{body}</body></html>".encode(), Kind.HTML)


def test_the_reading_view_is_the_article_in_plain_paragraphs():
    lines = extract(ARTICLE, Kind.HTML).reading.split("\n")
    assert "Ministry denies that anybody was harmed" in lines
    assert "What residents say" in lines
    assert any(line.startswith("Residents who spoke with reporters") for line in lines)
    assert not any(words in line for line in lines for words in ("Sport", "All rights", "A reader writes", "<", ">"))


def test_what_no_reader_saw_is_not_in_the_reading_view():
    assert "no reader has ever seen" not in extract(ARTICLE, Kind.HTML).reading


def test_the_canonical_text_keeps_what_the_reading_view_loses():
    text = extract(ARTICLE, Kind.HTML).text.text
    assert "a resident of the town" in text
    assert "A street on the third of April" in text
    assert "Front page" in text


def test_two_readers_agree_on_an_ordinary_page():
    assert extract(ARTICLE, Kind.HTML).agreement >= 0.95


@pytest.mark.parametrize(
    "body",
    [
        "<p>geno\u00adcide is\u200b denied</p><p>O<b>n</b>e <i>two</i></p><ul><li>three<li>four</ul>" + ONE,
        "<table><tr><td>one<td>two<tr><td>three</table>a<br>b<p>c &amp; d &lt;e&gt;</p>" + ONE,
        "<pre>one\n  two</pre><textarea>three</textarea><select><option>four<option>five</select>" + ONE,
        "<script>no()</script><noscript>no</noscript><template>no</template><svg><text>no</text></svg>" + ONE,
        "<p>Міністерство заперечує, що хтось постраждав.</p>" * 20,
    ],
)
def test_two_readers_agree_whatever_the_markup(body):
    assert read(body).agreement >= 0.9


def test_a_page_that_one_reader_loses_is_captured_and_shows_it():
    deep = read("<div>" * 3000 + ONE)
    assert (deep.outcome, deep.text.text) == (Outcome.OK, ONE)
    assert deep.agreement < LOW


def test_two_readers_that_find_two_texts_disagree():
    torn = read(f"<svg><p>{ONE}</p></svg><a><object></a><p>{OTHER}")
    assert torn.outcome == Outcome.PARSE_DISAGREE
    assert (torn.text.text, torn.agreement) == (ONE, 0.0)
    assert torn.detail == "agreement 0.0"


def test_a_text_that_only_the_second_reader_finds_is_not_called_empty():
    assert read(f"<div><a><object></a></div><p>{OTHER}").outcome == Outcome.PARSE_DISAGREE


def test_of_a_few_words_nothing_is_concluded():
    few = read("<svg><p>one two three</p></svg><a><object></a><p>four five six")
    assert (few.outcome, few.text.text) == (Outcome.OK, "one two three")


@pytest.mark.parametrize(
    ("first", "second", "agreement", "nothing"),
    [
        (ONE, ONE, 1.0, False),
        (ONE, "", 0.0, False),
        ("", ONE, 0.0, True),
        ("", "", 1.0, False),
        (ONE, OTHER, 0.0, True),
        (ONE, ONE + " " + OTHER, 0.496, False),
        ("One two, THREE.", "one two three", 1.0, False),
    ],
)
def test_agreement_is_what_the_longer_text_shares(first, second, agreement, nothing):
    pair = words_in(first), words_in(second)
    assert agreement_of(*pair) == pytest.approx(agreement, abs=0.01)
    assert share_nothing(*pair) == nothing


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<",
        "\0",
        "<?xml version='1.0' encoding='utf-8'?><p>x</p>",
        "<frameset><frame></frameset>",
        "<p>\ud800",
        "]]>",
    ],
)
def test_nothing_to_read_is_no_error(body):
    extracted = extract(body.encode("utf-8", "surrogatepass"), Kind.HTML)
    assert extracted.outcome == Outcome.OK
    assert extracted.reading == "" or extracted.reading in extracted.text.text


@pytest.mark.parametrize(
    "body",
    [
        "<p>" + "&amp;" * (LARGEST // 5 + 1),
        "<p>" + "&eacute; " * (LARGEST // 9 + 1),
        "<p>a b c d e f g</p>" * (MOST_ELEMENTS + 1),
        "<div>" * 15_000 + "words",
        "<b><i>" * 50_000 + "words",
        "<table><tr><td>" * 20_000 + "words",
    ],
    ids=["entities", "letters", "paragraphs", "deep", "misnested", "tables"],
)
def test_a_page_made_to_be_slow_is_read_all_the_same(body):
    began = time.monotonic()
    extracted = extract(body.encode(), Kind.HTML)
    assert extracted.outcome == Outcome.OK
    assert extracted.text.text
    assert extracted.reading == ""
    assert time.monotonic() - began < 22


def test_a_page_that_kills_the_second_reading_is_captured_all_the_same():
    """So many attributes on one tag take the second parser four times as long as the first, in code nobody stops."""
    body = "<p " + " ".join(f"a{n}=1" for n in range(18_000)) + ">No one was harmed."
    extracted = extract(body.encode(), Kind.HTML, bounds=Bounds(seconds=30, cpu_seconds=2, memory_bytes=1024**3))
    assert (extracted.outcome, extracted.text.text) == (Outcome.OK, "No one was harmed.")
    assert (extracted.reading, extracted.agreement) == ("", None)
    assert extracted.detail == "no reading view: parse.timeout"


def test_plain_text_has_a_language_and_no_second_reading():
    pasted = extract(("Міністерство заявило, що ніхто не постраждав. " * 3).encode(), Kind.TEXT)
    assert (pasted.outcome, pasted.reading, pasted.agreement, pasted.text.lang) == (Outcome.OK, "", None, "uk")


WORDS = {
    "en": "The ministry said on Monday that nobody was harmed while its troops held the town.",
    "de": "Das Ministerium erklärte am Montag, niemand sei in der Stadt zu Schaden gekommen.",
    "fr": "Le ministère a déclaré lundi que personne n'avait été blessé dans la ville occupée.",
    "ru": "Министерство заявило в понедельник, что никто из жителей города не пострадал.",
    "uk": "Міністерство заявило в понеділок, що ніхто з мешканців міста не постраждав.",
    "pl": "Ministerstwo oświadczyło w poniedziałek, że nikt w mieście nie ucierpiał od ostrzału.",
}


@pytest.mark.parametrize("lang", WORDS)
def test_the_language_of_a_page_that_declares_none_is_detected(lang):
    text = read(f"<p>{WORDS[lang]}").text
    assert (text.lang, text.metadata["lang"]) == (lang, [{"value": lang, "from": "detected"}])


@pytest.mark.parametrize(
    "words", ["", "Буча", "OK", "Vladimir Vladimirovich", "12 345 67 89 " * 30, "404 – 17:05", "…" * 80]
)
def test_too_few_letters_are_not_guessed(words):
    assert detect(words) == ""


def test_what_is_declared_is_kept_and_a_conflict_stays_visible():
    text = read(f"<p>{WORDS['ru'] * 3}", lang="en-GB").text
    assert text.lang == "en-GB"
    assert conflict_of(text.metadata) == ("en-GB", "ru")


@pytest.mark.parametrize(("declared", "lang"), [("en-GB", "en"), ("uk-UA", "uk"), ("ua", "uk"), ("DE", "de")])
def test_a_region_is_no_conflict(declared, lang):
    assert conflict_of(read(f"<p>{WORDS[lang] * 3}", lang=declared).text.metadata) is None


def test_rivals_of_a_declared_language_are_kept():
    text = read(f"<p>{WORDS['uk']}", "<meta property='og:locale' content='ru_RU'>", lang="uk").text
    assert [(entry["value"], entry["from"]) for entry in text.metadata["lang"]] == [
        ("uk", "html"),
        ("ru-RU", "og:locale"),
        ("uk", "detected"),
    ]
