"""The words that say who is quoted: found beside the quotation, and offered as they stand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sources.attributions import locate, offered
from sources.quotes import QuoteRefused, select, to_utf16

TEXT = (
    "KYIV. On Sunday the president spoke to a broadcaster. “Indeed. This is genocide,” said Zelensky on Sunday. "
    "Others saw it otherwise. “The video is fake,” said the ministry in Moscow.\n"
    "В Москві заявили: «Жоден місцевий житель не постраждав», — сказав речник Конашенков журналістам.\n"
    f"{'Nothing more of it was told that day. ' * 30}\nAt night it was quiet, said the ministry in Moscow."
)
GENOCIDE = select(TEXT, "Indeed. This is genocide")
FAKE = select(TEXT, "The video is fake")
DENIAL = select(TEXT, "Жоден місцевий житель не постраждав")


def test_an_attribution_is_found_letter_by_letter():
    start, end = locate(TEXT, "said Zelensky on Sunday", GENOCIDE)
    assert TEXT[start:end] == "said Zelensky on Sunday"


def test_of_several_places_the_one_beside_the_quotation_is_meant():
    start, _end = locate(TEXT, "said the ministry in Moscow", FAKE)
    assert start == TEXT.index("said the ministry in Moscow")
    place = TEXT.rindex("said the ministry in Moscow")
    last = to_utf16(TEXT, place, place + 27)
    assert locate(TEXT, "said the ministry in Moscow", FAKE, *last)[0] == place


@pytest.mark.parametrize("words", ["said Putin on Sunday", "  ", "said Zelensky yesterday"])
def test_words_that_do_not_stand_there_are_refused_beside_their_field(words):
    with pytest.raises(QuoteRefused) as refused:
        locate(TEXT, words, GENOCIDE)
    assert refused.value.field == "attribution"


def test_words_in_several_places_none_of_them_near_are_refused():
    far = f"{TEXT}\n{'And so on and on. ' * 60}\nHe said it. Again: he said it."
    with pytest.raises(QuoteRefused, match="several places"):
        locate(far, "said it", GENOCIDE)


def test_hidden_words_and_places_outside_the_text_are_refused():
    place = TEXT.index("said Zelensky")
    with pytest.raises(QuoteRefused) as refused:
        locate(TEXT, "said Zelensky", GENOCIDE, flags=[{"start": place, "end": place + 4, "flag": "hidden"}])
    assert refused.value.field == "attribution"
    with pytest.raises(QuoteRefused) as refused:
        locate(TEXT, "said Zelensky", GENOCIDE, 10_000_000, 10_000_005)
    assert refused.value.field == "attribution"


def test_the_part_beside_the_quotation_with_a_verb_and_a_name_is_offered_first():
    assert offered(TEXT, GENOCIDE.start, GENOCIDE.end, ["Volodymyr Zelensky"])[0] == "said Zelensky on Sunday"
    assert offered(TEXT, FAKE.start, FAKE.end, [])[0] == "said the ministry in Moscow"
    both = offered(TEXT, DENIAL.start, DENIAL.end, [])
    assert both[:2] == ["В Москві заявили", "сказав речник Конашенков журналістам"]


def test_a_headline_further_up_is_no_attribution():
    text = (
        "Russia denies it\nBy our man\nThe town was quiet.\n“Nobody was here,” said Petrenko.\nMore.\nBerlin said so."
    )
    words = select(text, "Nobody was here")
    assert offered(text, words.start, words.end, ["Russia"]) == ["said Petrenko"]


def test_nothing_is_offered_where_nobody_is_said_to_speak():
    text = "The town was quiet. “Nobody was here.” The road was open."
    words = select(text, "Nobody was here")
    assert offered(text, words.start, words.end, ["The Town"]) == []


@given(st.text(alphabet="ab .,“”—\nсказав Bucha said", max_size=200), st.data())
@settings(max_examples=200, deadline=None)
def test_what_is_offered_stands_in_the_text(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    for words in offered(text, start, end, ["Bucha"]):
        assert words
        assert words in text
        assert words.strip() == words
