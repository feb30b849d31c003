"""The short list: which sources held might be copies of a text, before anything is compared word by word."""

import pytest

from sources.copies.search import MOST_ROWS_READ, Shares, _asked, candidates
from sources.copies.suggest import look_for_copies
from sources.copies.traits import traits_of
from tests.factories import CaptureFactory, SourceFactory

pytestmark = pytest.mark.django_db


def held(text):
    source = SourceFactory()
    look_for_copies(CaptureFactory(source=source, text=text))
    return source.pk


def found(text):
    return candidates(traits_of(text, "en"), SourceFactory().pk)


def test_rare_names_and_numbers_find_what_shares_them_the_likeliest_first():
    one = held("In Verbolozy the baker Petrenko counted 12,400 loaves.")
    two = held("In Verbolozy Mayor Danylets and the baker Petrenko counted 12,400 loaves.")
    held("In Kyiv the president spoke of 3 things.")
    assert found("У Верболозах Данилець і пекарка Петренко нарахували 12 400 хлібин.") == [two, one]


def test_what_everybody_names_finds_nothing():
    held("In Kyiv President Zelensky spoke of Russia and NATO on Sunday, two days after Putin.")
    assert found("Zelensky spoke in Kyiv on Sunday of NATO, Putin and Russia, two days later.") == []


def test_wording_finds_a_part_taken_over_where_no_name_is_shared():
    words = " ".join(f"then came house number {number} and nobody was in" for number in range(40))
    part = held(words)
    assert found(f"Something else first. {words[:900]} And something else.") == [part]


def test_a_source_does_not_find_itself():
    text = "In Verbolozy the baker Petrenko counted 12,400 loaves."
    source = held(text)
    assert candidates(traits_of(text, "en"), source) == []


@pytest.mark.parametrize("text", ["", "no names at all", "Кyiv", "%s %(names)s {}", "Ünïcödé \U0001f636 Õ"])
def test_odd_texts_are_searched_for_without_harm(text):
    held(text)
    found(text)


def test_a_name_counts_less_the_more_sources_have_it_and_the_most_common_are_not_asked_for():
    shares = Shares(100_000, {"names": {"everybody": 0.7, "many": 0.014, "some": 0.006}})
    weights = [shares.weight("names", name) for name in ("everybody", "many", "some", "rare")]
    assert weights == sorted(weights)
    assert weights[-1] == 1
    assert list(_asked(shares, "names", ["everybody", "many", "some", "rare"], 10)) == ["rare", "some", "many"]


def test_no_more_rows_are_read_than_a_search_has_time_for():
    shares = Shares(100_000, {"names": {f"name{number}": 0.012 for number in range(40)}})
    asked = _asked(shares, "names", [f"name{number}" for number in range(40)], 40)
    assert sum(shares.rows_with("names", name) for name in asked) <= MOST_ROWS_READ


def test_few_sources_say_nothing_of_what_is_rare():
    shares = Shares(7, {"names": {"buh": 0.9}})
    assert shares.weight("names", "buh") == 1
