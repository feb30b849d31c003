"""Words are anchored where they stand, in code points; every difference is named when they are looked for again."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.quote_check import QuoteOutcome, check
from sources.quote_edits import EditClass, operations
from sources.quotes import (
    QuoteAmbiguous,
    QuoteHidden,
    QuoteNotFound,
    QuoteOutside,
    Selector,
    find_all,
    select,
    selector_at,
    to_code_points,
    to_utf16,
)

TEXT = (
    "Ministry answers \N{GRINNING FACE}\N{FAMILY}\n"
    "A spokesman met reporters on Monday. He said: “Not a single local resident suffered from any violent actions.” "
    "Troops left Bucha on March 30, according to him. Allegedly 452 tons of aid came. Nothing was added.\n"
    "Nothing was added."
)
WORDS = "Not a single local resident suffered from any violent actions"


def utf16(text: str, words: str) -> tuple[int, int]:
    start = text.index(words)
    return len(text[:start].encode("utf-16-le")) // 2, len(text[: start + len(words)].encode("utf-16-le")) // 2


def test_emoji_before_a_quotation_do_not_shift_it():
    selector = select(TEXT, WORDS, *utf16(TEXT, WORDS))
    assert selector.start == TEXT.index(WORDS)
    assert utf16(TEXT, WORDS)[0] == selector.start + 2
    assert TEXT[selector.start : selector.end] == selector.exact == WORDS


def test_the_neighbouring_sentences_are_kept_whole():
    selector = select(TEXT, WORDS)
    assert selector.prefix == "A spokesman met reporters on Monday. He said: “"
    assert selector.suffix == ".” Troops left Bucha on March 30, according to him. "


@given(st.text(alphabet="ab .\n😀Буча“”", min_size=1, max_size=120), st.data())
@settings(max_examples=200, deadline=None)
def test_a_selector_is_true_of_its_text(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    selector = selector_at(text, start, end)
    assert text[selector.start : selector.end] == selector.exact
    assert text[: selector.start].endswith(selector.prefix)
    assert text[selector.end :].startswith(selector.suffix)
    assert to_code_points(text, *to_utf16(text, start, end)) == (start, end)
    if selector.exact.strip():
        chosen = select(text, selector.exact, *to_utf16(text, start, end))
        assert chosen.exact == selector.exact.strip()
        assert start <= chosen.start < chosen.end <= end
        assert check(chosen, text).outcome in (QuoteOutcome.EXACT, QuoteOutcome.AMBIGUOUS)


def test_words_that_overlap_themselves_are_found_where_they_stood():
    assert check(selector_at("aaaaaaaaa", 1, 9), "aaaaaaaaa").outcome == QuoteOutcome.EXACT


@pytest.mark.parametrize(("start", "end"), [(-1, 3), (5, 3), (0, 10_000), (10_000, 10_001)])
def test_a_selection_outside_the_text_is_refused(start, end):
    with pytest.raises(QuoteOutside):
        select(TEXT, WORDS, start, end)


def test_half_an_emoji_is_no_selection():
    with pytest.raises(QuoteOutside):
        to_code_points("😀", 1, 2)


def test_words_that_stand_elsewhere_are_refused():
    with pytest.raises(QuoteNotFound):
        select(TEXT, "Not a word of it was true", *utf16(TEXT, WORDS))


def test_a_browser_may_join_lines_in_its_own_way():
    text = "He said:\nWe deny it."
    assert select(text, "He said:\n\nWe deny it. ", 0, len(text)).exact == text


@pytest.mark.parametrize("words", ["", "   ", "\n"])
def test_no_words_are_no_quotation(words):
    with pytest.raises(QuoteNotFound):
        select(TEXT, words)
    with pytest.raises(QuoteNotFound):
        select(TEXT, words, 0, 0)


def test_words_in_several_places_are_offered_for_choice():
    with pytest.raises(QuoteAmbiguous) as caught:
        select(TEXT, "Nothing was added.")
    assert len(caught.value.places) == 2
    assert caught.value.places[0].before.endswith("aid came. ")
    chosen = caught.value.places[1]
    assert select(TEXT, chosen.exact, *to_utf16(TEXT, chosen.start, chosen.end)).start == chosen.start


def test_hidden_words_cannot_be_quoted():
    text = "Seen words. Hidden words. Seen words again."
    flags = [{"start": 12, "end": 25, "flag": "hidden"}, {"start": 0, "end": 11, "flag": "in_article"}]
    for words in ("Hidden words", "words. Hidden"):
        with pytest.raises(QuoteHidden):
            select(text, words, flags=flags)
        with pytest.raises(QuoteHidden):
            select(text, words, *utf16(text, words), flags=flags)
    assert select(text, "Seen words.", flags=flags).start == 0


def test_a_hidden_double_does_not_make_words_ambiguous():
    flags = [{"start": TEXT.rindex("Nothing"), "end": len(TEXT), "flag": "hidden"}]
    assert select(TEXT, "Nothing was added.", flags=flags).start == TEXT.index("Nothing")


@pytest.mark.parametrize(
    "pasted",
    [
        'He said: "Not a single local resident',
        "He said:  «Not a single\nlocal resident",
        "He\u00a0said: “Not a sin\u00adgle local resident",
    ],
)
def test_pasted_words_are_found_though_formatted_otherwise(pasted):
    selector = select(TEXT, pasted)
    assert selector.exact == "He said: “Not a single local resident"


def test_composed_and_decomposed_letters_are_the_same_word():
    decomposed = "там и\u0306шли бої"
    assert find_all(decomposed, "йшли")[0].exact == "и\u0306шли"
    assert find_all("там йшли бої", "и\u0306шли")[0].exact == "йшли"


def test_a_letter_is_not_found_in_another_that_is_built_on_it():
    assert find_all("и\u0306ду", "и") == []
    assert find_all("йду", "и") == []


def test_refusals_are_sentences_for_a_person():
    with pytest.raises(QuoteNotFound) as caught:
        select(TEXT, "never said")
    assert "captured text" in str(caught.value.message)
    assert caught.value.field == "exact"


def edited(old: str, new: str) -> QuoteOutcome:
    return check(select(TEXT, WORDS), TEXT.replace(old, new))


def test_words_stand_where_they_stood():
    assert check(select(TEXT, WORDS), TEXT).outcome == QuoteOutcome.EXACT
    assert check(select(TEXT, WORDS), "A new first line.\n" + TEXT).outcome == QuoteOutcome.EXACT


def test_words_among_other_words_have_moved():
    assert check(select(TEXT, WORDS), f"Quite another page. {WORDS}, it said.").outcome == QuoteOutcome.MOVED


def test_words_in_another_dress_are_only_formatted():
    selector = select(TEXT, "He said: “Not a single local resident")
    assert check(selector, TEXT.replace("“", "«").replace("”", "»")).outcome == QuoteOutcome.FORMAT_ONLY


def test_words_that_are_gone_are_missing():
    for text in ("", "Another page altogether, about the weather and the harvest.", TEXT.replace(WORDS, "Nothing")):
        assert check(select(TEXT, WORDS), text).outcome == QuoteOutcome.MISSING


def test_words_that_now_stand_twice_are_ambiguous():
    selector = select(TEXT, "Troops left Bucha on March 30")
    found = check(selector, "Troops left Bucha on March 30. Yes. Troops left Bucha on March 30. No.")
    assert found.outcome == QuoteOutcome.AMBIGUOUS
    assert len(found.candidates) == 2


def test_of_two_places_the_one_with_its_neighbours_is_meant():
    selector = select(TEXT, "Nothing was added.", *utf16(TEXT, "Nothing was added."))
    assert check(selector, "Before.\n" + TEXT).candidates[0].start == len("Before.\n") + selector.start


@pytest.mark.parametrize(
    ("old", "new", "edit"),
    [
        ("Not a single", "A single", EditClass.NEGATION),
        ("suffered", "never suffered", EditClass.NEGATION),
        ("resident", "resident of Bhutan", EditClass.NAME),
        ("a single", "452 single", EditClass.NUMBER),
        ("suffered", "reportedly suffered", EditClass.HEDGE),
        ("suffered", "said they suffered", EditClass.ATTRIBUTION),
        ("resident suffered", "resident, suffered", EditClass.PUNCTUATION),
        ("violent", "forceful", EditClass.OTHER),
    ],
)
def test_an_edit_is_named_and_classed_whatever_its_score(old, new, edit):
    found = edited(old, new)
    assert found.outcome == QuoteOutcome.EDITED
    assert [operation.edit for operation in found.operations] == [edit]
    assert found.operations[0].is_red == (edit in (EditClass.NEGATION, EditClass.NUMBER, EditClass.NAME))
    assert found.candidates[0].exact == WORDS.replace(old, new)


def test_one_place_for_another_is_red():
    found = check(select(TEXT, "Troops left Bucha on March 30"), TEXT.replace("Bucha", "Bhutan"))
    assert [(o.before, o.after, o.is_red) for o in found.operations] == [("Bucha", "Bhutan", True)]


def test_an_edit_is_found_without_its_neighbours():
    found = check(
        select(TEXT, WORDS), "Elsewhere. It said no single local resident suffered from any violent actions there."
    )
    assert found.outcome == QuoteOutcome.EDITED
    assert found.operations


@pytest.mark.parametrize(
    ("before", "after", "edit"),
    [
        ("никто не пострадал", "никто пострадал", EditClass.NEGATION),
        ("військові не стріляли", "військові стріляли", EditClass.NEGATION),
        ("they didn't shoot", "they did shoot", EditClass.NEGATION),
        ("left on March 30", "left on April 30", EditClass.NUMBER),
        ("якобы пострадали", "пострадали", EditClass.HEDGE),
    ],
)
def test_operations_are_classed_in_other_languages(before, after, edit):
    assert edit in [operation.edit for operation in operations(before, after)]


@given(st.text(max_size=200), st.text(min_size=1, max_size=40))
@settings(max_examples=100, deadline=None)
def test_looking_for_anything_in_anything_never_raises(text, words):
    found = check(Selector(words, "", "", 0, len(words)), text)
    for place in found.candidates:
        assert text[place.start : place.end] == place.exact


def test_a_thousand_quotations_are_looked_for_in_under_a_second():
    sentences = [f"Sentence number {number} was said by somebody in the town on that day." for number in range(1400)]
    text = " ".join(sentences)
    selectors = [select(text, sentence) for sentence in sentences[:1000]]
    begun = time.process_time()
    outcomes = {check(selector, "New line. " + text).outcome for selector in selectors}
    assert outcomes == {QuoteOutcome.EXACT}
    assert time.process_time() - begun < 1
