"""Numbers in words: what is read, and what is left alone because it is not clear."""

import pytest

from claims.figure_words import read_figure

READ = {
    "at least 20": (20, None, None),
    "No fewer than 20 people": (20, None, None),
    "«не менее 20»": (20, None, None),
    "не менее двадцати человек": (20, None, None),
    "щонайменше 20": (20, None, None),
    "щонайменше п’ятнадцяти осіб": (15, None, None),
    "300+": (300, None, None),
    "300 or more": (300, None, None),
    "more than 300": (301, None, None),
    "более трёхсот": (301, None, None),
    "понад тисячу": (1001, None, None),
    "up to 300": (None, None, 300),
    "до 300": (None, None, 300),
    "fewer than 20": (None, None, 19),
    "20 to 30": (20, None, 30),
    "20–30": (20, None, 30),
    "between one hundred and two hundred": (100, None, 200),
    "от 20 до 30": (20, None, 30),
    "від двадцяти до тридцяти": (20, None, 30),
    "двадцать-тридцать": (20, None, 30),
    "at least 20, at most 30": (20, None, 30),
    "about 300": (None, 300, None),
    "близько 300": (None, 300, None),
    "1,964": (None, 1964, None),
    "1\u202f964": (None, 1964, None),
    "1,5 тыс.": (None, 1500, None),
    "twenty-three": (None, 23, None),
    "one hundred and five": (None, 105, None),
    "one thousand nine hundred and sixty-four": (None, 1964, None),
    "тысяча девятьсот шестьдесят четыре": (None, 1964, None),
    "сорок один": (None, 41, None),
    "two dozen": (None, 24, None),
    "nobody": (None, 0, None),
    "no casualties": (None, 0, None),
    "0": (None, 0, None),
    "٢٠": (None, 20, None),
}
LEFT = (
    "", "dozens", "десятки", "several hundred", "20 of the 300", "20 vehicles", "20%", "-20", "1.5", "30 to 20",
    "not at least 20", "three twenty", "99999999999", "9" * 40, "twenty thousand million million", "at least", "no",
    "20, 30 and 40", "½", "²", "9" * 5000,
)  # fmt: skip


@pytest.mark.parametrize("words", READ)
def test_words_are_read(words):
    read = read_figure(words)
    assert read is not None
    assert read.numbers == READ[words]


@pytest.mark.parametrize("words", LEFT)
def test_words_that_are_not_clear_give_no_number(words):
    assert read_figure(words) is None
