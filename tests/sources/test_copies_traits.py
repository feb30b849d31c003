"""What a text is recognised by: names in any spelling, numbers and dates in any language, and a stable sketch."""

import subprocess
import sys

import pytest

from sources.copies.numbers import numbers_and_dates
from sources.copies.traits import guess_language, name_key, told_text, traits_of
from sources.names import skeleton

PRINTS_A_SKETCH = "import sys; from sources.copies.traits import traits_of; print(traits_of(sys.stdin.read()).sketch)"


@pytest.mark.parametrize(
    "spellings",
    [
        "Zelensky Zelenskyy Zelenskiy Selenskyj Selenskij Зеленський Зеленський Зеленского Зеленському Zelenski",
        "Bucha Bukha Bouha Boutcha Butscha Буча Бучі Бучу Бучею Бучи Бучей",
        "Irpin Irpen Irpiń Ірпінь Ірпеня Ирпень Ирпеня",
        "Mariupol Marioupol Маріуполь Маріуполя Мариуполе",
        "Stoltenberg Столтенберг Столтенберга Столтенбергом",
        "Shevchenko Chevtchenko Schewtschenko Шевченко",
        "Bohdanivka Богданівка Богданівці Богданівкою",
        "Martha Marta Марта",
    ],
)
def test_one_name_has_one_skeleton_in_every_spelling(spellings):
    assert len({skeleton(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("Bucha", "Bhutan"), ("Kherson", "Kharkiv"), ("Irpin", "Izium"), ("Sumy", "Smila"), ("Lavrov", "Lviv")],
)
def test_other_names_keep_apart(one, other):
    assert skeleton(one) != skeleton(other)


@pytest.mark.parametrize("nothing", ["", "'", "’s", "-"])
def test_no_letters_have_no_skeleton(nothing):
    assert skeleton(nothing) == ""


@pytest.mark.parametrize(
    "spellings",
    ["Russia Россия Росії Russland Russie", "NATO НАТО OTAN", "Kyiv Kiev Kiew Київ Києва Киеве", "UN ООН UNO ONU"],
)
def test_names_that_are_translated_are_known(spellings):
    assert len({name_key(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("text", "lang", "numbers"),
    [
        ("At least twenty people, 410 bodies, twenty-one streets", "en", ["20", "410", "21"]),
        ("one hundred and five, two hundred, three thousand", "en", ["105", "200", "3000"]),
        ("1,200 homes, 2.5 million people, 3 dozen", "en", ["1200", "2500000", "3", "12"]),
        ("Двадцять один будинок, двісті сорок людей, 1 200 вікон, дев'ятнадцять", "uk", ["21", "240", "1200", "19"]),
        ("двадцать пять домов, 2 млн, три тысячи, четырнадцати", "ru", ["25", "2000000", "3000", "14"]),
        ("einundzwanzig Häuser, 1.200 Fenster, zwei Tausend, 3,4 Millionen", "de", ["21", "1200", "2000", "3400000"]),
        ("vingt et un, soixante-dix, quatre-vingt-deux, 5 600", "fr", ["21", "70", "82", "5600"]),
        ("in the 21st century at 21:40, see https://news.example/1234", "en", []),
        ("one man and another one", "en", []),
    ],
)
def test_a_number_is_the_same_in_words_and_digits(text, lang, numbers):
    assert [found.key for found in numbers_and_dates(text, lang)[0]] == numbers


@pytest.mark.parametrize(
    ("text", "lang", "dates"),
    [
        ("Sunday, 3 April 2022, and March 30; the 9th of March", "en", ["sun", "2022-04-03", "--03-30", "--03-09"]),
        ("3 квітня 2022 року, у неділю, 30 березня", "uk", ["2022-04-03", "sun", "--03-30"]),
        ("30 марта, в воскресенье; в марте 2022", "ru", ["--03-30", "sun", "--03"]),
        ("am 3. April, am Sonntag, 03.04.2022", "de", ["--04-03", "sun", "2022-04-03"]),
        ("le 3 avril, dimanche", "fr", ["--04-03", "sun"]),
        ("It may rain and they march on", "en", []),
        ("since 1998", "en", ["1998"]),
    ],
)
def test_a_date_is_the_same_in_every_language(text, lang, dates):
    assert [found.key for found in numbers_and_dates(text, lang)[1]] == dates


@pytest.mark.parametrize("text", ["", "twenty-", "3 April 99999", "31.02.2022.", "1.2.3.4.5", "٣ ４", "- - one-", "²"])
def test_odd_numbers_break_nothing(text):
    for lang in ("en", "uk", "ru", "de", "fr", "xx"):
        numbers_and_dates(text, lang)
        traits_of(text, lang)


def test_a_word_that_only_opens_a_sentence_is_no_sure_name():
    traits = traits_of("Rescuers came. Yesterday rescuers left Irpin. Petrenko waved.", "en")
    assert traits.keys("name") == ["arpn"]
    assert traits.keys("opener") == [name_key("Petrenko")]


def test_german_nouns_are_no_names():
    traits = traits_of("Nach Angaben der Verwaltung in Irpin wurde die Bevölkerung gewarnt.", "de")
    assert traits.keys("name") == ["arpn"]


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Жоден мешканець не постраждав", "uk"),
        ("Ни один житель не пострадал, сообщили здесь; это подтвердили вы", "ru"),
        ("Die Stadt wurde nicht getroffen und das Licht blieb", "de"),
        ("Le maire est dans la ville avec les enfants", "fr"),
        ("The town was not hit and the lights stayed on", "en"),
        ("", "en"),
    ],
)
def test_a_language_not_told_is_guessed(text, lang):
    assert guess_language(text) == lang
    assert traits_of(text, "").lang == lang


@pytest.mark.parametrize("marks", ["“{}”", "«{}»", "„{}“", '"{}"', "»{}«"])
def test_quotations_are_found_in_the_marks_of_every_language(marks):
    traits = traits_of(f"He said: {marks.format('not one word')}. She left.", "en")
    assert [quotation.words for quotation in traits.quotations] == ["not one word"]


def test_the_sketch_is_the_same_in_another_process_and_fits_the_column():
    text = " ".join(f"word{number} went" for number in range(300))
    here = traits_of(text, "en").sketch
    told = subprocess.run(
        [sys.executable, "-c", PRINTS_A_SKETCH],
        input=text, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert str(here) == told.stdout.strip()
    assert here
    assert all(0 <= each < 2**63 for each in here)


def test_a_very_long_text_has_bounded_traits():
    traits = traits_of("Petrenko of Irpin saw 17 cranes on 3 April. " * 20_000, "en")
    assert len(traits.anchors) <= 1_500
    assert len(traits.sketch) <= 600


def test_only_the_article_of_a_page_is_compared():
    page = f"Menu of the outlet\n{'Words of the article. ' * 20}\nhidden words\nNotice"
    start, end = page.index("Words"), page.index("Notice")
    hidden = page.index("hidden")
    flags = [
        {"start": start, "end": end, "flag": "in_article"},
        {"start": hidden, "end": hidden + len("hidden words"), "flag": "hidden"},
    ]
    told = told_text(page, flags)
    assert "Words of the article" in told
    assert not any(word in told for word in ("Menu", "hidden", "Notice"))
    assert "Menu" in told_text(page, [flags[1]])
