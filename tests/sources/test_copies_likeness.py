"""Whether one text was made from another: the labelled pairs, the demonstration's own report and its damaged copy."""

import time
from pathlib import Path

import pytest

from bench import copies
from claims.demo import site
from sources.capture.text import read_html
from sources.copies.likeness import NONE, likeness
from sources.copies.traits import told_text, traits_of

PAGES = Path(site.__file__).parent / "pages"


def page(name):
    """A page of the demonstration, as it is read, with its outlet."""
    read = read_html((PAGES / f"{name}.html").read_bytes(), "utf-8", "https://news.example/")
    return traits_of(told_text(read.text, read.flags), read.lang, read.site_name)


@pytest.fixture(scope="module")
def labelled():
    return copies.pairs()


@pytest.fixture(scope="module")
def compared(labelled):
    """What is said of each labelled pair."""
    return [likeness(*pair.traits) for pair in labelled]


def test_the_labelled_set_is_large_and_half_of_it_look_alikes(labelled):
    look_alikes = [pair for pair in labelled if not pair.copy]
    assert len(labelled) >= 40
    assert len(look_alikes) * 2 >= len(labelled)
    assert {pair.copy for pair in labelled} == {"", "reprint", "translation", "relay"}
    assert {traits.lang for pair in labelled for traits in pair.traits} == {"en", "uk", "ru", "de", "fr"}


def test_copies_are_offered_and_look_alikes_are_not(labelled, compared):
    score = copies.Score()
    for pair, said in zip(labelled, compared, strict=True):
        score.add(is_copy=bool(pair.copy), said=said.is_likely)
    assert score.precision >= 0.95
    assert score.recall >= 0.95


def test_stories_never_seen_before_are_judged_nearly_as_well(labelled, compared):
    """Weights and threshold are found without the stories that are then judged."""
    score = copies.held_out(labelled, compared, 2)
    assert score.precision >= 0.95
    assert score.recall >= 0.85


def test_the_kind_is_guessed_rightly_for_most_copies(labelled, compared):
    true = [(pair.copy, said.kind) for pair, said in zip(labelled, compared, strict=True) if pair.copy]
    right = [kind for kind, said in true if said == kind]
    assert len(right) / len(true) > 0.85


def test_nothing_depends_on_which_text_comes_first(labelled, compared):
    for pair, said in zip(labelled, compared, strict=True):
        assert said.is_likely == likeness(*reversed(pair.traits)).is_likely, pair.label


def test_damaged_names_are_named(labelled, compared):
    for pair, said in zip(labelled, compared, strict=True):
        if pair.damaged:
            damaged = {name for names in said.damaged for name in names}
            assert damaged >= set(pair.damaged), pair.label


def test_the_report_and_its_copy_are_a_probable_translation_with_what_was_damaged():
    found = likeness(page("report"), page("copy"))
    assert found.kind == "translation"
    assert ("Bucha", "Bhutan") in found.damaged
    assert {(shared.first, shared.second) for shared in found.shared if shared.sort == "name"} >= {
        ("Bucha", "Bukha"),
        ("Zelenskyy", "Zelensky"),
        ("Stoltenberg", "Stoltenberg"),
    }
    quoted = {pair.first: pair for pair in found.quotations}
    assert quoted["I strongly welcome"].second == "I warmly welcome"
    assert [(each.before, each.after) for each in quoted["I strongly welcome"].operations] == [("strongly", "warmly")]
    assert quoted["a brutality"].second == "barbaric"
    assert not quoted["Indeed. This is genocide."].differs


@pytest.mark.parametrize("other", ["hospital", "digest", "reactions", "transcript", "ministry"])
@pytest.mark.parametrize("one", ["report", "copy"])
def test_other_pages_of_the_demonstration_are_not_offered(one, other):
    assert likeness(page(one), page(other)).kind == NONE


def test_a_text_taken_over_in_the_middle_of_another_is_a_reprint():
    taken = "Water stood in the lower town of Osytniazhka for a week before anybody came with a pump or a boat. " * 2
    own = " ".join(f"Our reporter met number {number} at gate {number * 7} of the yard." for number in range(40))
    assert likeness(traits_of(taken, "en"), traits_of(f"{own} {taken} {own}", "en")).kind == "reprint"


@pytest.mark.parametrize(("one", "other"), [("", ""), ("", "Bucha"), ("3 April", "3 April"), ("“fake”", "“fake”")])
def test_texts_of_next_to_nothing_are_not_alike(one, other):
    assert likeness(traits_of(one, "en"), traits_of(other, "en")).kind == NONE


def test_what_everybody_writes_is_no_likeness():
    one = "In Kyiv President Zelensky spoke of Russia, Ukraine, NATO and Putin on Sunday."
    other = "On Sunday Putin and NATO, Russia and Ukraine were the subject, as Zelensky said in Kyiv."
    assert likeness(traits_of(one, "en"), traits_of(other, "en")).kind == NONE


@pytest.mark.parametrize(
    "text",
    ["A" * 50_000, "Abcd " * 10_000, "“x y z w” " * 5_000, "“" * 50_000, "1,000 " * 10_000, "Абв-" * 12_500,
     '"a ' * 15_000, "a@" * 25_000, "3 April " * 6_000, "www." * 12_500],
)  # fmt: skip
def test_hostile_texts_are_compared_within_seconds(text):
    began = time.process_time()
    likeness(traits_of(text, ""), traits_of(text[:-10], ""))
    assert time.process_time() - began < 10
