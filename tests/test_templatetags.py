"""Codes and values become the words and marks a person reads; what strangers wrote stays text."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from claims.models.findings import Finding
from claims.models.rendering import QuoteOutcome
from harmtracker import wording

NOW = datetime(2022, 4, 5, 9, 12, tzinfo=UTC)


def shown(source: str, **context) -> str:
    return Template("{% load record %}" + source).render(Context(context)).strip()


# ---- Findings, markings, quote checks


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("unverified", "Not yet assessed"),
        ("in_progress", "In progress"),
        ("could_not_confirm", "Could not independently confirm"),
        ("partly_corroborated", "Partly corroborated"),
        ("corroborated", "Corroborated"),
        ("verified", "Verified"),
        ("contradicted", "Contradicted by evidence"),
        ("refuted", "Refuted"),
        ("not_checkable", "Not a checkable claim"),
        ("withdrawn", "Finding withdrawn"),
    ],
)
def test_finding_is_shape_words_and_colour(code, words):
    html = shown("{% finding code %}", code=code)
    assert f"<span>{words}</span>" in html
    assert f'href="#i-st-{code}"' in html
    assert f'data-status="{code}"' in html


def test_words_and_codes_are_those_of_the_record():
    assert {code: str(words) for code, words in wording.FINDING_WORDS.items()} == dict(Finding.choices)
    for outcome in QuoteOutcome.values:
        wording.quote_check_words(outcome)


def test_finding_takes_the_label_of_its_vocabulary():
    assert "<span>Geprüft</span>" in shown('{% finding "verified" label %}', label="Geprüft")


def test_unknown_finding_is_an_error_not_a_blank():
    with pytest.raises(KeyError):
        shown('{% finding "true" %}')


def test_marking_is_written_as_the_standard_writes_it():
    assert shown('{% tlp "AMBER_STRICT" %}') == '<b class="tlp" data-tlp="AMBER_STRICT">TLP:AMBER+STRICT</b>'


@pytest.mark.parametrize(
    ("code", "tone", "words"),
    [
        ("exact", "exact", "Exact in capture 2"),
        ("format_only", "exact", "Same words in capture 2, other punctuation or spacing"),
        ("moved", "attention", "Same words, moved within capture 2"),
        ("ambiguous", "attention", "Stands more than once in capture 2"),
        ("edited", "altered", "Words changed in capture 2"),
        ("missing", "missing", "Not in capture 2"),
        ("unchecked", "unchecked", "Not looked for yet"),
        ("none", "none", "Paraphrase, no quotation"),
    ],
)
def test_quote_check_names_the_capture(code, tone, words):
    html = shown('{% quote_check code "capture 2" %}', code=code)
    assert f'data-check="{tone}"' in html
    assert html.endswith(f"{words}</span>")


def test_quote_check_without_a_capture_speaks_of_the_captured_text():
    assert "Not in the captured text" in shown('{% quote_check "missing" %}')


# ---- Dates


@pytest.mark.parametrize(
    ("value", "precision", "words"),
    [
        ("2022-04-03", "day", "3 Apr 2022"),
        ("2022-03", "month", "March 2022"),
        ("2022", "year", "2022"),
        ("2022-02-27/2022-03-30", "range", "27 Feb to 30 Mar 2022"),
        ("2022-03-04/2022-03-30", "range", "4 to 30 Mar 2022"),
        ("2021-12-30/2022-01-02", "range", "30 Dec 2021 to 2 Jan 2022"),
        ("2022-02/2022-03", "range", "February to March 2022"),
        ("2022-02/2022-03-04", "range", "February 2022 to 4 Mar 2022"),
        ("2022-03-04/2022-03-04", "range", "4 Mar 2022"),
        ("[2022-03-01..2022-03-04]", "range", "once within 1 to 4 Mar 2022"),
        ("2022-03-11~", "day", "about 11 Mar 2022"),
        ("2022-03-11?", "day", "11 Mar 2022, uncertain"),
        ("2022-03-11%", "day", "about 11 Mar 2022, uncertain"),
        ("2022-02-27/2022-03-30~", "range", "about 27 Feb to 30 Mar 2022"),
        ("2022-04-03T09:30", "instant", "3 Apr 2022, 09:30"),
        ("2022-04-03T09:30/2022-04-03T11:00", "range", "3 Apr 2022, 09:30 to 3 Apr 2022, 11:00"),
        ("", "", "not stated"),
        ("2022-03-11", "unknown", "not stated"),
    ],
)
def test_reported_date_carries_its_precision(value, precision, words):
    assert wording.date_words(value, precision) == words


@pytest.mark.parametrize(
    "value",
    [
        "2022-13",
        "2022-02-30",
        "early April",
        "2022/",
        "/2022",
        "2022-04T10:00",
        "2022-04-03T25:00",
        "[2022-03-01]",
        "~",
        "0000",
    ],
)
def test_date_outside_the_profile_is_shown_as_it_stands(value):
    assert wording.date_words(value) == value


def test_months_are_named_in_the_language_of_the_page():
    with translation.override("uk"):
        assert wording.date_words("2022-04") == "квітень 2022"
        assert wording.short_day(NOW) == "05.04.2022"
        assert wording.date_words("2022-02-27/2022-03-30") == "27 лютого — 30 березня 2022"


def test_edtf_keeps_what_was_written_and_greys_what_was_not():
    assert shown('{% edtf "2022-03-11~" %}') == '<span class="date" title="2022-03-11~">about 11 Mar 2022</span>'
    assert shown("{% edtf value %}", value=None) == '<span class="nil">not stated</span>'


def test_every_moment_says_utc():
    kyiv = NOW.astimezone(tz=datetime.strptime("+0300", "%z").tzinfo)
    assert shown("{% utc at %}", at=kyiv).endswith(">5 Apr 2022, 09:12 UTC</time>")
    assert shown("{% utc at %}", at=None) == '<span class="nil">not stated</span>'


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=14), "14 min ago"),
        (timedelta(hours=3, minutes=59), "3 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=30), "6 Mar 2022"),
        (timedelta(minutes=-5), "5 Apr 2022"),
    ],
)
def test_how_long_ago(passed, words):
    assert wording.since(NOW - passed, NOW) == words


def test_how_long_ago_keeps_the_exact_moment():
    html = shown("{% reltime at %}", at=datetime(2022, 4, 3, 16, 20, tzinfo=UTC))
    assert 'title="3 Apr 2022, 16:20 UTC"' in html
    assert shown("{% reltime at %}", at=None) == '<span class="nil">not stated</span>'


# ---- Ranges


@pytest.mark.parametrize(
    ("low", "high", "at_least", "words"),
    [
        (20, 300, False, "20 to 300"),
        (20, None, False, "at least 20"),
        (None, 300, False, "up to 300"),
        (None, 300, True, "at least 300"),
        (13, 13, False, "13"),
        (13, 13, True, "at least 13"),
        (20, 300, True, "20 to at least 300"),
        (0, 0, False, "0"),
        (0, 6, False, "0 to 6"),
        (1200, None, False, "at least 1,200"),
        (None, None, False, "not stated"),
    ],
)
def test_range_never_makes_unknown_a_zero(low, high, at_least, words):
    assert wording.range_words(low, high, at_least) == words


def test_range_not_stated_is_grey():
    assert shown("{% range None None %}") == '<span class="nil">not stated</span>'
    assert shown("{% range 0 0 %}") == '<span class="amount">0</span>'


# ---- Words of others


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        ("fake", "en", "“fake”"),
        ("фейк", "ru", "«фейк»"),
        ("фейк", "uk-UA", "«фейк»"),
        ("falsch", "de", "„falsch“"),
        ("fake", "", "“fake”"),
        ("“fake”", "en", "“fake”"),
        ("«фейк»", "ru", "«фейк»"),
        ("„falsch“", "de", "„falsch“"),
        ("“fake” and “staged”", "en", "““fake” and “staged””"),
        ("he said “fake”", "en", "“he said “fake””"),
        ("“a “nested” word”", "en", "“a “nested” word”"),
        ("“", "en", "““”"),
    ],
)
def test_speech_has_one_pair_of_marks_around_it(text, lang, expected):
    assert f'dir="auto">{expected}</blockquote>' in shown("{% speech text lang %}", text=text, lang=lang)


def test_straight_quotes_hold_the_text_only_when_they_are_one_pair():
    assert wording.has_own_marks('"fake"')
    assert not wording.has_own_marks('"fake" and "staged"')


def test_speech_names_its_language():
    assert shown('{% speech "фейк" "ru" %}').startswith('<blockquote lang="ru" dir="auto">')


def test_untrusted_text_is_never_markup():
    html = shown("{% untrusted text %}", text='<img src=x onerror="alert(1)">&amp;')
    assert html == "<bdi>&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&amp;amp;</bdi>"


def test_hidden_characters_are_shown_by_number():
    html = shown("{% untrusted text %}", text="safe\u202egnp.exe\x00")
    assert "\u202e" not in html
    assert "\x00" not in html
    assert ">U+202E</span>gnp.exe<" in html
    assert 'title="right-to-left override"' in html
    assert 'title="control character"' in html


def test_joiners_of_scripts_and_emoji_stay():
    text = "نمی\u200cخواهم 👩\u200d👧 two\nlines"
    assert shown("{% untrusted text %}", text=text) == f"<bdi>{text}</bdi>"


@given(st.text())
def test_nothing_is_lost_and_nothing_hidden_is_left(text):
    parts = list(wording.visible_parts(text))
    assert "".join(part.text for part in parts) == text
    assert all(len(part.text) == 1 for part in parts if part.is_hidden)
    assert not any(wording.is_hidden(character) for part in parts if not part.is_hidden for character in part.text)


# ---- Small ones


@pytest.mark.parametrize(
    ("name", "letters"), [("Ines Caldeira", "IC"), ("editor", "ED"), ("daniel.koval", "DK"), ("", "?"), ("Ю", "Ю")]
)
def test_initials(name, letters):
    assert shown("{{ name|initials }}", name=name) == letters


def test_errors_are_counted_by_sentence():
    class Form(forms.Form):
        said_on = forms.CharField()
        role = forms.CharField()

        def clean(self):
            raise forms.ValidationError(["One thing.", "Another."])

    assert shown("{{ form|error_count }}", form=Form({})) == "4"
